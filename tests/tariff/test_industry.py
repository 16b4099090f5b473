"""Two-part bills as the trade reckons them: capacity, demand, the 260 rule, power factor."""

from dataclasses import replace

import pytest

from onebook.kernel.money import parse_yuan
from onebook.tariff import errors
from onebook.tariff.kernels import calculate_bills
from onebook.tariff.rules import (
    BillExplained,
    DemandPolicy,
    Kind,
    LoadDiscount,
    Portion,
    PowerFactor,
    Version,
    explain_bill,
)
from onebook.tariff.rules.kinds.power_factor import cos_hundredths, rate_bp
from tests.tariff.twins import (
    KVA,
    KW,
    KWH,
    bill_of,
    component,
    full_month,
    pack,
    pack_power_factors,
    version,
)

RULE_260 = LoadDiscount(kwh_per_kva=260, price_bp=9000)
PERIODS = ("sharp", "peak", "flat", "valley")
TWO_PART = version(
    component("energy-sharp", "0.8064", period="sharp", in_pf_base=True),
    component("energy-peak", "0.672", period="peak", in_pf_base=True),
    component("energy-flat", "0.42", period="flat", in_pf_base=True),
    component("energy-valley", "0.168", period="valley", in_pf_base=True),
    component("loss", "0.01523316", account="line_loss", in_pf_base=True),
    component("transmission", "0.1456", account="transmission", in_pf_base=True),
    component("system", "0.0382", account="system", in_pf_base=True),
    component(
        "demand", "35.2", kind=Kind.DEMAND, account="demand", load_discount=RULE_260,
        in_pf_base=True,
    ),
    component("power-factor", kind=Kind.POWER_FACTOR, account="power_factor"),
    component("renewable", "0.019", account="fund:renewable"),
    component("reservoir", "0.0062", account="fund:reservoir"),
    component("major-water", "0.00196875", account="fund:major_water"),
    periods=PERIODS,
)  # fmt: skip


def amounts(bill: BillExplained) -> dict[str, int]:
    return {line.component.code: line.amount_fen for line in bill.lines}


def demand_bill(
    policy: DemandPolicy, *, measured_kw: int, contract_kw: int = 0, usage_kwh: int = 0
) -> BillExplained:
    tariff = version(
        component("energy", "0.5"),
        component("demand", "40", kind=Kind.DEMAND, demand_policy=policy, load_discount=RULE_260),
    )
    return bill_of(
        full_month(
            tariff,
            {"total": usage_kwh * KWH},
            demand_e4={"total": measured_kw * KW},
            contract_demand_e4=contract_kw * KW,
            transformer_e4=2000 * KVA,
        )
    )


def capacity_bill(price: str, kva_days: int, days: int) -> BillExplained:
    tariff = version(component("energy", "0.5"), component("capacity", price, kind=Kind.CAPACITY))
    return bill_of(
        full_month(
            tariff, {"total": 0}, capacity_e4_days=kva_days * KVA, days=days, proration_days=days
        )
    )


