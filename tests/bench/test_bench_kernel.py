"""The kernel benchmark calculates real bills and stands beside its floor."""

import json

from click.testing import CliRunner

from onebook.bench.kernel import kernel
from onebook.cli.commands_bench import bench


def test_the_figures_stand_beside_their_floor() -> None:
    done = CliRunner().invoke(bench, ["kernel", "--bills", "500", "--format", "json"])

    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)

    assert figures["bench"] == "kernel"
    assert figures["n"] == 550
    assert [figures[case]["bills"] for case in ("residential", "two_part")] == [500, 50]
    for case in ("residential", "two_part"):
        assert figures[case]["bills_per_second"] > 0
        assert figures[case]["floor_seconds"] > 0
        assert figures[case]["total_fen"] > 0
        assert figures[case]["scalar_differs"] == 0


def test_the_same_bills_come_out_each_time() -> None:
    first, second = kernel(bills=100), kernel(bills=100)

    for case in ("residential", "two_part"):
        assert first[case]["total_fen"] == second[case]["total_fen"]
        assert first[case]["bytes"] == second[case]["bytes"]
