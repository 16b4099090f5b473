"""Bills of batches are the kernel's own bytes, however the rows are cut; Spark is an option."""

import numpy as np
import pytest
from click.testing import CliRunner

from onebook.bench import spark
from onebook.bench.batches import ROW, spread
from onebook.bench.kernel import make_cases
from onebook.cli.commands_bench import bench
from onebook.tariff import kernels

BILLS = 1000


@pytest.mark.parametrize("name", ["residential", "two_part"])
@pytest.mark.parametrize("size", [1, 37, BILLS])
def test_rows_cut_into_batches_give_the_kernel_s_bytes(name: str, size: int) -> None:
    portions, power_factors = make_cases(BILLS)[name]
    whole = kernels.calculate_bills(portions, power_factors)
    charged, table = spread(portions[0], power_factors)

    found = [
        charged.bills({key: column[start : start + size] for key, column in table.items()})
        for start in range(0, len(table[ROW]), size)
    ]

    joined = {key: np.concatenate([one[key] for one in found]) for key in charged.columns}
    assert joined[ROW].tolist() == list(range(len(whole.total_fen)))
    for sums in ("total_fen", "net_fen", "vat_fen"):
        assert joined[sums].tobytes() == getattr(whole, sums).tobytes()
    for field in ("quantity_e4", "amount_fen", "line_net_fen"):
        for at, row in enumerate(getattr(whole.lines[0], field)):
            assert joined[f"{field}_{at}"].tobytes() == row.tobytes()


def test_where_a_package_is_missing_its_installation_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark, "PACKAGES", ("no_such_package",))

    done = CliRunner().invoke(bench, ["spark", "--accounts", "10"])

    assert done.exit_code == 1
    assert "pip install pyspark pyarrow pandas" in done.output


def test_where_java_is_missing_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "PACKAGES", ("numpy",))
    monkeypatch.setenv("PATH", "/nonexistent")

    assert spark.missing() == "apt install openjdk-17-jre-headless"
