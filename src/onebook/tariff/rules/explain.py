"""One bill calculated on plain integers and explained line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from onebook.kernel.money import format_yuan
from onebook.kernel.rounding import half_up
from onebook.tariff.rules.bounds import check, require_no_more
from onebook.tariff.rules.drafts import Draft, draft_portion
from onebook.tariff.rules.facts import MONTHS_PER_YEAR, Portion, PowerFactor
from onebook.tariff.rules.kinds import BILL_KINDS, unit_of
from onebook.tariff.rules.model import TOTAL, Component, Unit, Version
from onebook.tariff.rules.nets import split_nets
from onebook.tariff.rules.settle import (
    PowerFactorCharged,
    settle_minimums,
    settle_power_factor,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: quantity x price = amount, its part without VAT, and its source.

    ``quantity_e4`` is in 10^-4 ``unit``, rounded where days were shared out; the formula has the
    exact one. ``portion`` is the place of its portion, ``position`` that of its component.
    """

    component: Component
    quantity_e4: int
    price_e10: int
    amount_fen: int
    net_fen: int
    formula: str
    source: str
    unit: Unit
    portion: int = 0
    position: int = 0
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class BillExplained:
    """A bill as it is printed: lines add up to total = net + VAT, and nets add up to net.

    Every component of every portion has its line, also where nothing is charged.
    """

    lines: tuple[Line, ...]
    total_fen: int
    net_fen: int
    vat_fen: int
    fund_net_fen: dict[str, int]
    power_factor: PowerFactorCharged | None = None

    @property
    def printed(self) -> tuple[Line, ...]:
        """The lines with a quantity or an amount; what the whole bill owes comes last."""
        shown = [line for line in self.lines if line.quantity_e4 or line.amount_fen]
        return tuple(sorted(shown, key=lambda line: line.component.kind in BILL_KINDS))


def explain(
    version: Version,
    usage_e4: int,
    year_usage_before_e4: int = 0,
    quota_months: int = MONTHS_PER_YEAR,
) -> BillExplained:
    """Calculate the bill of one meter on a version that asks for no more; see `explain_bill`.

    FactMissing names what else the version is charged on.
    """
    require_no_more(version)
    usage = {TOTAL: usage_e4}
    portion = Portion(
        version, usage, year_usage_before_e4=year_usage_before_e4, quota_months=quota_months
    )
    return explain_bill([portion])


def explain_bill(
    portions: Sequence[Portion],
    power_factor: PowerFactor | None = None,
    *,
    year_amount_before_fen: int | None = None,
) -> BillExplained:
    """Calculate one bill of one or several portions, each on a version taken as validated.

    Negative usage (退补) walks back down the tiers it came up. The power-factor adjustment and
    minimums are settled over all portions; ``year_amount_before_fen`` is given in the bill that
    closes a year alone, for yearly minimums. Prices include VAT: the net of the whole bill is
    gross / (1 + rate) half-up, VAT is the rest; the first line of revenue takes what the lines'
    own nets leave of it. Refuses what `bounds.check` refuses, naming the portion, and
    power factors that cannot be charged.
    """
    for place, portion in enumerate(portions):
        check(portion, place)
    bill_usage_e4 = sum(portion.usage_e4[TOTAL] for portion in portions)
    drafts: list[Draft] = []
    for place, portion in enumerate(portions):
        drafts += draft_portion(place, portion, bill_usage_e4)
    charged = None if power_factor is None else settle_power_factor(drafts, power_factor)
    settle_minimums(drafts, year_amount_before_fen)
    nets_fen, vat_fen = split_nets(
        [(one.place, one.portion.version, one.component, one.amount_fen) for one in drafts]
    )
    lines = tuple(_line(one, net_fen) for one, net_fen in zip(drafts, nets_fen, strict=True))
    total_fen = sum(line.amount_fen for line in lines)
    fund_nets_fen = _fund_nets(lines)
    return BillExplained(lines, total_fen, total_fen - vat_fen, vat_fen, fund_nets_fen, charged)


def _line(draft: Draft, net_fen: int) -> Line:
    component, quantity = draft.component, draft.quantity
    return Line(
        component=component,
        quantity_e4=half_up(quantity.numerator, quantity.divisor),
        price_e10=draft.price_e10,
        amount_fen=draft.amount_fen,
        net_fen=net_fen,
        formula=_formula(draft),
        source=component.source,
        unit=unit_of(component),
        portion=draft.place,
        position=draft.position,
        label_zh=draft.portion.label_zh,
    )


def _formula(draft: Draft) -> str:
    """Write 140 × 0.05 = 7.00, with the absorbed difference and the condition where there are."""
    difference_fen = draft.amount_fen - draft.rounded_fen
    sign = "−" if difference_fen < 0 else "+"
    absorbed = f" {sign} {format_yuan(abs(difference_fen))}" if difference_fen else ""
    written = draft.formula or f"{draft.quantity.written} × {draft.price_written}"
    note = f" ({draft.quantity.note})" if draft.quantity.note else ""
    return f"{written}{absorbed} = {format_yuan(draft.amount_fen)}{note}"


def _fund_nets(lines: tuple[Line, ...]) -> dict[str, int]:
    nets_fen: dict[str, int] = {}
    for line in lines:
        account = line.component.account
        if line.component.is_fund:
            nets_fen[account] = nets_fen.get(account, 0) + line.net_fen
    return nets_fen
