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
    assert "未写 --as 用户名:由系统办理" in first.stderr
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


def test_an_import_says_by_row_which_issued_bill_it_corrects(town, tmp_path) -> None:
    assert town.database.onebook(*BILL).returncode == 0
    with town.database.connect("owner") as session:
        number, shown, bill_id = session.execute(
            "SELECT a.number, r.current_e4 / 10000, b.id FROM billing_bill b"
            " JOIN customer_service_account a ON a.id = b.service_account_id"
            " JOIN metering_reading r ON r.id = b.reading_id ORDER BY b.id LIMIT 1"
        ).fetchone()
    file = tmp_path / "更正.csv"
    file.write_text(
        f"户号,抄表月份,抄表日期,示数\n{number},2025-09,2025-09-24,{shown + 127}\n", "utf-8"
    )

    tried = town.database.onebook("import", "readings", str(file), "--dry-run")
    done = town.database.onebook("import", "readings", str(file))

    said = f"第 2 行:更正了户 {number} 的 2025-09 示数,而其电费单 202509-{bill_id} 已发行"
    assert (tried.returncode, done.returncode) == (0, 0)
    assert said in tried.stderr
    assert said in done.stderr
    assert "已建核算待办" not in tried.stderr
    assert "1 行更正了已发行月份的示数,已建核算待办" in done.stderr
    with town.database.connect("owner") as session:
        tasks = session.execute(
            "SELECT role FROM work_task WHERE app = 'billing' AND closed_at IS NULL"
        ).fetchall()
        assert tasks == [("biller",)]
        assert session.execute("SELECT count(*) FROM billing_bill").fetchone() == (30,)
