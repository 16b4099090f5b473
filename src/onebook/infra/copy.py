"""NumPy columns into PostgreSQL by binary COPY, and out as arrays; rows never become objects.

A block of columns is one structured array whose record is the wire format of a row: the number
of fields, then for each field its length and its big-endian bytes. That holds while every field
of a block has a fixed width, so a nullable column is given as `None` for a block in which it is
null throughout; rows that differ in that are further blocks of the same COPY.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import ClientCursor, Copy, Cursor, sql

Column = NDArray[Any] | int | bool | date | None
Block = Mapping[str, Column]

_HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_TRAILER = b"\xff\xff"
_EPOCH = date(2000, 1, 1)
_EPOCH64 = np.datetime64("2000-01-01", "D")
_CHUNK_ROWS = 65536
_NULL_TEXT = "\\N"


def days(day: date) -> int:
    """A date as PostgreSQL counts it: days since 2000-01-01."""
    return (day - _EPOCH).days


def dates(column: NDArray[np.int32]) -> NDArray[np.datetime64]:
    """PostgreSQL day numbers as datetime64[D]."""
    return _EPOCH64 + column.astype("timedelta64[D]")


def _wire(value: Column) -> tuple[str, Any]:
    """The wire dtype of a column and its value: ints by their width, dates as int32 days."""
    if isinstance(value, bool):
        return ">i1", int(value)
    if isinstance(value, date):
        return ">i4", days(value)
    if isinstance(value, int):
        return ">i8", value
    array = np.asarray(value)
    if array.dtype.kind == "M":
        return ">i4", (array.astype("datetime64[D]") - _EPOCH64).astype(np.int32)
    if array.dtype.kind == "S":
        return f"S{array.dtype.itemsize}", array
    if array.dtype.kind not in "iub":
        raise TypeError(f"COPY takes integers, dates and fixed bytes, not {array.dtype}.")
    return f">i{array.dtype.itemsize}", array


def _records(block: Block, count: int) -> NDArray[Any]:
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    values: dict[str, Any] = {"fields": len(block)}
    for name, column in block.items():
        layout.append((f"{name}.length", ">i4"))
        if column is None:
            values[f"{name}.length"] = -1
            continue
        wire, value = _wire(column)
        layout.append((name, wire))
        values[f"{name}.length"] = np.dtype(wire).itemsize
        values[name] = value
    records = np.empty(count, layout)
    for field, value in values.items():
        records[field] = value
    return records


def _length(block: Block) -> int:
    lengths = {len(column) for column in block.values() if isinstance(column, np.ndarray)}
    if len(lengths) != 1:
        raise ValueError(f"The columns of a block differ in length: {sorted(lengths)}.")
    return lengths.pop()


def copy_in(table: str, *blocks: Block) -> int:
    """COPY blocks of columns into `table` in one statement; the number of bytes sent.

    An int16/int32/int64 column must have the width of the table's smallint/integer/bigint; a
    Python int is a bigint, so narrower constants are given as `np.int16(...)` arrays. Dates are
    `date` or datetime64[D].
    """
    names = list(blocks[0])
    if any(list(block) != names for block in blocks):
        raise ValueError("All blocks of a COPY name the same columns in the same order.")
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    sent = len(_HEADER) + len(_TRAILER)
    with _writing(statement) as copy:
        copy.write(_HEADER)
        for block in blocks:
            sent += _write(copy, block)
        copy.write(_TRAILER)
    return sent


def copy_texts(table: str, columns: Mapping[str, Sequence[Any]], texts: Sequence[str]) -> None:
    """COPY columns that hold texts into `table`, as CSV; None is null, but in `texts` nothing is.

    Numbers and dates are written as they print; columns of numbers alone go faster by `copy_in`.
    """
    out = io.StringIO()
    csv.writer(out).writerows(
        (_NULL_TEXT if value is None else value for value in row)
        for row in zip(*columns.values(), strict=True)
    )
    statement = sql.SQL(
        "COPY {} ({}) FROM STDIN (FORMAT csv, NULL {}, FORCE_NOT_NULL ({}))"
    ).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Literal(_NULL_TEXT),
        sql.SQL(", ").join(map(sql.Identifier, texts)),
    )
    with _writing(statement) as copy:
        copy.write(out.getvalue())


@contextmanager
def _writing(statement: sql.Composed) -> Iterator[Copy]:
    """Open a COPY for writing.

    Django wraps the errors of `execute` alone; a refusing trigger must look the same under COPY.
    The business day is settled once, or the default of `recorded_on` would look it up a row.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(
            "SELECT coalesce(current_setting('onebook.today', true), ''),"
            " set_config('onebook.today', infra_today()::text, true)"
        )
        day_before = cursor.fetchone()[0]
        with cursor.copy(statement) as copy:
            yield copy
        cursor.execute("SELECT set_config('onebook.today', %s, true)", [day_before])


