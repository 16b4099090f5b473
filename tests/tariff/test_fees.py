"""Fixed charges, minimums, demand in tiers, and roundings on the sum."""

from dataclasses import replace

import numpy as np
import pytest

from onebook.kernel.money import parse_yuan
from onebook.kernel.rounding import Rounding
from onebook.tariff import errors
from onebook.tariff.kernels import calculate, calculate_bills
from onebook.tariff.rules import (
    Component,
    DemandPolicy,
    FixedBasis,
    Kind,
    LoadDiscount,
    MinimumBasis,
    PowerFactor,
    ReliefPolicy,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Version,
    explain,
    explain_bill,
    faults,
    needs,
    validate,
)
from tests.tariff.twins import (
    KVA,
    KW,
    KWH,
    bill_of,
    component,
    full_month,
    pack,
    version,
)

ENERGY = component("energy", "0.10")


def fee(basis: FixedBasis, price: str) -> Version:
    return version(
        ENERGY, component("fee", price, kind=Kind.FIXED, account="fixed", fixed_basis=basis)
    )


@pytest.mark.parametrize(
    ("basis", "price", "days", "formula", "unit"),
    [
        (FixedBasis.MONTH, "7.57", 31, "1 × 7.57 = 7.57", "month"),
        (FixedBasis.MONTH, "7.57", 12, "1 × 12 ÷ 31 × 7.57 = 2.93", "month"),
        (FixedBasis.DAY, "0.25", 31, "31 × 0.25 = 7.75", "day"),
        (FixedBasis.DAY, "0.25", 12, "12 × 0.25 = 3.00", "day"),
        (FixedBasis.AVERAGE_MONTH, "0.25", 31, "365 ÷ 12 × 0.25 = 7.60", "day"),
        (FixedBasis.AVERAGE_MONTH, "0.25", 12, "365 ÷ 12 × 12 ÷ 31 × 0.25 = 2.94", "day"),
    ],
)
def test_a_fixed_charge_is_counted_by_the_month_or_the_day(
    basis: FixedBasis, price: str, days: int, formula: str, unit: str
) -> None:
    bill = bill_of(full_month(fee(basis, price), {"total": 0}, days=days, proration_days=31))

    assert bill.lines[1].formula == formula
    assert str(bill.lines[1].unit) == unit


def minimum(price: str, **fields: object) -> Component:
    return component("minimum", price, kind=Kind.MINIMUM, account="minimum", **fields)


def test_a_minimum_tops_the_whole_bill_up() -> None:
    tariff = version(ENERGY, minimum("30"))
    below = bill_of(full_month(tariff, {"total": 214 * KWH}))
    above = bill_of(full_month(tariff, {"total": 300 * KWH}))

    assert below.lines[1].formula == "30.00 − 21.40 = 8.60"
    assert below.lines[1].quantity_e4 == 8.60 * 10_000
    assert below.total_fen == parse_yuan("30.00")
    assert (above.total_fen, above.lines[1].amount_fen) == (parse_yuan("30.00"), 0)


def test_a_minimum_of_some_accounts_leaves_the_others_beside() -> None:
    tariff = version(
        ENERGY,
        component("fee", "5", kind=Kind.FIXED, account="fixed"),
        minimum("30", of_accounts=("energy",)),
    )
    bill = bill_of(full_month(tariff, {"total": 214 * KWH}))

    assert [line.amount_fen for line in bill.lines] == [2140, 500, 860]


def test_a_minimum_stands_for_the_days_of_supply_and_over_a_price_change() -> None:
    old, new = version(ENERGY, minimum("30")), version(ENERGY, minimum("33"))
    part = full_month(old, {"total": 0}, days=10, proration_days=30)

    assert bill_of(part).total_fen == parse_yuan("10.00")
    both = bill_of(part, full_month(new, {"total": 50 * KWH}, days=20, proration_days=30))
    # 10.00 of the old price and 22.00 of the new, 5.00 used
    assert [line.amount_fen for line in both.lines] == [0, 2700, 500, 0]


