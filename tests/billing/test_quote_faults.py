"""A faulty scenario: every fault says where it is and what to write, and all come at once."""

import pytest

from onebook.billing import errors
from onebook.billing.errors import ScenarioFault
from onebook.billing.parsers import parse_scenario
from onebook.billing.rules.quote import Quote, quote

HEAD = 'month = "2026-10"\n[[point]]\nname = "主表"\n'
TIERS = HEAD + 'tariff = "zj-residential-tiers"\n'
TOU = HEAD + 'tariff = "zj-residential-tou"\n'
SINGLE = HEAD + 'tariff = "zj-business-single-lv"\n'
TWO_PART = HEAD + 'tariff = "zj-business-two-part-10kv-{basis}"\n'
FILES = {
    "gap.csv": "time,kwh\n2026-10-01 00:00,1\n2026-10-01 00:30,1\n",
    "short.csv": "2026-10-01 00:00,1\n",
    "hole.csv": "\n".join(
        f"2026-10-{day:02d} {hour:02d}:00,{'' if (day, hour) == (7, 3) else 1}"
        for day in range(1, 32)
        for hour in range(24)
    ),
}
INTERVALS = 'intervals = { file = "%s", calendar = "zhejiang-residential", minutes = %d }\n'


def read(name: str) -> str:
    if name not in FILES:
        raise FileNotFoundError(name)
    return FILES[name]


def calculate(text: str) -> Quote:
    return quote(parse_scenario(text, read))


def faults_of(text: str) -> tuple[ScenarioFault, ...]:
    with pytest.raises(errors.ScenarioInvalid) as raised:
        calculate(text)
    found = raised.value.params["faults"]
    assert isinstance(found, tuple)
    assert raised.value.params["count"] == len(found)
    return found


