"""A ticket changes the archive from its day once another person checked it, and never before."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from onebook.billing import errors, reads, services
from onebook.billing.reads import tickets
from onebook.billing.rules.tickets import CHECKS
from onebook.billing.services import NewTicket
from onebook.customer import reads as customer
from onebook.finance import reads as finance
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.infra.write import insert
from onebook.kernel.errors import DayInFuture, OnebookError
from onebook.kernel.periods import Month
from onebook.metering.errors import (
    ChangeTooEarly,
    FinalMissing,
    MeterElsewhere,
    MultiplierSame,
    RegisterBlank,
)
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.work import reads as waiting
from onebook.work.errors import EvidenceMissing, MakerIsChecker
from onebook.work.services import File
from tests.billing.towns import PASSWORD, Town, ask, found_town
from tests.builders import give_past_the_rule

pytestmark = pytest.mark.django_db

JAN, FEB = Month(2026, 1), Month(2026, 2)
SHEET = [File("sheet.jpg", b"the job sheet")]


class People(Town):
    """The town with its team leader, who checks."""

    leader_id: int


@pytest.fixture
def town(db: None) -> People:
    """An account that used 300 kWh in January, billed; in February its meter shows 500."""
    made = found_town()
    made.__class__ = People
    person = org.create_person("a.leader", "班长", PASSWORD, by=SYSTEM)
    org.grant_role(person.pk, Role.TEAM_LEADER, made.unit_id, by=SYSTEM)
    made.leader_id = person.pk
    made.account("0001")
    made.read("2026-01", {"0001": 300})
    issue(JAN)
    return made


def issue(month: Month, on: date | None = None) -> int:
    day = on or month.first.replace(day=27)
    with clock.on(day):
        return receivable.issue(month, day, person_id=SYSTEM).rows_out


def opened(town: People, kind: str, day: date, exception: int | None = None, **facts: str) -> int:
    """Open a ticket of the account; the request that its check waits by."""
    asked = NewTicket(kind, "0001", day, facts, "现场核实", exception)
    ticket_id = services.open_ticket(asked, SHEET, by=town.biller_id)
    approval: int = tickets.ticket(ticket_id)["approval_id"]
    return approval


def checked(town: People, approval: int) -> hub.Done:
    return hub.decide(approval, "approve", "", by=town.leader_id, checked=CHECKS)


def standing(month: Month = FEB) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["state"], one["decision"]) for one in reads.exceptions(month)]


def usage(month: Month = FEB) -> list[tuple[int, int, int]]:
    return ask(
        "SELECT version, multiplier, usage_e4 FROM metering_v_reading WHERE bill_month = %s"
        " ORDER BY id", month.first,
    )  # fmt: skip


def installed() -> list[tuple[str, int, date, date | None]]:
    return ask(
        "SELECT meter_number, multiplier, lower(during), upper(during)"
        " FROM metering_v_installation ORDER BY lower(during), id"
    )


def holds() -> None:
    broken = [(one.name_en, one.problems) for one in finance.verify() if one.problems]
    assert broken == []


def test_a_multiplier_is_put_right_for_the_unbilled_period(town: People) -> None:
    town.read("2026-02", {"0001": 200})
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    approval = opened(town, "multiplier", date(2026, 1, 25), meter="0001", multiplier="40")

    # Nothing is changed before the check, and the account is kept back.
    assert standing() == [("R20", "open", "")]
    assert (usage(), issue(FEB)) == ([(1, 1, 2_000_000)], 0)
    assert [one.url for one in waiting.waiting_for(town.leader_id)] == [f"/approvals/{approval}"]

    assert checked(town, approval).state == "approved"

    assert usage() == [(2, 40, 80_000_000)]
    assert usage(JAN) == [(1, 1, 3_000_000)]
    assert installed() == [
        ("0001", 1, date(2020, 1, 1), date(2026, 1, 25)),
        ("0001", 40, date(2026, 1, 25), None),
    ]
    assert standing() == [("R04", "open", "")]  # 8,000 kWh are far from 300
    services.decide(reads.exceptions(FEB)[0]["id"], "release", "属实", person_id=town.biller_id)
    assert issue(FEB) == 1
    holds()
    town.read("2026-03", {"0001": 10})
    assert usage(Month(2026, 3)) == [(1, 40, 4_000_000)]


def test_the_exception_a_ticket_comes_from_is_over_with_its_cause(town: People) -> None:
    town.read("2026-02", {"0001": 200})
    ask("UPDATE metering_installation SET multiplier = 2 RETURNING 1")
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    assert standing() == [("R09", "open", "")]
    (one,) = reads.exceptions(FEB)
    approval = opened(
        town, "multiplier", date(2026, 1, 25), one["id"], meter="0001", multiplier="1"
    )
    assert ("R09", "hold", "ticket") in standing()
    hub.decide(approval, "reject", "表上是 2 倍", by=town.leader_id)
    assert standing() == [("R09", "open", "reopen")]
    approval = opened(
        town, "multiplier", date(2026, 1, 25), one["id"], meter="0001", multiplier="1"
    )
    checked(town, approval)
    assert standing() == []
    assert (usage(), issue(FEB)) == ([(1, 1, 2_000_000)], 1)


def test_a_meter_is_changed(town: People) -> None:
    approval = opened(
        town, "meter", date(2026, 2, 10), old_number="0001", bill_month="2026-02", final="350",
        new_number="N1", initial="5",
    )  # fmt: skip
    assert installed() == [("0001", 1, date(2020, 1, 1), None)]
    checked(town, approval)
    assert installed() == [
        ("0001", 1, date(2020, 1, 1), date(2026, 2, 10)),
        ("N1", 1, date(2026, 2, 10), None),
    ]
    assert usage() == [(1, 1, 500_000)]
    assert ask("SELECT initial_e4 FROM metering_v_installation WHERE meter_number = 'N1'") == [
        (50_000,)
    ]


def test_a_category_and_its_tariff_change_from_a_day(town: People) -> None:
    town.read("2026-02", {"0001": 280})
    with pytest.raises(errors.MonthBilled, match="2026-01"):
        opened(town, "category", date(2026, 1, 10), category="3", tariff="zj-business-single-lv")
    approval = opened(
        town, "category", date(2026, 2, 1), category="3", tariff="zj-business-single-lv"
    )
    assert customer.account("0001")["category_id"] == 1
    checked(town, approval)
    assert customer.account("0001")["category_id"] == 3
    assert ask("SELECT tariff_code, lower(during) FROM tariff_assignment ORDER BY 2") == [
        ("zj-residential-tiers", date(2020, 1, 1)),
        ("zj-business-single-lv", date(2026, 2, 1)),
    ]
    assert issue(FEB) == 1
    (bill,) = [one for one in reads.bills_of_account(town.accounts["0001"], 1)]
    assert (bill.bill_month, bill.category_id, bill.usage_e4) == (FEB.first, 3, 2_800_000)
    holds()


def test_a_closed_account_gets_its_final_bill_at_once(town: People) -> None:
    town.account("0002")
    town.read("2026-01", {"0002": 100})
    day = date(2026, 2, 10)
    with clock.on(date(2026, 2, 11)):
        with pytest.raises(FinalMissing, match="0001"):
            opened(town, "close", day)
        approval = opened(town, "close", day, **{"final:0001": "350"})
        assert customer.account("0001")["closed_on"] is None
        done = checked(town, approval)
    assert (done.state, done.kept_back) == ("approved", False)
    assert customer.account("0001")["closed_on"] == day
    assert installed()[0] == ("0001", 1, date(2020, 1, 1), day)
    # 50 kWh of the first tier; nobody else of the unit is billed with it.
    assert ask(
        "SELECT b.total_fen, b.issued_on FROM billing_bill b WHERE b.bill_month = %s", FEB.first
    ) == [(26_90, date(2026, 2, 11))]
    assert ask(
        "SELECT event, effective_on FROM books_journal ORDER BY id DESC LIMIT 1"
    ) == [("bill.issued", date(2026, 2, 11))]  # fmt: skip
    with pytest.raises(errors.MonthBilled):
        opened(town, "close", date(2026, 2, 12), **{"final:0001": "350"})
    holds()


def test_an_account_is_not_closed_before_a_later_reading(town: People) -> None:
    town.read("2026-03", {"0001": 400})
    day, final = date(2026, 2, 10), {"final:0001": "350"}
    with clock.on(date(2026, 4, 1)), pytest.raises(ChangeTooEarly, match=r"0001 .* 2026-03-"):
        opened(town, "close", day, **final)
    assert customer.account("0001")["closed_on"] is None
    assert ask("SELECT count(*) FROM metering_reading WHERE bill_month = '2026-02-01'") == [(0,)]


def test_registers_are_not_left_behind_when_an_account_closes(town: People) -> None:
    ((installation, meter),) = ask("SELECT id, meter_id FROM metering_installation")
    insert(
        "metering_register", installation_id=installation, meter_id=meter, register=1, initial_e4=0
    )
    with clock.on(date(2026, 2, 11)), pytest.raises(RegisterBlank, match="0001"):
        opened(town, "close", date(2026, 2, 10), **{"final:0001": "350"})
    assert customer.account("0001")["closed_on"] is None


def test_who_made_a_ticket_does_not_check_it(town: People) -> None:
    give_past_the_rule(town.biller_id, Role.TEAM_LEADER, town.unit_id)
    approval = opened(
        town, "meter", date(2026, 2, 10), old_number="0001", bill_month="2026-02", final="350",
        new_number="N1",
    )  # fmt: skip
    with pytest.raises(MakerIsChecker):
        hub.decide(approval, "approve", "", by=town.biller_id, checked=CHECKS)
    (one,) = tickets.tickets()
    row = {"ticket_id": one["id"], "site": True, "meter": True, "contract": True}
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        insert("billing_ticket_check", **row, person_id=town.biller_id)
    assert isinstance(guards.refusal(refused.value), errors.TicketOfOwn)
    with pytest.raises(DatabaseError, match="billing_ticket_check_whole"), transaction.atomic():
        insert("billing_ticket_check", **row | {"site": False}, person_id=town.leader_id)
    with pytest.raises(errors.ChecksMissing):
        hub.decide(approval, "approve", "", by=town.leader_id, checked=["site", "meter"])
    assert waiting.approval(approval)["state"] == "open"
    assert installed() == [("0001", 1, date(2020, 1, 1), None)]


@pytest.mark.parametrize(
    ("kind", "day", "facts", "error"),
    [
        ("burn", date(2026, 2, 1), {}, errors.TicketKindUnknown),
        ("meter", date(2026, 12, 31), {}, DayInFuture),
        ("multiplier", date(2026, 2, 1), {"meter": "9", "multiplier": "2"},
         errors.MeterNotOfAccount),
        ("multiplier", date(2026, 1, 25), {"meter": "0001", "multiplier": "x"},
         errors.FactUnreadable),
        ("multiplier", date(2026, 1, 25), {"meter": "0001", "multiplier": "1"}, MultiplierSame),
        ("meter", date(2026, 2, 1), {"old_number": "0001", "bill_month": "2026-02",
         "final": "350", "new_number": "0001"}, MeterElsewhere),
    ],
)  # fmt: skip
def test_what_cannot_take_effect_is_not_opened(
    town: People, kind: str, day: date, facts: dict[str, str], error: type[OnebookError]
) -> None:
    with pytest.raises(error), clock.on(date(2026, 3, 1)):
        opened(town, kind, day, **facts)
    assert ask("SELECT count(*) FROM work_approval") == [(0,)]


def test_a_ticket_needs_evidence_a_right_and_a_whole_period(town: People) -> None:
    asked = NewTicket("multiplier", "0001", date(2026, 1, 25),
                      {"meter": "0001", "multiplier": "2"}, "x")  # fmt: skip
    with pytest.raises(EvidenceMissing), transaction.atomic():
        services.open_ticket(asked, [], by=town.biller_id)
    with pytest.raises(NotAllowed):
        services.open_ticket(asked, SHEET, by=town.cashier_id)
    town.read("2026-02", {"0001": 10})
    with pytest.raises(errors.MultiplierInPeriod, match="2026-01-25"):
        opened(town, "multiplier", date(2026, 2, 3), meter="0001", multiplier="2")


def test_the_pages_open_a_ticket_and_take_the_check(town: People) -> None:
    biller, leader = Client(), Client()
    biller.force_login(Person.objects.get(pk=town.biller_id))
    leader.force_login(Person.objects.get(pk=town.leader_id))
    address = "/billing/tickets/new?kind=multiplier&account=0001"
    assert "倍率更正" in biller.get(address).content.decode()
    typed = {"effective_on": "2026-01-25", "meter": "0001", "multiplier": "2", "reason": "现场"}
    file = SimpleUploadedFile("sheet.jpg", b"sheet")
    told = biller.post(address, typed | {"evidence": file}, follow=True).content.decode()
    assert "由他人核对后生效" in told
    (one,) = tickets.tickets()
    page = f"/billing/tickets/{one['id']}"
    assert 'value="approve"' not in biller.get(page).content.decode()
    assert 'value="approve"' in leader.get(page).content.decode()
    assert page in leader.get("/accounts/0001").content.decode()
    decide = f"/tickets/{one['approval_id']}/decide"
    told = leader.post(decide, {"kind": "approve"}, follow=True).content.decode()
    assert "逐项勾选" in told
    answers = {"kind": "approve", "checked": list(CHECKS)}
    assert "传票已生效" in leader.post(decide, answers, follow=True).content.decode()
    assert installed()[-1] == ("0001", 2, date(2026, 1, 25), None)
    assert f"T{one['id']}" in leader.get("/billing/tickets").content.decode()