def test_the_10_kv_two_part_bill_comes_to_131_103_98() -> None:
    bill = bill_of(
        full_month(
            TWO_PART,
            {
                "total": 160_000 * KWH, "sharp": 12_000 * KWH, "peak": 48_000 * KWH,
                "flat": 60_000 * KWH, "valley": 40_000 * KWH,
            },
            demand_e4={"total": 620 * KW},
            transformer_e4=630 * KVA,
        ),
        power_factor=PowerFactor(160_000 * KWH, 60_000 * KWH, 9000),
    )  # fmt: skip

    assert {line.component.code: line.formula for line in bill.lines} == {
        "energy-sharp": "12,000 × 0.8064 = 9,676.80",
        "energy-peak": "48,000 × 0.672 = 32,256.00",
        "energy-flat": "60,000 × 0.42 = 25,200.00",
        "energy-valley": "40,000 × 0.168 = 6,720.00",
        "loss": "160,000 × 0.01523316 = 2,437.31",
        "transmission": "160,000 × 0.1456 = 23,296.00",
        "system": "160,000 × 0.0382 = 6,112.00",
        "demand": "620 × 35.20 = 21,824.00 (160,000 ÷ 630 < 260)",
        "power-factor": "127,522.11 × -0.60 % = -765.13 "
        "(cosφ = 160,000 ÷ √(160,000² + 60,000²) = 0.94, 0.90)",
        "renewable": "160,000 × 0.019 = 3,040.00",
        "reservoir": "160,000 × 0.0062 = 992.00",
        "major-water": "160,000 × 0.00196875 = 315.00",
    }
    assert bill.power_factor is not None
    assert bill.power_factor.base_fen == parse_yuan("127522.11")
    assert bill.total_fen == parse_yuan("131103.98")
    assert (bill.net_fen, bill.vat_fen) == (parse_yuan("116021.22"), parse_yuan("15082.76"))
    assert [line.component.code for line in bill.printed][-1] == "power-factor"
    assert [str(line.unit) for line in bill.lines] == [*["kWh"] * 7, "kW", "yuan", *["kWh"] * 3]


# --- capacity by days ---


def test_a_1000_kva_transformer_energised_on_20_january_pays_12_days_of_31() -> None:
    bill = capacity_bill("30", 12 * 1000, 31)

    assert bill.lines[1].formula == "12,000 ÷ 31 × 30.00 = 11,612.90"
    assert bill.lines[1].quantity_e4 == 3870968  # 387.0968 kVA for the month
    assert str(bill.lines[1].unit) == "kVA"


def test_before_june_2024_a_month_was_divided_by_30() -> None:
    assert capacity_bill("30", 12 * 1000, 30).total_fen == parse_yuan("12000.00")


def test_an_800_kva_transformer_sealed_on_10_september_pays_9_days() -> None:
    bill = capacity_bill("28", 9 * 800, 30)

    assert bill.lines[1].formula == "240 × 28.00 = 6,720.00"


def test_a_suspended_transformer_is_charged_for_the_days_it_ran_beside_the_other() -> None:
    # 630 kVA the whole of September, 800 kVA for nine days.
    assert capacity_bill("28", 630 * 30 + 800 * 9, 30).total_fen == parse_yuan("24360.00")


def test_capacity_sealed_all_month_costs_nothing() -> None:
    assert capacity_bill("28", 0, 30).total_fen == 0


# --- demand ---


@pytest.mark.parametrize(
    ("measured", "formula"),
    [
        (1030, "1,000 × 40.00 = 40,000.00 (1,030 ≤ 1.05 × 1,000, 0 ÷ 2,000 < 260)"),
        (1050, "1,000 × 40.00 = 40,000.00 (1,050 ≤ 1.05 × 1,000, 0 ÷ 2,000 < 260)"),
        (500, "1,000 × 40.00 = 40,000.00 (500 ≤ 1.05 × 1,000, 0 ÷ 2,000 < 260)"),
        (1051, "(1,051 + (1,051 − 1.05 × 1,000)) × 40.00 = 42,080.00 (0 ÷ 2,000 < 260)"),
        (1200, "(1,200 + (1,200 − 1.05 × 1,000)) × 40.00 = 54,000.00 (0 ÷ 2,000 < 260)"),
    ],
)
def test_a_contract_is_charged_up_to_105_percent_and_what_lies_above_counts_twice(
    measured: int, formula: str
) -> None:
    bill = demand_bill(DemandPolicy.CONTRACT, measured_kw=measured, contract_kw=1000)

    assert bill.lines[1].formula == formula


def test_measured_demand_has_no_floor() -> None:
    bill = demand_bill(DemandPolicy.MEASURED, measured_kw=100)

    assert bill.total_fen == parse_yuan("4000.00")


