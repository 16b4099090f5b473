"""The promises of the book that can be checked on the data, each with the rows where it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from onebook.billing import reads as billing
from onebook.books import reads as books
from onebook.finance.reads.tie import tie_out
from onebook.infra import clock, logins, sql
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.receivable import reads as receivable


class Promise(NamedTuple):
    """A promise, what was looked at, and the rows where it fails."""

    name_zh: str
    name_en: str
    looked_at: str
    problems: list[str]


_BY_STATEMENT = (
    ("verify_balance", "每张凭证借贷平衡", "Every journal balances", "books_journal"),
    ("verify_memorandum", "备查科目自相平衡", "Memorandum accounts balance apart", "books_posting"),
    ("verify_postings", "每条分录有凭证与科目", "Postings have journals", "books_posting"),
    (
        "verify_reversals",
        "冲正与原凭证互为镜像",
        "Reversals mirror their journals",
        "books_journal",
    ),
    ("verify_locks", "关账后未再记入该月", "Nothing posted after a lock", "books_period_lock"),
    ("verify_item_postings", "应收项目与分录一致", "Items and postings", "receivable_open_item"),
    (
        "verify_settlement_postings",
        "销账与分录一致",
        "Settlements and postings",
        "receivable_settlement",
    ),
    (
        "verify_moments",
        "逐户应收 = 控制科目(每一日、每一时点)",
        "Open items = book on every day, as known at every moment",
        "receivable_open_item",
    ),
    ("verify_settled", "销账不超应收、不为负", "0 ≤ settled ≤ owed", "receivable_settlement"),
    ("verify_prepayment", "预收不为负且与账一致", "Prepayment ≥ 0 = book", "cash_prepayment_entry"),
    (
        "verify_prepayment_moments",
        "预收 = 控制科目(每一日、每一时点)",
        "Prepayment = book on every day, as known at every moment",
        "cash_prepayment_entry",
    ),
    (
        "verify_cash",
        "各单位现金任一日不为负且与账一致",
        "Cash in hand of no unit is ever below zero, on any day, and = book",
        "cash_receipt",
    ),
    ("verify_moves", "串户更正 = 两户分录", "Moves = both accounts' postings", "cash_receipt_move"),
    ("verify_transit", "在途与到账 = 控制科目", "Transit and credits = book", "cash_transit_item"),
    ("verify_bank_lines", "银行流水入账 = 凭证", "Bank lines = journals", "banking_match"),
    ("verify_unidentified", "待查款 = 科目 224110", "Not identified = 224110", "banking_match"),
    ("verify_bills", "电费单 = 明细 = 应收", "Bill = lines = item", "billing_bill"),
    ("verify_cancelled", "红字电费单 = 原单镜像", "Red bills mirror their bills", "billing_bill"),
    ("verify_history", "历史电量电费 = 账单重建", "History = its bills", "billing_history"),
    (
        "verify_revenue",
        "各类电量电费收入 = 明细 = 分录",
        "Sums by category = lines = postings",
        "billing_batch_sum",
    ),
    ("verify_batches", "发行批次 = 电费单 = 凭证", "Batch = bills = journal", "billing_batch"),
    (
        "verify_batch_postings",
        "收入、税、基金 = 发行批次",
        "Revenue, VAT, funds = batch",
        "billing_batch",
    ),
    (
        "verify_adjustments",
        "退补 = 明细 = 审批 = 凭证",
        "Adjustment = lines = approval = journal",
        "billing_adjustment",
    ),
    ("verify_receipts", "收费 = 销账 + 预收", "Receipt = settled + prepaid", "cash_receipt"),
    ("verify_documents", "单据金额 = 凭证借方", "Documents = their debits", "cash_receipt"),
)

NOT_COVERED = (
    "单据与分录若被超级用户同时一致地改动,须由封账哈希链才能发现,本版尚未提供",
    "Documents and postings that a superuser altered consistently: that takes a chain of sealed "
    "hashes, which this version does not have",
)
"""What no check of this version can see, in Chinese and English."""


def verify() -> Iterator[Promise]:
    """Check every promise, one after the other."""
    with _whole_tables():
        yield from _promises()


@contextmanager
def _whole_tables() -> Iterator[None]:
    """Let the planner join whole tables, also before their statistics are gathered.

    Every check reads all rows and finds none; for the first hundred of many the planner would loop.
    """
    is_local = connection.in_atomic_block  # its end takes the setting back, also after an error
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_nestloop', 'off', %s)", [is_local])
    try:
        yield
    finally:
        if not is_local:
            with connection.cursor() as cursor:
                cursor.execute("RESET enable_nestloop")


def _promises() -> Iterator[Promise]:
    for statement, zh, en, table in _BY_STATEMENT:
        problems = [row["problem"] for row in sql.rows("finance", statement)]
        yield Promise(zh, en, f"{_count(table):,} {table}", problems)
    yield _usage()
    yield _portions()
    yield _dimensions()
    yield _sources()
    yield _at_every_month_end()
    yield _as_known()
    yield _snapshots()
    yield _ties()
    yield _guards()
    yield _rights()


def _usage() -> Promise:
    """Standing bills charge what their registers moved by, with losses and parts; open corrections
    are named, no fault."""
    looked_at = f"{_count('billing_bill'):,} billing_bill"
    if opened := billing.open_corrections(_MOST_SHOWN):
        named = ", ".join(f"{number} ({account})" for number, account in opened)
        looked_at += f"; {len(opened)} open corrections: {named}"
    problems = [row["problem"] for row in sql.rows("finance", "verify_usage")]
    return Promise(
        "已出账电量 = 示数差 ± 损耗 ± 扣减(待更正者列出)",
        "Usage billed = movement of the registers ± losses ± parts (open corrections listed)",
        looked_at,
        problems,
    )


def _portions() -> Promise:
    """Bills of several portions come to the same lines when their frozen facts are priced again."""
    looked_at = f"{_count('billing_bill_portion'):,} billing_bill_portion"
    problems = list(islice(billing.portion_problems(), _MOST_SHOWN))
    return Promise(
        "电费单 = 留存参数重算", "Bill = its frozen facts priced again", looked_at, problems
    )


_MOST_SHOWN = 100


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _dimensions() -> Promise:
    """What rows written by COPY name exists, as foreign keys would see to."""
    units = [unit.pk for unit in org.units()]
    problems = [
        row["problem"] for row in sql.rows("finance", "verify_dimensions", {"units": units})
    ]
    looked_at = f"{_count('books_posting'):,} books_posting"
    return Promise("户号、单位、项目均存在", "What rows name exists", looked_at, problems)


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
    """Units, and then items, where both departments' own reads differ on a day.

    `verify_moments` has compared item by item; this asks the very reads that the reports ask.
    """
    shown = f"as of {as_of}" + (f", known at {known_at.isoformat()}" if known_at else "")
    moment = known_at or clock.watermark()
    owed = receivable.owed_by_unit(as_of, moment)
    book = books.control_by_unit("receivable", as_of, moment)
    ours = {unit: row["remaining_fen"] for unit, row in owed.items()}
    wrong = [u for u in sorted(ours | book) if ours.get(u, 0) != book.get(u, 0)]
    if not wrong:
        return []
    units = [
        f"unit {unit}: marketing {format_yuan(ours.get(unit, 0))}, "
        f"book {format_yuan(book.get(unit, 0))}, {shown}"
        for unit in wrong
    ]
    return units + [
        f"item {row['open_item_id']}: marketing {format_yuan(row['items_fen'])}, "
        f"book {format_yuan(row['control_fen'])}, {shown}"
        for row in receivable.items_against_control(as_of, moment)[:100]
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
        "各单位应收 = 控制科目(今日及各月末)",
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
        "各单位应收 = 控制科目(按当时所知)",
        "Open items = control account as known",
        f"{len(moments)} moments",
        problems,
    )


def _snapshots() -> Promise:
    """What closes kept is what the full scan of all that is recorded gives for their days."""
    kept = receivable.snapshots()
    problems = [problem for one in kept for problem in receivable.snapshot_problems(one.as_of)]
    return Promise(
        "月末快照 = 逐笔重算",
        "Snapshots of closes = the full scan",
        f"{len(kept)} receivable_snapshot",
        problems[:_MOST_SHOWN],
    )


def _ties() -> Promise:
    """The figures both departments share, at every month end since the first journal."""
    rows = [(day, row) for day in _days() for row in tie_out(Month.of(day)).rows]
    problems = [
        f"{Month.of(day)} {row['measure_en']}, {row['org_unit']}: "
        f"marketing {format_yuan(row['marketing_fen'])}, book {format_yuan(row['book_fen'])}"
        for day, row in rows
        if row["difference_fen"]
    ]
    return Promise(
        "实收、预收、现金、在途、银行:两部门一致",
        "Received, prepaid, cash, transit, bank agree",
        f"{len(rows)} figures",
        problems,
    )


_CHECKING = {
    "books_journal": "check_journals",
    "books_posting": "check_postings",
    "receivable_settlement": "check_settlements",
    "cash_prepayment_entry": "check_prepayment",
    "cash_transit_credit": "check_transit",
    "cash_remittance": "check_held",
    "cash_receipt_reversal": "check_reversal",
    "cash_receipt_move": "check_move",
    "banking_match": "check_matches",
    "billing_bill": "check_red",
    "billing_adjustment_line": "check_adjustment",
    "billing_adjustment_issue": "check_adjustment_issue",
    "work_approval_decision": "check_decision",
}
"""Tables and the trigger that refuses what breaks a promise."""


def _append_only_tables() -> list[str]:
    """Tables of recorded facts: those whose columns only the database fills."""
    names = [
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "recorded_at" for field in model._meta.local_fields)
    ]
    return sorted(
        {
            *names,
            "receivable_snapshot_item",
            "books_posting",
            "billing_bill",
            "billing_bill_line",
            "billing_bill_portion",
            "billing_history",
            "billing_batch_sum",
        }
    )


def _guards() -> Promise:
    guards = [*((table, "append_only") for table in _append_only_tables()), *_CHECKING.items()]
    tables, triggers = zip(*guards, strict=True)
    params = {"tables": list(tables), "triggers": list(triggers)}
    problems = [row["problem"] for row in sql.rows("finance", "verify_guards", params)]
    return Promise(
        "只增不改与核对触发器均在", "The guards stand", f"{len(guards)} triggers", problems
    )


def _rights() -> Promise:
    tables = _append_only_tables()
    params = {
        "tables": tables,
        "logins": [logins.role("app"), logins.role("batch")],
        "owner": logins.role("owner"),
    }
    problems = [row["problem"] for row in sql.rows("finance", "verify_rights", params)]
    return Promise(
        "应用与批量登录无权改删",
        "Logins may not change records",
        f"{len(tables)} tables",
        problems,
    )
