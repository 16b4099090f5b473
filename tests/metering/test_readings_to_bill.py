"""From the registers of one meter to the whole bill: what metering gives is what a tariff takes."""

from datetime import date

import numpy as np

from onebook.kernel.energy import parse_kwh
from onebook.kernel.money import parse_yuan
from onebook.metering import kernels, reads
from onebook.metering.kernels import measures as measure_columns
from onebook.metering.rules import Segment, Usage, UsagePolicy, segments_usage
from onebook.metering.rules.losses import facts_on, transformer_loss
from onebook.metering.rules.measures import of_registers, with_loss
from onebook.metering.rules.registers import DemandSegment, Ratio, demand, multiplier
from onebook.tariff.kernels import calculate_bills
from onebook.tariff.rules import Portion, PortionColumns, PowerFactor, explain_bill
from onebook.tariff.rules.kinds.power_factor import cos_hundredths
from tests.tariff.test_industry import PERIODS, TWO_PART

KWH = 10_000
FACTOR = multiplier(Ratio(50, 5), Ratio(10_000, 100))  # 1 000
# A month whose meter was changed: the total ran 100 on the old meter, 60 on the new one.
READINGS = {
    "total": (("1200", "1300"), ("0", "60")),
    "sharp": (("80", "88"), ("0", "4")),
    "peak": (("400", "430"), ("0", "18")),
    "valley": (("310", "335"), ("0", "15")),
    "reactive_forward": (("500", "535"), ("0", "22")),
    "reactive_reverse": (("7", "9"), ("0", "1")),
}
LIMIT_E4 = 10**7 * KWH


def registers() -> dict[str, Usage]:
    return {
        register: segments_usage(
            [Segment(parse_kwh(start), parse_kwh(end), FACTOR, 6) for start, end in parts],
            UsagePolicy.HALF_UP,
            max_usage_e4=LIMIT_E4,
        )
        for register, parts in READINGS.items()
    }


def test_the_readings_of_a_changed_meter_become_the_bill_of_131_103_98() -> None:
    shown = [DemandSegment(parse_kwh("0.62"), FACTOR), DemandSegment(parse_kwh("0.41"), FACTOR)]
    found = of_registers(registers(), demand_e4=demand(shown), periods=PERIODS)

    portion = Portion(
        TWO_PART, found.usage_e4, days=30, proration_days=30, demand_e4=found.demand_e4,
        transformer_e4=630 * KWH,
    )  # fmt: skip
    bill = explain_bill(
        [portion],
        PowerFactor(found.active_e4, found.reactive_e4, 9000),
    )

    assert found.status.billable
    assert found.usage_e4["flat"] == 60_000 * KWH
    assert bill.total_fen == parse_yuan("131103.98")


def test_the_same_on_columns() -> None:
    n = 3
    used = {
        register: kernels.segments_usage(
            np.repeat(np.arange(n), 2),
            n,
            np.array([parse_kwh(start) for start, _ in parts] * n),
            np.array([parse_kwh(end) for _, end in parts] * n),
            FACTOR,
            6,
            UsagePolicy.HALF_UP,
            max_usage_e4=LIMIT_E4,
        )
        for register, parts in READINGS.items()
    }
    found = measure_columns.of_registers(used, demand_e4=620 * KWH, periods=PERIODS)
    one = of_registers(registers(), demand_e4=620 * KWH, periods=PERIODS)

    assert {name: set(column.tolist()) for name, column in found.usage_e4.items()} == {
        name: {value} for name, value in one.usage_e4.items()
    }
    # The power factor stands on the account: without it the bill is 765.13 dearer.
    portions = PortionColumns(
        TWO_PART, found.usage_e4, days=30, proration_days=30, demand_e4=found.demand_e4,
        transformer_e4=630 * KWH,
    )  # fmt: skip
    bills = calculate_bills([portions])
    assert bills.total_fen.tolist() == [parse_yuan("131103.98") + 76_513] * n


def test_the_losses_of_a_315_kva_transformer_move_the_bill_s_power_factor_to_0_87() -> None:
    metered = of_registers({
        "total": Usage(60_000 * KWH, registers()["total"].status),
        "reactive_forward": Usage(30_000 * KWH, registers()["total"].status),
    })  # fmt: skip
    plate = facts_on(reads.packaged_transformers(), "S9", 315_000, date(2026, 1, 1))

    settled = with_loss(
        metered, transformer_loss(plate, metered.active_e4, metered.reactive_e4, shifts=2)
    )

    assert cos_hundredths(metered.active_e4, metered.reactive_e4) == 89
    assert cos_hundredths(settled.active_e4, settled.reactive_e4) == 87
