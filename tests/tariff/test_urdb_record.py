"""A rate record is read digit by digit; what would change money is never ignored in silence."""

from datetime import date
from typing import Any

import pytest

from onebook.tariff import errors
from onebook.tariff.parsers.urdb_record import UrdbCharge, UrdbLadder, UrdbTier, read_record
from tests.tariff.urdb_samples import LEFT_OUT, OFF_PEAK_NIGHT, RATES, SMALL, real, small


def faults(text: str) -> list[str]:
    with pytest.raises(errors.UrdbRefused) as caught:
        read_record(text)
    found = caught.value.params["faults"]
    assert isinstance(found, tuple)
    assert caught.value.params["count"] == len(found)
    return [str(one) for one in found]


def test_a_record_is_read_in_full() -> None:
    record = read_record(small())

    assert (record.label, record.name, record.utility) == ("abc", "Small TOU", "Small Utility")
    assert (record.valid_from, record.valid_to) == (date(2019, 1, 1), date(2020, 1, 1))
    assert record.energy == (
        UrdbLadder((UrdbTier(None, 512_000_000),)),
        UrdbLadder((UrdbTier(1_000_000, 10**9), UrdbTier(None, 2 * 10**9))),
    )
    assert record.demand[1].tiers == (
        UrdbTier(500_000, 45_000_000_000), UrdbTier(None, 62_500_000_000),
    )  # fmt: skip
    assert record.flat_demand_months == (0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0)
    assert record.energy_schedule.row(date(2019, 1, 1)) == tuple(OFF_PEAK_NIGHT)
    assert record.energy_schedule.row(date(2019, 1, 5)) == (0,) * 24
    assert record.fixed == (UrdbCharge(120_000_000_000, "$/day"),)
    assert record.minimum == (UrdbCharge(300_000_000_000, "$/month"),)
    assert record.notes == ('dgrules: "Net Metering"',)


def test_the_record_inside_a_service_answer_is_the_record() -> None:
    assert read_record(f'{{"items": [{small()}]}}') == read_record(small())


def test_a_price_of_many_digits_is_rounded_once_at_ten_decimals() -> None:
    tier = {"rate": 0.07076899707317352, "max": 9.999999680285692e37, "unit": "kWh"}
    record = read_record(small(energyratestructure=[[tier], [{"rate": 0.00000000005}]]))

    assert record.energy == (
        UrdbLadder((UrdbTier(None, 707_689_971),)), UrdbLadder((UrdbTier(None, 1),)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "per_kw", "daily"),
    [("kWh", 0, 0), ("kWh/kW", 1, 0), ("kWh daily", 0, 1), ("kWh/kW daily", 1, 1)],
)
def test_the_unit_of_a_tier_says_what_its_edges_count(unit: str, per_kw: bool, daily: bool) -> None:
    tiers = [{"max": 300, "rate": 0.049, "unit": unit}, {"rate": 0.033, "unit": unit}]
    ladder = read_record(small(energyratestructure=[tiers, tiers])).energy[0]

    assert (ladder.per_kw, ladder.daily) == (bool(per_kw), bool(daily))


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{", '{"items": []}', '{"items": [1]}', '{"name": NaN}', "[" * 9999,
             '{"name": "a", "name": "b"}'],
)  # fmt: skip
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(errors.UrdbUnreadable, match="Give the JSON of one rate"):
        read_record(text)


RATE = "The rate Small TOU"
TARIFF = "The tariff Small TOU"