def test_demand_is_a_tenth_cheaper_from_260_kwh_a_kva_and_the_excess_too() -> None:
    bill = demand_bill(DemandPolicy.CONTRACT, measured_kw=1200, contract_kw=1000, usage_kwh=560_000)

    assert bill.lines[1].price_e10 == 36 * 10**10
    assert bill.lines[1].formula == (
        "(1,200 + (1,200 − 1.05 × 1,000)) × 40.00 × 0.90 = 48,600.00 (560,000 ÷ 2,000 ≥ 260)"
    )


@pytest.mark.parametrize(("usage_kwh", "demand_yuan"), [(520_000, "3600.00"), (519_999, "4000.00")])
def test_the_260_rule_compares_unrounded_and_its_bound_is_inside(
    usage_kwh: int, demand_yuan: str
) -> None:
    bill = demand_bill(DemandPolicy.MEASURED, measured_kw=100, usage_kwh=usage_kwh)

    assert amounts(bill)["demand"] == parse_yuan(demand_yuan)


def test_the_260_rule_counts_the_kwh_of_all_metering_points_of_the_bill() -> None:
    lighting = version(component("lighting", "0.7"))
    main = version(
        component("energy", "0.5"),
        component("demand", "40", kind=Kind.DEMAND, load_discount=RULE_260),
    )
    bill = bill_of(
        full_month(
            main,
            {"total": 500_000 * KWH},
            demand_e4={"total": 1000 * KW},
            transformer_e4=2000 * KVA,
            label_zh="主表",
        ),
        full_month(lighting, {"total": 20_000 * KWH}, label_zh="照明"),
    )

    assert [(line.label_zh, line.amount_fen) for line in bill.lines] == [
        ("主表", parse_yuan("250000.00")),
        ("主表", parse_yuan("36000.00")),
        ("照明", parse_yuan("14000.00")),
    ]


def test_the_demand_of_a_part_month_is_charged_by_its_days() -> None:
    tariff = version(
        component("energy", "0.5"),
        component("demand", "40", kind=Kind.DEMAND, demand_policy=DemandPolicy.CONTRACT),
    )
    half = full_month(
        tariff, {"total": 0}, days=12, proration_days=31,
        demand_e4={"total": 1200 * KW}, contract_demand_e4=1000 * KW,
    )  # fmt: skip

    # 1,350 x 40 x 12 / 31
    assert bill_of(half).lines[1].formula == (
        "(1,200 + (1,200 − 1.05 × 1,000)) × 12 ÷ 31 × 40.00 = 20,903.23"
    )


def test_demand_without_a_contract_a_transformer_or_a_reading_is_refused() -> None:
    contract = demand_bill(DemandPolicy.CONTRACT, measured_kw=1, contract_kw=1).lines[0]
    tariff = version(
        component("energy", "0.5"),
        component(
            "demand", "40", kind=Kind.DEMAND, demand_policy=DemandPolicy.CONTRACT,
            load_discount=RULE_260,
        ),
    )  # fmt: skip
    complete = full_month(
        tariff, {"total": 0}, demand_e4={"total": KW}, contract_demand_e4=KW, transformer_e4=KVA
    )
    assert contract.amount_fen == 0
    for lacking, fact in (
        (replace(complete, contract_demand_e4=0), "contract_demand_e4"),
        (replace(complete, transformer_e4=0), "transformer_e4"),
        (replace(complete, demand_e4={}), r"demand_e4 \(total\)"),
    ):
        with pytest.raises(errors.FactMissing, match=f"charged on the fact {fact}"):
            explain_bill([lacking])
        with pytest.raises(errors.FactMissing, match=f"charged on the fact {fact}"):
            _kernel(lacking)


# --- the power factor ---


