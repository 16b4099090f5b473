"""VAT invoices: requested from bills, answered by a platform's file, voided, turned red, tied."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from onebook.billing import errors, jobs
from onebook.billing import reads as billing
from onebook.billing.jobs import invoices as files
from onebook.billing.reads import invoices as reads
from onebook.billing.services import invoices as services
from onebook.books import reads as books
from onebook.cash import services as cash
from onebook.customer.rules import Category
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.work import reads as work
from tests.billing.towns import Town, ask, found_town

FEB = Month(2026, 2)
TODAY = date(2026, 3, 2)
TERMS = (
    "户号,发票种类,发票抬头,纳税人识别号,地址电话,开户行账号,合并开票,生效日期\n"
    "0001,专票,浙江甲有限公司,91330100ma27xxxx1a,杭州市文一路1号 0571-88880000,"
    "建行杭州分行 33001,否,2026-01-01\n"
)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """Accounts 0001 to 0003 of three customers with February's bills, on the second of March."""
    with clock.on(TODAY):
        town = found_town()
        for number in ("0001", "0002", "0003"):
            town.account(number, category=Category.COMMERCIAL)
        # Businesses at a household's price, for round figures.
        ask("UPDATE billing_threshold SET value = 0 WHERE rule = 'R10' RETURNING id")
        town.read("2026-02", {"0001": 1000, "0002": 200, "0003": 300})
        jobs.verify(FEB, person_id=SYSTEM)
        receivable.issue(FEB, date(2026, 2, 26), person_id=SYSTEM)
        yield town


def bill(town: Town, number: str) -> "billing.Bill":
    return billing.bills_of_account(town.accounts[number])[0]


def take_terms(text: str = TERMS) -> "files.FileTaken":
    return files.import_terms(text.encode(), "terms.csv", person_id=SYSTEM)


def answer(text: str, *, person_id: int | None = SYSTEM) -> "files.FileTaken":
    head = "单据号,结果,发票代码,发票号码,开票日期,价税合计,失败原因\n"
    return files.import_results((head + text).encode(), "results.csv", person_id=person_id)


def issued(town: Town, number: str = "26332000000001") -> dict:
    """0001's special invoice, issued on 2026-03-02."""
    take_terms()
    (invoice_id,) = services.request_month(FEB, person_id=SYSTEM).invoice_ids
    assert answer(f"KP{invoice_id},成功,,{number},2026-03-02,538.00,\n").taken == 1
    return reads.invoice(invoice_id)


def told(rejects: list) -> list[tuple[int, str]]:
    return [(one.row_number, one.reason.code) for one in rejects]


def test_a_month_is_requested_once_with_the_buyers_data_and_the_bills_amounts(town: Town) -> None:
    assert take_terms().taken == 1
    assert take_terms().unchanged == 1
    done = services.request_month(FEB, person_id=town.biller_id)
    assert (len(done.invoice_ids), done.bills, done.waiting) == (1, 1, 0)
    (row,) = reads.invoices()
    one = bill(town, "0001")
    assert (row["net_fen"], row["vat_fen"], row["gross_fen"]) == (47611, 6189, 53800)
    assert (one.net_fen, one.vat_fen, one.total_fen) == (47611, 6189, 53800)
    assert (row["kind"], row["title"], row["tax_number"]) == (
        "special", "浙江甲有限公司", "91330100MA27XXXX1A")  # fmt: skip
    assert (row["state"], row["taxable_on"], row["vat_rate_bp"]) == (
        "requested", date(2026, 2, 26), 1300)  # fmt: skip
    again = services.request_month(FEB, person_id=town.biller_id)
    assert again.invoice_ids == []
    everybody = services.request_month(FEB, person_id=town.biller_id, everybody=True)
    assert everybody.bills == 2
    assert {row["title"] for row in reads.invoices(kind="general")} == {"用户0002", "用户0003"}
    assert [row["invoices"] for row in reads.counts() if row["state"] == "to_issue"] == [0]


