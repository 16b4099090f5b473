"""`onebook bill` and the server are killed at the worst moments; no trace is left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from onebook.infra.pg import server
from onebook.infra.pg.layout import layout
from tests.journeys.towns import books_of, town

ROOT = Path(__file__).parents[2]
BILL = ("bill", "--month", "2025-09", "--format", "json")
PATIENCE_S = 60
RECEIVABLE = 4  # books_account 112201


def start_bill(database) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "onebook", *BILL],
        env=database.env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until_blocked(database, table: str) -> None:
    """Until a session waits for a lock on the table."""
    end = time.monotonic() + PATIENCE_S
    with database.connect("owner", autocommit=True) as watcher:
        while time.monotonic() < end:
            row = watcher.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
                [table],
            ).fetchone()
            if row[0]:
                return
            time.sleep(0.02)
    raise AssertionError(f"nobody came to wait for {table}")


def lock(database, table: str, mode: str) -> psycopg.Connection:
    holder = database.connect("owner")
    holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
    return holder


def kill_job(job: "subprocess.Popen[bytes]") -> None:
    job.send_signal(signal.SIGKILL)
    job.wait(PATIENCE_S)


def kill_server(job: "subprocess.Popen[bytes]") -> None:
    """The server first, with all its children; the command then ends by itself."""
    pid = int(
        (layout(Path(os.environ["ONEBOOK_HOME"])).data / "postmaster.pid").read_text().split()[0]
    )
    os.kill(pid, signal.SIGKILL)
    job.wait(PATIENCE_S)


def at_the_lines(database, job_killer) -> None:
    """Bills are in, the COPY of lines is waiting to go on."""
    holder = lock(database, "billing_bill_line", "ACCESS EXCLUSIVE")
    job = start_bill(database)
    wait_until_blocked(database, "billing_bill_line")
    job_killer(job)
    _let_go(holder)


def before_the_postings(database, job_killer) -> None:
    """Open items are in, the COPY of postings is waiting to go on."""
    holder = lock(database, "books_posting", "ACCESS EXCLUSIVE")
    job = start_bill(database)
    wait_until_blocked(database, "books_posting")
    job_killer(job)
    _let_go(holder)


def before_the_commit(database, job_killer) -> None:
    """Everything of the unit is in, only the mark that it is done is missing."""
    holder = lock(database, "books_posting", "ACCESS EXCLUSIVE")
    job = start_bill(database)
    wait_until_blocked(database, "books_posting")
    marks = lock(database, "infra_run_chunk", "EXCLUSIVE")
    _let_go(holder)
    wait_until_blocked(database, "infra_run_chunk")
    job_killer(job)
    _let_go(marks)


def _let_go(holder: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.OperationalError):  # the server was killed, the lock with it
        holder.rollback()
    holder.close()


__all__ = ["town"]
MOMENTS = [at_the_lines, before_the_postings, before_the_commit]


@pytest.mark.parametrize("killer", [kill_job, kill_server])
def test_a_killed_issue_is_finished_by_the_next_one(town, killer) -> None:
    """Three crashes one after the other, then the books equal those of an undisturbed run."""
    database = town.database
    undisturbed = books_of_an_undisturbed_run(database)

    for moment in MOMENTS:
        moment(database, killer)
        server.ensure()
        nothing_is_half_written(books_of(database))
    resumed = database.onebook(*BILL)
    books = books_of(database)
    again = database.onebook(*BILL)

    assert resumed.returncode == 0, resumed.stderr
    assert books == undisturbed
    assert len(books["bills"]) == len(books["items"]) == 30
    assert again.returncode == 0, again.stderr
    assert books_of(database) == books
    verified = database.onebook("verify")
    assert verified.returncode == 0, verified.stdout


def books_of_an_undisturbed_run(database) -> dict[str, object]:
    """The same database, copied and billed without any trouble."""
    with database.copied() as calm:
        done = calm.onebook(*BILL)
        assert done.returncode == 0, done.stderr
        return books_of(calm)


def nothing_is_half_written(books) -> None:
    """A unit's bills, items and postings are all there or none is."""
    issued = [row for row in books["postings"] if row[0] == "bill.issued"]
    bills = sum(row[3] for row in books["bills"])
    assert sum(row[4] for row in issued if row[3] == RECEIVABLE) == bills
    assert sum(row[4] for row in books["items"]) == bills
    assert len(books["lines"]) >= len(books["bills"])