def pf_bill(base_yuan: str, power_factor: PowerFactor) -> BillExplained:
    """A bill whose base is capacity 25,600 and energy for the rest of the sum."""
    tariff = version(
        component("energy", "1", in_pf_base=True),
        component("capacity", "32", kind=Kind.CAPACITY, in_pf_base=True),
        component("power-factor", kind=Kind.POWER_FACTOR),
        component("renewable", "0.019", account="fund:renewable"),
    )
    energy_e4 = parse_yuan(base_yuan) * 100 - 25_600 * KWH
    return bill_of(
        full_month(tariff, {"total": energy_e4}, capacity_e4_days=800 * 30 * KVA),
        power_factor=power_factor,
    )


@pytest.mark.parametrize(
    ("active", "reactive", "standard", "cosine", "amount"),
    [
        (120_000, 52_000 + 3_000, 9000, 91, "-146.40"),
        (96_000, 64_500, 9000, 83, "3416.00"),
        (96_000, 64_500, 8500, 83, "976.00"),
        (96_000, 64_500, 8000, 83, "-292.80"),
        (120_000, 0, 9000, 100, "-732.00"),
        (0, 1, 9000, 0, "141520.00"),
    ],
)
def test_the_adjustment_is_charged_on_capacity_and_energy_without_funds(
    active: int, reactive: int, standard: int, cosine: int, amount: str
) -> None:
    bill = pf_bill("97600.00", PowerFactor(active * KWH, reactive * KWH, standard))

    assert bill.power_factor is not None
    assert bill.power_factor.cosine == cosine
    assert bill.power_factor.base_fen == parse_yuan("97600.00")
    assert amounts(bill)["power-factor"] == parse_yuan(amount)


# cosφ: the percent for the standards 0.90, 0.85, 0.80, in hundredths of a percent.
PERCENT_TABLE = {
    100: (-75, -110, -130), 95: (-75, -110, -130), 94: (-60, -110, -130), 93: (-45, -95, -130),
    92: (-30, -80, -130), 91: (-15, -65, -115), 90: (0, -50, -100), 89: (50, -40, -90),
    88: (100, -30, -80), 87: (150, -20, -70), 86: (200, -10, -60), 85: (250, 0, -50),
    84: (300, 50, -40), 83: (350, 100, -30), 82: (400, 150, -20), 81: (450, 200, -10),
    80: (500, 250, 0), 79: (550, 300, 50), 78: (600, 350, 100), 77: (650, 400, 150),
    76: (700, 450, 200), 75: (750, 500, 250), 74: (800, 550, 300), 73: (850, 600, 350),
    72: (900, 650, 400), 71: (950, 700, 450), 70: (1000, 750, 500), 69: (1100, 800, 550),
    68: (1200, 850, 600), 67: (1300, 900, 650), 66: (1400, 950, 700), 65: (1500, 1000, 750),
    64: (1700, 1100, 800), 63: (1900, 1200, 850), 62: (2100, 1300, 900), 61: (2300, 1400, 950),
    60: (2500, 1500, 1000), 59: (2700, 1700, 1100), 58: (2900, 1900, 1200),
    57: (3100, 2100, 1300), 56: (3300, 2300, 1400), 55: (3500, 2500, 1500),
    54: (3700, 2700, 1700), 50: (4500, 3500, 2500), 0: (14500, 13500, 12500),
}  # fmt: skip


@pytest.mark.parametrize("cosine", PERCENT_TABLE)
def test_the_percentages_are_those_of_the_1983_tables(cosine: int) -> None:
    assert tuple(rate_bp(cosine, one) for one in (9000, 8500, 8000)) == PERCENT_TABLE[cosine]


@pytest.mark.parametrize(
    ("active", "reactive", "cosine"),
    [
        (8550, 5186, 86),  # 0.85502
        (8550, 5187, 85),  # 0.85496
        (7540, 6569, 75),
        (0, 0, 100),
        (1, 10**9, 0),
        (5, 1000, 0),  # 0.0049999
        (6, 1000, 1),
    ],
)
def test_the_cosine_is_rounded_half_up_to_two_decimals(
    active: int, reactive: int, cosine: int
) -> None:
    assert cos_hundredths(active, reactive) == cosine


