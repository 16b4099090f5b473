"""The month's close: the form both departments sign, the lock, and cash that still comes in."""

import json
import re
from datetime import date, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from onebook.banking import jobs as bank
from onebook.banking import reads as bank_reads
from onebook.banking.services import match_by_hand, open_account
from onebook.books import reads as books
from onebook.books import services as book_services
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.finance import errors, jobs, reads, services
from onebook.finance.models import Form, FormPoint, LedgerBalance, Signature
from onebook.infra import clock
from onebook.infra.report import Report, lines, to_json
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.services import SYSTEM
from onebook.receivable.jobs import import_opening
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

SEPTEMBER = Month(2026, 9)
START, DUE, TODAY = date(2026, 9, 5), date(2026, 9, 30), date(2026, 10, 3)


def trade(company: Company) -> int:
    """Two districts owe, pay, overpay and remit in September; the account of the east."""
    east, west = builders.account("1", company.east), builders.account("2", company.west)
    open_account("6217", "建行", "电费户", company.root, 100_00, START, person_id=None)
    owed = [Debt(east, 50_00, SEPTEMBER, DUE), Debt(west, 30_00, SEPTEMBER, DUE)]
    builders.owe(owed, effective_on=START, org_unit_id=company.root)
    take(company, "1", 20_00, "S1")
    take(company, "2", 33_00, "S2")
    cash.remit(company.east, 15_00, "J1", effective_on=DUE, person_id=company.cashier)
    return east


def take(company: Company, number: str, fen: int, ref: str, day: date = DUE) -> int:
    return cash.take_cash(
        number, fen, external_ref=ref, effective_on=day, person_id=company.cashier
    )


@pytest.fixture
def company(db: None) -> Company:
    made = builders.company()
    trade(made)
    clock.fix(TODAY)
    return made


REASONS = {"cash": "次日解款", "offset": "留作下月", "bank": "已查询"}


def prepare(month: Month, person: int) -> Form:
    return services.prepare_form(month, person_id=person, reasons=REASONS)


def figures(report: Report) -> dict[tuple[str, str], tuple[int, int, int | None]]:
    return {
        (row["measure"], row["org_unit"]): (
            row["marketing_fen"], row["book_fen"], row["ledger_fen"],
        )
        for row in report.rows
    }  # fmt: skip


def test_every_shared_figure_is_the_same_in_both_departments(company: Company) -> None:
    report = reads.tie_out(SEPTEMBER)
    assert figures(report) == {
        ("receivable", "城东"): (30_00, 30_00, None),
        ("received", "城东"): (20_00, 20_00, None),
        ("received", "城西"): (33_00, 33_00, None),
        ("prepayment", "城西"): (3_00, 3_00, None),
        ("cash", "城东"): (5_00, 5_00, None),
        ("cash", "城西"): (33_00, 33_00, None),
        ("transit", "城东"): (15_00, 15_00, None),
        ("bank", "省公司"): (100_00, 100_00, None),
    }
    assert report.tied()
    assert report.totals == {"marketing_fen": 239_00, "book_fen": 239_00, "difference_fen": 0}
    shown = [line[:4] for line in lines(report)]
    assert ["应收电费余额", "城东", "30.00", "30.00"] in shown
    assert ["本月实收", "小计", "53.00", "53.00"] in shown
    assert shown[-1] == ["合计", "", "239.00", "239.00"]
    only = reads.tie_out(SEPTEMBER, units=[company.west], org_unit="3302")
    assert {row["org_unit"] for row in only.rows} == {"城西"}
    assert reads.one_book(START).totals["marketing_fen"] == 80_00
    before = reads.one_book(START - timedelta(1))
    assert (before.rows, before.totals["marketing_fen"]) == ([], 0)
    assert [(tie.with_, tie.ours, tie.theirs) for tie in before.ties] == [
        ("receivable: book", 0, 0)
    ]


