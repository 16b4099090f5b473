"""Household bills: periods under a ladder, quotas, price changes inside a month, free kWh."""

from dataclasses import replace
from datetime import date

import pytest

from onebook.kernel.money import parse_yuan
from onebook.tariff import errors
from onebook.tariff.rules import (
    BillExplained,
    Kind,
    ReliefPolicy,
    TierBasis,
    TierPolicy,
    explain_bill,
    split_by_days,
)
from tests.tariff.twins import (
    KW,
    KWH,
    bill_of,
    component,
    full_month,
    version,
)

SURCHARGES = (
    component("tier-2", "0.05", kind=Kind.TIER, account="surcharge", lower_e4=2760 * KWH,
              upper_e4=4800 * KWH),
    component("tier-3", "0.30", kind=Kind.TIER, account="surcharge", lower_e4=4800 * KWH),
)  # fmt: skip
PLAIN = version(component("base", "0.538"), *SURCHARGES, category="residential")
TOU = version(
    component("peak", "0.568", period="peak"),
    component("valley", "0.288", period="valley"),
    *SURCHARGES,
    category="residential",
    periods=("peak", "valley"),
)


def formulas(bill: BillExplained) -> list[str]:
    return [line.formula for line in bill.lines]


def kwh(bill: BillExplained) -> list[float]:
    return [line.quantity_e4 / KWH for line in bill.lines]


def test_a_household_with_periods_pays_98_20_in_its_second_tier() -> None:
    bill = bill_of(
        full_month(
            TOU,
            {"total": 200 * KWH, "peak": 120 * KWH, "valley": 80 * KWH},
            year_usage_before_e4=2700 * KWH,
        )
    )

    assert formulas(bill) == [
        "120 × 0.568 = 68.16",
        "80 × 0.288 = 23.04",
        "(2,900 − 2,760) × 0.05 = 7.00",
        "0 × 0.30 = 0.00",
    ]
    assert bill.total_fen == parse_yuan("98.20")
    assert len(bill.printed) == 3


def test_a_household_of_five_has_100_kwh_more_of_every_limit_a_month() -> None:
    five = full_month(
        PLAIN, {"total": 2600 * KWH}, year_usage_before_e4=1400 * KWH,
        extra_quota_e4_month=100 * KWH,
    )  # fmt: skip

    # 2,760 + 12 x 100 = 3,960
    assert formulas(bill_of(five))[1] == "(4,000 − 3,960) × 0.05 = 2.00"


def test_a_household_that_opened_in_february_has_eleven_months_and_eleven_hundred_more() -> None:
    opened = full_month(
        PLAIN, {"total": 5000 * KWH}, quota_months=11, extra_quota_e4_month=100 * KWH
    )

    # 2,530 + 1,100 = 3,630; 4,400 + 1,100 = 5,500
    assert kwh(bill_of(opened)) == [5000, 5000 - 3630, 0]


def test_persons_who_joined_in_october_count_from_october() -> None:
    joined = full_month(
        PLAIN, {"total": 5000 * KWH}, extra_quota_e4_month=100 * KWH, extra_quota_months=3
    )

    assert kwh(bill_of(joined)) == [5000, 5000 - 3060, 0]


def test_the_second_tenant_pays_for_the_kwh_of_the_first() -> None:
    # No change of holder was registered, so the ladder goes on.
    bill = bill_of(full_month(PLAIN, {"total": 100 * KWH}, year_usage_before_e4=4800 * KWH))

    assert bill.total_fen == parse_yuan("83.80")


def test_a_price_change_inside_the_month_splits_the_kwh_and_the_ladder_goes_on() -> None:
    dearer = replace(
        PLAIN,
        valid_from=date(2026, 9, 11),
        components=(component("base", "0.548"), *SURCHARGES),
    )
    before_e4, since_e4 = split_by_days(200 * KWH, [10, 20])
    bill = bill_of(
        full_month(PLAIN, {"total": before_e4}, year_usage_before_e4=2700 * KWH),
        full_month(
            dearer, {"total": since_e4}, year_usage_before_e4=2700 * KWH + before_e4,
            label_zh="9月11日起",
        ),
    )  # fmt: skip

    assert (before_e4, since_e4) == (66 * KWH, 134 * KWH)
    assert formulas(bill) == [
        "66 × 0.538 = 35.51",
        "(2,766 − 2,760) × 0.05 = 0.30",
        "0 × 0.30 = 0.00",
        "134 × 0.548 = 73.43",
        "134 × 0.05 = 6.70",
        "0 × 0.30 = 0.00",
    ]
    assert [line.label_zh for line in bill.lines] == [*[""] * 3, *["9月11日起"] * 3]
    assert (bill.net_fen, bill.vat_fen) == (10260, 1334)