def test_a_yearly_minimum_is_settled_in_the_bill_that_closes_the_year() -> None:
    tariff = version(ENERGY, minimum("360", minimum_basis=MinimumBasis.YEAR))
    december = full_month(tariff, {"total": 200 * KWH})

    assert bill_of(december).total_fen == parse_yuan("20.00")
    closing = bill_of(december, year_amount_before_fen=parse_yuan("300.00"))
    assert closing.lines[1].formula == "360.00 − 320.00 = 40.00"
    rich = bill_of(december, year_amount_before_fen=parse_yuan("340.01"))
    assert rich.total_fen == parse_yuan("20.00")


def test_a_monthly_minimum_counts_for_the_yearly_one_and_the_adjustment_for_both() -> None:
    tariff = version(
        replace(ENERGY, in_pf_base=True),
        minimum("30"),
        component("yearly", "360", kind=Kind.MINIMUM, minimum_basis=MinimumBasis.YEAR),
        component("power-factor", kind=Kind.POWER_FACTOR),
    )
    bill = bill_of(
        full_month(tariff, {"total": 100 * KWH}),
        power_factor=PowerFactor(4 * KWH, 3 * KWH, 9000),  # + 5 %
        year_amount_before_fen=parse_yuan("320.00"),
    )

    assert [line.amount_fen for line in bill.lines] == [1000, 1950, 1000, 50]


def test_a_minimum_charges_nothing_outside_its_months() -> None:
    tariff = version(ENERGY, minimum("30", months=(6, 7, 8)))

    assert bill_of(full_month(tariff, {"total": 0}, month=5)).total_fen == 0
    assert bill_of(full_month(tariff, {"total": 0}, month=6)).total_fen == parse_yuan("30.00")