def test_a_figure_that_no_unit_has_stands_on_the_form_as_zero(company: Company) -> None:
    cash.remit(company.east, 5_00, "J2", effective_on=DUE, person_id=company.cashier)
    cash.remit(company.west, 33_00, "J3", effective_on=DUE, person_id=company.cashier)
    found = figures(reads.tie_out(SEPTEMBER))
    assert found["cash", "省公司"] == (0, 0, None)
    assert [key for key in found if key[0] == "cash"] == [("cash", "省公司")]
    only = figures(reads.tie_out(SEPTEMBER, units=[company.west]))
    assert only["cash", "城西"] == only["bank", "城西"] == (0, 0, None)
    form = sign_both(company)
    assert figures(reads.form_report(form)) == found
    assert reads.changed_since(form).rows == []


def test_a_figure_that_only_one_side_has_is_a_difference(company: Company) -> None:
    """A posting on the control account that no item stands behind: what fingers in a ledger do."""
    journal = int(book_services.allot_journals(1)[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM receivable_opening")
        (document,) = cursor.fetchone()
    row = book_services.JournalRow(journal, "plug", "opening", document, company.east, DUE)
    book_services.post([row], [book_services.summed(journal, company.east, [(4, 77), (13, -77)])])
    (found,) = [row for row in reads.tie_out(SEPTEMBER).rows if row["difference_fen"]]
    assert (found["measure"], found["org_unit"]) == ("receivable", "城东")
    assert (found["marketing_fen"], found["book_fen"]) == (30_00, 30_77)
    assert found["difference_fen"] == -77
    states = {check.code: check.state for check in reads.checklist(SEPTEMBER)}
    assert states["tied"] == "fail"
    with pytest.raises(
        errors.CloseBlocked, match=r"1 项不符,差额共 0\.77 元:应收电费余额 城东 -0\.77"
    ):
        prepare(SEPTEMBER, company.finance)
    assert Form.objects.count() == 0
    problems = [problem for promise in reads.verify() for problem in promise.problems]
    assert any(f"journal {journal}" in problem and "77" in problem for problem in problems)


def test_the_checklist_lists_what_to_see_in_the_order_of_work(company: Company) -> None:
    checks = {check.code: check for check in reads.checklist(SEPTEMBER)}
    assert list(checks) == [
        "earlier", "issued", "exceptions", "cash", "bank", "offset", "tied", "balanced",
    ]  # fmt: skip
    assert {code: check.state for code, check in checks.items()} == {
        "earlier": "none", "issued": "none", "exceptions": "none", "cash": "warn",
        "bank": "none", "offset": "ok", "tied": "ok", "balanced": "ok",
    }  # fmt: skip
    assert checks["cash"].open == reads.Said(
        "2 个单位现金未解款,共 38.00 元:城东 5.00、城西 33.00",
        "2 units hold cash, 38.00 yuan: 城东 5.00, 城西 33.00",
        2,
        38_00,
    )


def statement(*rows: str) -> None:
    """Lines of the bank account: day, money out, money in."""
    text = "交易日期,摘要,对方户名,对方账号,借方发生额,贷方发生额,余额\n" + "".join(
        f"{row.split(',')[0]},转账,甲,1,{row.split(',')[1]},{row.split(',')[2]},\n" for row in rows
    )
    bank.import_statement(text.encode(), "b.csv", account_number="6217", person_id=SYSTEM)


def test_bank_lines_of_every_month_up_to_this_one_wait_by_month(company: Company) -> None:
    statement("2026-07-03,,8.00", "2026-09-05,,1.50", "2026-09-06,2.25,", "2026-10-01,,9.00")
    checks = {check.code: check for check in reads.checklist(SEPTEMBER)}
    assert (checks["bank"].state, checks["bank"].detail) == (
        "warn",
        "3 笔银行明细未对账,+9.50 -2.25 元:2026-07 1 笔(+8.00)、2026-09 2 笔(+1.50 -2.25)",
    )  # fmt: skip
    checks = {check.code: check for check in reads.checklist(Month(2026, 8))}
    assert checks["bank"].detail == "1 笔银行明细未对账,+8.00 元:2026-07 1 笔(+8.00)"
    checks = {check.code: check for check in reads.checklist(Month(2026, 6))}
    assert (checks["bank"].state, checks["bank"].detail) == ("none", "")


def test_matched_bank_lines_are_in_order(company: Company) -> None:
    statement("2026-10-01,,15.00")
    (line,), (item,) = bank_reads.lines(), cash_reads.transit_waiting(TODAY)
    match_by_hand(line["id"], item["id"], person_id=company.accountant)
    checks = {check.code: check for check in reads.checklist(Month(2026, 10))}
    assert (checks["bank"].state, checks["bank"].detail) == ("ok", "")


def test_an_empty_month_is_refused_before_any_check(company: Company) -> None:
    for month, error in (
        (Month(2026, 1), errors.MonthEmpty),
        (Month(2027, 1), errors.MonthNotOver),
    ):
        assert type(reads.obstacle(month)) is error
        with pytest.raises(error, match=str(month)):
            prepare(month, company.finance)
    assert {check.state for check in reads.checklist(Month(2026, 1))} == {"none"}
    assert reads.obstacle(SEPTEMBER) is None
    assert Form.objects.count() == 0
    assert books.locked_months() == []


def test_prepayment_that_waits_to_be_offset_is_shown(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customer_service_account WHERE number = '2'")
        (west,) = cursor.fetchone()
    builders.owe([Debt(west, 2_00, SEPTEMBER, DUE)], effective_on=DUE, org_unit_id=company.root)
    checks = {check.code: check for check in reads.checklist(SEPTEMBER)}
    assert (checks["offset"].state, checks["offset"].detail) == (
        "warn",
        "1 户有预收又欠费,可转 2.00 元",
    )
    cash.offset_unit(company.west, SEPTEMBER, DUE, person_id=None)
    checks = {check.code: check for check in reads.checklist(SEPTEMBER)}
    assert checks["offset"].state == "ok"


def test_two_people_sign_and_the_month_locks_and_cash_still_comes_in(company: Company) -> None:
    form = prepare(SEPTEMBER, company.accountant)
    assert (form.version, len(form.sha256)) == (1, 64)
    assert json.loads(form.content)["report"] == "tie-out"
    assert prepare(SEPTEMBER, company.finance).pk == form.pk
    assert services.sign(form.pk, "finance", person_id=company.finance) is False
    assert books.is_locked(SEPTEMBER) is False
    with pytest.raises(errors.SignatureTwice):
        services.sign(form.pk, "finance", person_id=company.finance)
    assert services.sign(form.pk, "marketing", person_id=company.marketing) is True
    assert books.locked_months() == [SEPTEMBER]
    before = figures(reads.tie_out(SEPTEMBER))
    take(company, "1", 30_00, "S3", TODAY)
    assert figures(reads.tie_out(SEPTEMBER)) == before
    assert reads.one_book(TODAY).totals.get("marketing_fen", 0) == 0
    assert all(not promise.problems for promise in reads.verify())


def close_month(company: Company, month: Month) -> None:
    form = prepare(month, company.accountant)
    services.sign(form.pk, "finance", person_id=company.finance)
    assert services.sign(form.pk, "marketing", person_id=company.marketing) is True


def test_what_stays_open_is_answered_for_on_the_form(company: Company) -> None:
    """No reason, no form; what was open, why, and who said so stays with the signed form."""
    for reasons in ({}, {"bank": "已查询"}, {"cash": " "}):
        with pytest.raises(
            errors.ReasonMissing, match=r"现金已全部解款: 2 个单位现金未解款,共 38\.00 元"
        ):
            services.prepare_form(SEPTEMBER, person_id=company.finance, reasons=reasons)
    assert Form.objects.count() == 0
    form = services.prepare_form(SEPTEMBER, person_id=company.finance, reasons={"cash": "次日解款"})
    (point,) = reads.points(form)
    assert (point.code, point.items, point.amount_fen) == ("cash", 2, 38_00)
    assert (point.reason, point.person_id) == ("次日解款", company.finance)
    again = services.prepare_form(SEPTEMBER, person_id=company.accountant)
    assert again.pk == form.pk
    other = services.prepare_form(
        SEPTEMBER, person_id=company.accountant, reasons={"cash": "银行周末不收款"}
    )
    assert (other.version, reads.points(other)[0].reason) == (2, "银行周末不收款")
    services.sign(other.pk, "finance", person_id=company.finance)
    services.sign(other.pk, "marketing", person_id=company.marketing)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormPoint.objects.update(reason="没有未了事项")
    page = Client()
    page.force_login(Person.objects.get(pk=company.finance))
    shown = page.get("/close/2026-09").content.decode()
    assert "2 个单位现金未解款,共 38.00 元:城东 5.00、城西 33.00" in shown
    assert "银行周末不收款" in shown
    assert "关账检查" not in shown


def test_a_point_that_opens_after_the_form_makes_it_outdated(company: Company) -> None:
    form = prepare(SEPTEMBER, company.finance)
    statement("2026-09-30,,8.00")
    with pytest.raises(errors.FormOutdated, match="open points of 2026-09"):
        services.sign(form.pk, "finance", person_id=company.finance)
    assert Signature.objects.count() == 0
    newer = prepare(SEPTEMBER, company.finance)
    assert [point.code for point in reads.points(newer)] == ["cash", "bank"]
    assert services.sign(newer.pk, "finance", person_id=company.finance) is False


def test_the_page_asks_for_a_reason_at_each_open_point(company: Company) -> None:
    page = Client()
    page.force_login(Person.objects.get(pk=company.finance))
    shown = page.get("/close/2026-09").content.decode()
    assert shown.count("关账理由") == 1
    refused = page.post("/close/2026-09/prepare", {"reason-cash": ""}, follow=True)
    assert "逐项写明理由" in refused.content.decode()
    assert Form.objects.count() == 0
    done = page.post("/close/2026-09/prepare", {"reason-cash": "次日解款"}, follow=True)
    assert "次日解款" in done.content.decode()
    assert Form.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 8, 25), date(2026, 7, 1), DUE])
