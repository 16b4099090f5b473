"""The issue benchmark on a small town: both sides write the same rows and bytes."""

import json


def test_both_sides_write_the_same_rows_and_bytes(own_database) -> None:
    done = own_database.onebook("bench", "issue", "--accounts", "400", "--format", "json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["rows"]["ours"] == figures["rows"]["floor"]
    assert figures["bytes"]["ours"] == figures["bytes"]["floor"]
    assert figures["rows"]["ours"]["billing_bill"] == 400
    assert figures["rows"]["ours"]["receivable_open_item"] == 400
    assert figures["transactions"] == 4
    assert set(figures["stages"]) == {"bills", "open items", "postings"}


def test_only_the_timed_month_counts_after_a_history(own_database) -> None:
    done = own_database.onebook(
        "bench", "issue", "--accounts", "40", "--units", "2", "--months-before", "2",
        "--format", "json",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["rows"]["ours"] == figures["rows"]["floor"]
    assert figures["bytes"]["ours"] == figures["bytes"]["floor"]
    assert figures["rows"]["ours"]["billing_bill"] == 40
    assert figures["rows"]["ours"]["books_journal"] == 2
    assert figures["months_before"] == 2


def test_the_book_itself_is_not_touched(own_database) -> None:
    own_database.onebook("bench", "issue", "--accounts", "8", "--format", "json")

    with own_database.connect("owner") as session:
        assert session.execute("SELECT count(*) FROM customer_service_account").fetchone() == (0,)
