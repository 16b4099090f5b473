"""The month after the demonstration, worked by hand, each command by the person for it."""

import csv
import dataclasses
import json
from datetime import date, timedelta

from django.db import connection

from onebook.org import services as org
from tests import builders

ENDED, READ, LAST, OVER = "2025-10-01", "2025-10-24", "2025-10-31", "2025-11-01"
EVENTS = (
    "SELECT event, count(*) FROM books_journal WHERE effective_on >= '2025-10-01'"
    " GROUP BY 1 ORDER BY 1"
)


def test_the_next_month_is_read_billed_collected_reconciled_and_closed_by_hand(
    own_database,
) -> None:
    shown = own_database.onebook("demo", "--no-serve", "--accounts", "20", "--months", "1")
    assert shown.returncode == 0, shown.stderr
    folder = own_database.home / "demo" / own_database.name / "files" / "next"
    assert f"本账簿的业务日期是 {ENDED}" in shown.stdout
    assert f"2025-10 的文件在 {folder}" in shown.stdout
    people = folder.parents[1] / "people.csv"
    with people.open(encoding="utf-8", newline="") as file:
        passwords = {row[0]: row[3] for row in csv.reader(file)}

    def act(user: str, *arguments: str) -> str:
        env = {**own_database.env, "ONEBOOK_PASSWORD": passwords[user]}
        done = dataclasses.replace(own_database, env=env).onebook(*arguments, "--as", user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def move(day: str) -> None:
        assert own_database.onebook("clock", "--to", day).returncode == 0

    early = own_database.onebook("import", "readings", str(folder / "readings-2025-10.csv"))
    assert (early.returncode, "2025-10-24 在今天之后" in early.stderr) == (1, True)
    move(READ)
    act("reader", "import", "readings", str(folder / "readings-2025-10.csv"))
    told = json.loads(act("biller", "bill", "--month", "2025-10", "--format", "json"))
    assert told["accounts"] == {"read": 20, "unbilled": 0, "kept_back": 0}
    assert told["bills_issued"] == 20
    move(LAST)
    act("cashier", "import", "receipts", str(folder / "receipts-2025-10.csv"))
    move(OVER)
    act("accountant", "import", "statements", str(folder / "statement-2025-10.csv"))
    act("accountant", "reconcile")
    act(
        "marketing", "close", "--month", "2025-10", "--sign", "marketing",
        "--reason", "bank=付款人待查", "--reason", "offset=次日发行时转",
    )  # fmt: skip
    assert "2025-10 已关账" in act("finance", "close", "--month", "2025-10", "--sign", "finance")

    said = own_database.onebook("clock", "--format", "json")
    assert json.loads(said.stdout) == {"today": OVER, "fixed": True, "closed_until": "2025-10"}
    assert own_database.onebook("verify").returncode == 0
    with own_database.connect("owner") as session:
        events = dict(session.execute(EVENTS).fetchall())
        batches = session.execute(
            "SELECT count(*) FROM cash_receipt_file WHERE effective_on >= '2025-10-01'"
        ).fetchone()[0]
        people = session.execute(
            "SELECT p.username, count(*) FROM books_journal j"
            " JOIN org_person p ON p.id = j.person_id WHERE j.effective_on >= '2025-10-01'"
            " AND j.event = 'bill.issued' GROUP BY 1"
        ).fetchall()
    assert events["bill.issued"] == 3
    assert events["receipt.in_transit"] == batches > 0
    assert people == [("biller", 3)]


def test_the_day_of_a_book_with_real_work_is_not_moved(own_database, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        builders.company()
        builders.accounts("1,居民生活,1,0,zj-residential-tiers")
        builders.owe("1,2025-07,2025-08-31,500.00")
        connection.close()

    refused = own_database.onebook("clock", "--to", "2099-01-01")

    assert (refused.returncode, "账簿按实际日期记账" in refused.stderr) == (1, True)
    shown = json.loads(own_database.onebook("clock", "--format", "json").stdout)
    assert (shown["fixed"], shown["today"] < "2099-01-01") == (False, True)


def test_a_book_that_is_being_set_up_is_real_work(own_database, django_db_blocker) -> None:
    """Its units and people were recorded by the wall clock: the day would go back before them."""
    far = own_database.onebook("clock", "--to", f"{date.today() + timedelta(367)}")
    with django_db_blocker.unblock():
        org.create_unit("co", "公司", by=org.SYSTEM)
        connection.close()
    back = own_database.onebook("clock", "--to", "2025-10-01")
    ahead = own_database.onebook("clock", "--days", "1")

    assert [one.returncode for one in (far, back, ahead)] == [1, 1, 1]
    assert "一年" in far.stderr
    assert ["已有单位、人员或记录" in one.stderr for one in (back, ahead)] == [True, True]
    shown = json.loads(own_database.onebook("clock", "--format", "json").stdout)
    assert shown["fixed"] is False


def test_an_empty_book_becomes_a_trial_whose_day_never_goes_back_nor_far_ahead(
    own_database,
) -> None:
    first = own_database.onebook("clock", "--to", "2025-10-01")
    steps = {
        ("--days", "30"): 0,
        ("--to", "2025-10-30"): 1,
        ("--to", "2026-11-02"): 1,
        ("--to", "2026-11-01", "--days", "1"): 2,
        (): 0,
    }

    codes = {step: own_database.onebook("clock", *step).returncode for step in steps}

    assert first.returncode == 0
    assert codes == steps
    assert "业务日期是 2025-10-31" in own_database.onebook("clock").stdout
