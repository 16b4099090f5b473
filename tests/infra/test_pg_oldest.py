"""The oldest PostgreSQL supported: migrations, logins, the book and the receivables run on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS = (
    "tests/books",
    "tests/receivable",
    "tests/infra/test_pg_logins.py",
    "tests/infra/test_pg_outside.py",
)


@pytest.mark.postgresql15
def test_the_book_and_the_receivables_run_on_postgresql_15():
    theirs = ("ONEBOOK_", "DJANGO_")  # of this run; the other one makes its own
    env = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *GROUPS],
        env=env | {"ONEBOOK_TEST_POSTGRES": "15"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
