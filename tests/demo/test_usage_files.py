"""Usage files of any shape become accounts by months, to the tenth of a watt-hour."""

import json

import pytest

from onebook.demo.errors import UsageColumnsMissing, UsageEmpty
from onebook.demo.usage import ABSENT, read_usage
from onebook.kernel.periods import Month
from tests.demo.opendsm import join
from tests.shared import shared_path


def test_a_long_file_with_one_row_a_month() -> None:
    text = "cons_no,yyyymm,kwh,type,capacity_kva\n7,202501,10.5,3,16\n7,202503,1.25,3,16\n"

    table = read_usage(text.encode(), "u.csv")

    assert table.numbers == ["7"]
    assert table.months == [Month(2025, 1), Month(2025, 2), Month(2025, 3)]
    assert table.usage_e4.tolist() == [[10_5000, ABSENT, 1_2500]]
    assert (table.category, table.capacity) == (["3"], ["16"])


def test_intervals_are_added_up_to_months() -> None:
    rows = "\n".join(f"A,2025-01-31 {hour:02d}:00,0.5" for hour in range(24))

    table = read_usage(f"account,timestamp,kwh\n{rows}\nA,2025-02-01 00:00,2\n".encode(), "u.csv")

    assert table.usage_e4.tolist() == [[12_0000, 2_0000]]


def test_a_wide_file_with_a_column_a_month() -> None:
    table = read_usage("户号,2025-01,2025年2月\nA,1,2\nB,3,x\n".encode("gb18030"), "u.csv")

    assert table.numbers == ["A"]
    assert table.usage_e4.tolist() == [[1_0000, 2_0000]]
    assert [reject.row_number for reject in table.rejects] == [3]


def test_bad_rows_are_rejected_and_bad_files_refused() -> None:
    text = "account,month,kwh\nA,202501,1\nA,202501,2\nA,202502,-1\n,202502,1\nA,never,1\n"

    table = read_usage(text.encode(), "u.csv")

    assert table.usage_e4.tolist() == [[1_0000]]
    assert [reject.row_number for reject in table.rejects] == [3, 4, 5, 6]
    with pytest.raises(UsageEmpty):
        read_usage(b"account,month,kwh\nA,202501,x\n", "u.csv")
    with pytest.raises(UsageColumnsMissing):
        read_usage(b"a,b\n1,2\n", "u.csv")


def month_rows(database) -> list[dict]:
    done = database.onebook("report", "month", "--as-of", "2025-10-31", "--format", "json")
    found = json.loads(done.stdout)
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    return [row for row in rows if row["accounts"]]


def test_the_whole_job_on_real_customers(own_database) -> None:
    """50 customers of a State Grid company; the last two of their 67 months."""
    path = shared_path("data", "sgcc_monthly_50_users", "train.csv")

    done = own_database.onebook(
        "demo", "--no-serve", "--usage", str(path), "--months", "2", "--shift-to", "2025-09"
    )

    assert done.returncode == 0, done.stderr
    assert "用电量取自 train.csv" in done.stdout
    rows = month_rows(own_database)
    assert [(row["month"], row["difference_fen"]) for row in rows] == [
        ("2025-09", 0),
        ("2025-10", 0),
    ]
    assert rows[0]["accounts"] == 50
    table = read_usage(path.read_bytes(), "train.csv").last(2, None)
    for column, row in enumerate(rows):
        held = 50 - row["accounts"]
        off_kwh = abs(row["usage_e4"] - int(table.usage_e4[:, column].sum())) / 10_000
        assert held or off_kwh <= 50, "registers carry less than a kWh an account"
    assert own_database.onebook("verify").returncode == 0


def test_the_public_1200_meters_join_to_one_file(tmp_path) -> None:
    target = tmp_path / "opendsm.csv"

    meters = join(shared_path("data", "opendsm_1200_meters"), target)

    table = read_usage(target.read_bytes(), target.name)
    assert meters == len(table.numbers) == 1200
    assert (table.months[0], len(table.months)) == (Month(2025, 1), 12)
    assert table.rejects == []
