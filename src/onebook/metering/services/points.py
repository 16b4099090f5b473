"""The dated terms of metering points coming in: each change has a day of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onebook.infra import ids, sql
from onebook.kernel.cells import Faults
from onebook.kernel.dated import Begun, Row, begun
from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.metering import errors, parsers, reads
from onebook.metering.parsers import POINT_HEADINGS
from onebook.metering.rules.losses import facts_on
from onebook.metering.rules.points import Deduction, Mode

_PLATE = ("rated_va", "iron_w", "copper_w", "no_load_bp", "impedance_bp")
_REGION = ("iron_kwh", "region_copper_bp", "iron_k_e4", "copper_k_e4")
_SIMPLE = (
    "mode", "transformer_owner", "line_owner", "line_side", "shifts", "line_loss_bp", "in_pf_calc",
    "in_pf_fee",
)  # fmt: skip
_NO_TERMS: Row = {
    "mode": Mode.LOW_LOW, "transformer_owner": 1, "line_owner": 1, "line_side": 0,
    "transformer": "",
    **dict.fromkeys(_PLATE, 0), **dict.fromkeys(_REGION, 0), "shifts": 3, "line_loss_bp": 0,
    "master_number": "", "deduction": Deduction.NONE, "ratio_bp": 0, "agreed_e4": 0,
    "take_order": 0, "in_pf_calc": True, "in_pf_fee": True,
}  # fmt: skip
_SUB_METER_ORDER = 1  # sub-meters come off after 定比 and 定量


@dataclass(frozen=True)
class PointRows:
    """n rows of terms, columns of `parsers.parse_points`; None says nothing and keeps what stands.

    `metering_point_id` -1 and `opened_on` are of points that are new; `number` names each row's
    point, for rows whose main meter stands in the same file.
    """

    metering_point_id: Sequence[int]
    number: Sequence[str]
    opened_on: Sequence[date]
    given: Mapping[str, Sequence[Any]]

    def row(self, at: int) -> Row:
        """What one row gives."""
        return {name: column[at] for name, column in self.given.items() if column[at] is not None}


def check_points(rows: PointRows, faults: Faults) -> Begun:
    """Hold rows of points' terms against those that stand; rows in `faults` are left out.

    A row that says nothing has no terms. PointTermsDiffer where other terms stand from the same
    day or the row names no day, PointTermsEarlier for a day before those that stand,
    PointTermsIncomplete, TransformerUnknown, and MainPointUnknown or MainPointIsPart for its main
    meter. Call it in the transaction that writes.
    """
    asked = [at for at in range(len(rows.number)) if at not in faults and rows.row(at)]
    points = [rows.metering_point_id[at] for at in asked if rows.metering_point_id[at] >= 0]
    stands = {row["metering_point_id"]: row for row in _rows("latest_point_terms", points=points)}
    checked = begun(
        asked, lambda at: _begun(rows, at, stands.get(rows.metering_point_id[at])), faults
    )
    _check_mains(rows, checked, faults)
    return checked


def write_points(checked: Begun, metering_point_id: Sequence[int]) -> list[int]:
    """End what stood and begin the checked terms, in the caller's transaction; the rows written.

    `metering_point_id` are the points of all rows, -1 for those that are not taken.
    """
    kept = checked.of(metering_point_id)
    if not kept.rows:
        return []
    if (ending := kept.ending)["ids"]:
        sql.execute("metering", "end_point_terms", ending)
    main_numbers = kept.column("master_number")
    named = _rows("points_by_number", numbers=sorted(set(main_numbers) - {""}))
    mains = {one["number"]: one["id"] for one in named}
    names = ("since", *(name for name in _NO_TERMS if name != "master_number"))
    sql.execute(
        "metering",
        "begin_point_terms",
        {name: kept.column(name) for name in names}
        | {
            "id": ids.allot("metering_point_terms", len(kept.rows)).tolist(),
            "point": [metering_point_id[at] for at in kept.rows],
            "master_point_id": [mains.get(number) for number in main_numbers],
        },
    )
    return kept.rows


def _rows(name: str, **params: Sequence[Any]) -> list[Row]:
    return sql.rows("metering", name, {key: list(values) for key, values in params.items()})


def _begun(rows: PointRows, at: int, stands: Row | None) -> Row | None:
    """The terms that begin by the row, None where they stand already."""
    given = rows.row(at)
    if stands is None:
        since = given.get("since") or rows.opened_on[at]
        after = _complete(_NO_TERMS | _stored(given, since, _NO_TERMS))
        return None if after == _NO_TERMS else after | {"since": since, "ends": None}
    before = {name: stands[name] for name in _NO_TERMS}
    since = given.get("since") or stands["since"]
    after = _complete(before | _stored(given, since, before))
    if after == before and since >= stands["since"]:
        return None
    shown = stands["since"].isoformat()
    if since < stands["since"]:
        raise errors.PointTermsEarlier(day=since.isoformat(), recorded=shown)
    if since == stands["since"]:
        changed = [name for name in _NO_TERMS if after[name] != before[name]]
        terms = dict.fromkeys(_HEADING_OF.get(name, POINT_HEADINGS.get(name)) for name in changed)
        raise errors.PointTermsDiffer(recorded=shown, terms=", ".join(filter(None, terms)))
    return after | {"since": since, "ends": stands["id"]}


_HEADING_OF = {
    "master_number": POINT_HEADINGS["master"],
    "ratio_bp": POINT_HEADINGS["quantity_e4"],
    "agreed_e4": POINT_HEADINGS["quantity_e4"],
    **dict.fromkeys(_REGION, POINT_HEADINGS["loss_rule"]),
}


def _stored(given: Row, since: date, before: Row) -> Row:
    """What a row gives, as it is stored."""
    found = {name: given[name] for name in _SIMPLE if name in given}
    if "transformer" in given or any(name in given for name in (*_PLATE, "loss_rule")):
        found |= _transformer(given, since, before)
    if "master" in given:
        found["master_number"] = given["master"]
    kind = given.get("deduction", before["deduction"])
    if "deduction" in given or "quantity_e4" in given:
        quantity_e4 = given.get("quantity_e4", 0)
        # A percentage has two decimals: 10^-4 of a percent to hundredths of it.
        if kind == Deduction.RATIO and (quantity_e4 % 100 or quantity_e4 > 100 * E4_PER_KWH):
            raise errors.PointTermUnreadable(
                heading=POINT_HEADINGS["quantity_e4"],
                text=format_kwh(quantity_e4, separators=False),
                expected="0.01 … 100",
            )
        found |= {
            "deduction": kind,
            "ratio_bp": quantity_e4 // 100 if kind == Deduction.RATIO else 0,
            "agreed_e4": quantity_e4 if kind == Deduction.FIXED else 0,
        }
    if "take_order" in given:
        found["take_order"] = given["take_order"]
    elif "master" in given or "deduction" in given:
        found["take_order"] = _SUB_METER_ORDER if kind == Deduction.NONE else 0
    return found


def _transformer(given: Row, since: date, before: Row) -> Row:
    """The figures of a transformer: those of the row, else of the catalogue on the first day."""
    name = str(given.get("transformer", before["transformer"]))
    series, named_va = parsers.split_transformer(name)
    rated_va = given.get("rated_va") or named_va or before["rated_va"]
    blank = dict.fromkeys((*_PLATE, *_REGION), 0) | {"transformer": name}
    own = {fact: given[fact] for fact in _PLATE[1:] if fact in given}
    if own:
        lacking = [POINT_HEADINGS[fact] for fact in _PLATE[1:] if fact not in own]
        if lacking or not rated_va:
            missing = lacking or [POINT_HEADINGS["rated_va"]]
            raise errors.PointTermsIncomplete(missing=", ".join(missing))
        return blank | own | {"rated_va": rated_va}
    if given.get("loss_rule") == parsers.REGIONAL:
        region = facts_on(reads.packaged_regional_losses(), series, rated_va, since)
        return blank | dict(zip(_REGION, region, strict=True))
    plate = facts_on(reads.packaged_transformers(), series, rated_va, since)
    return blank | plate._asdict()


def _complete(terms: Row) -> Row:
    """Refuse a quantity without its main meter or its figure."""
    if terms["deduction"] != Deduction.NONE:
        if not terms["master_number"]:
            raise errors.PointTermsIncomplete(missing=POINT_HEADINGS["master"])
        if not terms["ratio_bp"] and not terms["agreed_e4"]:
            raise errors.PointTermsIncomplete(missing=POINT_HEADINGS["quantity_e4"])
    return terms


def _check_mains(rows: PointRows, checked: Begun, faults: Faults) -> None:
    """Refuse rows whose main meter is unknown or itself a part, or that are main meters."""
    naming = dict(zip(checked.rows, checked.column("master_number"), strict=True))
    named = set(naming.values()) - {""}
    own = {rows.number[at] for at in naming}
    recorded = {one["number"]: one for one in _rows("points_by_number", numbers=[*named | own])}
    in_file = {number: at for at, number in enumerate(rows.number)}
    for at, number in naming.items():
        if not number or at in faults:
            continue
        other = in_file.get(number)
        known = number in recorded or (other is not None and other not in faults)
        is_part = naming[other] != "" if other in naming else (
            number in recorded and recorded[number]["is_part"]
        )  # fmt: skip
        me = rows.number[at]
        is_main = me in named or (me in recorded and recorded[me]["is_main"])
        if not known:
            faults[at] = errors.MainPointUnknown(number=number)
        elif is_part or number == me:
            faults[at] = errors.MainPointIsPart(number=number)
        elif is_main:
            faults[at] = errors.MainPointIsPart(number=me)