def test_an_opening_before_a_closed_month_moves_no_signed_balance(
    company: Company, day: date
) -> None:
    close_month(company, SEPTEMBER)
    before = figures(reads.tie_out(SEPTEMBER)), figures(reads.tie_out(Month(2026, 8)))
    table = "户号,欠费年月,欠费金额\n1,2026-06,7.00\n".encode()
    with pytest.raises(DatabaseError, match=f"{day} lies in a locked month"):
        import_opening(table, "late.csv", effective_on=day, person_id=SYSTEM)
    assert (figures(reads.tie_out(SEPTEMBER)), figures(reads.tie_out(Month(2026, 8)))) == before


def test_months_close_in_their_order(company: Company) -> None:
    """What is open and has postings is named; it closes first, and what follows may then close."""
    take(company, "1", 1_00, "S8", date(2026, 10, 2))
    clock.fix(date(2026, 11, 2))
    with pytest.raises(errors.CloseBlocked, match="以前月份已关账: 2026-09 未关账,须先关该月"):
        prepare(Month(2026, 10), company.accountant)
    assert (Form.objects.count(), books.locked_months()) == (0, [])
    close_month(company, SEPTEMBER)
    close_month(company, Month(2026, 10))
    assert books.locked_months() == [SEPTEMBER, Month(2026, 10)]


