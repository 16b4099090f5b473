"""A URDB rate as a version: its components, its bills by hand, and its way into the book."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.org.services import SYSTEM
from onebook.tariff import errors, reads, services
from onebook.tariff.parsers import UrdbRate, parse_tariffs, parse_urdb
from onebook.tariff.rules import (
    TOTAL,
    Component,
    FixedBasis,
    Kind,
    MinimumBasis,
    Portion,
    TierPolicy,
)
from onebook.tariff.rules.schedule import HourlyUsage
from tests.tariff.twins import KW, KWH, bill_of, e10
from tests.tariff.urdb_samples import SMALL, small

YEAR = 2018


def by_code(rate: UrdbRate) -> dict[str, Component]:
    return {one.code: one for one in rate.version.components}


def bill_fen(rate: UrdbRate, hours: HourlyUsage, month: int) -> dict[str, int]:
    """The bill's lines with an amount, from both twins, and its total."""
    bill = bill_of(rate.portion(hours, month))
    lines = {line.component.code: line.amount_fen for line in bill.printed}
    return lines | {TOTAL: bill.total_fen}


def test_every_charge_of_the_record_is_a_component() -> None:
    rate = parse_urdb(small())
    version, found = rate.version, by_code(rate)

    assert (version.code, version.name_en, version.category) == (
        "urdb-abc",
        "Small TOU",
        "commercial",
    )
    assert (version.valid_from, version.valid_to) == (date(2019, 1, 1), date(2020, 1, 1))
    assert (version.periods, version.demand_periods) == (("p1", "p2"), ("d1", "d2"))
    assert {code: one.price_e10 for code, one in found.items()} == {
        "energy-p1": e10("0.0512"),
        "energy-p2-1": e10("0.1"),
        "energy-p2-2": e10("0.2"),
        "demand-1": e10("2"),
        "demand-2": e10("3"),
        "demand-d2-1": e10("4.5"),
        "demand-d2-2": e10("6.25"),
        "fixed": e10("12"),
        "minimum": e10("30"),
    }
    assert found["energy-p1"].kind is Kind.FLAT
    assert found["energy-p2-2"].tier_policy is TierPolicy.SHARE
    assert (found["energy-p2-2"].lower_e4, found["energy-p2-2"].upper_e4) == (100 * KWH, None)
    assert found["demand-2"].months == (6, 7, 8, 9)
    assert (found["demand-d2-1"].period, found["demand-d2-1"].upper_e4) == ("d2", 50 * KW)
    assert found["fixed"].fixed_basis is FixedBasis.AVERAGE_MONTH
    assert {one.source for one in found.values()} == {"https://example.org/rates"}


def test_a_bill_by_hand() -> None:
    """January 2018 at 1 kW: 23 weekdays of 12 hours in the second period, 276 of 744 kWh."""
    hours = HourlyUsage(YEAR, (1,) * 8760, decimals=0)

    # 468 kWh × 0.0512; of the month's first 100 kWh and of its other 644, 276 ÷ 744 are p2's.
    assert bill_fen(parse_urdb(small()), hours, 1) == {
        "energy-p1": 2396,  # 23.9616
        "energy-p2-1": 371,  # 37.0967… × 0.1
        "energy-p2-2": 4778,  # 238.9032… × 0.2
        "demand-1": 200,
        "demand-d2-1": 450,
        "fixed": 36500,  # 12 × 365 ÷ 12
        TOTAL: 44695,
    }
    assert "demand-2" in bill_fen(parse_urdb(small()), hours, 7)


def test_a_minimum_tops_the_month_up() -> None:
    hours = HourlyUsage(YEAR, (1,) * 8760, decimals=3)  # one watt
    cheap = small(fixedchargefirstmeter=1, fixedchargeunits="$/month")
    lines = bill_fen(parse_urdb(cheap), hours, 1)

    assert (lines["minimum"], lines[TOTAL]) == (2894, 3000)


@pytest.mark.parametrize(
    ("charge", "unit", "basis", "price"),
    [
        ("fixedchargefirstmeter", "$/month", FixedBasis.MONTH, "12"),
        ("fixedchargefirstmeter", "$/year", FixedBasis.MONTH, "1"),
        ("fixedchargefirstmeter", "$/day", FixedBasis.AVERAGE_MONTH, "12"),
        ("mincharge", "$/month", MinimumBasis.MONTH, "12"),
        ("mincharge", "$/year", MinimumBasis.YEAR, "12"),
        ("mincharge", "$/day", MinimumBasis.MONTH, "365"),
    ],
)
def test_charges_by_month_day_and_year(
    charge: str, unit: str, basis: FixedBasis | MinimumBasis, price: str
) -> None:
    units = {"fixedchargefirstmeter": "fixedchargeunits", "mincharge": "minchargeunits"}
    rate = parse_urdb(small(**{charge: 12, units[charge]: unit}))
    kind = Kind.FIXED if charge == "fixedchargefirstmeter" else Kind.MINIMUM
    (one,) = [one for one in rate.version.components if one.kind is kind]

    assert one.price_e10 == e10(price)
    assert (one.fixed_basis if kind is Kind.FIXED else one.minimum_basis) is basis


