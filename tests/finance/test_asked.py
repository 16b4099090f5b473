"""A report says what it counts, gives the same bytes for the moment it names, asks no future."""

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from onebook.finance import reads
from onebook.infra import clock
from onebook.infra.errors import AsOfInFuture
from onebook.kernel.periods import Month
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

SEPTEMBER, DUE, TODAY = Month(2026, 9), date(2026, 9, 30), date(2026, 10, 3)


@pytest.fixture
def company(own_database: "OwnDatabase") -> Company:
    made = builders.company()
    with clock.on(DUE):
        account = builders.account("1", made.east)
        builders.owe([Debt(account, 5000, SEPTEMBER, DUE)], effective_on=DUE, org_unit_id=made.root)
    clock.fix(TODAY)
    return made


def test_every_report_names_its_moment_and_gives_the_same_bytes_for_it(
    company: Company, own_database: "OwnDatabase"
) -> None:
    for name in ("aging", "arrears", "trial-balance", "one-book", "tie-out", "month"):
        asked = ("report", name, "--as-of", "2026-09-30")
        first = own_database.onebook(*asked)
        assert first.returncode == 0, first.stderr
        named = re.search(r"口径:.*;已知至 ([^;\s]+)", first.stdout)
        assert named is not None, first.stdout
        again = own_database.onebook(*asked, "--known-at", named[1])
        assert again.stdout == first.stdout, name
    day = own_database.onebook("report", "aging", "--known-at", "2026-10-02", "--org-unit", "3301")
    assert ";已知至业务日 2026-10-02 日终;单位 城东" in day.stdout
    assert "50.00" in day.stdout
    before = own_database.onebook("report", "aging", "--known-at", "2026-09-29", "--lang", "en")
    assert "; as known at the end of business day 2026-09-29" in before.stdout
    assert "50.00" not in before.stdout


def test_a_day_to_come_is_not_asked_about(company: Company, own_database: "OwnDatabase") -> None:
    assert clock.asked_day(None) == clock.asked_day(TODAY) == TODAY
    with pytest.raises(AsOfInFuture, match="2026-10-04 lies after the business day, 2026-10-03"):
        clock.asked_day(date(2026, 10, 4))
    for asked in (("report", "aging"), ("export", "hledger")):
        refused = own_database.onebook(*asked, "--as-of", "2026-10-04")
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert "2026-10-04 在业务日 2026-10-03 之后" in refused.stderr
    assert reads.one_book(DUE).totals["marketing_fen"] == 5000