FAULTS = {
    "a misspelt key": (TIERS + "usage = 1\nfree = 3\n", errors.KeyUnknown, "Line 6"),
    "no month": ('[[point]]\ntariff = "zj-residential-tiers"\nusage = 1\n', errors.KeyMissing,
                 'month = "2026-10"'),
    "no point": ('month = "2026-10"\n', errors.KeyMissing, "[[point]]"),
    "no tariff": (HEAD + "usage = 1\n", errors.KeyMissing, "Line 2"),
    "no usage": (TIERS, errors.KeyMissing, "usage = 200"),
    "usage in words": (TIERS + 'usage = "many"\n', errors.ValueUnreadable, "many"),
    "an empty usage": (TIERS + "usage = {}\n", errors.ValueUnreadable, "usage = {}"),
    "five decimals": (TIERS + "usage = 1.00001\n", errors.ValueUnreadable, "1.00001"),
    "a thirteenth month": (TIERS.replace("2026-10", "2026-13") + "usage = 1\n",
                           errors.ValueUnreadable, "2026-13"),
    "usage twice": (TIERS + "usage = 1\n[[point.meter]]\ntotal = [1, 2]\n", errors.KeysExclude,
                    "usage and meter"),
    "an unknown tariff": (HEAD + 'tariff = "zj-residential-tier"\nusage = 1\n',
                          errors.QuoteTariffUnknown, "zj-residential-tiers"),
    "an unknown period": (TOU + "usage = { peak = 1, vally = 2 }\n", errors.KeyUnknown, "vally"),
    "an unknown calendar": (
        TOU + 'intervals = { file = "short.csv", calendar = "nowhere" }\n', errors.NameUnknown,
        "zhejiang-residential"),
    "an absent file": (TOU + INTERVALS % ("none.csv", 15), errors.FileMissing, "none.csv"),
    "a jump in time": (TOU + INTERVALS % ("gap.csv", 15), errors.IntervalLineUnreadable, "line 3"),
    "too few values": (TOU + INTERVALS % ("short.csv", 60), errors.PlaceFault, "whole days"),
    "a missing value": (TOU + INTERVALS % ("hole.csv", 60), errors.GapsInIntervals, "1 interval"),
    "no fitting ratio": (TIERS + '[[point.meter]]\ntotal = [1, 2]\nct = "100/3"\n',
                         errors.PlaceFault, "100/3"),
    "a register backward": (
        TIERS + "max_usage = 5000\n[[point.meter]]\ntotal = [900, 20]\n",
        errors.ReadingsUnbillable, "reads 900 and then 20"),
    "no readings": (TIERS + '[[point.meter]]\nname = "A"\n', errors.KeyMissing, "total = ["),
    "readings that are no pair": (TIERS + "[[point.meter]]\ntotal = 5\n", errors.ValueUnreadable,
                                  "[8500.00, 8650.20]"),
    "periods beyond the total": (TOU + "usage = { total = 10, peak = 7, valley = 8 }\n",
                                 errors.PeriodsMissTotal, "15 kWh and the total is 10 kWh"),
    "a period left out": (TOU + "usage = 10\n", errors.FactNotGiven, "usage = { peak = …"),
    "no demand": (TWO_PART.format(basis="demand") + "usage = { sharp = 1, peak = 1, flat = 1, "
                  "valley = 1 }\ntransformer_kva = 630\n", errors.FactNotGiven, "demand = 620"),
    "no capacity": (TWO_PART.format(basis="capacity") + "usage = { sharp = 1, peak = 1, flat = 1, "
                    "valley = 1 }\n", errors.FactNotGiven, "[[point.capacity]] kva = 800"),
    "parts beyond the main meter": (
        SINGLE + 'usage = 10\n[[point.part]]\nname = "照明"\ntariff = "zj-residential-shared"\n'
        "fixed_kwh = 11\n", errors.PartsExceedMain, "split off"),
    "parts off a meter without flat": (
        TOU + 'usage = { peak = 5, valley = 5 }\n[[point.part]]\nname = "照明"\n'
        'tariff = "zj-residential-shared"\nfixed_kwh = 1\n', errors.PartsNeedFlat, "flat"),
    "an unknown transformer": (SINGLE + "usage = 1\n[point.loss]\nkva = 317\n", errors.PlaceFault,
                               "317 kVA"),
    "a plate without its iron loss": (
        SINGLE + "usage = 1\n[point.loss]\nkva = 315\ncopper_kw = 3.65\nno_load_percent = 1.1\n"
        "impedance_percent = 4\n", errors.KeyMissing, "iron_kw"),
    "four shifts": (SINGLE + "usage = 1\n[point.loss]\nkva = 315\nshifts = 4\n",
                    errors.ValueUnreadable, "shifts = 1 … 3"),
    "a day of another month": ("from = 2026-11-02\n" + TIERS + "usage = 1\n", errors.DatesOutside,
                               "2026-11-02"),
    "a segment before the last": (
        TIERS + "usage = 1\n[[point.segment]]\nfrom = 2026-10-20\n[[point.segment]]\n"
        "from = 2026-10-10\n", errors.DatesOutside, "2026-10-10"),
    "opened after the bill": (TIERS + 'usage = 1\nopened = "2026-11"\n', errors.DatesOutside,
                              "opened"),
    "a month's ladder cut": (
        HEAD + 'tariff = "gd-residential-tiers"\nusage = 300\n[[point.segment]]\n'
        "from = 2026-10-11\n", errors.LadderCut, "2026-10-11"),
    "a standard that is none": (
        TWO_PART.format(basis="capacity").replace("[[point]]", "power_factor = { standard = 0.7 }\n"
        "[[point]]") + "usage = { sharp = 1, peak = 1, flat = 1, valley = 1 }\n"
        "[[point.capacity]]\nkva = 800\n", errors.PlaceFault, "0.70"),
    "interlocked with nobody": (SINGLE + 'usage = 1\ntogether = [["T1"]]\n', errors.NameUnknown,
                                "T1"),
    "a correction of another point": (
        TIERS + 'usage = 1\n[correction]\nkind = "kwh"\nkwh = 5\npoint = "副表"\n',
        errors.NameUnknown, "副表"),
    "a correction of no kind": (TIERS + 'usage = 1\n[correction]\nkind = "guess"\n',
                                errors.ValueUnreadable, "meter_error"),
    "an impossible correction": (
        TIERS + 'usage = 1\n[correction]\nkind = "wiring"\nrecorded = 5\nright = 3\nwrong = 0\n',
        errors.PlaceFault, "normal month"),
    "a month before the tariff": (TIERS.replace("2026-10", "2019-10") + "usage = 1\n",
                                  errors.PlaceFault, "no version in force on 2019-10-01"),
    "a faulty tariff in the file": (
        TIERS + 'usage = 1\n[[version]]\ncode = "mine"\n', errors.PlaceFault, "mine"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_the_fault_is_told(case: str) -> None:
    text, kind, said = FAULTS[case]
    (fault,) = faults_of(text)

    assert type(fault) is kind
    assert said in str(fault)


def test_every_kind_of_fault_is_fired() -> None:
    kinds = set(ScenarioFault.__subclasses__())

    assert {kind for _, kind, _ in FAULTS.values()} == kinds


def test_all_faults_come_at_once_each_with_its_line() -> None:
    text = (
        'month = "2026-10"\ntitel = "x"\n[[point]]\ntariff = "nowhere"\nusage = 5\n'
        '[[point]]\nname = "二"\ntariff = "zj-residential-tiers"\nusage = "x"\n'
        "  [[point.capacity]]\n  kva = 1\n  [[point.capacity]]\n  kav = 2\n"
    )

    said = sorted(str(fault).partition(":")[0] for fault in faults_of(text))

    assert said == [
        "Line 12, [[point]] 2 (二), [[point.capacity]] 2",
        "Line 13, [[point]] 2 (二), [[point.capacity]] 2",
        "Line 2, scenario",
        "Line 4, [[point]] 1",
        "Line 9, [[point]] 2 (二)",
    ]


def test_faults_of_several_points_come_at_once() -> None:
    text = TOU + "usage = 10\n[[point]]\nname = '二'\ntariff = 'zj-residential-tou'\nusage = 3\n"

    assert [str(fault)[:2] for fault in faults_of(text)] == ["主表", "二:"]


def test_what_is_no_toml_names_its_line() -> None:
    with pytest.raises(errors.ScenarioUnreadable, match="line 2"):
        calculate('month = "2026-10"\n[[point\n')


def test_what_is_given_and_not_charged_is_said() -> None:
    found = calculate(SINGLE + "usage = 100\ndemand = 5\nfree_kwh = 3\n")

    assert [(one.name_zh, one.formula) for one in found.steps] == [
        ("已填而不计费", "demand, free_kwh")
    ]
