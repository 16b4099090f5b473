"""What a bill owes as a whole, once its portions are priced: power factor, then minimums."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from onebook.kernel.money import BASIS_POINTS, format_yuan
from onebook.kernel.rounding import apply
from onebook.tariff.errors import PowerFactorUnpriced
from onebook.tariff.rules.drafts import Draft
from onebook.tariff.rules.facts import PowerFactor
from onebook.tariff.rules.kinds import power_factor
from onebook.tariff.rules.model import Component, Kind, MinimumBasis
from onebook.tariff.rules.quantities import Quantity

# Amounts as a quantity: fen are 100 x 10^-4 yuan; a price of one yuan a yuan, of a basis point.
E4_PER_FEN = 100
ONE_E10 = 10**10
E10_PER_BP = ONE_E10 // BASIS_POINTS


@dataclass(frozen=True, slots=True)
class PowerFactorCharged:
    """cosφ in hundredths, the rate held against its standard, its base and what it came to."""

    cosine: int
    rate_bp: int
    base_fen: int
    amount_fen: int


def settle_power_factor(drafts: Sequence[Draft], facts: PowerFactor) -> PowerFactorCharged:
    """Charge the adjustment on every line that counts, in the bill's first line of that kind.

    Rounded once on the sum, or line by line where that component says so (± 0.02 apart).
    PowerFactorUnpriced when no version of the bill has such a component.
    """
    power_factor.check(facts)
    charged = next((one for one in drafts if one.component.kind is Kind.POWER_FACTOR), None)
    if charged is None:
        raise PowerFactorUnpriced(row=0)
    cosine = power_factor.cos_hundredths(facts.active_e4, facts.reactive_e4)
    rate_bp = power_factor.rate_bp(cosine, facts.standard_bp)
    counting = [
        one.amount_fen for one in drafts if one.component.in_pf_base and one.portion.in_pf_fee
    ]
    rounding, base_fen = charged.portion.version.rounding, sum(counting)
    charged.quantity = Quantity(
        base_fen * E4_PER_FEN, format_yuan(base_fen), note=power_factor.written(facts, cosine)
    )
    charged.price_e10, charged.price_written = rate_bp * E10_PER_BP, f"{format_yuan(rate_bp)} %"
    charged.rounded_fen = apply(rounding, base_fen * rate_bp, BASIS_POINTS)
    charged.amount_fen = charged.rounded_fen
    if charged.component.pf_per_line:
        charged.amount_fen = sum(apply(rounding, one * rate_bp, BASIS_POINTS) for one in counting)
    return PowerFactorCharged(cosine, rate_bp, base_fen, charged.amount_fen)


def minimum_key(component: Component) -> tuple[bool, str, tuple[str, ...]]:
    """Minimums of one key are one floor; months come before years, then codes by name."""
    yearly = component.minimum_basis is MinimumBasis.YEAR
    return yearly, component.code, component.of_accounts


def settle_minimums(drafts: Sequence[Draft], year_amount_before_fen: int | None) -> None:
    """Top up what each floor covers, in the bill's first line of that floor.

    A yearly floor is settled only in the bill that closes the year: the one that is told what
    its accounts came to in the year's bills before.
    """
    floors: defaultdict[tuple[bool, str, tuple[str, ...]], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.component.kind is Kind.MINIMUM:
            floors[minimum_key(draft.component)].append(draft)
    for (yearly, _, accounts), lines in sorted(floors.items(), key=lambda one: one[0]):
        floor_fen = sum(apply(one.portion.version.rounding, *one.product) for one in lines)
        for one in lines:
            one.quantity, one.price_e10, one.price_written = Quantity(0, "0"), ONE_E10, "1.00"
        if floor_fen <= 0 or (yearly and year_amount_before_fen is None):
            continue
        reached_fen = (year_amount_before_fen or 0) if yearly else 0
        for one in drafts:
            if not accounts or one.component.account in accounts:
                reached_fen += one.amount_fen
        if reached_fen < floor_fen:
            _top_up(lines[0], floor_fen, reached_fen)


def _top_up(line: Draft, floor_fen: int, reached_fen: int) -> None:
    missing_fen = floor_fen - reached_fen
    line.quantity = Quantity(missing_fen * E4_PER_FEN, format_yuan(missing_fen))
    line.rounded_fen = line.amount_fen = missing_fen
    line.formula = f"{format_yuan(floor_fen)} − {format_yuan(reached_fen)}"
