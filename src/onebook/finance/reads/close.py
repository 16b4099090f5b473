"""The checklist before a month closes, and the forms that were signed."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from onebook.banking import reads as banking
from onebook.billing import reads as billing
from onebook.billing.reads.months import month_accounts
from onebook.books import reads as books
from onebook.finance.errors import FormUnknown, MonthEmpty, MonthNotOver
from onebook.finance.models import Form
from onebook.finance.reads.tie import tie_out
from onebook.infra import clock, sql
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.receivable import reads as receivable


class Check(NamedTuple):
    """A line of the checklist.

    state is `ok`, `none` (there is nothing to check), `warn` (shown, not blocking) or `fail`.
    """

    code: str
    name_zh: str
    name_en: str
    state: str
    detail: str


class _Matter(NamedTuple):
    """Whether there is anything of a month that a check could look at."""

    billed: bool
    cash: bool
    booked: bool
    bank: bool
    prepayment: bool
    journals: bool


def _matter(month: Month) -> _Matter:
    asked = {"since": month.first, "until": month.next().first}
    return _Matter(**sql.one("finance", "close_matter", asked))


def obstacle(month: Month) -> OnebookError | None:
    """Why there is no use in checking a month: it is empty, or of the future and empty."""
    matter = _matter(month)
    if matter.billed or matter.booked or matter.journals:
        return None
    today = clock.today()
    if today <= month.last:
        return MonthNotOver(month=str(month), today=today.isoformat())
    return MonthEmpty(month=str(month))


def checklist(month: Month) -> list[Check]:
    """What must hold, and what must be seen, before a month is signed, in the order of work."""
    matter = _matter(month)
    held = month_accounts(month).kept_back
    return [
        _earlier(month),
        _issued(month, matter.billed, held),
        _check(
            "exceptions", "异常已处理", "Exceptions are decided", f"{held or ''}", "warn",
            matter.billed,
        ),
        _cash(month, matter.cash),
        _bank(month, matter.bank),
        _offset(month, matter.prepayment),
        _tied(month),
        _balanced(month),
    ]  # fmt: skip


def _check(code: str, zh: str, en: str, problem: str, state: str, matter: bool) -> Check:
    return Check(code, zh, en, state if problem else "ok" if matter else "none", problem)


def _earlier(month: Month) -> Check:
    """Months close in their order: closing one locks all that lies before it."""
    first = sql.one("finance", "earlier_open", {"month": month.first})["month"]
    problem = "" if first is None else str(Month.of(first))
    return _check(
        "earlier", "以前月份已关账", "Earlier months are closed", problem, "fail",
        bool(problem or books.locked_months()),
    )  # fmt: skip


def _issued(month: Month, matter: bool, held: int) -> Check:
    units = billing.units_to_bill(month)
    names = org.unit_names()
    problem = ", ".join(names[unit] for unit in units)
    state = "warn" if held else "fail"
    return _check("issued", "各单位已发行", "Every unit's bills are issued", problem, state, matter)


def _cash(month: Month, matter: bool) -> Check:
    names, held = org.unit_names(), books.balance_by_unit("1001", month.last)
    problem = ", ".join(
        f"{name} {format_yuan(held[unit])}" for unit, name in names.items() if held.get(unit)
    )
    return _check("cash", "现金已全部解款", "Counter cash is remitted", problem, "warn", matter)


def _bank(month: Month, matter: bool) -> Check:
    """Lines that wait, of this month and of every earlier one: number, money in, money out."""
    problem = "; ".join(
        f"{Month.of(row['month'])}: {row['lines']}{_moved(row['in_fen'], row['out_fen'])}"
        for row in banking.waiting_by_month(month)
    )
    return _check("bank", "银行明细已对账", "Bank lines are matched", problem, "warn", matter)


def _moved(in_fen: int, out_fen: int) -> str:
    sides = [(f"+{format_yuan(in_fen)}", in_fen), (f"-{format_yuan(out_fen)}", out_fen)]
    shown = " ".join(text for text, fen in sides if fen)
    return f" ({shown})" if shown else ""


def _offset(month: Month, matter: bool) -> Check:
    found = sql.one("finance", "not_offset", receivable.as_known(month.last, None))
    shown = f"{found['accounts']}: {format_yuan(found['amount_fen'])}"
    problem = shown if found["accounts"] else ""
    return _check("offset", "预收已转实收", "Prepayment is offset", problem, "warn", matter)


def _tied(month: Month) -> Check:
    report = tie_out(month)
    problem = ", ".join(
        f"{row['measure_zh']} {row['org_unit']} {format_yuan(row['difference_fen'])}"
        for row in report.rows
        if row["difference_fen"]
    )
    matter = any(row["marketing_fen"] or row["book_fen"] for row in report.rows)
    return _check(
        "tied", "两部门账务一致", "Both departments' figures agree", problem, "fail", matter
    )


def _balanced(month: Month) -> Check:
    report = books.trial_balance(month.last)
    balance_fen = report.totals["balance_fen"] if report.rows else 0
    problem = format_yuan(balance_fen) if balance_fen else ""
    return _check(
        "balanced", "试算平衡", "The trial balance balances", problem, "fail", bool(report.rows)
    )


def forms(month: Month) -> list[Form]:
    """A month's forms, newest first, with their signatures."""
    found = Form.objects.filter(month=month.first).prefetch_related("signatures")
    return list(found.order_by("-version"))


