"""Questions about VAT invoices: the register, what stands over a bill, and their output VAT."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from onebook.billing.errors import InvoiceUnknown
from onebook.billing.models import InvoiceBill, InvoiceEvent, InvoiceTerms, Moment, Threshold
from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month

Row = dict[str, Any]
"""An invoice keyed by the columns of billing_v_invoice, with customer_name, account_number,
bill_month and last_month (of its first and last bill), bills, usage_e4, blue_code, blue_number,
red_due."""

# What the pages and reports call a state, in Chinese and in English.
STATE_WORDS: dict[str, tuple[str, str]] = {
    "to_issue": ("待开票", "To be invoiced"),
    "requested": ("已申请", "Requested"),
    "failed": ("开票失败", "Failed"),
    "issued": ("已开票", "Invoiced"),
    "red_issued": ("已红冲", "Turned red"),
    "voided": ("已作废", "Voided"),
    "dropped": ("已撤回", "Dropped"),
}
KIND_WORDS = {"special": ("专票", "Special invoice"), "general": ("普票", "General invoice")}
COLOR_WORDS = {"blue": ("蓝字", "Blue"), "red": ("红字", "Red")}
OUTPUT_VAT = "22210106"
_PARTS = ("special", "general", "red", "uninvoiced")


def invoices(
    units: Sequence[int] | None = None,
    month: Month | None = None,
    states: Collection[str] | None = None,
    kind: str | None = None,
    color: str | None = None,
    text: str | None = None,
    red_due: bool = False,
    limit: int | None = 200,
    offset: int = 0,
) -> list[Row]:
    """Invoices, the newest first; `text` is a number, a tax number, an account or part of a title.

    `red_due` asks for those that stand over a bill which is reversed since.
    """
    return _invoices(
        units=None if units is None else list(units),
        month=None if month is None else month.first,
        states=None if states is None else list(states),
        kind=kind,
        color=color,
        text=text,
        red_due=red_due,
        limit=limit,
        offset=offset,
    )


def _invoices(**asked: Any) -> list[Row]:
    every = dict.fromkeys(("ids", "units", "month", "states", "kind", "color", "text", "limit"))
    return sql.rows("billing", "invoices", {**every, "red_due": False, "offset": 0, **asked})


def invoices_by_id(invoice_ids: Collection[int]) -> dict[int, Row]:
    """Invoices by their ids; unknown ids are left out."""
    return {row["id"]: row for row in _invoices(ids=list(invoice_ids))}


def invoice(invoice_id: int) -> Row:
    """One invoice; InvoiceUnknown else."""
    found = invoices_by_id([invoice_id])
    if invoice_id not in found:
        raise InvoiceUnknown(invoice=invoice_id)
    return found[invoice_id]


def events_of(invoice_id: int) -> list[InvoiceEvent]:
    """What became of an invoice, in the order of recording."""
    return list(InvoiceEvent.objects.filter(invoice_id=invoice_id).order_by("id"))


def bills_of_invoices(invoice_ids: Collection[int]) -> list[int]:
    """The ids of the bills that the invoices cover, ascending."""
    found = InvoiceBill.objects.filter(invoice_id__in=list(invoice_ids)).order_by("bill_id")
    return list(found.values_list("bill_id", flat=True).distinct())


def red_of(invoice_id: int) -> list[Row]:
    """The red invoices that were asked for of a blue one, the newest first."""
    return [row for row in _invoices(color="red") if row["blue_id"] == invoice_id]


def states_of_bills(bill_ids: Collection[int]) -> dict[int, Row]:
    """Bill -> its last blue invoice: invoice_id, kind, state, code, number, issued_on,
    state_reason; a bill that never had one is left out."""
    found = sql.rows("billing", "invoice_states", {"bills": list(bill_ids)})
    return {row["bill_id"]: row for row in found}


def shown_of_bills(bill_ids: Collection[int]) -> dict[int, Row]:
    """What a page shows of a bill's invoice, for every bill asked: invoice_id (None for none),
    state with its name_zh, name_en and tone, number, issued_on, reason, and whether it is `free`,
    so that an invoice may be asked for.
    """
    states = states_of_bills(bill_ids)
    shown = {}
    for bill_id in bill_ids:
        row = states.get(bill_id)
        state = row["state"] if row else "to_issue"
        shown[bill_id] = {
            "invoice_id": row["invoice_id"] if row else None,
            "state": state,
            "name_zh": STATE_WORDS[state][0],
            "name_en": STATE_WORDS[state][1],
            "tone": tone(state),
            "number": (row["number"] or "") if row else "",
            "issued_on": row["issued_on"] if row else None,
            "reason": row["state_reason"] if row else "",
            "free": state not in ("requested", "failed", "issued"),
        }
    return shown


def tone(state: str) -> str:
    """The look of a state on a page: waiting, bad or good."""
    return _TONES.get(state, "bad")


_TONES = {"to_issue": "wait", "requested": "wait", "issued": "good"}


def counts(units: Sequence[int] | None = None, month: Month | None = None) -> list[Row]:
    """Invoices and gross_fen by state and color; `to_issue` are standing bills without
    one, `red_due` invoices that stand over a reversed bill."""
    params = {
        "units": None if units is None else list(units),
        "month": None if month is None else month.first,
    }
    return sql.rows("billing", "invoice_counts", params)


def taxable_when_paid() -> bool:
    """Whether any bill becomes taxable by its payment, so that a request has to know of it."""
    moments = Threshold.objects.filter(rule="invoice", name="taxable_moment")
    return moments.filter(value=Moment.RECEIPT).exists()


def terms_of(customer_id: int) -> list[InvoiceTerms]:
    """A customer's invoice terms, the ones that count longest ahead first."""
    found = InvoiceTerms.objects.filter(customer_id=customer_id)
    return list(found.order_by("-valid_from", "-id"))


