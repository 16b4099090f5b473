"""Which months close first: those since the take-over, not the readings that were taken over."""

from datetime import date

import pytest

from onebook.books import reads as books
from onebook.finance import errors, reads, services
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org.rules import Role
from tests.journeys.supplier import Supplier

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = Month(2025, 10), Month(2025, 11), Month(2025, 12)


def test_readings_before_the_take_over_do_not_wait_for_a_close() -> None:
    supplier = Supplier()  # its bank account opens on 2025-11-01: that is the take-over
    with clock.on(date(2025, 10, 24)):
        supplier.connect("1001,east,居民生活,zj-residential-tiers")
    supplier.read_meters(OCTOBER, "1001,100")
    supplier.read_meters(NOVEMBER, "1001,200")
    supplier.release(NOVEMBER, "首次电费")
    supplier.issue(NOVEMBER)
    supplier.read_meters(DECEMBER, "1001,300")
    with clock.on(date(2026, 1, 3)):
        earlier = reads.checklist(NOVEMBER)[0]
        assert (earlier.code, earlier.state, earlier.detail) == ("earlier", "none", "")
        later = reads.checklist(DECEMBER)[0]
        assert (later.state, later.detail) == ("fail", "2025-11 未关账,须先关该月")
        with pytest.raises(errors.CloseBlocked, match="2025-11"):
            services.prepare_form(DECEMBER, person_id=supplier.person[Role.ACCOUNTANT])
    supplier.close(NOVEMBER, date(2026, 1, 3))
    assert books.locked_months() == [NOVEMBER]
