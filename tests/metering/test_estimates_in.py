"""How a reading came about, and estimated months that the next reading settles, in the database."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from onebook.customer import reads as customer
from onebook.hub import jobs as hub
from onebook.infra import clock, sql
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, services
from onebook.metering.models import Reading, ReadingNote
from onebook.metering.rules import How
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
CUSTOMERS = """户号,户名,单位,用电类别,开户日期,表号,初始示数,电价,峰初始示数
1,甲,3301,居民生活,2024-01-01,M1,100,zj-residential-tiers,
2,乙,3301,工商业,2024-01-01,M2,0,zj-business-single-lv,0
"""
OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (10, 11, 12))


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    clock.fix(date(2027, 1, 31))
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    assert hub.import_master_data(CUSTOMERS.encode(), "用户.csv", person_id=SYSTEM).rejects == []
    biller = org.create_person("bill", "核算", "secret-bill-1", by=SYSTEM)
    reader = org.create_person("read", "抄表", "secret-read-1", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, unit.pk, by=SYSTEM)
    org.grant_role(reader.pk, Role.READER, unit.pk, by=SYSTEM)
    return SimpleNamespace(unit=unit, biller=biller.pk, reader=reader.pk)


def read(month: str, value: str, how: str = "") -> jobs.ReadingsFile:
    data = f"户号,抄表月份,抄表日期,示数,抄表状态\n1,{month},{month}-24,{value},{how}\n"
    return jobs.import_readings(data.encode(), "示数.csv", person_id=SYSTEM)


def estimate(town: SimpleNamespace, month: Month) -> int:
    return services.estimate_reading("1", month, month.last, reason="门闭三次", by=town.biller)


def months() -> list[tuple[int, str, int, int]]:
    """Month, how, usage and credit in kWh of every reading of the house."""
    account = customer.account_by_number("1").pk
    rows = []
    for one in Reading.objects.filter(service_account_id=account).order_by("bill_month", "version"):
        note = ReadingNote.objects.filter(pk=one.pk).first()
        said = How(note.how).name if note else "NORMAL"
        rows.append((one.bill_month.month, said, one.usage_e4 // KWH,
                     note.credit_e4 // KWH if note else 0))  # fmt: skip
    return rows


def test_an_estimate_repeats_the_period_and_the_next_reading_settles_the_rest(
    town: SimpleNamespace,
) -> None:
    read("2026-10", "180")

    assert estimate(town, NOVEMBER) == 80 * KWH
    read("2026-12", "300")

    assert months() == [(10, "NORMAL", 80, 0), (11, "ESTIMATED", 80, 0), (12, "NORMAL", 40, 0)]
    note = ReadingNote.objects.get()
    assert (note.person_id, note.reason) == (town.biller, "门闭三次")


def test_what_estimates_billed_too_much_is_carried_and_never_a_negative_bill(
    town: SimpleNamespace,
) -> None:
    read("2026-08", "180")
    estimate(town, Month(2026, 9))
    estimate(town, OCTOBER)
    # Billed to 340: 200 leaves 140 billed beyond it, 310 still 30, and 365 is 25 above.
    read("2026-11", "200")
    read("2026-12", "310", "补抄")
    read("2027-01", "365")

    assert months() == [
        (8, "NORMAL", 80, 0), (9, "ESTIMATED", 80, 0), (10, "ESTIMATED", 80, 0),
        (11, "NORMAL", 0, 140), (12, "LATE", 0, 30), (1, "NORMAL", 25, 0),
    ]  # fmt: skip


def test_a_month_that_is_read_late_takes_the_estimate_s_place(town: SimpleNamespace) -> None:
    read("2026-10", "180")
    estimate(town, NOVEMBER)
    read("2026-12", "300", "零度")

    read("2026-11", "200", "补抄")

    assert months() == [
        (10, "NORMAL", 80, 0), (11, "ESTIMATED", 80, 0), (11, "LATE", 20, 0),
        (12, "ZERO", 40, 0), (12, "ZERO", 100, 0),
    ]  # fmt: skip
    rows = sql.rows("metering", "following", {"meters": [Reading.objects.all()[0].meter_id],
                                              "month": OCTOBER.first})  # fmt: skip
    assert [row["how"] for row in rows] == [How.LATE]


def test_a_register_that_ran_backward_is_no_credit(town: SimpleNamespace) -> None:
    read("2026-10", "180")
    estimate(town, NOVEMBER)
    read("2026-12", "150")

    newest = Reading.objects.order_by("-bill_month")[0]
    assert (newest.usage_e4, newest.status) == (0, 2)
    assert ReadingNote.objects.count() == 1


def test_the_status_is_kept_and_corrected_as_a_version(town: SimpleNamespace) -> None:
    first = read("2026-10", "180", "表计故障")
    again = read("2026-10", "180")
    corrected = read("2026-10", "180", "正常")
    unknown = read("2026-10", "180", "看错")

    assert (first.taken, again.unchanged, corrected.corrected) == (1, 1, 1)
    assert months() == [(10, "FAULTY", 80, 0), (10, "NORMAL", 80, 0)]
    assert [type(one.reason) for one in unknown.rejects] == [errors.HowUnknown]
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingNote.objects.update(how=0)


def test_what_cannot_be_estimated(town: SimpleNamespace) -> None:
    def refused(expected: type[Exception], account: str = "1", **given: object) -> None:
        said: dict[str, object] = {"reason": "门闭", "by": town.biller} | given
        with pytest.raises(expected):
            services.estimate_reading(account, NOVEMBER, NOVEMBER.last, **said)  # type: ignore[arg-type]

    refused(errors.EstimateWithoutBasis)
    read("2026-10", "180")
    refused(errors.EstimateUnanswered, reason=" ")
    refused(errors.EstimateOfRegisters, account="2")
    refused(errors.MeterUnknown, meter="M9")
    refused(org_errors.NotAllowed, by=town.reader)
    read("2026-11", "190")
    refused(errors.EstimateOfReadMonth)
    assert not ReadingNote.objects.exists()
    assert Reading.objects.count() == 2