def test_only_the_right_person_signs_and_nobody_for_both(company: Company) -> None:
    form = prepare(SEPTEMBER, company.finance)
    for side, person in (
        ("finance", company.marketing),
        ("marketing", company.finance),
        ("marketing", company.cashier),
        ("marketing", None),
    ):
        with pytest.raises(NotAllowed):
            services.sign(form.pk, side, person_id=person)
    with pytest.raises(errors.FormUnknown):
        services.sign(4711, "marketing", person_id=company.marketing)
    with pytest.raises(ValueError, match="neither"):
        services.sign(form.pk, "neither", person_id=company.marketing)
    assert Signature.objects.count() == 0
    insert("finance_signature", form_id=form.pk, side="marketing", person_id=company.finance)
    with pytest.raises(errors.SamePerson, match="finance has signed"):
        services.sign(form.pk, "finance", person_id=company.finance)
    with pytest.raises(DatabaseError, match="finance_signature_two_people"), transaction.atomic():
        insert("finance_signature", form_id=form.pk, side="finance", person_id=company.finance)
    assert books.locked_months() == []


def test_figures_that_changed_since_make_the_form_outdated(company: Company) -> None:
    form = prepare(SEPTEMBER, company.finance)
    services.sign(form.pk, "finance", person_id=company.finance)
    take(company, "1", 1_00, "S3")
    with pytest.raises(errors.FormOutdated, match="2026-09"):
        services.sign(form.pk, "marketing", person_id=company.marketing)
    assert books.is_locked(SEPTEMBER) is False
    newer = prepare(SEPTEMBER, company.finance)
    assert (newer.version, newer.pk == form.pk) == (2, False)
    services.sign(newer.pk, "marketing", person_id=company.marketing)
    assert services.sign(newer.pk, "finance", person_id=company.finance) is True