def test_one_invoice_over_all_accounts_of_a_customer_that_wants_it(town: Town) -> None:
    ask(
        "UPDATE customer_service_account a SET customer_id = b.customer_id"
        " FROM customer_service_account b WHERE b.id = %s AND a.id = %s RETURNING a.id",
        town.accounts["0001"],
        town.accounts["0002"],
    )
    take_terms(TERMS.replace(",否,", ",是,"))
    (invoice_id,) = services.request_month(FEB, person_id=SYSTEM).invoice_ids
    row = reads.invoice(invoice_id)
    bills = [bill(town, "0001"), bill(town, "0002")]
    assert row["bills"] == 2
    assert row["gross_fen"] == sum(one.total_fen for one in bills) == 53800 + 10760
    assert row["vat_fen"] == sum(one.vat_fen for one in bills)
    text = files.upload("x.csv", person_id=SYSTEM)[0].decode("utf-8-sig")
    assert "户号 0001 等 2 户次" in text


def test_the_platforms_file_is_the_same_each_time_and_its_answer_is_taken_row_by_row(
    town: Town,
) -> None:
    take_terms()
    ids = services.request_month(FEB, person_id=SYSTEM, everybody=True).invoice_ids
    first, count = files.upload("docs.csv", person_id=SYSTEM)
    assert (first, count) == files.upload("docs.csv", person_id=SYSTEM)
    assert count == 3
    lines = first.decode("utf-8-sig").splitlines()
    number = next(row["id"] for row in reads.invoices(kind="special"))
    assert lines[1 + ids.index(number)] == (
        f"KP{number},蓝字,专票,浙江甲有限公司,91330100MA27XXXX1A,杭州市文一路1号 0571-88880000,"
        "建行杭州分行 33001,*供电*电费,千瓦时,1000,476.11,13%,61.89,538.00,,,,,"
        '"户号 0001,电费年月 2026-02"'
    )
    others = sorted(set(ids) - {number})
    text = (
        f"KP{number},成功,033002600111,00000001,2026-03-02,538.00,\n"
        f"KP{others[0]},失败,,,,,税号不存在\n"
        f"KP{others[1]},成功,033002600111,00000001,2026-03-02,,\n"
        f"KP{others[1]},成功,033002600111,00000002,2026-03-02,1.00,\n"
        "KP99999999,成功,033002600111,00000003,2026-03-02,,\n"
        f"KP{others[1]},成功,,,2026-03-02,,\n"
        f"KP{others[1]},不知,,1,2026-03-02,,\n"
    )
    taken = answer(text)
    assert told(taken.rejects) == [
        (4, "invoice_number_taken"),
        (5, "result_amount_differs"),
        (6, "document_unknown"),
        (7, "invoice_number_missing"),
        (8, "result_unknown"),
    ]
    assert (taken.taken, taken.unchanged) == (2, 0)
    states = {row["id"]: row["state"] for row in reads.invoices()}
    assert states == {number: "issued", others[0]: "failed", others[1]: "requested"}
    same = answer(text)
    assert (same.taken, same.unchanged, len(same.rejects)) == (0, 2, 5)
    assert ask("SELECT count(*) FROM billing_invoice_event") == [(5,)]
    assert told(answer(f"KP{number},失败,,,,,x\n").rejects) == [(2, "result_against_record")]
    twice = answer(f"KP{others[1]},失败,,,,,x\nKP{others[1]},失败,,,,,y\n")
    assert told(twice.rejects) == [(3, "document_twice")]


def test_a_failed_one_waits_for_the_biller_and_is_requested_again_with_the_new_data(
    town: Town,
) -> None:
    take_terms()
    (invoice_id,) = services.request_month(FEB, person_id=SYSTEM).invoice_ids
    answer(f"KP{invoice_id},失败,,,,,税号不存在\n")
    (task,) = [one for one in work.waiting_for(town.biller_id) if "invoices" in one.url]
    assert task.url == "/billing/invoices?state=failed&org_unit=3301"
    shown = reads.shown_of_bills([bill(town, "0001").pk])[bill(town, "0001").pk]
    assert (shown["state"], shown["reason"], shown["tone"]) == ("failed", "税号不存在", "bad")
    take_terms(TERMS.replace("xxxx1a", "XXXX2B").replace("2026-01-01", "2026-03-01"))
    done = services.request_again([invoice_id], person_id=town.biller_id)
    assert reads.invoice(invoice_id)["state"] == "dropped"
    fresh = reads.invoice(done.invoice_ids[0])
    assert (fresh["state"], fresh["tax_number"]) == ("requested", "91330100MA27XXXX2B")
    assert [one for one in work.waiting_for(town.biller_id) if "invoices" in one.url] == []
    assert told(answer(f"KP{invoice_id},成功,,1,2026-03-02,,\n").rejects) == [
        (2, "result_against_record")
    ]


