"""What a reader's phone sends (JSON) becomes entries; pure."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import OnebookError
from onebook.metering.errors import EntryUnreadable, ReadingNegative
from onebook.metering.rules import How, Register
from onebook.metering.rules.field import REASON_MAX, Entry

ENTRIES_MAX = 100
T = TypeVar("T")


def parse_entries(body: bytes) -> list[tuple[str, Entry | OnebookError]]:
    """The entries of one message in their order, each with its key as written.

    An entry that cannot be read is its fault: EntryUnreadable, EnergyUnreadable, ReadingNegative.
    EntryUnreadable where the message itself is no list of entries with keys.
    """
    try:
        rows = json.loads(body)["entries"]
        keyed = [(str(row["key"]), row) for row in rows]
    except (ValueError, TypeError, KeyError) as unreadable:
        raise EntryUnreadable(what="entries") from unreadable
    if len(keyed) > ENTRIES_MAX:
        raise EntryUnreadable(what="entries")
    return [(key, _entry(row)) for key, row in keyed]


def _entry(row: dict[str, Any]) -> Entry | OnebookError:
    try:
        return Entry(
            key=_read(row, "key", UUID),
            round_id=_read(row, "round", int),
            metering_point_id=_read(row, "point", int),
            seen_version=_read(row, "version", int),
            read_on=_read(row, "read_on", date.fromisoformat),
            value_e4=_value_e4(str(row.get("value", ""))),
            registers={
                Register(name): value_e4
                for name, text in _read(row, "registers", dict).items()
                if (value_e4 := _value_e4(str(text))) is not None
            },
            how=_read(row, "how", How),
            reason=" ".join(str(row.get("reason", "")).split())[:REASON_MAX],
            entered_at=_read(row, "entered_at", _moment),
        )
    except OnebookError as fault:
        return fault
    except ValueError:
        return EntryUnreadable(what="registers")


def _read(row: dict[str, Any], name: str, kind: Callable[[Any], T]) -> T:
    try:
        return kind(row[name])
    except (KeyError, TypeError, ValueError, AttributeError) as unreadable:
        raise EntryUnreadable(what=name) from unreadable


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _value_e4(text: str) -> int | None:
    """A register's value in 10^-4; None where nothing is written."""
    if not text.strip():
        return None
    value_e4 = parse_kwh(text)
    if value_e4 < 0:
        raise ReadingNegative(text=text)
    return value_e4
