"""Bills as the trade knows them, and the kernel against `decimal` and against the scalar rule."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onebook.kernel.money import parse_yuan
from onebook.kernel.rounding import Rounding
from onebook.tariff import errors
from onebook.tariff.kernels import Columns, calculate
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import (
    USAGE_LIMIT_E4,
    BillExplained,
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
    explain,
    format_price,
    validate,
    version_on,
)

ZHEJIANG = parse_catalogue(
    files("onebook.tariff").joinpath("catalogue/zhejiang.toml").read_text("utf-8")
)
TIERS = version_on(ZHEJIANG, "zj-residential-tiers", date(2026, 10, 1))
BUSINESS = version_on(ZHEJIANG, "zj-business-single-lv", date(2026, 10, 1))
KWH = 10_000


def amounts(bill: BillExplained) -> list[int]:
    return [line.amount_fen for line in bill.lines]


def test_a_household_that_crosses_into_the_second_tier_pays_114_60() -> None:
    bill = explain(TIERS, 200 * KWH, year_usage_before_e4=2700 * KWH)

    assert amounts(bill) == [parse_yuan("107.60"), parse_yuan("7.00"), 0]
    assert [line.formula for line in bill.lines] == [
        "200 × 0.538 = 107.60",
        "(2,900 − 2,760) × 0.05 = 7.00",
        "0 × 0.30 = 0.00",
    ]
    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (11460, 10142, 1318)
    assert bill.fund_net_fen == {}


def test_a_household_that_crosses_both_limits_in_one_month() -> None:
    bill = explain(TIERS, 3000 * KWH, year_usage_before_e4=2000 * KWH)

    assert [line.quantity_e4 // KWH for line in bill.lines] == [3000, 2040, 200]
    assert amounts(bill) == [161400, 10200, 6000]


def test_a_household_opened_in_february_has_eleven_months_of_quota() -> None:
    bill = explain(TIERS, 2600 * KWH, quota_months=11)

    assert [line.quantity_e4 // KWH for line in bill.lines] == [2600, 2600 - 11 * 230, 0]


def test_limits_that_do_not_shrink_stand_whole_from_the_first_day() -> None:
    bill = explain(replace(TIERS, quota_per_month=False), 2600 * KWH, quota_months=1)

    assert [line.quantity_e4 // KWH for line in bill.lines] == [2600, 0, 0]


def test_usage_given_back_walks_down_the_tiers_it_came_up() -> None:
    there = explain(TIERS, 300 * KWH, year_usage_before_e4=2700 * KWH)
    back = explain(TIERS, -300 * KWH, year_usage_before_e4=3000 * KWH)

    assert amounts(back) == [-amount for amount in amounts(there)]
    assert (back.net_fen, back.vat_fen) == (-there.net_fen, -there.vat_fen)


def test_a_month_without_usage_costs_nothing() -> None:
    bill = explain(BUSINESS, 0)

    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (0, 0, 0)
    assert set(amounts(bill)) == {0}


def test_monthly_tiers_count_this_bill_alone() -> None:
    ladder = [(0, 180, 5224 * 10**6), (180, 280, 6224 * 10**6), (280, None, 10**10)]
    month = tuple(
        _component(
            f"from-{low}", kind=Kind.TIER, lower_e4=low * KWH, upper_e4=high and high * KWH,
            price_e10=price, tier_basis=TierBasis.MONTH,
        )
        for low, high, price in ladder
    )  # fmt: skip
    bill = explain(replace(TIERS, components=month), 300 * KWH, year_usage_before_e4=5000 * KWH)

    assert [line.quantity_e4 // KWH for line in bill.lines] == [180, 100, 20]
    assert [line.formula for line in bill.lines] == [
        "(180 − 0) × 0.5224 = 94.03",
        "(280 − 180) × 0.6224 = 62.24",
        "(300 − 280) × 1.00 = 20.00",
    ]


def test_the_price_of_the_line_loss_is_purchase_times_r_over_one_minus_r() -> None:
    prices = {one.code: format_price(one.price_e10) for one in BUSINESS.components}

    assert prices["purchase"] == "0.4203"
    assert prices["loss"] == "0.01524404"
    assert prices["new-energy"] == "-0.0047"


def test_a_shop_pays_the_price_stack_and_its_funds_are_booked_net_by_fund() -> None:
    bill = explain(BUSINESS, 1000 * KWH)

    assert [line.formula for line in bill.lines] == [
        "1,000 × 0.4203 = 420.30",
        "1,000 × 0.01524404 = 15.24",
        "1,000 × 0.2296 = 229.60",
        "1,000 × 0.0463 = 46.30",
        "1,000 × -0.0047 = -4.70",
        "1,000 × 0.00403875 = 4.04",
        "1,000 × 0.0062 = 6.20",
        "1,000 × 0.019 = 19.00",
    ]
    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (73598, 65131, 8467)
    assert bill.fund_net_fen == {
        "fund:major_water": 358,
        "fund:reservoir": 549,
        "fund:renewable": 1681,
    }


def test_the_last_fund_absorbs_the_rounding_of_the_others() -> None:
    absorbed = explain(BUSINESS, 70 * KWH)
    alone = explain(replace(BUSINESS, fund_rounding=FundRounding.EACH), 70 * KWH)

    # 0.2827125 + 0.434 + 1.33 = 2.0467125 is 2.05, while 0.28 + 0.43 + 1.33 is 2.04.
    assert amounts(absorbed)[-3:] == [28, 43, 134]
    assert absorbed.lines[-1].formula == "70 × 0.019 + 0.01 = 1.34"
    assert amounts(alone)[-3:] == [28, 43, 133]


def test_a_fund_outside_the_vat_base_is_booked_as_it_is_charged() -> None:
    untaxed = tuple(replace(one, vat_included=not one.is_fund) for one in BUSINESS.components)
    bill = explain(replace(BUSINESS, components=untaxed), 1000 * KWH)

    assert bill.fund_net_fen == {
        "fund:major_water": 404,
        "fund:reservoir": 620,
        "fund:renewable": 1900,
    }
    assert bill.vat_fen == 70674 - 62543
    assert bill.net_fen + bill.vat_fen == bill.total_fen == 73598


def test_the_tariff_in_force_on_a_day_is_found_or_named_as_missing() -> None:
    assert BUSINESS.valid_from == date(2026, 1, 1)
    with pytest.raises(errors.TariffMissing) as caught:
        version_on(ZHEJIANG, "zj-business-single-lv", date(2028, 1, 1))

    assert str(caught.value) == (
        "The tariff zj-business-single-lv has no version in force on 2028-01-01. "
        "Add a version to the catalogue that covers this day."
    )


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
@pytest.mark.parametrize("code", sorted({version.code for version in ZHEJIANG}))
def test_zhejiang_is_covered_from_2024_to_2027(code: str, year: int) -> None:
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert version_on(ZHEJIANG, code, day).code == code


def test_usage_and_quota_beyond_the_bounds_are_refused_with_their_row() -> None:
    usage_e4 = np.array([1, 2, USAGE_LIMIT_E4 + 1, 4], dtype=np.int64)
    with pytest.raises(errors.UsageOutOfRange, match="in row 2 is beyond 100,000,000,000 kWh"):
        calculate(TIERS, usage_e4)
    with pytest.raises(errors.QuotaMonthsOutOfRange, match="in row 1 are 0"):
        calculate(TIERS, usage_e4[:2], 0, np.array([12, 0]))
    with pytest.raises(errors.UsageOutOfRange):
        explain(TIERS, 1, year_usage_before_e4=-USAGE_LIMIT_E4 - 1)
    with pytest.raises(errors.QuotaMonthsOutOfRange):
        explain(TIERS, 1, quota_months=13)
    with pytest.raises(errors.ColumnLengthsDiffer, match="quota_months has 3 rows"):
        calculate(TIERS, usage_e4[:2], 0, np.array([12, 12, 12]))


def test_no_bills_at_all_are_calculated_too() -> None:
    columns = calculate(BUSINESS, np.array([], dtype=np.int64))

    assert columns.amount_fen.shape == (8, 0)
    assert columns.total_fen.shape == (0,)


def test_a_faulty_version_is_not_calculated() -> None:
    nothing = replace(TIERS, components=())
    with pytest.raises(errors.TariffUnusable, match="prices no energy"):
        calculate(nothing, np.array([KWH], dtype=np.int64))


# --- the kernel against decimal and against the scalar rule ---

USAGE = st.one_of(st.integers(-(10**13), 10**13), st.integers(-100 * KWH, 10_000 * KWH), st.just(0))
ROWS = st.lists(
    st.tuples(USAGE, st.integers(0, 10**13) | st.integers(0, 6000 * KWH), st.integers(1, 12)),
    min_size=1,
    max_size=8,
)
PRICE = st.integers(-(10**11), 10**11) | st.sampled_from([5380000000, 403875, 0, 10**12])


@st.composite
def versions(draw: st.DrawFn) -> Version:
    """A random valid version: flats, one ladder of tiers, funds, any policy."""
    limits = sorted(draw(st.sets(st.integers(1, 10**5), max_size=3)))
    basis = draw(st.sampled_from(TierBasis))
    starts = [0, *limits] if draw(st.booleans()) else limits
    flats = [_component(f"f{at}", price_e10=draw(PRICE)) for at in range(draw(st.integers(1, 3)))]
    ladder = [
        _component(
            f"t{low}", kind=Kind.TIER, lower_e4=low * KWH, upper_e4=high and high * KWH,
            price_e10=draw(PRICE), tier_basis=basis, account="surcharge",
        )
        for low, high in zip(starts, [*starts[1:], None], strict=False)
    ]  # fmt: skip
    funds = [
        _component(
            f"g{at}", price_e10=draw(PRICE), account=f"fund:{at}", vat_included=draw(st.booleans())
        )
        for at in range(draw(st.integers(0, 3)))
    ]
    return Version(
        "random", "随机", "Random", "residential", date(2026, 1, 1), None,
        tuple(draw(st.permutations([*flats, *ladder, *funds]))),
        vat_rate_bp=draw(st.sampled_from([0, 100, 300, 1300, 1600, 1700])),
        rounding=draw(st.sampled_from(Rounding)),
        fund_rounding=draw(st.sampled_from(FundRounding)),
        quota_per_month=draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(versions(), ROWS)
def test_the_kernel_equals_the_scalar_rule(
    version: Version, rows: list[tuple[int, int, int]]
) -> None:
    assert validate(version) == []
    columns = _columns(version, rows)

    for at, (usage_e4, before_e4, months) in enumerate(rows):
        bill = explain(version, usage_e4, before_e4, months)
        assert columns.quantity_e4[:, at].tolist() == [line.quantity_e4 for line in bill.lines]
        assert columns.amount_fen[:, at].tolist() == amounts(bill)
        assert columns.line_net_fen[:, at].tolist() == [line.net_fen for line in bill.lines]
        assert columns.total_fen[at] == bill.total_fen
        assert columns.net_fen[at] == bill.net_fen
        assert columns.vat_fen[at] == bill.vat_fen
        assert columns.fund_net_fen[:, at].tolist() == [
            bill.fund_net_fen[version.components[one].account] for one in version.fund_positions
        ]
        assert bill.total_fen == sum(amounts(bill)) == bill.net_fen + bill.vat_fen


@settings(max_examples=300, deadline=None)
@given(
    st.lists(USAGE | st.integers(-USAGE_LIMIT_E4, USAGE_LIMIT_E4), min_size=1, max_size=8),
    PRICE,
    st.sampled_from(Rounding),
)
@example([10**13], 5380000000, Rounding.HALF_UP)
@example([USAGE_LIMIT_E4, -USAGE_LIMIT_E4], 10**12, Rounding.HALF_UP)
@example([5, -5], 10**11, Rounding.HALF_UP)  # exactly half a fen, both ways
def test_an_amount_is_the_one_of_decimal_up_to_the_bounds(
    usage_e4: list[int], price_e10: int, rounding: Rounding
) -> None:
    flat = replace(TIERS, components=(_component("x", price_e10=price_e10),), rounding=rounding)
    columns = calculate(flat, np.array(usage_e4, dtype=np.int64))
    mode = ROUND_HALF_UP if rounding is Rounding.HALF_UP else ROUND_DOWN

    with localcontext(Context(prec=60)):
        for at, energy_e4 in enumerate(usage_e4):
            yuan = Decimal(energy_e4).scaleb(-4) * Decimal(price_e10).scaleb(-10)
            exact_fen = int((yuan * 100).quantize(Decimal(1), mode))
            exact_net = int(
                (Decimal(exact_fen) / Decimal("1.13")).quantize(Decimal(1), ROUND_HALF_UP)
            )
            assert columns.amount_fen[0, at] == columns.total_fen[at] == exact_fen
            assert columns.net_fen[at] == exact_net
            assert columns.vat_fen[at] == exact_fen - exact_net


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 8000 * KWH), st.lists(st.integers(0, 3000 * KWH), min_size=1, max_size=6))
def test_a_year_billed_in_parts_fills_the_tiers_like_one_bill(
    before_e4: int, months_e4: list[int]
) -> None:
    starts = np.cumsum([before_e4, *months_e4[:-1]])
    parts = calculate(TIERS, np.array(months_e4, dtype=np.int64), starts)
    whole = calculate(TIERS, np.array([sum(months_e4)], dtype=np.int64), before_e4)

    assert parts.quantity_e4.sum(axis=1).tolist() == whole.quantity_e4[:, 0].tolist()


def _columns(version: Version, rows: list[tuple[int, int, int]]) -> Columns:
    usage_e4, before_e4, months = np.array(rows, dtype=np.int64).T
    return calculate(version, usage_e4, before_e4, months)


def _component(code: str, **fields: object) -> Component:
    values: dict[str, object] = {
        "code": code, "name_zh": code, "name_en": code, "kind": Kind.FLAT,
        "account": "energy", "price_e10": 0, "source": "test", **fields,
    }  # fmt: skip
    return Component(**values)  # type: ignore[arg-type]
