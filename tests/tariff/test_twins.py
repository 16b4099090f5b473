"""Random tariffs, facts and bills: the kernel, the scalar rule and `decimal` to the fen."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.kernel.rounding import Rounding
from onebook.tariff.kernels import calculate_bills
from onebook.tariff.kernels.blocks import BILLS_PER_BLOCK
from onebook.tariff.rules import (
    POWER_LIMIT_E4,
    USAGE_LIMIT_E4,
    Component,
    DemandPolicy,
    FixedBasis,
    FundRounding,
    Kind,
    LoadDiscount,
    MinimumBasis,
    Portion,
    PortionColumns,
    PowerFactor,
    ReliefPolicy,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Version,
    explain_bill,
    validate,
)
from onebook.tariff.rules.kinds.power_factor import cos_column, cos_hundredths
from tests.tariff import naive
from tests.tariff.twins import KWH, assert_equal, component, pack, pack_power_factors

PRICE = st.integers(-(10**9), 10**10) | st.sampled_from([5380000000, 403875, 0, 10**12, 4200000001])
POSITIVE = st.integers(0, 10**10) | st.sampled_from([352 * 10**9, 10**13])
ENERGY = st.one_of(
    st.integers(-100 * KWH, 10_000 * KWH), st.just(0), st.integers(-(10**13), 10**13),
    st.sampled_from([USAGE_LIMIT_E4, -USAGE_LIMIT_E4]),
)  # fmt: skip
MONTHS = st.sampled_from([(), (), (1, 2, 3)])
POWER = st.integers(0, 10_000 * KWH) | st.just(POWER_LIMIT_E4)


@st.composite
def ladders(draw: st.DrawFn, periods: tuple[str, ...], *, block: bool) -> list[Component]:
    """Nothing, or one ladder of any policy."""
    policy = draw(st.sampled_from(TierPolicy if periods else [TierPolicy.SURCHARGE]))
    limits = sorted(2 * limit for limit in draw(st.sets(st.integers(1, 10**8), max_size=2)))
    per_kw = not block and draw(st.booleans())
    per_day = draw(st.booleans())
    month = per_kw or per_day or policy is TierPolicy.OWN or draw(st.booleans())
    shared = {
        "kind": Kind.TIER, "tier_policy": policy, "per_kw": per_kw, "per_day": per_day,
        "account": "surcharge",
        "tier_basis": TierBasis.MONTH if month else TierBasis.YEAR,
        "months": draw(MONTHS),
    }  # fmt: skip
    found = []
    for period in [""] if policy is TierPolicy.SURCHARGE else periods:
        for low, high in zip([0, *limits], [*limits, None], strict=True):
            halved = not month and draw(st.booleans())
            earlier = (low // 2, high and high // 2) if halved else None
            found.append(
                component(
                    f"t{period}{low}", lower_e4=low, upper_e4=high, period=period,
                    earlier_limits_e4=earlier, **shared,
                )
            )  # fmt: skip
    return found


@st.composite
def bill_parts(draw: st.DrawFn) -> list[Component]:
    """Some of the charges that know no kWh."""
    discount = st.sampled_from([None, LoadDiscount(260, 9000), LoadDiscount(1, 3333)])
    offered = [
        component("capacity", kind=Kind.CAPACITY, account="capacity"),
        component("demand", kind=Kind.DEMAND, account="demand", load_discount=draw(discount),
                  demand_policy=draw(st.sampled_from(DemandPolicy))),
        component("low", kind=Kind.DEMAND, account="steps", upper_e4=5 * KWH),
        component("high", kind=Kind.DEMAND, account="steps", lower_e4=5 * KWH),
        component("fixed", kind=Kind.FIXED, fixed_basis=draw(st.sampled_from(FixedBasis))),
        component("least", kind=Kind.MINIMUM, of_accounts=draw(st.sampled_from([(), ("energy",)]))),
        component("yearly", kind=Kind.MINIMUM, minimum_basis=MinimumBasis.YEAR),
    ]  # fmt: skip
    chosen = [one for one in offered if draw(st.booleans())]
    steps = {"low", "high"} & {one.code for one in chosen}
    return [one for one in chosen if one.code not in steps or len(steps) == 2]


@st.composite
def versions(draw: st.DrawFn) -> Version:
    """A random valid version of any kinds and policies."""
    periods = draw(st.sampled_from([(), ("p1",), ("p1", "p2", "p3")]))
    block = not periods and draw(st.booleans())
    parts = [
        *(component(f"f{at}") for at in range(draw(st.integers(1, 2)))),
        *(component(f"e-{period}", period=period) for period in periods),
        *draw(ladders(periods, block=block)),
        *draw(bill_parts()),
    ]
    parts = [
        replace(
            one,
            price_e10=draw(POSITIVE) + 1 if one.kind is Kind.MINIMUM else draw(PRICE),
            in_pf_base=one.kind is not Kind.MINIMUM and draw(st.booleans()),
            vat_included=draw(st.sampled_from([True, True, False])),
            months=draw(MONTHS)
            if one.kind in {Kind.FLAT, Kind.CAPACITY, Kind.FIXED, Kind.MINIMUM}
            else one.months,
        )
        for one in parts
    ]
    parts[0] = replace(parts[0], in_pf_base=True)
    parts.append(component("pf", kind=Kind.POWER_FACTOR, pf_per_line=draw(st.booleans())))
    if block or draw(st.booleans()):
        policy = ReliefPolicy.BLOCK if block else ReliefPolicy.CASH
        parts.append(
            component("free", kind=Kind.RELIEF, account="relief", relief_policy=policy,
                      price_e10=0 if block else draw(PRICE))
        )  # fmt: skip
    parts += [
        component(f"g{at}", account=f"fund:{at}", price_e10=draw(PRICE),
                  vat_included=draw(st.booleans()))
        for at in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    made = Version(
        "random", "随机", "Random", "business", date(2026, 1, 1), None,
        tuple(draw(st.permutations(parts))),
        vat_rate_bp=draw(st.sampled_from([0, 300, 1300])),
        rounding=draw(st.sampled_from(Rounding)),
        fund_rounding=draw(st.sampled_from(FundRounding)),
        quota_per_month=draw(st.booleans()),
        periods=periods,
        rounding_step=draw(st.sampled_from(RoundingStep)),
    )  # fmt: skip
    assert validate(made) == []
    return made


@st.composite
def portions(draw: st.DrawFn, version: Version) -> Portion:
    """Random facts of one portion, months full or broken."""
    parts = {period: draw(ENERGY) // 4 for period in version.periods}
    proration_days = draw(st.sampled_from([28, 30, 31]))
    quota_months = draw(st.integers(1, 12))
    return Portion(
        version,
        {"total": sum(parts.values()) if parts else draw(ENERGY), **parts},
        days=draw(st.sampled_from([proration_days, proration_days, 12])),
        proration_days=proration_days,
        month=draw(st.integers(1, 12)),
        year_usage_before_e4=draw(ENERGY),
        quota_months=quota_months,
        earlier_quota_months=draw(st.integers(0, quota_months)),
        bill_months=draw(st.integers(1, 2)),
        extra_quota_e4_month=draw(st.sampled_from([0, 0, 100 * KWH])),
        free_e4=draw(st.sampled_from([0, 15 * KWH, -15 * KWH])),
        demand_e4={"total": draw(POWER)},
        contract_demand_e4=draw(POWER) or 1,
        capacity_e4_days=draw(POWER) * 12,
        transformer_e4=draw(POWER) or 1,
        in_pf_fee=draw(st.booleans()),
    )


FACTS = st.none() | st.builds(
    PowerFactor,
    st.integers(0, 10**9) | st.just(USAGE_LIMIT_E4),
    st.integers(0, 10**9) | st.just(USAGE_LIMIT_E4),
    st.sampled_from([9000, 8500, 8000]),
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_kernel_equals_the_scalar_rule_on_bills_of_any_portions(data: st.DataObject) -> None:
    made = data.draw(st.lists(versions(), min_size=1, max_size=3))
    sets = [sorted(data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))) for _ in made]
    rows = [
        [data.draw(portions(version)) for _ in bills]
        for version, bills in zip(made, sets, strict=True)
    ]
    used = {bill for bills in sets for bill in bills}
    facts = [data.draw(FACTS) if bill in used else None for bill in range(4)]
    before = data.draw(st.none() | st.lists(st.integers(0, 10**9), min_size=4, max_size=4))

    columns = calculate_bills(
        [pack(part, bills) for part, bills in zip(rows, sets, strict=True)],
        pack_power_factors(facts),
        bills=4,
        year_amount_before_fen=None if before is None else np.array(before),
    )

    for bill in sorted(used):
        places = [
            (at, row) for at, bills in enumerate(sets) for row, one in enumerate(bills)
            if one == bill
        ]  # fmt: skip
        explained = explain_bill(
            [rows[at][row] for at, row in places],
            facts[bill],
            year_amount_before_fen=None if before is None else before[bill],
        )
        assert_equal(explained, columns, bill, places)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(POWER, st.integers(0, 366)), min_size=1, max_size=6),
    st.integers(1, 366),
    PRICE | st.just(35_2 * 10**9),
    st.sampled_from(Rounding),
)
def test_a_prorated_charge_is_the_one_of_decimal(
    rows: list[tuple[int, int]], proration_days: int, price_e10: int, rounding: Rounding
) -> None:
    demand = component("demand", kind=Kind.DEMAND, price_e10=price_e10)
    tariff = Version(
        "d", "d", "d", "business", date(2026, 1, 1), None, (demand,), 1300, rounding=rounding
    )
    measured, days = np.array(rows, dtype=np.int64).T
    columns = calculate_bills(
        [
            PortionColumns(
                tariff, {"total": np.zeros(len(rows), dtype=np.int64)}, days=days,
                proration_days=proration_days, demand_e4={"total": measured},
            )
        ]
    )  # fmt: skip
    mode = ROUND_HALF_UP if rounding is Rounding.HALF_UP else ROUND_DOWN
    with localcontext(Context(prec=80)):
        for at, (kw_e4, count) in enumerate(rows):
            exact = Decimal(kw_e4) * count * price_e10 / proration_days / 10**12
            assert columns.total_fen[at] == int(exact.quantize(Decimal(1), mode))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, USAGE_LIMIT_E4), st.integers(0, USAGE_LIMIT_E4))
        | st.tuples(st.integers(0, 400), st.integers(0, 400)),
        min_size=1,
        max_size=50,
    )
)
def test_the_cosine_of_columns_is_decided_by_integers(rows: list[tuple[int, int]]) -> None:
    active, reactive = np.array(rows, dtype=np.int64).T
    with localcontext(Context(prec=60)):
        for at, (one, other) in enumerate(rows):
            root = (Decimal(one) ** 2 + Decimal(other) ** 2).sqrt()
            exact = Decimal(100) if root == 0 else 100 * Decimal(one) / root
            expected = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
            assert cos_hundredths(one, other) == cos_column(active, reactive)[at] == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 6000 * KWH), st.lists(st.integers(0, 3000 * KWH), min_size=2, max_size=4))
def test_a_month_split_into_portions_fills_the_tiers_like_one(
    before_e4: int, parts_e4: list[int]
) -> None:
    tiers = [
        component("base", "0.538"),
        component("tier-2", "0.05", kind=Kind.TIER, lower_e4=2760 * KWH, upper_e4=4800 * KWH),
        component("tier-3", "0.30", kind=Kind.TIER, lower_e4=4800 * KWH),
    ]
    tariff = Version("t", "t", "t", "residential", date(2026, 1, 1), None, tuple(tiers), 1300)
    whole = explain_bill(
        [Portion(tariff, {"total": sum(parts_e4)}, year_usage_before_e4=before_e4)]
    )
    starts = [before_e4 + sum(parts_e4[:at]) for at in range(len(parts_e4))]
    split = explain_bill(
        [
            Portion(tariff, {"total": part_e4}, year_usage_before_e4=start_e4)
            for part_e4, start_e4 in zip(parts_e4, starts, strict=True)
        ]
    )

    for at in range(3):
        quantity_e4 = sum(line.quantity_e4 for line in split.lines if line.position == at)
        assert quantity_e4 == whole.lines[at].quantity_e4
    # Each printed line is rounded by itself: no more than half a fen a line apart.
    assert abs(split.total_fen - whole.total_fen) <= (len(split.lines) + 3) / 2


def test_bills_of_many_blocks_are_those_of_one_row_each() -> None:
    random = np.random.default_rng(3)
    count = 2 * BILLS_PER_BLOCK + 17
    main = component("energy", "0.4203123457", in_pf_base=True)
    tariff = Version(
        "t", "t", "t", "business", date(2026, 1, 1), None,
        (main, component("pf", kind=Kind.POWER_FACTOR)), 1300,
    )  # fmt: skip
    usage_e4 = random.integers(0, 10**10, count)
    second = np.flatnonzero(random.random(count) < 0.3)
    facts = [PowerFactor(int(one), int(one) // 2, 9000) for one in usage_e4]
    columns = calculate_bills(
        [
            PortionColumns(tariff, {"total": usage_e4}),
            PortionColumns(tariff, {"total": usage_e4[second] // 3}, bill=second),
        ],
        pack_power_factors(facts),
    )

    for bill in [*range(5), *range(BILLS_PER_BLOCK - 3, BILLS_PER_BLOCK + 4), count - 1]:
        row = int(np.searchsorted(second, bill))
        has_second = row < len(second) and second[row] == bill
        bills = [Portion(tariff, {"total": int(usage_e4[bill])})]
        places = [(0, bill)]
        if has_second:
            bills.append(Portion(tariff, {"total": int(usage_e4[bill]) // 3}))
            places.append((1, row))
        assert_equal(explain_bill(bills, facts[bill]), columns, bill, places)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_line_is_the_one_that_decimal_gives(data: st.DataObject) -> None:
    tariff = replace(data.draw(versions()), rounding_step=RoundingStep.LINE)
    portion, facts = data.draw(portions(tariff)), data.draw(FACTS)
    explained = explain_bill([portion], facts)

    for line, expected in zip(explained.lines, naive.amounts(portion, facts), strict=True):
        if line.component.kind is not Kind.MINIMUM and line.position not in tariff.fund_positions:
            assert line.amount_fen == expected, line.formula
    funds = [explained.lines[at] for at in tariff.fund_positions]
    if tariff.fund_rounding is FundRounding.EACH:
        return
    with localcontext(Context(prec=80)):
        exact = sum(Decimal(one.quantity_e4) * one.price_e10 for one in funds) / Decimal(10**12)
        mode = ROUND_HALF_UP if tariff.rounding is Rounding.HALF_UP else ROUND_DOWN
        assert sum(one.amount_fen for one in funds) == int(exact.quantize(Decimal(1), mode))