def test_a_month_is_not_closed_before_it_is_over(company: Company) -> None:
    clock.fix(DUE)
    with pytest.raises(errors.MonthNotOver, match="today is 2026-09-30"):
        prepare(SEPTEMBER, company.finance)
    assert Form.objects.count() == 0


# ------------------------------------------------------------ an outside ledger


def ledger_file(*rows: str) -> bytes:
    return "\n".join(["月份,单位,科目编码,余额", *rows]).encode("gb18030")


def test_an_outside_ledger_is_the_third_column(company: Company) -> None:
    taken = jobs.import_ledger(
        ledger_file(
            "2026-09,3301,112201,30.00",
            "2026年9月,城西,2203,2.50",
            "2026-13,3301,112201,1.00",
            "2026-09,9999,112201,1.00",
            "2026-09,3301,9999,1.00",
            "2026-09,3301,1002,一百",
        ),
        "总账.csv",
        person_id=company.accountant,
    )
    assert (taken.taken, taken.unchanged) == (2, 0)
    assert [reject.row_number for reject in taken.rejects] == [4, 5, 6, 7]
    found = {(row["measure"], row["org_unit"]): row for row in reads.tie_out(SEPTEMBER).rows}
    assert found["receivable", "城东"]["ledger_difference_fen"] == 0
    assert found["prepayment", "城西"]["ledger_fen"] == 2_50
    assert found["prepayment", "城西"]["ledger_difference_fen"] == 50
    assert found["received", "城西"]["ledger_fen"] is None
    newer = ledger_file("2026-09,3301,112201,30.00", "2026-09,城西,2203,3.00")
    again = jobs.import_ledger(newer, "总账2.csv", person_id=company.accountant)
    assert (again.taken, again.unchanged) == (1, 1)
    assert LedgerBalance.objects.count() == 3
    assert figures(reads.tie_out(SEPTEMBER))["prepayment", "城西"] == (3_00, 3_00, 3_00)
    tried = ledger_file("2026-09,3301,112201,31.00")
    jobs.import_ledger(tried, "总账3.csv", person_id=company.accountant, dry_run=True)
    assert LedgerBalance.objects.count() == 3
    with pytest.raises(NotAllowed):
        jobs.import_ledger(newer, "x.csv", person_id=company.cashier)


def sign_both(company: Company) -> Form:
    form = prepare(SEPTEMBER, company.finance)
    services.sign(form.pk, "finance", person_id=company.finance)
    services.sign(form.pk, "marketing", person_id=company.marketing)
    return form


