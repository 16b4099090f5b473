"""`onebook bill` from the command line: a month, twice, by somebody who may and who may not."""

import json

import pytest

from tests.journeys.towns import town

BILL = ("bill", "--month", "2025-09", "--issued-on", "2025-09-24")

__all__ = ["town"]


def counts(database) -> tuple[int, ...]:
    with database.connect("owner") as session:
        return tuple(
            session.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("billing_bill", "billing_verification", "receivable_open_item")
        )


def test_a_month_twice(town) -> None:
    first = town.database.onebook(*BILL, "--format", "json")
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["month"], told["issued_on"], told["readings_verified"], told["bills_issued"]) == (
        "2025-09",
        "2025-09-24",
        30,
        30,
    )
    assert {"verify", "bills", "open items", "postings"} <= told["seconds"].keys()
    after_first = counts(town.database)

    second = town.database.onebook(*BILL)

    assert second.returncode == 0, second.stderr
    assert "没有待发行的户" in second.stdout
    assert counts(town.database) == after_first
    assert after_first[0] == 30


@pytest.mark.parametrize("option", [("--month", "2025-13"), ("--as", "nobody")])
def test_what_cannot_be_read_or_done_changes_nothing(town, option: tuple[str, str]) -> None:
    refused = town.database.onebook(*BILL, *option)
    assert refused.returncode == 1
    assert refused.stderr.strip()
    assert counts(town.database) == (0, 0, 0)
