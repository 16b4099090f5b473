"""The promises of the book that can be checked on the data, each with the rows where it fails."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from onebook.books import reads as books
from onebook.finance.reads.tie import tie_out
from onebook.infra import clock, logins, sql
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.receivable import reads as receivable


class Promise(NamedTuple):
    """A promise, what was looked at, and the rows where it fails."""

    name_zh: str
    name_en: str
    looked_at: str
    problems: list[str]


_BY_STATEMENT = (
    ("verify_balance", "每张凭证借贷平衡", "Every journal balances", "books_journal"),
    ("verify_postings", "每条分录有凭证与科目", "Postings have journals", "books_posting"),
    ("verify_item_postings", "应收项目与分录一致", "Items and postings", "receivable_open_item"),
    (
        "verify_settlement_postings",
        "销账与分录一致",
        "Settlements and postings",
        "receivable_settlement",
    ),
    ("verify_settled", "销账不超应收、不为负", "0 ≤ settled ≤ owed", "receivable_settlement"),
    ("verify_prepayment", "预收不为负且与账一致", "Prepayment ≥ 0 = book", "cash_prepayment_entry"),
    ("verify_bills", "电费单 = 明细 = 应收", "Bill = lines = item", "billing_bill"),
    ("verify_batches", "发行批次 = 电费单 = 凭证", "Batch = bills = journal", "billing_batch"),
    ("verify_receipts", "收费 = 销账 + 预收", "Receipt = settled + prepaid", "cash_receipt"),
)


def verify() -> Iterator[Promise]:
    """Check every promise, one after the other."""
    for statement, zh, en, table in _BY_STATEMENT:
        problems = [row["problem"] for row in sql.rows("finance", statement)]
        yield Promise(zh, en, f"{_count(table):,} {table}", problems)
    yield _sources()
    yield _at_every_month_end()
    yield _as_known()
    yield _ties()
    yield _guards()
    yield _rights()


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _sources() -> Promise:
    """Every journal's source document exists."""
    problems = []
    with connection.cursor() as cursor:
        cursor.execute('SELECT kind, "table" FROM books_v_source_kind ORDER BY kind')
        for kind, table in cursor.fetchall():
            cursor.execute(
                f"SELECT j.id, j.source_id FROM books_v_journal j WHERE j.source_kind = %s"
                f" AND NOT EXISTS (SELECT FROM {table} d WHERE d.id = j.source_id) LIMIT 100",
                [kind],
            )
            problems += [f"journal {row[0]}: no {kind} {row[1]}" for row in cursor.fetchall()]
    looked_at = f"{_count('books_journal'):,} books_journal"
    return Promise("每张凭证有原始单据", "Every journal has its document", looked_at, problems)


def _item_problems(as_of: date, known_at: datetime | None = None) -> list[str]:
    shown = f"as of {as_of}" + (f", known at {known_at.isoformat()}" if known_at else "")
    return [
        f"item {row['open_item_id']}: marketing {format_yuan(row['items_fen'])}, "
        f"book {format_yuan(row['control_fen'])}, {shown}"
        for row in receivable.items_against_control(as_of, known_at)[:100]
    ]


def _days() -> list[date]:
    """Today and every month end since the first journal."""
    first = books.first_effective_on()
    today = clock.today()
    if first is None:
        return [today]
    months = [Month.of(first)]
    while months[-1].next().first <= today:
        months.append(months[-1].next())
    return [*(month.last for month in months if month.last < today), today]


def _at_every_month_end() -> Promise:
    days = _days()
    problems = [problem for day in days for problem in _item_problems(day)]
    return Promise(
        "逐户应收 = 控制科目(今日及各月末)",
        "Open items = control account at month ends",
        f"{len(days)} days",
        problems,
    )


def _as_known() -> Promise:
    """At moments spread over the book's life, as both were known then."""
    moments = books.recorded_moments(5)
    days = _days()
    problems = [problem for moment in moments for problem in _item_problems(days[-1], moment)]
    return Promise(
        "逐户应收 = 控制科目(按当时所知)",
        "Open items = control account as known",
        f"{len(moments)} moments",
        problems,
    )


def _ties() -> Promise:
    report = tie_out(Month.of(clock.today()))
    problems = [
        f"{row['measure_en']}, {row['org_unit']}: marketing {format_yuan(row['marketing_fen'])}, "
        f"book {format_yuan(row['book_fen'])}"
        for row in report.rows
        if row["difference_fen"]
    ]
    return Promise(
        "实收、预收、在途、银行:两部门一致",
        "Received, prepaid, transit, bank agree",
        f"{len(report.rows)} figures",
        problems,
    )


def _append_only_tables() -> list[str]:
    """Tables of recorded facts: those whose columns only the database fills."""
    names = [
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "recorded_at" for field in model._meta.local_fields)
    ]
    return sorted({*names, "books_posting", "billing_bill", "billing_bill_line"})


def _guarded(statement: str, zh: str, en: str) -> Promise:
    tables = _append_only_tables()
    params = {"tables": tables, "logins": [logins.role("app"), logins.role("batch")]}
    problems = [row["problem"] for row in sql.rows("finance", statement, params)]
    return Promise(zh, en, f"{len(tables)} tables", problems)


def _guards() -> Promise:
    return _guarded("verify_guards", "记录只增不改(触发器)", "Append-only guards stand")


def _rights() -> Promise:
    return _guarded("verify_rights", "应用与批量登录无权改删", "Logins may not change records")
