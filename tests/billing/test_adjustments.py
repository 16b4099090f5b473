"""退补 by every case of the rules of supply, laid on the months and priced as they were then."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.billing.errors import AdjustmentWithoutBills, AdjustmentWithoutUsage
from onebook.billing.rules.adjustments import (
    Billed,
    Case,
    Facts,
    adjust,
    missed,
    plain,
    spread,
)
from onebook.kernel.periods import Month
from onebook.metering.errors import CorrectionImpossible
from onebook.tariff import services as tariff
from onebook.tariff.rules import Version

KWH = 10_000


def version(code: str, month: Month) -> Version:
    (found,) = [
        one
        for one in tariff.packaged()
        if one.code == code
        and one.valid_from <= month.first
        and (one.valid_to or date.max) > month.first
    ]
    return found


def billed(code: str, month: str, kwh: int, before: int = 0, bill_id: int = 1) -> Billed:
    when = Month.parse(month)
    return plain(bill_id, when, version(code, when), kwh * KWH, before * KWH, 12)


@pytest.mark.parametrize(
    ("case", "recorded", "facts", "kwh", "formula"),
    [
        (Case.METER_ERROR, 19_000, Facts(error_bp=-500), 500,
         "(19,000 / (1 -5 %) - 19,000) / 2 = 500"),
        (Case.METER_ERROR, 19_000, Facts(error_bp=-500, full_period=True), 1_000,
         "(19,000 / (1 -5 %) - 19,000) = 1,000"),
        (Case.METER_ERROR, 21_000, Facts(error_bp=500), -500,
         "(21,000 / (1 +5 %) - 21,000) / 2 = -500"),
        (Case.VOLTAGE_DROP, 100_000, Facts(right=75, wrong=50), 250,
         "100,000 x (0.75 % - 0.5 %) = 250"),
        (Case.NORMAL_MONTH, 200, Facts(normal_e4=3_000 * KWH, right=10, wrong=30), 800,
         "3,000 x 10 / 30 - 200 = 800"),
        (Case.PT_FUSE, 1_200, Facts(normal_e4=3_000 * KWH, right=10, wrong=30), -200,
         "3,000 x 10 / 30 - 1,200 = -200"),
        (Case.WIRING, 10_000, Facts(right=3, wrong=1), 20_000, "(3 / 1 - 1) x 10,000 = 20,000"),
        (Case.MULTIPLIER, 6_000, Facts(right=40, wrong=30), 2_000,
         "6,000 x (40 - 30) / 30 = 2,000"),
    ],
)  # fmt: skip
def test_each_case_shows_how_it_is_reckoned(
    case: Case, recorded: int, facts: Facts, kwh: int, formula: str
) -> None:
    found = missed(case, recorded * KWH, facts)
    assert (found.usage_e4, found.formula) == (kwh * KWH, formula)


def test_kwh_are_laid_on_the_months_in_whole_kwh() -> None:
    assert spread(500 * KWH, [9_000 * KWH, 10_000 * KWH]) == [236 * KWH, 264 * KWH]
    assert spread(-500 * KWH, [9_000 * KWH, 10_000 * KWH]) == [-236 * KWH, -264 * KWH]
    assert spread(7 * KWH, [0, 0, 0]) == [2 * KWH, 2 * KWH, 3 * KWH]


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=24))
def test_the_parts_add_up(kwh: int, recorded: list[int]) -> None:
    assert sum(spread(kwh * KWH, [one * KWH for one in recorded])) == kwh * KWH


def test_a_slow_meter_owes_at_the_price_of_each_month() -> None:
    # 19 000 kWh at -5 %: 500 kWh, of them 236 in October and 264 in November.
    done = adjust(
        Case.METER_ERROR,
        [
            billed("zj-business-single-lv", "2025-11", 10_000, bill_id=2),
            billed("zj-business-single-lv", "2025-10", 9_000, bill_id=1),
        ],
        Facts(error_bp=-500),
    )
    assert tuple(part.usage_e4 for part in done.parts) == (236 * KWH, 264 * KWH)
    assert {(line.bill_id, line.quantity_e4) for line in done.lines} == {
        (1, 236 * KWH), (2, 264 * KWH),
    }  # fmt: skip
    assert done.total_fen == sum(line.amount_fen for line in done.lines)
    assert done.net_fen == sum(line.net_fen for line in done.lines)
    assert (done.total_fen, done.net_fen, done.vat_fen) == (383_90, 339_74, 44_16)
    assert {line.posting for line in done.lines} == {
        "revenue", "fund:renewable", "fund:reservoir", "fund:major_water",
    }  # fmt: skip


def test_what_was_missed_climbs_the_tiers_of_its_year() -> None:
    # Tier 1 ends at 2 760 a year. In November 2 700 before and 60 billed: full. The multiplier was
    # 1 and is 2: 60 more in November, all of tier 2, and 100 more in December on top of those.
    done = adjust(
        Case.MULTIPLIER,
        [
            billed("zj-residential-tiers", "2025-11", 60, before=2_700),
            billed("zj-residential-tiers", "2025-12", 100, before=2_760),
        ],
        Facts(right=2, wrong=1),
    )
    assert tuple(part.usage_e4 for part in done.parts) == (60 * KWH, 100 * KWH)
    by_month = {
        month: sum(line.amount_fen for line in done.lines if str(line.month) == month)
        for month in ("2025-11", "2025-12")
    }
    # (0.538 + 0.05) a kWh
    assert by_month == {"2025-11": 35_28, "2025-12": 58_80}
    assert done.total_fen == 94_08


def test_a_fast_meter_is_given_back_down_the_tiers() -> None:
    done = adjust(
        Case.METER_ERROR,
        [billed("zj-residential-tiers", "2025-11", 210, before=2_700)],
        Facts(error_bp=500, full_period=True),
    )
    assert tuple(part.usage_e4 for part in done.parts) == (-10 * KWH,)
    assert done.total_fen == -5_88


def test_what_cannot_be_adjusted_is_refused() -> None:
    one = billed("zj-residential-tiers", "2025-11", 210)
    with pytest.raises(AdjustmentWithoutBills):
        adjust(Case.WIRING, [], Facts(right=3, wrong=1))
    with pytest.raises(AdjustmentWithoutUsage, match=r"210 x \(0.5 % - 0.5 %\) = 0"):
        adjust(Case.VOLTAGE_DROP, [one], Facts(right=50, wrong=50))
    with pytest.raises(CorrectionImpossible):
        adjust(Case.WIRING, [one], Facts(right=3, wrong=0))
