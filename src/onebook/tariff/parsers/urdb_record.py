"""The JSON of one rate of the U.S. Utility Rate Database becomes a checked record of integers.

Every number is read digit by digit. A field that would change money and is not supported is
refused by name; whoever leaves it out says so (``without``), and the record tells it. Fields that
only describe are listed in ``notes`` where they speak of money.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from onebook.kernel.energy import format_kwh
from onebook.tariff import errors
from onebook.tariff.parsers.urdb_json import (
    Fields,
    Number,
    is_list_of_lists,
    is_list_of_objects,
    is_nothing,
    plain,
    read_object,
    scaled,
)
from onebook.tariff.rules.schedule import ALL_HOURS, HOURS_PER_DAY, Schedule

MONTHS = 12
_E10 = 10**10
_E4 = 10**4
# Records write an edge like 1e38 where they mean that the highest tier has none.
_NO_EDGE = 10**30
_EPOCH = date(1970, 1, 1)

_ENERGY_UNITS = {
    "kwh": (False, False),
    "kwh/kw": (True, False),
    "kwh daily": (False, True),
    "kwh/kw daily": (True, True),
}
MONTHLY, DAILY, YEARLY = "$/month", "$/day", "$/year"

# What describes a rate and never its amount.
_DESCRIBING = frozenset([
    "label", "uri", "revisions", "approved", "is_default", "latest_update",
    "utility", "eiaid", "eia", "name", "sector", "servicetype", "country", "description",
    "startdate", "enddate", "supersedes", "supercedes", "source", "sourceparent",
    "phasewiring", "voltageminimum", "voltagemaximum", "voltagecategory",
    "peakkwcapacitymin", "peakkwcapacitymax", "peakkwcapacityhistory", "demandunits",
    "peakkwhusagemin", "peakkwhusagemax", "peakkwhusagehistory", "demandwindow",
])  # fmt: skip
# Free text, rules for energy fed in, the price of further meters (a bill here has one): kept as
# notes, because they speak of money.
_NOTED = (
    "fixedchargeeaaddl",
    "basicinformationcomments", "energycomments", "demandcomments", "fixedcomments",
    "energyattrs", "demandattrs", "fixedattrs", "dgrules", "usenetmetering",
)  # fmt: skip
_CHARGES = frozenset([
    "energyratestructure", "energyweekdayschedule", "energyweekendschedule",
    "demandratestructure", "demandweekdayschedule", "demandweekendschedule", "demandrateunit",
    "flatdemandstructure", "flatdemandmonths", "flatdemandunit",
    "fixedmonthlycharge", "fixedchargefirstmeter", "fixedchargeunits",
    "minmonthlycharge", "annualmincharge", "mincharge", "minchargeunits",
])  # fmt: skip
# The unit in which a structure counts demand.
_DEMAND_UNITS = {"demandratestructure": "demandrateunit", "flatdemandstructure": "flatdemandunit"}
# Known charges that are not calculated; they may stand in a record as long as they are nothing.
_UNSUPPORTED = (
    "coincidentratestructure", "demandreactivepowercharge", "demandratchetpercentage",
    "lookbackpercent", "lookbackrange", "fueladjustmentsmonthly",
)  # fmt: skip
# They only say when one of the above counts.
_TIMES_OF_UNSUPPORTED = frozenset(
    ["coincidentschedule", "coincidentrateschedule", "coincidentrateunit", "lookbackmonths"]
)


@dataclass(frozen=True, slots=True)
class UrdbTier:
    """The price up to a cumulative upper edge in 10^-4 units; the highest tier has no edge."""

    upper_e4: int | None
    price_e10: int


@dataclass(frozen=True, slots=True)
class UrdbLadder:
    """One period's tiers; edges count per kW of the month's peak (``per_kw``), or per day."""

    tiers: tuple[UrdbTier, ...]
    per_kw: bool = False
    daily: bool = False


@dataclass(frozen=True, slots=True)
class UrdbCharge:
    """An amount in 10^-10 dollars and what it is for: "$/month", "$/day" or "$/year"."""

    price_e10: int
    unit: str


@dataclass(frozen=True, slots=True)
class UrdbRecord:
    """One rate as it is billed; ladders are by position of their period in the schedules."""

    label: str
    name: str
    utility: str
    sector: str
    source: str
    valid_from: date
    valid_to: date | None
    energy: tuple[UrdbLadder, ...]
    energy_schedule: Schedule
    demand: tuple[UrdbLadder, ...]
    demand_schedule: Schedule
    flat_demand: tuple[UrdbLadder, ...]
    flat_demand_months: tuple[int, ...]
    fixed: tuple[UrdbCharge, ...]
    minimum: tuple[UrdbCharge, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


def read_record(text: str, without: Collection[str] = ()) -> UrdbRecord:
    """Read one rate record (or the one of ``items``, as the service answers).

    UrdbUnreadable when it is no such JSON; UrdbRefused with all its faults (``faults`` among the
    parameters) when anything in it is missing, unknown or not supported. ``without`` names the
    fields that the caller leaves out knowingly.
    """
    content = read_object(text)
    reader = _Reader(content, str(content.get("name") or content.get("label") or "?"))
    record = reader.record(frozenset(without))
    faults = {str(problem): problem for problem in reader.problems}
    if faults:
        raise errors.UrdbRefused(
            count=len(faults), problems=" ".join(faults), faults=tuple(faults.values())
        )
    return record


class _Reader(Fields):
    """Reads a whole record."""

    def record(self, without: frozenset[str]) -> UrdbRecord:
        self.content = {
            field: value
            for field, value in self.content.items()
            if field not in without and not field.startswith("_") and value is not None
        }
        self._refuse_unsupported()
        energy = self._ladders("energyratestructure", energy=True)
        demand = self._ladders("demandratestructure")
        flat = self._ladders("flatdemandstructure")
        if not energy:
            self.missing("energyratestructure")
        return UrdbRecord(
            label=self.text("label"),
            name=self.text("name"),
            utility=self.text("utility"),
            sector=self.text("sector"),
            source=self.text("source") or self.text("uri"),
            valid_from=self.day("startdate") or _EPOCH,
            valid_to=self._day_after("enddate"),
            energy=energy,
            energy_schedule=self._schedule("energy", len(energy)) if energy else ALL_HOURS,
            demand=demand,
            demand_schedule=self._schedule("demand", len(demand)),
            flat_demand=flat,
            flat_demand_months=self._flat_months(len(flat)),
            fixed=self._charges("fixedmonthlycharge", "fixedchargefirstmeter", "fixedchargeunits"),
            minimum=self._minimum(),
            notes=tuple(self._notes()),
            left_out=tuple(sorted(without)),
        )

    # --- what may stand in a record ---

    def _refuse_unsupported(self) -> None:
        for field in _UNSUPPORTED:
            if not is_nothing(self.content.get(field)):
                self.problems.append(errors.UrdbChargeUnsupported(tariff=self.rate, field=field))
        known = _DESCRIBING | _CHARGES | _TIMES_OF_UNSUPPORTED
        known |= {*_NOTED, *_UNSUPPORTED}
        for field in sorted(self.content.keys() - known):
            self.problems.append(errors.FieldUnknown(tariff=self.rate, where="record", field=field))
        for structure, field in _DEMAND_UNITS.items():
            if field in self.content and not is_nothing(self.content.get(structure)):
                self.choice(field, self.content[field], ["kW"])

    def _notes(self) -> Iterable[str]:
        for field in _NOTED:
            if not is_nothing(self.content.get(field)):
                yield f"{field}: {plain(self.content[field])}"
        if not self.content.get("fixedchargeunits") and "fixedchargefirstmeter" in self.content:
            yield f"fixedchargeunits: {MONTHLY}"

    def _day_after(self, field: str) -> date | None:
        """Give the first day on which the rate no longer counts: records name the last one."""
        last = self.day(field)
        return None if last is None else last + timedelta(days=1)

    # --- structures ---

    def _ladders(self, field: str, *, energy: bool = False) -> tuple[UrdbLadder, ...]:
        periods = self.content.get(field, [])
        if not is_list_of_lists(periods):
            self.wrong(field, periods, "a list of periods, each a list of tiers")
            return ()
        return tuple(
            self._ladder(f"{field}[{at}]", tiers, energy=energy) for at, tiers in enumerate(periods)
        )

    def _ladder(self, field: str, tiers: list[object], *, energy: bool) -> UrdbLadder:
        if not is_list_of_objects(tiers) or not tiers:
            self.wrong(field, tiers, "a list of tiers, each with its rate")
            return UrdbLadder(())
        known = list(_ENERGY_UNITS) if energy else ["kW"]
        default = "kWh" if energy else "kW"
        units = {
            self.choice(f"{field}.unit", tier.get("unit", default), known).lower() for tier in tiers
        }
        if len(units) > 1:
            self.wrong(f"{field}.unit", sorted(units), "one unit for all tiers of a period")
        per_kw, daily = _ENERGY_UNITS.get(min(units, default=""), (False, False))
        ladder = tuple(self._tier(f"{field}[{at}]", tier) for at, tier in enumerate(tiers))
        self._check_edges(field, ladder)
        return UrdbLadder(ladder, per_kw, daily)

    def _tier(self, field: str, tier: dict[str, object]) -> UrdbTier:
        for unknown in sorted(tier.keys() - {"max", "rate", "adj", "unit", "sell"}):
            self.problems.append(errors.FieldUnknown(tariff=self.rate, where=field, field=unknown))
        price = Fraction(0)
        if tier.get("rate") is None:
            self.problems.append(errors.UrdbRateMissing(tariff=self.rate, field=field))
        else:
            price = self.number(f"{field}.rate", tier["rate"])
        if tier.get("adj") is not None:
            price += self.number(f"{field}.adj", tier["adj"])
        return UrdbTier(self._edge(f"{field}.max", tier.get("max")), scaled(price, _E10))

    def _edge(self, field: str, value: object) -> int | None:
        if value is None:
            return None
        edge = self.number(field, value)
        return None if edge >= _NO_EDGE else scaled(edge, _E4)

    def _check_edges(self, field: str, tiers: tuple[UrdbTier, ...]) -> None:
        lower = 0
        for at, tier in enumerate(tiers[:-1]):
            if tier.upper_e4 is None or tier.upper_e4 <= lower:
                written = None if tier.upper_e4 is None else Number(format_kwh(tier.upper_e4))
                self.wrong(f"{field}[{at}].max", written, "an edge above the one before it")
            lower = tier.upper_e4 or lower
        if tiers[-1].upper_e4 is not None:
            self.problems.append(
                errors.UrdbTierNotOpen(tariff=self.rate, field=f"{field}[{len(tiers) - 1}]")
            )

    def _schedule(self, kind: str, periods: int) -> Schedule:
        """Read the two tables of 12 x 24; a single period needs none."""
        fields = (f"{kind}weekdayschedule", f"{kind}weekendschedule")
        if not any(field in self.content for field in fields) and periods <= 1:
            return ALL_HOURS
        return Schedule(*(self._rows(field, periods) for field in fields))

    def _rows(self, field: str, periods: int) -> tuple[tuple[int, ...], ...]:
        rows = self.content.get(field)
        if rows is None:
            self.missing(field)
            return ALL_HOURS.weekday
        if not is_list_of_lists(rows) or [len(row) for row in rows] != [HOURS_PER_DAY] * MONTHS:
            self.wrong(field, rows, "12 months of 24 hours")
            return ALL_HOURS.weekday
        read = tuple(tuple(self.position(field, value) for value in row) for row in rows)
        self._check_positions(field, (one for row in read for one in row), periods)
        return read

    def _flat_months(self, rows: int) -> tuple[int, ...]:
        """Read which row of flat demand each month takes; one row alone needs no list."""
        field = "flatdemandmonths"
        months = self.content.get(field)
        if months is None:
            if rows > 1:
                self.missing(field)
            return (0,) * MONTHS
        if not isinstance(months, list) or len(months) != MONTHS:
            self.wrong(field, months, "12 positions of a row of flatdemandstructure")
            return (0,) * MONTHS
        read = tuple(self.position(field, value) for value in months)
        if rows or any(read):
            self._check_positions(field, read, rows)
        return read

    def _check_positions(self, field: str, found: Iterable[int], periods: int) -> None:
        for position in sorted({one for one in found if one >= max(periods, 1)}):
            self.problems.append(
                errors.UrdbPeriodUndefined(
                    tariff=self.rate, field=field, period=position, periods=periods
                )
            )

    # --- charges that do not depend on energy ---

    def _charges(self, monthly: str, by_unit: str, units: str) -> tuple[UrdbCharge, ...]:
        """Read a charge that stands either in its older monthly field or with a unit beside it."""
        found = []
        if monthly in self.content:
            found.append(UrdbCharge(self._price(monthly), MONTHLY))
        if by_unit in self.content:
            unit = self.choice(units, self.content.get(units, MONTHLY), [MONTHLY, DAILY, YEARLY])
            found.append(UrdbCharge(self._price(by_unit), unit))
        charged = tuple(one for one in found if one.price_e10)
        if len(charged) > 1:
            self.problems.append(
                errors.UrdbChargedTwice(tariff=self.rate, first=monthly, second=by_unit)
            )
        return charged

    def _minimum(self) -> tuple[UrdbCharge, ...]:
        found = self._charges("minmonthlycharge", "mincharge", "minchargeunits")
        yearly = self._price("annualmincharge") if "annualmincharge" in self.content else 0
        if yearly and any(one.unit == YEARLY for one in found):
            self.problems.append(
                errors.UrdbChargedTwice(
                    tariff=self.rate, first="annualmincharge", second="mincharge"
                )
            )
        return (*found, UrdbCharge(yearly, YEARLY)) if yearly else found

    def _price(self, field: str) -> int:
        return scaled(self.number(field, self.content.get(field)), _E10)