def shown(rows: int, hours: int) -> str:
    """A long value is cut in the message."""
    return str([[0] * hours] * rows)[:80] + "…"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"demandreactivepowercharge": 0.141},
         f"{RATE} charges by 'demandreactivepowercharge', which is not calculated here. Bill this "
         "rate elsewhere, or leave the field out knowingly."),
        ({"coincidentratestructure": [[{"rate": 0}], [{"rate": 3}]]},
         f"{RATE} charges by 'coincidentratestructure', which is not calculated here. Bill this "
         "rate elsewhere, or leave the field out knowingly."),
        ({"surprise": 1}, f"{TARIFF}, record, has the unknown field 'surprise'. Correct its "
         "spelling or remove it."),
        ({"energyratestructure": None}, f"{TARIFF}, record, lacks 'energyratestructure'. Add it to "
         "the file."),
        ({"energyweekendschedule": None}, f"{TARIFF}, record, lacks 'energyweekendschedule'. Add "
         "it to the file."),
        ({"flatdemandmonths": None}, f"{TARIFF}, record, lacks 'flatdemandmonths'. Add it to the "
         "file."),
        ({"energyratestructure": [[{"unit": "kWh"}], [{"rate": 1}]]},
         f"{RATE}, tier energyratestructure[0][0], has no rate. Write its price, or 0 where it is "
         "free."),
        ({"energyratestructure": [[{"rate": None}], [{"rate": 1}]]},
         f"{RATE}, tier energyratestructure[0][0], has no rate. Write its price, or 0 where it is "
         "free."),
        ({"energyratestructure": [[{"rate": "0.1"}], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0][0].rate = '\"0.1\"'. Write a number."),
        ({"energyratestructure": [[{"rate": 1, "adj": True}], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0][0].adj = 'true'. Write a number."),
        ({"energyratestructure": [[{"rate": 1, "tax": 2}], [{"rate": 1}]]},
         f"{TARIFF}, energyratestructure[0][0], has the unknown field 'tax'. Correct its spelling "
         "or remove it."),
        ({"energyratestructure": [[], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0] = '[]'. Write a list of tiers, each with "
         "its rate."),
        ({"flatdemandstructure": {"rate": 1}, "flatdemandmonths": None},
         f"{TARIFF}, record, has flatdemandstructure = '{{\"rate\": 1}}'. Write a list of "
         "periods, each a list of tiers."),
        ({"energyratestructure": [[{"rate": 1, "unit": "therm"}], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0].unit = '\"therm\"'. Write kwh or kwh/kw or "
         "kwh daily or kwh/kw daily."),
        ({"energyratestructure":
          [[{"max": 9, "rate": 1, "unit": "kWh/kW"}, {"rate": 1}], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0].unit = '[\"kwh\", \"kwh/kw\"]'. Write one "
         "unit for all tiers of a period."),
        ({"energyratestructure": [[{"max": 9, "rate": 1}], [{"rate": 1}]]},
         f"{RATE}, tier energyratestructure[0][0], is the highest one and yet has an upper edge. "
         "Remove its max."),
        ({"energyratestructure":
          [[{"max": 9, "rate": 1}, {"max": 9, "rate": 1}, {"rate": 1}], [{"rate": 1}]]},
         f"{TARIFF}, record, has energyratestructure[0][1].max = '9'. Write an edge above the one "
         "before it."),
        ({"energyweekdayschedule": [[0] * 24] * 11},
         f"{TARIFF}, record, has energyweekdayschedule = '{shown(11, 24)}'. Write 12 months of "
         "24 hours."),
        ({"energyweekdayschedule": [[0] * 23] * 12},
         f"{TARIFF}, record, has energyweekdayschedule = '{shown(12, 23)}'. Write 12 months of "
         "24 hours."),
        ({"energyweekendschedule": [[2] * 24] * 12},
         f"{RATE}, energyweekendschedule, names period 2 (counted from 0), and prices stand for 2 "
         "periods only. Add this period's prices or correct the schedule."),
        ({"energyweekendschedule": [[0] * 23 + [0.5]] + [[0] * 24] * 11},
         f"{TARIFF}, record, has energyweekendschedule = '0.5'. Write the position of a period, "
         "from 0."),
        ({"demandratestructure": None, "demandweekdayschedule": [[1] * 24] * 12},
         f"{RATE}, demandweekdayschedule, names period 1 (counted from 0), and prices stand for 0 "
         "periods only. Add this period's prices or correct the schedule."),
        ({"flatdemandmonths": [0] * 11},
         f"{TARIFF}, record, has flatdemandmonths = '{[0] * 11}'. Write 12 positions of a row of "
         "flatdemandstructure."),
        ({"flatdemandmonths": [0] * 11 + [2]},
         f"{RATE}, flatdemandmonths, names period 2 (counted from 0), and prices stand for 2 "
         "periods only. Add this period's prices or correct the schedule."),
        ({"flatdemandunit": "kVA"},
         f"{TARIFF}, record, has flatdemandunit = '\"kVA\"'. Write kW."),
        ({"demandratestructure": [[{"rate": 1, "unit": "hp"}], [{"rate": 1}]]},
         f"{TARIFF}, record, has demandratestructure[0].unit = '\"hp\"'. Write kW."),
        ({"fixedchargeunits": "$/week"},
         f"{TARIFF}, record, has fixedchargeunits = '\"$/week\"'. Write $/month or $/day or "
         "$/year."),
        ({"fixedmonthlycharge": 5},
         f"{RATE} has both 'fixedmonthlycharge' and 'fixedchargefirstmeter'. Leave out the one "
         "that does not count."),
        ({"minmonthlycharge": 5},
         f"{RATE} has both 'minmonthlycharge' and 'mincharge'. Leave out the one that does not "
         "count."),
        ({"annualmincharge": 5, "minchargeunits": "$/year"},
         f"{RATE} has both 'annualmincharge' and 'mincharge'. Leave out the one that does not "
         "count."),
        ({"startdate": "soon"},
         f"{TARIFF}, record, has startdate = '\"soon\"'. Write seconds since 1970 or a date like "
         "2026-10-31."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_its_cure(
    changed: dict[str, Any], message: str
) -> None:
    assert faults(small(**changed)) == [message]


def test_every_fault_is_listed_at_once() -> None:
    found = faults(small(energyratestructure=[[{"max": 9}]], surprise=1))

    assert len(found) == 4  # the unknown field, no rate, a highest edge, a period too few
    with pytest.raises(errors.UrdbRefused, match=r"^The rate record has faults \(1\): The tariff"):
        read_record(small(surprise=1))


def test_a_number_without_measure_is_refused_and_not_worked_out() -> None:
    text = small().replace("0.0012", "1e999999999")

    assert faults(text) == [
        "The tariff Small TOU, record, has energyratestructure[0][0].adj = '1e999999999'. "
        "Write a number."
    ]


def test_what_charges_nothing_is_no_fault() -> None:
    nothing = read_record(
        small(
            demandreactivepowercharge=0,
            coincidentratestructure=[[{"rate": 0, "max": 5}]],
            coincidentschedule=[[0] * 24] * 12,
            lookbackpercent=0.0,
            fixedmonthlycharge=0,
        )
    )

    assert nothing == read_record(small())


def test_a_field_left_out_knowingly_is_said() -> None:
    record = read_record(small(surprise=1), without=["surprise"])

    assert record.left_out == ("surprise",)


def test_the_price_of_further_meters_is_noted_and_not_charged_on_one() -> None:
    record = read_record(small(fixedchargeeaaddl=4.5))

    assert record.notes == ("fixedchargeeaaddl: 4.5", 'dgrules: "Net Metering"')
    assert record.fixed == read_record(small()).fixed


def test_an_older_record_without_unit_is_charged_by_the_month_and_says_so() -> None:
    record = read_record(small(fixedchargeunits=None))

    assert record.fixed == (UrdbCharge(120_000_000_000, "$/month"),)
    assert "fixedchargeunits: $/month" in record.notes


def test_reading_changes_nothing_and_gives_the_same_again() -> None:
    assert read_record(small()) == read_record(small())
    assert SMALL["energyweekdayschedule"][0] == OFF_PEAK_NIGHT


@pytest.mark.parametrize("rate", RATES)
def test_real_records_are_read_once_what_they_cannot_say_is_left_out(rate: str) -> None:
    left_out = LEFT_OUT.get(rate, ())
    text = real(rate)

    assert read_record(text, without=left_out).left_out == left_out
    for field in left_out:
        assert any(repr(field) in fault for fault in faults(text))


def test_a_real_schedule_of_an_undefined_period_is_refused() -> None:
    assert faults(real("seward_d28_tiered")) == [
        f"The rate Urban General Service D28, energy{days}schedule, names period 1 (counted from "
        "0), and prices stand for 1 periods only. Add this period's prices or correct the schedule."
        for days in ("weekday", "weekend")
    ]
