"""An issue verifies again where terms or tariffs changed since, and only there."""

from datetime import date

import pytest

from onebook.billing import jobs
from onebook.customer import reads as customer
from onebook.customer.services import take_terms
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.tariff import services as tariff
from tests.billing.test_portions import OCTOBER, WORKS
from tests.billing.test_segments import CHANGING
from tests.billing.towns import ask
from tests.billing.works import exceptions, found_district, read, take_customers

pytestmark = pytest.mark.django_db

OCT, DAY = Month(2026, 10), date(2026, 10, 26)


@pytest.fixture(autouse=True)
def verified(db: None) -> None:
    """A verified works whose bill is not issued yet."""
    found_district(CHANGING)
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    jobs.verify(OCT, person_id=SYSTEM)
    assert (exceptions(OCT), verifications()) == ([], 1)


def issue() -> int:
    """Issue without a verification of one's own; how many bills."""
    return receivable.issue(OCT, DAY, person_id=SYSTEM).rows_out


def verifications() -> int:
    return int(ask("SELECT count(*) FROM billing_verification")[0][0])


def test_what_did_not_change_is_not_verified_again() -> None:
    tariff.load_packaged(person_id=SYSTEM)
    assert (issue(), verifications()) == (1, 1)


def test_terms_that_changed_since_are_verified_before_the_issue() -> None:
    """By capacity on a tariff of demand: R11, found at the issue, keeps the bill back."""
    account = customer.account("1")["id"]
    take_terms(account, date(2026, 10, 5), {"demand_mode": 1}, by=SYSTEM)

    assert (issue(), verifications()) == (0, 2)

    assert [one[0] for one in exceptions(OCT)] == ["R11"]


def test_a_tariff_that_changed_since_is_verified_before_the_issue() -> None:
    """A household's tariff for a works: R10."""
    tariff.reassign([customer.account("1")["id"]], ["changing"], [date(2026, 10, 1)])

    assert (issue(), verifications()) == (0, 2)

    assert "R10" in [one[0] for one in exceptions(OCT)]


def test_a_tariff_of_the_month_after_changes_nothing() -> None:
    account = customer.account("1")["id"]
    take_terms(account, date(2027, 3, 1), {"demand_mode": 1}, by=SYSTEM)
    assert (issue(), verifications()) == (1, 1)
