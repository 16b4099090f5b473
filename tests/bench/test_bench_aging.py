"""The aging benchmark: both sides give the same arrears, from a snapshot."""

import json


def test_arrears_from_a_snapshot_are_those_of_the_bare_table(own_database) -> None:
    done = own_database.onebook(
        "bench", "aging", "--accounts", "500", "--months", "3", "--format", "json"
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["bench"] == "aging"
    assert figures["same_rows"] is True
    assert figures["items"] == 1500
    assert 0 < figures["n"] < figures["items"] - figures["settlements"] + 500
    assert figures["seconds"] > 0
    assert figures["floor_seconds"] > 0
