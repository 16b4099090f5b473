"""The month's benchmark: readings and bills of both sides are the same rows and bytes."""

import json


def test_readings_and_bills_of_both_sides_are_the_same(own_database) -> None:
    done = own_database.onebook("bench", "month", "--accounts", "400", "--format", "json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["bench"] == "month"
    assert figures["n"] == 400
    assert figures["rows"]["ours"] == figures["rows"]["floor"]
    assert figures["bytes"]["ours"] == figures["bytes"]["floor"]
    counts = figures["rows"]["ours"]
    for table in ("metering_reading", "billing_bill", "receivable_open_item"):
        assert counts[table] == 400
    for table in ("metering_reading_file", "billing_batch", "books_journal"):
        assert counts[table] == 4
    assert figures["transactions"] == 8
    assert figures["exceptions"] == 0
    assert set(figures["stages"]) == {"readings", "bills", "open items", "postings"}
    assert figures["verify_seconds"] > 0


def test_only_the_timed_month_counts_after_a_history(own_database) -> None:
    done = own_database.onebook(
        "bench", "month", "--accounts", "40", "--units", "2", "--months-before", "2",
        "--format", "json",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["rows"]["ours"] == figures["rows"]["floor"]
    assert figures["rows"]["ours"]["metering_reading"] == 40
    assert figures["rows"]["ours"]["billing_bill"] == 40
    assert figures["rows"]["ours"]["books_journal"] == 2
    assert figures["months_before"] == 2