def test_demand_is_charged_in_tiers_and_by_period() -> None:
    tariff = version(
        ENERGY,
        component("d1", "5", kind=Kind.DEMAND, account="demand", upper_e4=50 * KW),
        component("d2", "8", kind=Kind.DEMAND, account="demand", lower_e4=50 * KW),
        component("peak", "3.5", kind=Kind.DEMAND, account="peak demand", period="p1"),
        periods=("p1", "p2"),
    )
    used = full_month(
        tariff, {"total": 0, "p1": 0, "p2": 0},
        demand_e4={"total": 1205 * KW // 10, "p1": 90 * KW},
    )  # fmt: skip

    assert [line.formula for line in bill_of(used).lines[1:]] == [
        "50 × 5.00 = 250.00",
        "(120.5 − 50) × 8.00 = 564.00",
        "90 × 3.50 = 315.00",
    ]
    low = replace(used, demand_e4={"total": 20 * KW, "p1": 0})
    assert [line.amount_fen for line in bill_of(low).lines[1:]] == [10000, 0, 0]


# --- rounding ---


def test_lines_rounded_once_on_the_sum_still_add_up() -> None:
    three = tuple(component(f"e{at}", "0.333") for at in range(3))
    once = version(*three, rounding_step=RoundingStep.SUM)
    each = version(*three)
    used = full_month(once, {"total": KWH})  # 0.333 x 3 = 0.999

    bill = bill_of(used)
    assert [line.amount_fen for line in bill.lines] == [34, 33, 33]
    assert bill.lines[0].formula == "1 × 0.333 + 0.01 = 0.34"
    assert bill_of(replace(used, version=each)).total_fen == 99
    cut = replace(once, rounding=Rounding.TRUNCATE)
    assert bill_of(replace(used, version=cut)).total_fen == 99


def test_shares_that_only_together_make_half_a_fen_are_rounded_up() -> None:
    shared = version(
        *(
            component(
                f"t{period}", "0.1", kind=Kind.TIER, tier_policy=TierPolicy.SHARE,
                tier_basis=TierBasis.MONTH, period=period,
            )
            for period in ("p1", "p2", "p3")
        ),
        periods=("p1", "p2", "p3"),
        rounding_step=RoundingStep.SUM,
    )  # fmt: skip
    # 0.45 kWh at 0.1 are 4.5 fen, although each third of it is cut off.
    third = {"p1": 1000, "p2": 1500, "p3": 2000}
    bill = bill_of(full_month(shared, {"total": 4500, **third}))

    assert bill.total_fen == 5


def test_the_sum_of_very_large_lines_is_exact() -> None:
    lines = tuple(component(f"e{at}", "99.9999999999") for at in range(3))
    tariff = version(*lines, rounding_step=RoundingStep.SUM)

    bill = bill_of(full_month(tariff, {"total": 10**15}))
    assert bill.total_fen == 3 * 999_999_999_999_000


# --- what a tariff may not say ---


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"price_e10": 101 * 10**10}, errors.PriceOutOfRange),
        ({"period": "p9"}, errors.PeriodUnknown),
        ({"months": (0,)}, errors.MonthsUnknown),
        ({"account": "fund:x", "in_pf_base": True}, errors.FundInBase),
        ({"account": "fund:x", "months": (1,)}, errors.FundNotWhole),
        ({"account": "relief"}, errors.ReliefAccountUnfit),
        ({"per_kw": True}, errors.FieldUnfit),
        ({"load_discount": LoadDiscount(260, 9000)}, errors.FieldUnfit),
        ({"kind": Kind.TIER, "period": "p1"}, errors.TierPeriodUnfit),
        ({"kind": Kind.TIER, "tier_policy": TierPolicy.SHARE}, errors.TierPeriodUnfit),
        ({"kind": Kind.TIER, "per_kw": True}, errors.TierBasisUnfit),
        ({"kind": Kind.TIER, "earlier_limits_e4": (5, None)}, errors.EarlierLimitsUnfit),
        ({"kind": Kind.TIER, "upper_e4": 10**16}, errors.LimitOutOfRange),
        ({"kind": Kind.DEMAND, "load_discount": LoadDiscount(0, 9000)}, errors.LoadDiscountUnfit),
        ({"kind": Kind.DEMAND, "lower_e4": KW, "account": "demand"}, errors.TierGap),
        ({"kind": Kind.DEMAND, "lower_e4": 5, "upper_e4": 5}, errors.TierReversed),
        ({"kind": Kind.POWER_FACTOR}, errors.PriceNotOwn),
        ({"kind": Kind.POWER_FACTOR, "price_e10": 0}, errors.PowerFactorBaseMissing),
        ({"kind": Kind.MINIMUM, "of_accounts": ("nothing",)}, errors.AccountsUnknown),
        ({"kind": Kind.MINIMUM, "in_pf_base": True}, errors.BillKindInBase),
        ({"kind": Kind.MINIMUM, "price_e10": 0}, errors.MinimumNotPositive),
        (
            {"kind": Kind.RELIEF, "account": "relief", "relief_policy": ReliefPolicy.BLOCK,
             "price_e10": 0},
            errors.ReliefOnPeriods,
        ),
        (
            {"kind": Kind.RELIEF, "account": "relief", "relief_policy": ReliefPolicy.BLOCK},
            errors.PriceNotOwn,
        ),
        ({"kind": Kind.RELIEF, "account": "relief", "months": (1,)}, errors.FieldUnfit),
    ],
)  # fmt: skip
def test_a_component_that_cannot_be_charged_is_named(
    changed: dict[str, object], error: type[errors.TariffProblem]
) -> None:
    plain = version(ENERGY, component("other", "0.2"), periods=("p1", "p2"))
    faulty = replace(plain, components=(ENERGY, replace(component("other", "0.2"), **changed)))

    found = [str(one) for one in validate(faulty) if type(one) is error]
    assert len(found) == 1
    assert "The tariff test (2024-01-01)" in found[0]
    assert "component other" in found[0]


def test_a_contract_has_no_period_and_kinds_of_the_bill_stand_once() -> None:
    pf = component("pf", kind=Kind.POWER_FACTOR)
    based = replace(ENERGY, in_pf_base=True)
    plain = version(based, pf)

    twice = replace(plain, components=(based, pf, replace(pf, code="pf-2")))
    assert [type(one) for one in validate(twice)] == [errors.ComponentTwice]
    assert [type(one) for one in validate(replace(plain, periods=("a", "a")))] == [
        errors.PeriodsUnfit
    ]
    alone = replace(plain, components=(minimum("30"),))
    assert [type(one) for one in validate(alone)] == [errors.EnergyPriceMissing]