def test_energy_given_back_is_split_like_energy_used() -> None:
    assert split_by_days(-200 * KWH, [10, 20]) == [-66 * KWH, -134 * KWH]
    assert split_by_days(100 * KWH + 5, [1, 1, 1]) == [33 * KWH, 33 * KWH, 34 * KWH + 5]


def test_limits_that_change_in_july_count_half_old_and_half_new() -> None:
    wider = version(
        component("base", "0.538"),
        component(
            "tier-2", "0.05", kind=Kind.TIER, account="surcharge",
            lower_e4=3000 * KWH, upper_e4=5040 * KWH,
            earlier_limits_e4=(2760 * KWH, 4800 * KWH),
        ),
        component(
            "tier-3", "0.30", kind=Kind.TIER, account="surcharge", lower_e4=5040 * KWH,
            earlier_limits_e4=(4800 * KWH, None),
        ),
        valid_from=date(2026, 7, 1),
    )  # fmt: skip
    changed = full_month(wider, {"total": 6000 * KWH}, earlier_quota_months=6)
    opened_in_march = replace(changed, quota_months=10, earlier_quota_months=4)

    assert kwh(bill_of(changed)) == [6000, 4920 - 2880, 6000 - 4920]
    # (2,760 x 4 + 3,000 x 6) / 12 = 2,420
    assert kwh(bill_of(opened_in_march))[1] == 4120 - 2420
    assert kwh(bill_of(replace(changed, earlier_quota_months=0)))[1] == 5040 - 3000


# --- monthly ladders ---

