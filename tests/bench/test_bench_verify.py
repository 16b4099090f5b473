"""The verification's benchmark: what is odd is found, once, and nothing else."""

import json


def test_the_odd_readings_are_found_once(own_database) -> None:
    done = own_database.onebook(
        "bench", "verify", "--accounts", "400", "--months-before", "3", "--format", "json"
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["bench"] == "verify"
    assert figures["readings"] == 400
    assert figures["floor_readings"] == 1_600
    assert figures["units"] == 4
    assert figures["months_before"] == 3
    # The first account of each unit's hundred used nothing, the second far more than before.
    assert figures["by_rule"] == {"R03": 4, "R04": 4}
    assert figures["exceptions"] == 8
    assert figures["again_exceptions"] == 0
    assert figures["seconds"] > 0
    assert figures["floor_seconds"] > 0
