"""The demonstration end to end, and what can be asked of the book that it leaves."""

import json
import os
import re
import shutil
import subprocess

import psycopg
import pytest

from onebook.infra import logins

ACCOUNTS, MONTHS = 60, 2


@pytest.fixture
def demo(own_database):
    done = own_database.onebook(
        "demo", "--no-serve", "--accounts", str(ACCOUNTS), "--months", str(MONTHS)
    )
    assert done.returncode == 0, done.stderr
    return own_database, done.stdout


def report(database, name: str, *options: str) -> dict:
    done = database.onebook("report", name, "--format", "json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def balances(trial: dict) -> dict[str, int]:
    code, balance = (trial["columns"].index(key) for key in ("code", "balance_fen"))
    return {row[code]: row[balance] for row in trial["rows"]}


def row_counts(database) -> dict[str, int]:
    with database.connect("owner") as session:
        names = [
            row[0]
            for row in session.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            )
        ]
        return {
            name: session.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }


def test_the_whole_job_from_nothing(demo) -> None:
    database, shown = demo
    before = row_counts(database)

    assert "用电量为模拟数据" in shown
    assert shown.count("两部门签字,已关账") == MONTHS
    months = report(database, "month", "--as-of", "2025-10-31")
    by_month = {row[0]: dict(zip(months["columns"], row, strict=True)) for row in months["rows"]}
    assert by_month["2025-10"]["accounts"] == ACCOUNTS
    for month in ("2025-09", "2025-10"):
        assert by_month[month]["difference_fen"] == 0
        assert by_month[month]["marketing_fen"] == by_month[month]["book_fen"] > 0
        assert by_month[month]["waiting"] > 0
    again = database.onebook("demo", "--no-serve")
    assert again.returncode == 0
    assert "未作任何改动" in again.stdout
    assert row_counts(database) == before


def test_the_outside_ledger_differs_by_the_batch_it_has_not_vouched(demo) -> None:
    database, shown = demo
    batch = re.search(r"2025-10 外部总账.*多 ([\d,.]+) 元:代收批次 (\w+) 财务次月才入账", shown)
    assert batch is not None
    with database.connect("owner") as session:
        settled = dict(
            session.execute(
                "SELECT u.name, sum(p.amount_fen)::bigint FROM cash_receipt_file f"
                " JOIN books_journal j ON j.source_kind = 'receipt_file' AND j.source_id = f.id"
                " JOIN books_posting p ON p.journal_id = j.id"
                " JOIN books_account a ON a.id = p.account_id AND a.code = '112201'"
                " JOIN org_unit u ON u.id = p.org_unit_id"
                " WHERE f.batch_ref = %s AND f.effective_on = '2025-10-31' GROUP BY 1",
                [batch[2]],
            ).fetchall()
        )
    assert settled
    one_book = report(database, "one-book", "--as-of", "2025-10-31")
    rows = [dict(zip(one_book["columns"], row, strict=True)) for row in one_book["rows"]]
    assert {row["org_unit"]: row["difference_fen"] for row in rows} == dict.fromkeys(
        (row["org_unit"] for row in rows), 0
    )
    against = {row["org_unit"]: row["ledger_difference_fen"] for row in rows}
    assert against == {name: settled.get(name, 0) for name in against}
    assert -sum(against.values()) == int(batch[1].replace(",", "").replace(".", "")) > 0
    tie_out = report(database, "tie-out", "--as-of", "2025-10-31")
    rows = [dict(zip(tie_out["columns"], row, strict=True)) for row in tie_out["rows"]]
    fees = [row["ledger_difference_fen"] for row in rows if row["measure_zh"] == "银行存款"]
    assert sum(fees) == 2 * 2_500
    file = database.home / "demo" / database.name / "files" / "ledger-2025-10.csv"
    assert file.read_bytes().decode("gb18030").startswith("科目余额表(模拟:财务另一套账)2025-10")
    again = database.onebook("import", "ledger", str(file), "--dry-run")
    assert again.returncode == 0, again.stderr


def test_arrears_tie_at_any_date_and_are_the_same_when_asked_again(demo) -> None:
    database, _ = demo
    for day in ("2025-09-30", "2025-10-10", "2025-10-31"):
        aging = report(database, "aging", "--as-of", day)
        trial = report(database, "trial-balance", "--as-of", day)
        receivable = balances(trial)["112201"]
        assert aging["totals"]["total_fen"] == receivable
        assert aging["ties"][0]["difference"] == 0
    first = database.onebook("report", "aging", "--as-of", "2025-09-30", "--format", "json")
    moment = json.loads(first.stdout)["known_at"]
    billed_again = database.onebook("bill", "--month", "2025-10")
    assert (billed_again.returncode, "该月已关账" in billed_again.stderr) == (1, True)
    again = database.onebook(
        "report", "aging", "--as-of", "2025-09-30", "--known-at", moment, "--format", "json"
    )
    assert again.stdout == first.stdout
    too_late = database.onebook("report", "aging", "--known-at", "2099-01-01")
    assert too_late.returncode == 1
    assert "还不能查询 2099-01-01" in too_late.stderr


