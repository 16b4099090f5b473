"""The checklist before a month closes, and the forms that were signed."""

from typing import NamedTuple

from onebook.banking import reads as banking
from onebook.billing import reads as billing
from onebook.books import reads as books
from onebook.cash import reads as cash
from onebook.finance.errors import FormUnknown
from onebook.finance.models import Form
from onebook.finance.reads.tie import tie_out
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org


class Check(NamedTuple):
    """A line of the checklist; state is `ok`, `warn` (shown, not blocking) or `fail`."""

    code: str
    name_zh: str
    name_en: str
    state: str
    detail: str


def checklist(month: Month) -> list[Check]:
    """What must hold, and what must be seen, before a month is signed, in the order of work."""
    return [
        _issued(month),
        _exceptions(month),
        _cash(month),
        _bank(month),
        _offset(month),
        _tied(month),
        _balanced(month),
    ]


def _check(code: str, zh: str, en: str, problem: str, state: str) -> Check:
    return Check(code, zh, en, state if problem else "ok", problem)


def _issued(month: Month) -> Check:
    held = sum(
        row["exceptions"]
        for row in billing.exception_counts(month)
        if row["blocking"] and row["state"] != "release"
    )
    units = billing.units_to_bill(month)
    names = org.unit_names()
    problem = ", ".join(names[unit] for unit in units)
    state = "warn" if held else "fail"
    return _check("issued", "各单位已发行", "Every unit's bills are issued", problem, state)


def _exceptions(month: Month) -> Check:
    count = sum(
        row["exceptions"]
        for row in billing.exception_counts(month)
        if row["blocking"] and row["state"] != "release"
    )
    problem = f"{count}" if count else ""
    return _check("exceptions", "异常已处理", "Exceptions are decided", problem, "warn")


def _cash(month: Month) -> Check:
    names = org.unit_names()
    held = {unit: cash.cash_held(unit, month.last) for unit in names}
    problem = ", ".join(f"{names[u]} {format_yuan(fen)}" for u, fen in held.items() if fen)
    return _check("cash", "现金已全部解款", "Counter cash is remitted", problem, "warn")


def _bank(month: Month) -> Check:
    waiting = banking.month_counts(month)["waiting"]
    problem = f"{waiting}" if waiting else ""
    return _check("bank", "银行明细已对账", "Bank lines are matched", problem, "warn")


def _offset(month: Month) -> Check:
    found = sql.one("finance", "not_offset", {"as_of": month.last, **known_moment(None)})
    shown = f"{found['accounts']}: {format_yuan(found['amount_fen'])}"
    problem = shown if found["accounts"] else ""
    return _check("offset", "预收已转实收", "Prepayment is offset", problem, "warn")


def _tied(month: Month) -> Check:
    report = tie_out(month)
    problem = ", ".join(
        f"{row['measure_zh']} {row['org_unit']} {format_yuan(row['difference_fen'])}"
        for row in report.rows
        if row["difference_fen"]
    )
    return _check("tied", "两部门账务一致", "Both departments' figures agree", problem, "fail")


def _balanced(month: Month) -> Check:
    totals = books.trial_balance(month.last).totals
    problem = format_yuan(totals["balance_fen"]) if totals["balance_fen"] else ""
    return _check("balanced", "试算平衡", "The trial balance balances", problem, "fail")


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