def _write(copy: Copy, block: Block) -> int:
    """Send a block in parts; the number of bytes."""
    count, sent = _length(block), 0
    for start in range(0, count, _CHUNK_ROWS):
        stop = min(start + _CHUNK_ROWS, count)
        part = {
            name: column[start:stop] if isinstance(column, np.ndarray) else column
            for name, column in block.items()
        }
        payload = _records(part, stop - start).tobytes()
        copy.write(payload)
        sent += len(payload)
    return sent


def copy_out(
    query: str, params: Mapping[str, Any] | Sequence[Any], dtypes: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    """The result of `query` as native columns, shape (rows,) each, in its order.

    `dtypes` names the columns in order with `i2`, `i4`, `i8` or `date` (returned as int32 days,
    see `dates`). No value may be null: COALESCE in the query. Each column comes as one binary
    array: COPY would send a message a row, which costs five times as much.
    """
    connection.ensure_connection()
    bound = ClientCursor(connection.connection).mogrify(query, params).rstrip().rstrip(";")
    names = sql.SQL(", ").join(map(sql.Identifier, dtypes))
    arrays = sql.SQL(", ").join(
        sql.SQL("array_agg({})").format(sql.Identifier(name)) for name in dtypes
    )
    statement = sql.SQL("SELECT {} FROM ({}\n) AS found ({})").format(arrays, sql.SQL(bound), names)
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, prepare=False, binary=True)
        result = cursor.pgresult
        assert result is not None
        return {
            name: _array(result.get_value(0, at), name, kind)
            for at, (name, kind) in enumerate(dtypes.items())
        }


def copy_in_arrays(table: str, row: Mapping[str, Column]) -> None:
    """COPY one row into `table`, whose arrays are columns of their own: bigint[], smallint[].

    Other values are as in `copy_in`; an int is a bigint.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, row))
    )
    parts = [_HEADER, len(row).to_bytes(2, "big")]
    for value in row.values():
        field = _array_field(value) if isinstance(value, np.ndarray) else _field(value)
        parts += [len(field).to_bytes(4, "big"), field] if field is not None else [_NULL]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        copy.write(b"".join([*parts, _TRAILER]))


_NULL = b"\xff" * 4
_OIDS = {2: 21, 4: 23, 8: 20}
"""Bytes of an element -> PostgreSQL's number of its type: int2, int4, int8."""


def _field(value: int | bool | date | None) -> bytes | None:
    if value is None:
        return None
    wire, plain = _wire(value)
    return np.array(plain, wire).tobytes()


def _array_field(array: NDArray[Any]) -> bytes:
    width = array.dtype.itemsize
    header = np.array((1, 0, _OIDS[width], len(array), 1), ">i4").tobytes()
    elements = np.empty(len(array), [("length", ">i4"), ("value", f">i{width}")])
    elements["length"], elements["value"] = width, array
    return header + elements.tobytes()


def arrays_out(
    query: str, params: Mapping[str, Any] | Sequence[Any], dtypes: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    """The arrays that the rows of `query` hold, one after the other: its columns are arrays alone.

    `dtypes` names them in order with `i2`, `i4` or `i8`.
    """
    connection.ensure_connection()
    bound = ClientCursor(connection.connection).mogrify(query, params)
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(bound.encode(), prepare=False, binary=True)
        result = cursor.pgresult
        assert result is not None
        return {
            name: np.concatenate(
                [np.empty(0, kind)]
                + [_array(result.get_value(row, at), name, kind) for row in range(result.ntuples)]
            )
            for at, (name, kind) in enumerate(dtypes.items())
        }


# Numbers lie close together where they span no more than so many times their count.
_SPREAD_MOST = 4


def near(numbers: NDArray[np.int64]) -> dict[str, Any]:
    """Where numbers lie, to ask for their rows: between `least` and `greatest`, and as `listed` all
    of them where they lie far apart, else None.

    One look along an index costs with the rows asked for, whatever the planner expects. Raises
    ValueError where there is none.
    """
    least, greatest = int(numbers.min()), int(numbers.max())
    is_near = greatest - least < len(numbers) * _SPREAD_MOST
    listed = None if is_near else np.unique(numbers).tolist()
    return {"least": least, "greatest": greatest, "listed": listed}


_ARRAY_HEADER = np.dtype([(name, ">i4") for name in ("ndim", "nulls", "oid", "count", "low")])


def _array(sent: bytes | None, name: str, kind: str) -> NDArray[Any]:
    """A binary array of one dimension as a native column; an array_agg of no rows is null."""
    wire = np.dtype(">i4" if kind == "date" else f">{kind}")
    native = wire.newbyteorder("=")
    if sent is None:
        return np.empty(0, native)
    header = np.frombuffer(sent, _ARRAY_HEADER, 1)[0]
    element = np.dtype([("length", ">i4"), ("value", wire)])
    width = len(sent) - _ARRAY_HEADER.itemsize
    if header["nulls"] or width != header["count"] * element.itemsize:
        raise ValueError(f"The column {name} has nulls or another width than {kind}.")
    return np.frombuffer(sent, element, offset=_ARRAY_HEADER.itemsize)["value"].astype(native)