def test_the_older_monthly_fields_and_the_yearly_minimum_are_charged_too() -> None:
    rate = parse_urdb(
        small(
            fixedchargefirstmeter=None, fixedchargeunits=None, fixedmonthlycharge=35.28,
            mincharge=None, minchargeunits=None, minmonthlycharge=1, annualmincharge=12,
        )
    )  # fmt: skip
    found = by_code(rate)

    assert found["fixed"].price_e10 == e10("35.28")
    assert found["minimum"].price_e10 == e10("1")
    assert found["minimum-year"].price_e10 == e10("12")
    assert found["minimum-year"].minimum_basis is MinimumBasis.YEAR


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("kWh", 100),  # of 744
        ("kWh/kW", 200),  # 100 × a peak of 2 kW
        ("kWh daily", 744),  # 100 × 31 days are more than all
        ("kWh/kW daily", 744),
    ],
)
def test_what_the_edge_of_a_tier_counts(unit: str, first: int) -> None:
    tiers = [{"max": 100, "rate": 1, "unit": unit}, {"rate": 2, "unit": unit}]
    rate = parse_urdb(
        small(energyratestructure=[tiers], energyweekdayschedule=None, energyweekendschedule=None)
    )
    values = [1] * 8760
    values[0], values[1] = 2, 0
    lines = bill_fen(rate, HourlyUsage(YEAR, tuple(values), decimals=0), 1)

    assert lines["energy-p1-1"] == first * 100
    assert lines.get("energy-p1-2", 0) == (744 - first) * 200


def test_tiers_by_the_day_grow_with_the_days_of_supply() -> None:
    tiers = [{"max": 10, "rate": 1, "unit": "kWh daily"}, {"rate": 2, "unit": "kWh daily"}]
    version = parse_urdb(
        small(
            energyratestructure=[tiers], energyweekdayschedule=None, energyweekendschedule=None
        )
    ).version  # fmt: skip
    usage = {TOTAL: 500 * KWH, "p1": 500 * KWH}
    demand = {TOTAL: 0, "d1": 0, "d2": 0}
    first = [
        bill_of(Portion(version, usage, days=days, proration_days=31, month=1, demand_e4=demand))
        .lines[0].quantity_e4 // KWH
        for days in (31, 28, 5)
    ]  # fmt: skip

    assert first == [310, 280, 50]


def test_energy_fed_in_is_no_demand() -> None:
    portion = parse_urdb(small()).portion(HourlyUsage(YEAR, (-1,) * 8760, decimals=0), 1)

    assert portion.demand_e4 == {TOTAL: 0, "d1": 0, "d2": 0}
    assert portion.usage_e4[TOTAL] == -744 * KWH


def test_a_price_beyond_the_bounds_is_refused() -> None:
    with pytest.raises(errors.TariffUnusable, match=r"costs 1000\.00 yuan per kWh, beyond 100\.00"):
        parse_urdb(small(energyratestructure=[[{"rate": 1000}], [{"rate": 1}]]))


def test_a_text_that_opens_with_a_brace_is_a_rate_and_any_other_a_catalogue() -> None:
    assert parse_tariffs(f"\ufeff\n{small()}") == (parse_urdb(small()).version,)
    with pytest.raises(errors.CatalogueUnreadable):
        parse_tariffs("[[version]")


STRANGE = st.sampled_from(
    [None, True, -1, 1e40, 0.5, "x", [], {}, [[]], [{}], [[{}]], [[{"rate": 1}]], "1e5", 10**30]
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_record_it_is_read_or_refused_by_name(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(SMALL)))
    record: Any = {"field": copy.deepcopy(SMALL[field])}
    parent, key = record, "field"
    while isinstance(parent[key], list | dict) and parent[key] and data.draw(st.booleans()):
        parent = parent[key]
        keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
        key = data.draw(st.sampled_from(keys))
    parent[key] = data.draw(STRANGE)

    try:
        parse_urdb(small(**{field: record["field"]}))
    except errors.UrdbRefused as refused:
        assert refused.params["count"] == len(refused.params["faults"]) > 0
    except errors.TariffUnusable as unusable:
        assert "urdb-abc" in str(unusable)


@pytest.mark.django_db
def test_a_rate_is_loaded_like_a_catalogue_and_read_back_the_same() -> None:
    assert services.load_catalogue(small(), person_id=SYSTEM) == (1, 0)
    assert services.load_catalogue(small(), person_id=SYSTEM) == (0, 1)

    (recorded,) = reads.versions()
    assert reads.version_by_id(recorded.pk) == parse_urdb(small()).version
    assert len(reads.component_ids(recorded.pk)) == 9
