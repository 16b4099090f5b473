"""A month of forty exceptions, worked by three people, tried, issued, corrected and printed."""

from datetime import date

import pytest
from django.test import Client

from onebook.billing import reads as bills
from onebook.billing import services as billing
from onebook.billing.reads import tickets, trials
from onebook.billing.rules import bill_number
from onebook.billing.rules.tickets import CHECKS
from onebook.billing.services import NewTicket
from onebook.customer import reads as customer
from onebook.finance import reads as finance
from onebook.hub import jobs as hub_jobs
from onebook.hub import services as hub
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.work import reads as work
from onebook.work.services import File
from tests.journeys.supplier import READ_BEFORE, Made, Supplier, step

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = Month(2025, 11), Month(2025, 12)
DAY = date(2025, 12, 24)
ISSUED_ON = date(2025, 12, 25)
SHEET = [File("sheet.jpg", b"a job sheet")]
HOME, BUSINESS = "zj-residential-tiers", "zj-business-single-lv"

RECEIVABLE, VAT, REVENUE = "112201", "22210106", "6001"
ISSUED = {RECEIVABLE: 6_095_54, VAT: -701_26, REVENUE: -5_394_28}
WRONG = {RECEIVABLE: -376_60, VAT: 43_33, REVENUE: 333_27}
RIGHT = {RECEIVABLE: 53_80, VAT: -6_19, REVENUE: -47_61}
QUIET = [f"10{n:02}" for n in range(4)]
BACKWARD = [f"20{n:02}" for n in range(10)]
IDLE = [f"30{n:02}" for n in range(10)]
SURGED = [f"40{n:02}" for n in range(8)]
TOO_MUCH = [f"50{n:02}" for n in range(8)]
MISFILED = [f"60{n:02}" for n in range(4)]
EVERY = [*QUIET, *BACKWARD, *IDLE, *SURGED, *TOO_MUCH]


@pytest.fixture
def supplier() -> Supplier:
    """Forty households billed for 200 kWh in November (700 behind 1 kVA); four are new."""
    supplier = Supplier()
    head = "户号,户名,单位,用电类别,开户日期,表号,倍率,初始示数,装表日期,电价,容量\n"
    rows = [
        f"{number},客户{number},east,居民生活,2024-03-01,M{number},1,0,{READ_BEFORE},"
        f"{BUSINESS if number in MISFILED else HOME},{1 if number in TOO_MUCH else 0}\n"
        for number in [*EVERY, *MISFILED]
    ]
    with clock.on(date(2025, 10, 24)):
        taken = hub_jobs.import_master_data(
            (head + "".join(rows)).encode(), "c.csv", person_id=SYSTEM
        )
    assert (taken.taken, taken.rejects) == (44, [])
    supplier.read_meters(NOVEMBER, *(f"{one},{700 if one in TOO_MUCH else 200}" for one in EVERY))
    supplier.issue(NOVEMBER)
    supplier.made()
    return supplier


def found(state: str = "open") -> dict[str, dict[str, int]]:
    """Account -> rule -> exception, of what keeps bills back."""
    every: dict[str, dict[str, int]] = {}
    for one in bills.exceptions(DECEMBER, state=state, limit=None):
        if one["blocking"]:
            every.setdefault(one["number"], {})[one["rule"]] = one["id"]
    return every


def the_readers_file(supplier: Supplier) -> None:
    registers = {
        **dict.fromkeys(QUIET, 400),
        **dict.fromkeys(BACKWARD, 190),
        **dict.fromkeys(IDLE, 200),
        **dict.fromkeys(SURGED, 900),
        **dict.fromkeys(TOO_MUCH, 1430),
        **dict.fromkeys(MISFILED, 150),
    }
    supplier.read_meters(DECEMBER, *(f"{one},{value}" for one, value in registers.items()))


def read_again(supplier: Supplier, exceptions: list[int], value: int) -> list[bool]:
    """The biller sends meters back, and the reader reads each again."""
    billing.decide(exceptions, "reread", "请复抄", person_id=supplier.person[Role.BILLER])
    reader = supplier.person[Role.READER]
    waiting = [one.url for one in work.waiting_for(reader)]
    assert sorted(waiting) == sorted(f"/billing/rereads/{one}" for one in exceptions)
    return [
        billing.read_again(one, value * 10_000, DAY, "现场所见", by=reader) for one in exceptions
    ]


def approve(supplier: Supplier, approval_id: int) -> None:
    done = hub.decide(
        approval_id, "approve", "已核", by=supplier.person[Role.TEAM_LEADER], checked=CHECKS
    )
    assert done.state == "approved"