def test_facts_out_of_bounds_are_refused() -> None:
    used = full_month(fee(FixedBasis.DAY, "1"), {"total": 0})
    for changed, message in (
        ({"days": 367}, "The days in row 0 is 367. It must lie between 0 and 366"),
        ({"proration_days": 367}, "The proration_days in row 0 is 367"),
        ({"transformer_e4": -KVA}, "The transformer_e4 in row 0 is -10000"),
        ({"earlier_quota_months": 7, "quota_months": 6}, "between 0 and 6"),
        ({"demand_e4": {"total": 10**13}}, r"The demand_e4 \(total\) in row 0"),
    ):
        with pytest.raises(errors.FactOutOfRange, match=message):
            explain_bill([replace(used, **changed)])
        with pytest.raises(errors.FactOutOfRange, match=message):
            calculate_bills([pack([replace(used, **changed)], [0])])


TWO_PART = version(
    replace(ENERGY, months=(1, 2)),
    component("demand", "40", kind=Kind.DEMAND, account="demand", period="p1",
              load_discount=LoadDiscount(260, 9000)),
    component("contract", "40", kind=Kind.DEMAND, demand_policy=DemandPolicy.CONTRACT),
    component("free", "0.1", kind=Kind.RELIEF, account="relief"),
    periods=("p1", "p2"),
)  # fmt: skip


def test_a_version_says_what_it_is_charged_on() -> None:
    assert needs(version(ENERGY)) == {"usage_e4 (total)"}
    assert needs(fee(FixedBasis.DAY, "1")) == {"usage_e4 (total)", "days", "proration_days"}
    assert needs(TWO_PART) == {
        "usage_e4 (total)", "usage_e4 (p1)", "usage_e4 (p2)", "demand_e4 (p1)",
        "demand_e4 (total)", "contract_demand_e4", "transformer_e4", "days", "proration_days",
        "month", "free_e4",
    }  # fmt: skip


def test_rows_that_cannot_be_calculated_are_named_and_the_others_can() -> None:
    good = full_month(
        TWO_PART, {"total": 3, "p1": 1, "p2": 2}, month=1, demand_e4={"total": KW, "p1": KW},
        contract_demand_e4=KW, transformer_e4=KVA,
    )  # fmt: skip
    rows = [
        good,
        replace(good, month=0),
        replace(good, usage_e4={"total": 4, "p1": 1, "p2": 2}),
        replace(good, transformer_e4=0),
        good,
        replace(good, contract_demand_e4=-1),
        replace(good, proration_days=0),
    ]
    found = faults(pack(rows, list(range(len(rows)))))

    lacks = "The tariff test (2024-01-01) is charged on the fact {}, which was not given in row {}"
    assert {row: str(one).split(". ")[0] for row, one in found.items()} == {
        1: lacks.format("month", 1),
        2: "The usage in row 2 is 0.0004 kWh and its periods add up to 0.0003 kWh",
        3: lacks.format("transformer_e4", 3),
        5: "The contract_demand_e4 in row 5 is -1",
        6: lacks.format("proration_days", 6),
    }
    nothing = pack([replace(good, demand_e4={"total": KW})] * 2, [0, 1])
    assert [type(one) for one in faults(nothing).values()] == [errors.FactMissing] * 2


def test_the_doors_for_one_meter_refuse_a_version_that_asks_for_more() -> None:
    for calculate_one in (explain, lambda one, usage: calculate(one, np.array([usage]))):
        with pytest.raises(errors.FactMissing, match="charged on the fact days, which was not"):
            calculate_one(fee(FixedBasis.DAY, "1"), KWH)


def test_portions_out_of_the_order_of_their_bills_are_refused() -> None:
    rows = [full_month(version(ENERGY), {"total": KWH})] * 3
    for bills in ([1, 0, 2], [0, 1, 4], [-1, 0, 1]):
        with pytest.raises(errors.BillsOutOfOrder, match="not in the order of their 4 bills"):
            calculate_bills([pack(rows, bills)], bills=4)