def test_transformer_losses_can_change_the_bracket() -> None:
    assert cos_hundredths(60_000, 30_000) == 89
    assert cos_hundredths(60_827, 33_685) == 87


def test_sub_meters_inside_share_the_adjustment_and_those_beside_do_not() -> None:
    main = version(
        component("energy", "0.5", in_pf_base=True),
        component("power-factor", kind=Kind.POWER_FACTOR),
    )
    lighting = version(component("lighting", "0.7", in_pf_base=True))
    home = version(component("home", "0.558"), category="residential")
    inside = [
        full_month(main, {"total": 10_000 * KWH}),
        full_month(lighting, {"total": 1_000 * KWH}),
        full_month(home, {"total": 1_000 * KWH}),
    ]
    facts = PowerFactor(12_000 * KWH, 9_000 * KWH, 8500)  # cosφ 0.80: + 2.5 %
    beside = [inside[0], replace(inside[1], in_pf_fee=False), inside[2]]

    assert amounts(bill_of(*inside, power_factor=facts))["power-factor"] == 14250
    assert amounts(bill_of(*beside, power_factor=facts))["power-factor"] == 12500


def test_line_by_line_the_adjustment_may_differ_by_a_fen() -> None:
    lines = [component(f"e{at}", "0.1", in_pf_base=True) for at in range(3)]
    once = version(*lines, component("power-factor", kind=Kind.POWER_FACTOR))
    each = version(*lines, component("power-factor", kind=Kind.POWER_FACTOR, pf_per_line=True))
    facts = PowerFactor(4 * KWH, 3 * KWH, 9000)  # + 5 %
    usage = {"total": 25 * KWH // 10 * 4}  # 1.00 each

    assert amounts(bill_of(full_month(once, usage), power_factor=facts))["power-factor"] == 15
    usage = {"total": 13 * KWH}  # 1.30 each: 0.065 is 0.07, 0.195 is 0.20
    assert amounts(bill_of(full_month(once, usage), power_factor=facts))["power-factor"] == 20
    per_line = bill_of(full_month(each, usage), power_factor=facts)
    assert amounts(per_line)["power-factor"] == 21
    assert per_line.lines[3].formula.startswith("3.90 × 5.00 % + 0.01 = 0.21 (cosφ = 4 ÷")


@pytest.mark.parametrize(
    ("facts", "error", "message"),
    [
        (PowerFactor(1, 1, 8800), errors.PercentTableMissing, "in row 0 is 0.88, which has no"),
        (PowerFactor(-1, 1, 9000), errors.PowerFactorOutOfRange, "is of -0.0001 kWh and 0.0001"),
        (PowerFactor(1, 10**16, 9000), errors.PowerFactorOutOfRange, "1,000,000,000,000 kvarh"),
    ],
)
def test_a_power_factor_that_cannot_be_charged_is_refused(
    facts: PowerFactor, error: type[errors.TariffError], message: str
) -> None:
    portion = full_month(TWO_PART, dict.fromkeys(("total", *PERIODS), 0), demand_e4={"total": 0},
                      transformer_e4=1)  # fmt: skip
    with pytest.raises(error, match=message):
        explain_bill([portion], facts)
    with pytest.raises(error, match=message):
        _kernel(portion, facts)


def test_a_power_factor_that_no_tariff_of_the_bill_adjusts_for_is_refused() -> None:
    plain = full_month(version(component("energy", "0.5")), {"total": KWH})
    for calculate in (explain_bill, lambda portions, facts: _kernel(portions[0], facts)):
        with pytest.raises(errors.PowerFactorUnpriced, match="The bill in row 0 has a power"):
            calculate([plain], PowerFactor(1, 1, 9000))


def _kernel(portion: Portion, facts: PowerFactor | None = None) -> Version:
    power_factors = None if facts is None else pack_power_factors([facts])
    return calculate_bills([pack([portion], [0])], power_factors).lines[0].version