GUANGDONG = version(
    component("base", "0.59"),
    *(
        component(
            f"{name}-{season}", price, kind=Kind.TIER, account="surcharge",
            tier_basis=TierBasis.MONTH, months=months, lower_e4=low * KWH,
            upper_e4=None if high is None else high * KWH,
        )
        for season, months, first, second in (
            ("summer", (5, 6, 7, 8, 9, 10), 260, 600),
            ("winter", (1, 2, 3, 4, 11, 12), 200, 400),
        )
        for name, price, low, high in (("2", "0.05", first, second), ("3", "0.30", second, None))
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("month", "expected"), [(5, [700, 340, 100, 0, 0]), (11, [700, 0, 0, 200, 300])]
)
def test_the_limits_of_guangdong_change_with_the_season(month: int, expected: list[int]) -> None:
    assert kwh(bill_of(full_month(GUANGDONG, {"total": 700 * KWH}, month=month))) == expected


def test_a_seasonal_tariff_asks_for_the_month() -> None:
    with pytest.raises(errors.FactMissing, match="charged on the fact month, which was not given"):
        bill_of(full_month(GUANGDONG, {"total": 700 * KWH}))


def test_a_bill_over_two_months_has_the_limits_of_two() -> None:
    sichuan = version(
        *(
            component(
                f"t{low}", price, kind=Kind.TIER, tier_basis=TierBasis.MONTH,
                lower_e4=low * KWH, upper_e4=None if high is None else high * KWH,
            )
            for low, high, price in
            ((0, 180, "0.5224"), (180, 280, "0.6224"), (280, None, "0.8224"))
        )
    )  # fmt: skip
    once = full_month(sichuan, {"total": 600 * KWH})

    assert kwh(bill_of(once)) == [180, 100, 320]
    assert kwh(bill_of(replace(once, bill_months=2))) == [360, 200, 40]
    assert kwh(bill_of(replace(once, extra_quota_e4_month=100 * KWH))) == [280, 100, 220]


# --- ladders over periods, as other countries have them ---


def ladder(policy: TierPolicy, **fields: object) -> tuple[object, ...]:
    prices = {"p1": ("0.10", "0.20"), "p2": ("0.05", "0.08")}
    return tuple(
        component(
            f"{period}-{step}", price, kind=Kind.TIER, period=period, tier_policy=policy,
            tier_basis=TierBasis.MONTH, lower_e4=0 if step == 0 else 300 * KWH,
            upper_e4=300 * KWH if step == 0 else None, **fields,
        )
        for period, steps in prices.items()
        for step, price in enumerate(steps)
    )  # fmt: skip


TWO_PERIODS = {"total": 1000 * KWH, "p1": 600 * KWH, "p2": 400 * KWH}


def test_a_period_pays_its_ladder_on_its_share_of_the_month() -> None:
    shared = version(*ladder(TierPolicy.SHARE), periods=("p1", "p2"))
    bill = bill_of(full_month(shared, TWO_PERIODS))

    assert formulas(bill) == [
        "(300 − 0) × 600 ÷ 1,000 × 0.10 = 18.00",
        "(1,000 − 300) × 600 ÷ 1,000 × 0.20 = 84.00",
        "(300 − 0) × 400 ÷ 1,000 × 0.05 = 6.00",
        "(1,000 − 300) × 400 ÷ 1,000 × 0.08 = 22.40",
    ]
    nothing = bill_of(full_month(shared, {"total": 0, "p1": 0, "p2": 0}))
    assert nothing.total_fen == 0
    moved = bill_of(full_month(shared, {"total": 0, "p1": 5 * KWH, "p2": -5 * KWH}))
    assert moved.total_fen == 0


def test_a_period_can_have_a_ladder_of_its_own() -> None:
    own = version(*ladder(TierPolicy.OWN), periods=("p1", "p2"))

    assert kwh(bill_of(full_month(own, TWO_PERIODS))) == [300, 300, 300, 100]


def test_limits_a_kw_grow_with_the_demand_of_the_month() -> None:
    per_kw = version(
        component("t1", "0.2", kind=Kind.TIER, tier_basis=TierBasis.MONTH, per_kw=True,
                  upper_e4=200 * KWH),
        component("t2", "0.1", kind=Kind.TIER, tier_basis=TierBasis.MONTH, per_kw=True,
                  lower_e4=200 * KWH),
    )  # fmt: skip
    used = full_month(per_kw, {"total": 1000 * KWH}, demand_e4={"total": 35 * KW // 10})

    assert kwh(bill_of(used)) == [700, 300]
    with pytest.raises(errors.FactMissing, match=r"demand_e4 \(total\)"):
        explain_bill([replace(used, demand_e4={})])


# --- free kWh ---


def test_a_free_block_comes_off_before_the_ladder() -> None:
    block = version(
        component("free", kind=Kind.RELIEF, account="relief", relief_policy=ReliefPolicy.BLOCK),
        component("base", "0.538"),
        *SURCHARGES,
    )
    used = full_month(
        block, {"total": 100 * KWH}, free_e4=15 * KWH, year_usage_before_e4=2700 * KWH
    )

    assert formulas(bill_of(used)) == [
        "15 × 0.00 = 0.00",
        "85 × 0.538 = 45.73",
        "(2,785 − 2,760) × 0.05 = 1.25",
        "0 × 0.30 = 0.00",
    ]
    little = bill_of(replace(used, usage_e4={"total": 10 * KWH}))
    assert kwh(little) == [10, 0, 0, 0]
    assert little.total_fen == 0


def test_free_kwh_given_back_in_money_are_a_line_below_zero() -> None:
    cash = version(
        component("base", "0.538"),
        *SURCHARGES,
        component("free", "0.538", kind=Kind.RELIEF, account="relief"),
    )
    used = full_month(cash, {"total": 100 * KWH}, free_e4=15 * KWH)

    bill = bill_of(used)
    assert formulas(bill)[0] == "100 × 0.538 = 53.80"
    assert formulas(bill)[3] == "-15 × 0.538 = -8.07"
    assert bill.total_fen == parse_yuan("45.73")
    assert not bill.lines[3].component.is_revenue
    # No more is given back than was used, and nothing is carried over.
    assert bill_of(replace(used, usage_e4={"total": 10 * KWH})).total_fen == 0
    # A reversal mirrors it.
    mirrored = bill_of(replace(used, usage_e4={"total": -100 * KWH}, free_e4=-15 * KWH))
    assert mirrored.total_fen == -bill.total_fen


def test_usage_whose_periods_do_not_add_up_is_refused() -> None:
    wrong = {"total": 200 * KWH, "peak": 120 * KWH, "valley": 81 * KWH}
    with pytest.raises(errors.PeriodsDiffer, match="is 200 kWh and its periods add up to 201 kWh"):
        explain_bill([full_month(TOU, wrong)])
    with pytest.raises(errors.FactMissing, match=r"the fact usage_e4 \(valley\), which was not"):
        explain_bill([full_month(TOU, {"total": 1, "peak": 1})])