def test_verify_names_a_posting_that_the_superuser_altered(demo) -> None:
    database, _ = demo
    sound = database.onebook("verify")
    assert sound.returncode == 0, sound.stdout
    with database_as_superuser(database) as session:
        session.execute("SET session_replication_role = replica")
        posting, journal = session.execute(
            "UPDATE books_posting SET amount_fen = amount_fen + 1 WHERE id ="
            " (SELECT min(id) FROM books_posting WHERE open_item_id IS NOT NULL)"
            " RETURNING id, journal_id"
        ).fetchone()

    altered = database.onebook("verify")

    assert altered.returncode == 1
    assert f"journal {journal} " in altered.stdout
    assert str(posting) in altered.stdout


def database_as_superuser(database):
    return psycopg.connect(**logins.superuser_dsn(database.name), autocommit=True)


@pytest.mark.hledger
@pytest.mark.parametrize(
    ("names", "receivable"),
    [("zh", "资产:112201 应收账款—应收电费"), ("en", "assets:112201 Electricity receivables")],
)
def test_hledger_accepts_the_export_and_shows_the_same_balances(
    demo, tmp_path, names, receivable
) -> None:
    database, _ = demo
    journal = tmp_path / "book.journal"
    to_file = ("--as-of", "2025-10-31", "--output", str(journal), "--names", names)
    done = database.onebook("export", "hledger", *to_file)
    assert done.returncode == 0, done.stderr
    assert f"account {receivable}  ; type: A\n" in journal.read_text("utf-8")

    spoken = {**os.environ, "LC_ALL": "C.UTF-8"}
    checked = subprocess.run(
        [shutil.which("hledger"), "-f", journal, "check"], check=False, env=spoken
    )
    shown = subprocess.run(
        [shutil.which("hledger"), "-f", journal, "bal", "--flat", "-N", "-O", "csv", "-E"],
        capture_output=True,
        env=spoken,
        text=True,
        check=True,
    )

    assert checked.returncode == 0
    trial = report(database, "trial-balance", "--as-of", "2025-10-31")
    ours = balances(trial)
    theirs = {}
    for line in shown.stdout.splitlines()[1:]:
        name, amount = line.strip('"').split('","')
        code = name.split(":")[1].split(" ")[0]
        theirs[code] = int(amount.replace(" CNY", "").replace(",", "").replace(".", "") or 0)
    assert {code: fen for code, fen in theirs.items() if fen} == {
        code: fen for code, fen in ours.items() if fen
    }


def test_a_closed_month_stays_closed_and_cash_still_comes_in(demo) -> None:
    database, _ = demo
    with database.connect("batch") as session:
        row = session.execute(
            "SELECT a.number, i.principal_fen FROM receivable_open_item i"
            " JOIN customer_service_account a ON a.id = i.service_account_id"
            " WHERE i.bill_month = '2025-09-01' AND NOT EXISTS (SELECT FROM receivable_settlement s"
            " WHERE s.open_item_id = i.id) ORDER BY i.id LIMIT 1"
        ).fetchone()
    assert row is not None
    before = report(database, "aging", "--as-of", "2025-09-30")["totals"]["total_fen"]
    file = database.home / "late.csv"
    head = "批次号,交易日期,渠道流水号,户号,金额\n"
    file.write_text(f"{head}L1,2025-11-01,L1-1,{row[0]},0.01\nL2,2025-09-30,L2-1,{row[0]},0.01\n")

    taken = database.onebook("import", "receipts", str(file))

    assert taken.returncode == 1, "a rejected row is told to the shell too"
    assert "2025-09 已关账" in taken.stderr
    rejected = (database.home / "late.csv.rejected.csv").read_text("utf-8-sig").splitlines()
    assert len(rejected) == 2
    assert rejected[1].startswith("L2,2025-09-30,L2-1,")
    again = database.onebook("import", "receipts", str(file))
    assert again.returncode == 1
    assert report(database, "aging", "--as-of", "2025-09-30")["totals"]["total_fen"] == before
    assert database.onebook("verify").returncode == 0
