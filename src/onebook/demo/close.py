"""How the demonstration's months are closed: what stays open is answered for, two people sign."""

from collections.abc import Mapping

from onebook.finance import services as finance
from onebook.kernel.periods import Month

_REASONS = {
    "exceptions": "现场核实未完,核实后补发",
    "cash": "月末最后一日所收,次日解款",
    "bank": "已向银行查询,查明后入账",
    "offset": "客户要求留作下月电费",
}


def close(month: Month, person: Mapping[str, int]) -> None:
    """Prepare the month's form as the accountant; both departments sign it."""
    form = finance.prepare_form(month, person_id=person["accountant"], reasons=_REASONS)
    finance.sign(form.pk, "marketing", person_id=person["marketing"])
    finance.sign(form.pk, "finance", person_id=person["finance"])
