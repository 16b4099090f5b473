"""`bench spark`: the bill kernel over Arrow batches under Spark, against handing the batches on."""

import importlib.util
import io
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import onebook
from onebook.bench.batches import ROW, Charged, Table, spread
from onebook.bench.kernel import make_cases

PACKAGES = ("pyspark", "pyarrow", "pandas")  # pandas is asked for by Spark itself
INSTALL = "pip install pyspark pyarrow pandas"
JAVA = "apt install openjdk-17-jre-headless"
_ROWS_AT_ONCE = 100_000
_TIMES = 3


def missing() -> str | None:
    """The command that installs what is not here yet; None where all is."""
    if any(importlib.util.find_spec(name) is None for name in PACKAGES):
        return INSTALL
    return None if shutil.which("java") else JAVA


def spark(accounts: int, master: str, folder: str | None) -> dict[str, Any]:
    """Calculate household bills, and a tenth as many two-part ones, by Spark on `master`.

    Usage goes in and bills come out as Parquet files in `folder`, which every worker must reach
    (default: a folder of this machine, gone afterwards). The floor hands on as many columns by the
    same way without calculating. Best of three, after one run that starts the workers. Every
    column of the bills is compared with the kernel's own, byte for byte.
    """
    with _session(master) as session, _folder(folder) as place:
        cases = {
            name: _case(session, f"{place}/{name}", *spread(portions[0], power_factors))
            for name, (portions, power_factors) in make_cases(accounts).items()
        }
    seconds = sum(one["seconds"] for one in cases.values())
    floor_seconds = sum(one["floor_seconds"] for one in cases.values())
    return {
        "bench": "spark",
        "n": sum(one["bills"] for one in cases.values()),
        "master": master,
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor_seconds, 3),
        "ratio": round(seconds / floor_seconds, 2),
        "same_bytes": all(one["same_bytes"] for one in cases.values()),
        **cases,
    }


def _case(session: Any, place: str, charged: Charged, table: Table) -> dict[str, Any]:
    """Time one table's bills, and compare them."""
    _write(f"{place}/usage", table)
    schema = ", ".join(f"`{name}` long" for name in charged.columns)
    frame = session.read.parquet(f"{place}/usage")

    def run(step: Callable[..., Any], out: str) -> float:
        began = perf_counter()
        bills = frame.mapInArrow(step, schema)
        bills.write.mode("overwrite").parquet(f"{place}/{out}")
        return perf_counter() - began

    steps = (
        (partial(_each_batch, charged.bills), "bills"),
        (partial(_each_batch, partial(_hand_on, charged.columns)), "floor"),
    )
    times = [[run(step, out) for step, out in steps] for _ in range(1 + _TIMES)]
    best, floor = (min(each) for each in zip(*times[1:], strict=True))
    began = perf_counter()
    here = charged.bills(table)
    local = perf_counter() - began
    count = len(here[ROW])
    return {
        "bills": count,
        "seconds": round(best, 3),
        "bills_per_second": round(count / best),
        "floor_seconds": round(floor, 3),
        "ratio": round(best / floor, 2),
        "kernel_seconds": round(local, 3),
        "total_fen": int(here["total_fen"].sum()),
        "same_bytes": _is_same(here, _read(f"{place}/bills")),
    }


def _each_batch(step: Callable[[Table], Table], batches: Iterator[Any]) -> Iterator[Any]:
    """A step on NumPy columns as Spark's `mapInArrow` takes it."""
    import pyarrow  # noqa: PLC0415 -- an optional package

    for batch in batches:
        table = {
            name: column.to_numpy(zero_copy_only=False)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        out = step(table)
        yield pyarrow.RecordBatch.from_pydict(
            {name: pyarrow.array(column) for name, column in out.items()}
        )


def _hand_on(columns: list[str], table: Table) -> Table:
    given = list(table.values())
    return {name: given[at % len(given)] for at, name in enumerate(columns)}


def _is_same(here: Table, there: Table) -> bool:
    """Whether the bills are the same bytes, column by column, in the order of the rows."""
    order = np.argsort(there[ROW], kind="stable")
    return list(here) == list(there) and all(
        here[name].tobytes() == there[name][order].tobytes() for name in here
    )


@contextmanager
def _session(master: str) -> Iterator[Any]:
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- an optional package, slow to import

    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("onebook bench spark")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(_ROWS_AT_ONCE),
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as parcel:
        code = Path(parcel, "onebook.zip")
        code.write_bytes(_packed())
        session.sparkContext.addPyFile(str(code))
        try:
            yield session
        finally:
            session.stop()


def _packed() -> bytes:
    """The program's own code, for workers that need only NumPy and pyarrow beside it."""
    root = Path(onebook.__path__[0])
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as parcel:
        for file in sorted(root.rglob("*.py")):
            parcel.write(file, file.relative_to(root.parent))
    return memory.getvalue()


@contextmanager
def _folder(named: str | None) -> Iterator[str]:
    if named is not None:
        yield named.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as own:
        yield f"file://{own}"


def _write(place: str, table: Table) -> None:
    import pyarrow  # noqa: PLC0415 -- an optional package
    from pyarrow import fs, parquet  # noqa: PLC0415

    system, path = fs.FileSystem.from_uri(place)
    system.create_dir(path, recursive=True)
    rows = {name: pyarrow.array(column) for name, column in table.items()}
    parquet.write_table(
        pyarrow.table(rows), f"{path}/part.parquet", filesystem=system,
        row_group_size=_ROWS_AT_ONCE,
    )  # fmt: skip


def _read(place: str) -> dict[str, Any]:
    from pyarrow import fs, parquet  # noqa: PLC0415 -- an optional package

    system, path = fs.FileSystem.from_uri(place)
    found = parquet.read_table(path, filesystem=system)
    return {name: found[name].to_numpy() for name in found.column_names}
