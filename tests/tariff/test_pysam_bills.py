"""Our bills of real loads under real rates, beside those of NREL-PySAM, cent by cent."""

from collections import Counter
from functools import cache

import pytest

from onebook.tariff.kernels import calculate_bills
from onebook.tariff.parsers import parse_urdb
from onebook.tariff.rules import explain_bill
from tests.tariff import pysam_table, urdb_reference
from tests.tariff.pysam_samples import YEAR, load_hours, peer_bills
from tests.tariff.twins import pack
from tests.tariff.urdb_samples import LEFT_OUT, RATES, real

# Months in which a peak of more than four decimals makes a cent, by rate; all others are equal.
BY_A_CENT = {
    "ladwp_a3a_2025": 1,
    "psco_res_demand_rd": 1,
    "sam_urdbv7_tiered_tou": 5,
    "sce_gs2_toub": 3,
    "vepco_gs3_2023": 3,
}


@cache
def months(rate: str) -> list[pysam_table.Month]:
    """Every load's twelve bills of a rate."""
    return list(pysam_table.months(rate))


@pytest.mark.parametrize("rate", RATES)
def test_every_month_is_equal_to_the_cent_or_differs_by_a_named_convention(rate: str) -> None:
    found = months(rate)
    differing = [one for one in found if one.difference]

    assert len(found) == 7 * 12
    assert len(differing) == BY_A_CENT.get(rate, 0)
    for one in differing:
        assert (abs(one.difference), one.convention) == (1, "kW to 4 decimals"), one


@pytest.mark.parametrize("rate", RATES)
def test_an_independent_reckoning_on_our_facts_comes_to_our_cents(rate: str) -> None:
    """kWh of a period and kW to four decimals, rounded once, then nothing until the cent."""
    record = urdb_reference.read_record(real(rate))
    facts = urdb_reference.Facts(energy_decimals=4, demand_decimals=4)
    for load in peer_bills(rate):
        hours = load_hours(load).fractions()
        theirs = urdb_reference.monthly_bills(record, YEAR, hours, facts)

        assert [one.ours for one in months(rate) if one.load == load] == [
            pysam_table.to_cents(bill) for bill in theirs
        ]


@pytest.mark.parametrize("rate", RATES)
def test_a_years_bills_in_columns_are_those_of_the_scalar_rule(rate: str) -> None:
    ours = parse_urdb(real(rate), LEFT_OUT.get(rate, ()))
    portions = [
        ours.portion(load_hours(load).hours, month)
        for load in peer_bills(rate)
        for month in range(1, 13)
    ]
    columns = calculate_bills([pack(portions, list(range(len(portions))))], bills=len(portions))

    assert columns.total_fen.tolist() == [explain_bill([one]).total_fen for one in portions]


def test_what_the_peer_drops_without_a_word_is_refused_or_left_out_by_name() -> None:
    assert Counter(field for fields in LEFT_OUT.values() for field in fields) == {
        "pdp_charge_energy": 1,
        "pdp_credit_energyratestructure": 1,
        "demandreactivepowercharge": 1,
    }


def test_a_flat_load_under_two_tiers_by_hand() -> None:
    """24,000 kWh a year: 0.08721 up to 1,000 kWh a month, 0.10803 above, and 7.57 a month."""
    found = [one for one in months("fpl_rs1_res_tiered_2015") if one.load.startswith("const")]
    long, short, february = 20695, 19985, 18564  # 2,038.36, 1,972.60 and 1,841.10 kWh

    assert [one.ours for one in found] == [
        long, february, long, short, long, short, long, long, short, long, short, long,
    ]  # fmt: skip
    # Unrounded the year costs 2,342.88 for energy and 12 × 7.57: 2,433.72.
    assert round(sum(float(one.theirs_dollars) for one in found), 2) == 2433.72
