"""The checks every change must pass: lint, format, types, and migrations that match the models."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


def test_ruff_finds_nothing() -> None:
    done = run(BIN / "ruff", "check", "src", "tests")

    assert done.returncode == 0, done.stdout[-6000:]


def test_the_source_is_formatted() -> None:
    done = run(BIN / "ruff", "format", "--check", "src", "tests")

    assert done.returncode == 0, done.stdout[-3000:]


def test_mypy_finds_nothing() -> None:
    done = run(BIN / "mypy")

    assert done.returncode == 0, done.stdout[-6000:]


def test_migrations_match_the_models() -> None:
    done = run(
        BIN / "python", "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"
    )

    assert done.returncode == 0, done.stdout[-3000:]