def test_a_bill_has_one_standing_blue_invoice_of_its_own_amounts(town: Town) -> None:
    row = issued(town)
    one = bill(town, "0001")
    with pytest.raises(errors.NothingToInvoice):
        services.request_bills([one.pk], person_id=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("billing_invoice_standing", bill_id=one.pk, color="blue", invoice_id=row["id"])
    with pytest.raises(DatabaseError) as wrong, transaction.atomic():
        insert(
            "billing_invoice_bill", invoice_id=row["id"], bill_id=bill(town, "0002").pk,
            net_fen=1, vat_fen=0, gross_fen=1,
        )  # fmt: skip
    assert isinstance(guards.refusal(wrong.value), errors.InvoiceDiffers)
    with pytest.raises(DatabaseError) as stands, transaction.atomic():
        reads_delete(one.pk)
    assert isinstance(guards.refusal(stands.value), errors.InvoiceStands)
    with pytest.raises(DatabaseError) as fixed, transaction.atomic():
        ask("DELETE FROM billing_invoice_event RETURNING 1")
    assert "permission denied" in str(fixed.value)
    assert reads.invoice(row["id"])["state"] == "issued"


def reads_delete(bill_id: int) -> None:
    ask("DELETE FROM billing_invoice_standing WHERE bill_id = %s RETURNING 1", bill_id)


def test_a_red_invoice_needs_its_blue_one_a_reason_and_for_a_special_one_the_form(
    town: Town,
) -> None:
    row = issued(town)
    with pytest.raises(errors.InvoiceReasonMissing):
        services.request_red(row["id"], " ", "3300001", person_id=SYSTEM)
    with pytest.raises(errors.RedFormMissing):
        services.request_red(row["id"], "开票有误", person_id=SYSTEM)
    with pytest.raises(NotAllowed):
        services.request_red(row["id"], "开票有误", "3300001", person_id=town.cashier_id)
    red_id = services.request_red(row["id"], "开票有误", "3300001", person_id=SYSTEM)
    with pytest.raises(errors.InvoiceRedAsked):
        services.request_red(row["id"], "开票有误", "3300001", person_id=SYSTEM)
    with pytest.raises(errors.InvoiceNotIssued):
        services.request_red(red_id, "开票有误", "3300001", person_id=SYSTEM)
    red = reads.invoice(red_id)
    assert (red["net_fen"], red["vat_fen"], red["gross_fen"]) == (-47611, -6189, -53800)
    assert "-538.00" in files.upload("x.csv", person_id=SYSTEM)[0].decode()
    answer(f"KP{red_id},失败,,,,,信息表未审核\n")
    (second,) = services.request_again([red_id], person_id=SYSTEM).invoice_ids
    assert reads.invoice(second)["red_form"] == "3300001"
    assert answer(f"KP{second},成功,,26332000000002,2026-03-02,-538.00,\n").taken == 1
    assert reads.invoice(row["id"])["state"] == "red_issued"
    fresh = services.request_bills([bill(town, "0001").pk], person_id=SYSTEM)
    assert len(fresh.invoice_ids) == 1
    report = reads.report(TODAY)
    assert report.rows[2]["special_fen"] == 6189
    assert report.rows[2]["red_fen"] == -6189
    assert report.tied()


def tasks_of(town: Town) -> list[tuple[str, str]]:
    """Address and title of the biller's tasks about invoices."""
    found = [one for one in work.waiting_for(town.biller_id) if "invoices" in one.url]
    return [(one.url, one.title) for one in found]


@pytest.mark.parametrize("by_void", [True, False])
def test_an_invoice_over_a_reversed_bill_waits_for_the_biller_until_it_is_void_or_red(
    town: Town, by_void: bool
) -> None:
    row = issued(town)
    cash.cancel_and_reissue(bill(town, "0002").pk, person_id=town.biller_id)
    assert tasks_of(town) == []  # nobody asked for an invoice of that one
    cash.cancel_and_reissue(bill(town, "0001").pk, person_id=town.biller_id)

    waiting = tasks_of(town)
    if by_void:
        services.void(row["id"], "全减另发", person_id=SYSTEM)
    else:
        red_id = services.request_red(row["id"], "全减另发", "3300001", person_id=SYSTEM)
        assert tasks_of(town) == waiting  # it is due until the platform has issued it
        assert answer(f"KP{red_id},成功,,26332000000002,2026-03-02,-538.00,\n").taken == 1

    assert waiting == [
        (
            "/billing/invoices?state=red_due&org_unit=3301",
            "城东 有 1 张发票对应的电费单已冲销:请作废,或申请红字发票",
        )
    ]
    assert tasks_of(town) == []


def test_voiding_frees_the_bill_in_the_month_of_the_invoice_and_not_later(town: Town) -> None:
    row = issued(town)
    with clock.on(date(2026, 4, 1)), pytest.raises(errors.VoidTooLate):
        services.void(row["id"], "开错", person_id=SYSTEM)
    services.void(row["id"], "开错", person_id=SYSTEM)
    assert reads.invoice(row["id"])["state"] == "voided"
    with pytest.raises(errors.InvoiceNotIssued):
        services.void(row["id"], "开错", person_id=SYSTEM)
    assert services.request_bills([bill(town, "0001").pk], person_id=SYSTEM).bills == 1
    assert reads.report(TODAY).rows[2]["special_fen"] == 0


def test_the_months_output_vat_ties_to_the_book(town: Town) -> None:
    issued(town)
    report = reads.report(TODAY)
    total = sum(bill(town, number).vat_fen for number in ("0001", "0002", "0003"))
    assert total == 6189 + 1238 + 1857
    assert [(row["month"], row["special_fen"], row["uninvoiced_fen"], row["book_fen"])
            for row in report.rows] == [
        ("2026-01", 0, 0, 0), ("2026-02", 0, total, total), ("2026-03", 6189, -6189, 0)
    ]  # fmt: skip
    assert books.account_balance("22210106", TODAY) == -total
    assert report.ties[-1].ours == report.ties[-1].theirs == total
    assert report.tied()
    assert reads.report(date(2026, 2, 28)).rows[1]["uninvoiced_fen"] == total
    before = reads.report(TODAY, date(2026, 3, 1))
    assert [row["output_fen"] for row in before.rows] == [0, 0, 0]


def test_a_bill_that_payment_makes_taxable_waits_until_it_is_paid(town: Town) -> None:
    insert(
        "billing_threshold", rule="invoice", name="taxable_moment", category_id=None, value=2,
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    done = hub.request_invoices(FEB, person_id=SYSTEM, everybody=True)
    assert (done.invoice_ids, done.bills, done.waiting) == ([], 0, 3)
    paid = {bill(town, "0002").pk: date(2026, 3, 1)}
    some = services.request_month(FEB, person_id=SYSTEM, everybody=True, paid_on=paid)
    assert (some.bills, some.waiting) == (1, 2)
    assert reads.invoice(some.invoice_ids[0])["taxable_on"] == date(2026, 3, 1)
    with pytest.raises(NotAllowed):
        services.request_month(FEB, person_id=town.cashier_id)


def test_terms_that_do_not_serve_come_back_with_their_reasons(town: Town) -> None:
    rows = (
        "9999,专票,甲,91330100MA27XXXX1A,址,行,否,\n"
        "0001,特票,甲,91330100MA27XXXX1A,址,行,否,\n"
        "0001,专票,甲,12,址,行,否,\n"
        "0001,专票,甲,91330100MA27XXXX1A,,行,否,\n"
        "0001,普票,甲,,,,也许,\n"
        "0001,普票,甲,,,,否,\n"
        "0001,普票,乙,,,,否,\n"
    )
    taken = take_terms(TERMS.splitlines(keepends=True)[0] + rows)
    assert told(taken.rejects) == [
        (2, "account_unknown"),
        (3, "invoice_kind_unknown"),
        (4, "tax_number_unreadable"),
        (5, "tax_data_missing"),
        (6, "yes_or_no"),
        (8, "terms_twice"),
    ]
    assert taken.taken == 1