def test_a_signed_form_shows_its_own_sums_and_what_changed_since(company: Company) -> None:
    form = sign_both(company)
    page = Client()
    page.force_login(Person.objects.get(pk=company.finance))
    assert to_json(reads.form_report(form)) == form.content
    assert reads.changed_since(form).rows == []
    assert "今日再问账簿,仍是签字时的数字" in page.get("/close/2026-09").content.decode()

    late = ledger_file("2026-09,3301,112201,29.00")
    jobs.import_ledger(late, "总账.csv", person_id=company.accountant)
    assert to_json(reads.form_report(form)) == form.content
    (changed,) = reads.changed_since(form).rows
    assert (changed["measure"], changed["org_unit"], changed["figure_zh"]) == (
        "receivable", "城东", "财务总账(外部)",
    )  # fmt: skip
    assert [changed[key] for key in ("signed_fen", "today_fen", "difference_fen")] == [
        None, 29_00, 29_00,
    ]  # fmt: skip
    shown = page.get("/close/2026-09").content.decode()
    assert "今日的数字已不是签字时的数字" in shown
    assert "今日再问账簿" not in shown


def test_months_with_nothing_in_them_are_not_listed(company: Company) -> None:
    page = Client()
    page.force_login(Person.objects.get(pk=company.finance))
    shown = page.get("/close/").content.decode()
    listed = re.findall(r'href="/close/(\d{4}-\d\d)', shown)
    assert sorted(set(listed)) == ["2026-09", "2026-10"]


# ------------------------------------------------------------ as known, and two at once


def test_a_question_about_the_past_is_answered_by_the_same_bytes(
    own_database: "OwnDatabase",
) -> None:
    company = builders.company()
    with clock.on(DUE):
        trade(company)
    moment = clock.watermark()
    before = [to_json(report) for report in every_report(moment)]
    with clock.on(TODAY):
        take(company, "1", 1_00, "S9")
        jobs.import_ledger(
            ledger_file("2026-09,3301,112201,9.00"), "l.csv", person_id=company.accountant
        )
        open_account("6218", "工行", "电费户二", company.root, 7_00, START, person_id=None)
    assert [to_json(report) for report in every_report(moment)] == before
    assert [to_json(report) for report in every_report(clock.watermark())] != before


def every_report(known_at: object) -> list[Report]:
    return [
        reads.tie_out(SEPTEMBER, known_at),
        reads.one_book(DUE, known_at),
        reads.month_table([Month(2026, 8), SEPTEMBER], known_at),
    ]


def test_recovery_counts_what_came_to_be_owed(company: Company) -> None:
    (row,) = reads.month_table([SEPTEMBER]).rows
    assert row["received_fen"] == 53_00
    assert row["recovery"] == 6250  # 50.00 of 80.00 are no longer owed
    assert (row["marketing_fen"], row["book_fen"], row["prepayment_fen"]) == (30_00, 30_00, 3_00)
    (january,) = reads.month_table([Month(2026, 1)]).rows
    assert january["recovery"] is None


def test_a_posting_under_way_is_never_locked_out_of_the_signed_figures(
    own_database: "OwnDatabase",
) -> None:
    """The second signature waits for a receipt that is being recorded, and then sees it."""
    company = builders.company()
    trade(company)
    clock.fix(TODAY)
    form = prepare(SEPTEMBER, company.finance)
    services.sign(form.pk, "finance", person_id=company.finance)
    outcome: list[object] = []

    def sign() -> None:
        try:
            outcome.append(services.sign(form.pk, "marketing", person_id=company.marketing))
        except errors.FormOutdated as outdated:
            outcome.append(outdated)
        finally:
            connection.close()

    with transaction.atomic():
        take(company, "1", 1_00, "S9")
        signer = Thread(target=sign)
        signer.start()
        signer.join(1)
        assert outcome == []
        assert signer.is_alive()
    signer.join(20)
    assert [type(one) for one in outcome] == [errors.FormOutdated]
    assert books.locked_months() == []


def test_a_form_is_not_signed_while_its_figures_cannot_be_complete(
    own_database: "OwnDatabase",
) -> None:
    """Reads stop before the oldest open transaction; a receipt after it would be left out."""
    company = builders.company()
    trade(company)
    clock.fix(TODAY)
    with own_database.connect("app") as slow:
        slow.execute("SELECT 1")
        take(company, "1", 1_00, "S9")
        with pytest.raises(errors.BookBusy):
            prepare(SEPTEMBER, company.finance)
        slow.rollback()
    assert prepare(SEPTEMBER, company.finance).version == 1