def report(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """Output VAT by month of the year: of invoices and of what is not invoiced, against the book.

    A month's VAT without an invoice is that of the bills issued in it, less what invoices of the
    month came to cover, as the VAT return asks (未开具发票). Ties: each month to the output VAT
    account, and the balance at the end.
    """
    known = known_moment(known_at)
    months = [Month(as_of.year, number) for number in range(1, as_of.month + 1)]
    params = {
        "since": months[0].first,
        "as_of": as_of,
        "units": None if units is None else list(units),
        **known,
    }
    found = {(row["month"], row["of"]): row["vat_fen"] for row in _vat(params)}
    balances = _balances(months, as_of, known_at, units)
    rows = [
        {
            "month": str(month),
            **{f"{part}_fen": found.get((month.first, part), 0) for part in _PARTS},
            "book_fen": balances[at + 1] - balances[at],
        }
        for at, month in enumerate(months)
    ]
    for row in rows:
        row["output_fen"] = sum(row[f"{part}_fen"] for part in _PARTS)
        row["difference_fen"] = row["output_fen"] - row["book_fen"]
    keys = [column.key for column in _COLUMNS[1:]]
    before = sum(amount for (month, _), amount in found.items() if month is None)
    ties = [Tie(f"output-vat: {row['month']}", row["output_fen"], row["book_fen"]) for row in rows]
    totals = {key: sum(row[key] for row in rows) for key in keys}
    ties.append(Tie("output-vat-balance", before + totals["output_fen"], balances[-1]))
    return Report(
        name="invoices",
        title_zh="销项税额与开票核对表",
        title_en="Output VAT and invoices",
        as_of=as_of,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=tuple(ties),
        basis_zh="按开票日期;未开票为当月发行电费中未开票部分的增减",
        basis_en="By date of invoice; not invoiced: change of the bills without an invoice",
    )


_COLUMNS = (
    Column("month", "月份", "Month"),
    Column("special_fen", "专票税额", "Special invoices", "fen"),
    Column("general_fen", "普票税额", "General invoices", "fen"),
    Column("red_fen", "红字税额", "Red invoices", "fen"),
    Column("uninvoiced_fen", "未开票税额", "Not invoiced", "fen"),
    Column("output_fen", "合计", "Together", "fen"),
    Column("book_fen", "账面销项税额", "Output VAT in the book", "fen"),
    Column("difference_fen", "差额", "Difference", "fen"),
)


def _vat(params: dict[str, Any]) -> list[Row]:
    return sql.rows("billing", "invoice_vat", params)


def _balances(
    months: Sequence[Month], as_of: date, known_at: KnownAt, units: Sequence[int] | None
) -> list[int]:
    """The credit balance of output VAT before the first month and at the end of each."""
    days = [months[0].previous().last, *(month.last for month in months[:-1]), as_of]
    return [-books.account_balance(OUTPUT_VAT, day, known_at, units) for day in days]


def documents_of_numbers(numbers: Collection[str]) -> dict[tuple[str, str], int]:
    """(code, number) -> the invoice that was issued with it, for those of these numbers."""
    found = InvoiceEvent.objects.filter(kind="issued", number__in={one for one in numbers if one})
    return {(one.code, one.number): one.invoice_id for one in found}
