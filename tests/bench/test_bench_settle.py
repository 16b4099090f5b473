"""The settling benchmark on a small town: both sides write the same rows and bytes."""

import json


def test_both_sides_write_the_same_rows_and_every_payment_is_taken(own_database) -> None:
    done = own_database.onebook("bench", "settle", "--payments", "400", "--format", "json")

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["rows"]["ours"] == figures["rows"]["floor"]
    assert figures["bytes"]["ours"] == figures["bytes"]["floor"]
    assert figures["rows"]["ours"]["cash_receipt"] == 400
    assert figures["rows"]["ours"]["receivable_settlement"] == 400
    assert 10 < figures["rows"]["ours"]["cash_prepayment_entry"] < 90
    assert figures["rows"]["ours"]["books_journal"] == 1