def form(form_id: int) -> Form:
    """The form of this id; FormUnknown else."""
    found = Form.objects.filter(pk=form_id).first()
    if found is None:
        raise FormUnknown(form_id=form_id)
    return found


def form_of(month: Month) -> Form | None:
    """The month's newest form."""
    return next(iter(forms(month)), None)


def form_report(form: Form) -> Report:
    """The form as it was prepared and signed: its own rows, sums, ties and moment."""
    content = json.loads(form.content)
    live = tie_out(Month.of(form.month))
    measures = {row["measure_zh"]: row for row in live.rows}
    units = {name: unit for unit, name in org.unit_names().items()}
    rows = []
    for values in content["rows"]:
        row = dict(zip(content["columns"], values, strict=True))
        known = measures.get(row["measure_zh"], {"measure": "", "measure_en": row["measure_zh"]})
        row |= {key: known[key] for key in ("measure", "measure_en")}
        rows.append(row | {"org_unit_id": units.get(row["org_unit"])})
    return replace(
        live,
        known_at=datetime.fromisoformat(content["known_at"]),
        rows=rows,
        totals=content["totals"],
        ties=tuple(Tie(one["with"], one["ours"], one["theirs"]) for one in content["ties"]),
    )


_FIGURES = ("marketing_fen", "book_fen", "ledger_fen")


def changed_since(form: Form) -> Report:
    """The form's figures that today's book and ledgers give otherwise: signed, today, difference.

    Nobody posts into a closed month any more. What can change are outside ledgers and bank
    statements that come in later, and rows that somebody altered in the database.
    """
    signed, live = form_report(form), tie_out(Month.of(form.month))
    names = {column.key: (column.name_zh, column.name_en) for column in live.columns}
    before, after = _figures_of(signed), _figures_of(live)
    rows = [
        {
            **(after | before)[key],
            "figure_zh": names[figure][0],
            "figure_en": names[figure][1],
            "signed_fen": before.get(key, {}).get(figure),
            "today_fen": after.get(key, {}).get(figure),
            "difference_fen": (after.get(key, {}).get(figure) or 0)
            - (before.get(key, {}).get(figure) or 0),
        }
        for key in (after | before)
        for figure in _FIGURES
        if _other(figure, before.get(key, {}).get(figure), after.get(key, {}).get(figure))
    ]
    return replace(
        live,
        name="tie-out-changed",
        title_zh="签字后有变动的数字",
        title_en="Figures that changed since",
        columns=(
            Column("measure_zh", "项目", "Figure"),
            Column("org_unit", "单位", "Org unit"),
            Column("figure_zh", "列", "Column"),
            Column("signed_fen", "签字时", "As signed", "fen"),
            Column("today_fen", "今日", "Today", "fen"),
            Column("difference_fen", "差额", "Difference", "fen", is_difference=True),
        ),
        rows=rows,
        totals={},
        ties=(),
        group="",
    )


def _other(figure: str, before: int | None, after: int | None) -> bool:
    """Whether a figure changed: of an outside ledger, a zero that came in is not none."""
    return before != after if figure == "ledger_fen" else (before or 0) != (after or 0)


def _figures_of(report: Report) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["measure_zh"], row["org_unit"]): row for row in report.rows}
