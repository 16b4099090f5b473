"""退补 of bills by period, demand and power factor: priced again from what the bill was made of."""

from datetime import date

import pytest

from onebook.billing.rules.adjustments import Adjustment, Case, Facts
from onebook.billing.services.adjustments import Wanted, calculate
from onebook.infra import clock
from onebook.kernel.periods import Month
from tests.billing.test_portions import OCTOBER, WORKS
from tests.billing.works import found_district, issue, read, take_customers

pytestmark = pytest.mark.django_db

OCT = Month(2026, 10)
KWH = 10_000


@pytest.fixture
def works(db: None) -> None:
    found_district()
    take_customers(WORKS.format(code="example"))
    with clock.on(date(2026, 10, 26)):
        read(OCTOBER)
        assert issue(OCT) == 1


def shown(found: Adjustment) -> dict[str, tuple[int, int]]:
    return {line.component: (line.quantity_e4, line.amount_fen) for line in found.lines}


def test_a_wrong_multiplier_was_wrong_for_demand_and_reactive_energy_too(works: None) -> None:
    found = calculate(Wanted("1", Case.MULTIPLIER, OCT, OCT, Facts(right=1200, wrong=1000)))
    # 192,000 kWh / 630 kVA reach 260, so that 744 kW are charged at 9/10; cosφ stays 0.94.
    assert shown(found) == {
        "purchase-sharp": (2_400 * KWH, 193536),
        "purchase-peak": (9_600 * KWH, 645120),
        "purchase-flat": (12_000 * KWH, 504000),
        "purchase-valley": (8_000 * KWH, 134400),
        "loss": (32_000 * KWH, 48746),
        "transmission": (32_000 * KWH, 465920),
        "system": (32_000 * KWH, 122240),
        "demand": (124 * KWH, 174592),
        "power-factor": (2288554 * 100, -13732),
        "renewable": (32_000 * KWH, 60800),
        "reservoir": (32_000 * KWH, 19840),
        "water": (32_000 * KWH, 6300),
    }
    assert found.missed.usage_e4 == 32_000 * KWH
    assert found.total_fen == 23_617_62  # 154,721.60 - 131,103.98
    assert found.net_fen == sum(line.net_fen for line in found.lines)


def test_missed_energy_raises_the_power_factor_unless_reactive_was_missed_too(works: None) -> None:
    # 16,000 kWh more on 60,000 kvarh: 176,000 / 60,000, cosφ 0.95; with 6,000 kvarh more 0.94.
    wiring = Facts(right=11, wrong=10)
    active = calculate(Wanted("1", Case.WIRING, OCT, OCT, wiring))
    both = calculate(
        Wanted("1", Case.WIRING, OCT, OCT, Facts(right=11, wrong=10, reactive_e4=6_000 * KWH))
    )
    assert {one.missed.usage_e4 for one in (active, both)} == {16_000 * KWH}
    # 176,000 kWh / 630 kVA reach 260: a tenth of the demand charge falls away.
    assert {shown(one)["demand"] for one in (active, both)} == {(0, -2_182_40)}
    # 135,909.52 x -0.75 % or -0.60 %, less the 765.13 that were taken off.
    assert shown(active)["power-factor"] == (838741 * 100, -254_19)
    assert shown(both)["power-factor"] == (838741 * 100, -50_33)
    assert both.total_fen - active.total_fen == 203_86