def test_a_month_of_exceptions_from_the_file_to_the_paper(supplier: Supplier) -> None:
    biller = supplier.person[Role.BILLER]
    with step(supplier):
        the_readers_file(supplier)
    by_account = found()
    assert len(by_account) == 40
    assert {number: tuple(sorted(rules)) for number, rules in by_account.items()} == {
        **dict.fromkeys(BACKWARD, ("R01",)),
        **dict.fromkeys(IDLE, ("R03",)),
        **dict.fromkeys(SURGED, ("R04",)),
        **dict.fromkeys(TOO_MUCH, ("R05",)),
        **dict.fromkeys(MISFILED, ("R10",)),
    }

    with clock.on(DAY), step(supplier):
        # Backward: half were misread, half are behind a locked door.
        misread = [by_account[one]["R01"] for one in BACKWARD[:5]]
        assert read_again(supplier, misread, 390) == [True] * 5
        for one in BACKWARD[5:]:
            approve(supplier, billing.request_estimate(
                by_account[one]["R01"], "门闭", SHEET, by=biller
            ))  # fmt: skip
        # Idle: half are looked at again and stand as they were.
        idle = [by_account[one]["R03"] for one in IDLE]
        assert read_again(supplier, idle[:5], 200) == [False] * 5
        billing.decide(idle, "release", "空置", person_id=biller)
        # Surged: half misread by 500, half true.
        surged = [by_account[one]["R04"] for one in SURGED]
        assert read_again(supplier, surged[:4], 400) == [True] * 4
        billing.decide(surged[4:], "release", "新装空调", person_id=biller)
        # More than the capacity can use: two stay held, the others were looked at.
        too_much = [by_account[one]["R05"] for one in TOO_MUCH]
        billing.decide(too_much[:2], "hold", "待查", person_id=biller)
        billing.decide(too_much[2:], "release", "已增容", person_id=biller)
        # Misfiled: the tariff of another category, put right from the month's first day.
        for one in MISFILED:
            asked = NewTicket("category", one, DECEMBER.first, {"category": "1", "tariff": HOME},
                              "现场为居民", by_account[one]["R10"])  # fmt: skip
            ticket = billing.open_ticket(asked, SHEET, by=biller)
            assert found()[one] == {"R20": found()[one]["R20"]}
            approve(supplier, tickets.ticket(ticket)["approval_id"])
    assert (found(), sorted(found("hold"))) == ({}, TOO_MUCH[:2])
    for role in (Role.READER, Role.TEAM_LEADER):
        assert work.waiting_for(supplier.person[role]) == []

    with clock.on(DAY), step(supplier):
        tried = billing.try_unit(supplier.unit["east"], DECEMBER, person_id=biller, sample=5)
    assert tried is not None
    (household,) = trials.trial(tried.trial_id).rows
    assert (household["accounts"], household["accounts_before"]) == (42, 40)
    # 4 x 200, 5 x 190, 5 x 200, 10 x 0, 4 x 200, 4 x 700, 6 x 730, 4 x 150 kWh at 0.538 yuan.
    assert household["usage_e4"] == 11_330 * 10_000
    assert household["total_fen"] == 6_095_54
    assert household["kept_back_fen"] == 2 * -376_60
    assert household["new_fen"] == 4 * 80_70
    for one in trials.samples(tried.trial_id):
        assert trials.sample_explained(one, DECEMBER).total_fen == one["total_fen"]
        billing.tick(tried.trial_id, one["service_account_id"], is_right=True, note="", by=biller)

    with step(supplier, Made("bill.issued", "east", ISSUED_ON, ISSUED)):
        supplier.issue(DECEMBER)

    # A household says that its register was read wrong; the biller asks, the leader approves.
    (account,) = customer.ids_by_number([SURGED[4]]).tolist()
    wrong = bills.bills_of_account(account)[0]
    assert (wrong.usage_e4, wrong.total_fen) == (700 * 10_000, 376_60)
    day = date(2025, 12, 28)
    with clock.on(day), step(
        supplier,
        Made("bill.cancelled", "east", day, WRONG),
        Made("bill.issued", "east", day, RIGHT),
    ):  # fmt: skip
        text = f"户号,抄表月份,抄表日期,示数\n{SURGED[4]},{DECEMBER},{DAY},300\n"
        taken = metering.import_readings(
            text.encode(), "again.csv", person_id=supplier.person[Role.READER]
        )
        assert (taken.taken, taken.rejects) == (1, [])
        approve(supplier, billing.request_cancel(wrong.pk, "示数有误", SHEET, by=biller))
    right = bills.bills_of_account(account)[0]
    assert (right.replaces_bill_id, right.total_fen) == (wrong.pk, 53_80)

    with clock.on(day), step(supplier):
        desk = Client()
        desk.force_login(Person.objects.get(pk=biller))
        paper = desk.get(f"/bills/{right.pk}/paper").content.decode()
    assert bill_number(right.pk, right.bill_month) in paper
    assert "53.80" in paper
    with clock.on(day):
        broken = [(one.name_en, one.problems) for one in finance.verify() if one.problems]
    assert broken == []
