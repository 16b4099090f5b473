"""Why two books of the same receivables differ: the causes, the order of their rules, the words.

A book is rows of a kind (`KINDS`) with a signed amount in fen, debit above zero. The difference is
finance minus marketing; a row of finance that marketing lacks adds its amount, a row of marketing
that finance lacks takes it away.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

RECEIVABLE, PREPAYMENT = MEASURES = ("receivable", "prepayment")
OPENING, CLOSING, GAP = "opening", "closing", "gap"
BILL, RECEIPT, WRITE_OFF, ADJUSTMENT, OTHER = (
    "bill", "receipt", "write_off", "adjustment", "other",
)  # fmt: skip
PREPAID, CONVERTED = "prepaid", "converted"
"""`prepaid` is money taken as prepayment, `converted` prepayment used for a bill (预收转实收)."""
KINDS = (
    OPENING, CLOSING, GAP, BILL, RECEIPT, PREPAID, CONVERTED, WRITE_OFF, ADJUSTMENT, OTHER,
)  # fmt: skip
TOTAL = "total"
"""A row of sums (合计), which is no movement and is left out."""

ROUNDING_FEN = 5
"""The largest difference of two amounts of one fact that is called rounding."""
LAG_DAYS = 5
"""How many days apart two departments may date one fact."""
BILL_LAG_DAYS = 45
"""The same for bills: finance books a month's bills at its end, marketing when it issues them."""
REJECTED, SEVERAL, TWICE_OR_MISSING, AMOUNTS_DIFFER, OPENING_DIFFERS, KIND_UNKNOWN = HINTS = (
    "rejected", "several", "twice_or_missing", "amounts_differ", "opening_differs", "kind_unknown",
)  # fmt: skip


class Cause(StrEnum):
    """Why a row has no equal in the other book; a row has exactly one cause."""

    WRITTEN_OFF = "written_off"
    ADJUSTED = "adjusted"
    CUT_OFF = "cut_off"
    PREPAYMENT = "prepayment"
    ENTERED_TWICE = "entered_twice"
    WRONG_PLACE = "wrong_place"
    WRONG_DIGITS = "wrong_digits"
    NO_DOCUMENT = "no_document"
    ROUNDING = "rounding"
    MISSING = "missing"
    UNEXPLAINED = "unexplained"


RULES = (
    Cause.ROUNDING,
    Cause.WRONG_DIGITS,
    Cause.WRONG_PLACE,
    Cause.NO_DOCUMENT,
    Cause.ENTERED_TWICE,
    Cause.PREPAYMENT,
    Cause.CUT_OFF,
    Cause.WRITTEN_OFF,
    Cause.ADJUSTED,
    Cause.MISSING,
    Cause.UNEXPLAINED,
)
"""The order in which the rules are asked: what two rows prove together comes before what the kind
of a single row says, and a row without a document proves nothing by its kind."""

NAMES: Mapping[Cause, tuple[str, str]] = MappingProxyType(
    {
        Cause.WRITTEN_OFF: ("一方已核销", "Written off on one side"),
        Cause.ADJUSTED: ("一方已调整", "Adjusted on one side"),
        Cause.CUT_OFF: ("截止日不同", "Cut-off dates differ"),
        Cause.PREPAYMENT: ("预收未转或仅一方结转", "Prepayment converted on one side"),
        Cause.ENTERED_TWICE: ("重复入账", "Entered twice"),
        Cause.WRONG_PLACE: ("串户或串月", "Wrong account or month"),
        Cause.WRONG_DIGITS: ("数字颠倒", "Digits transposed"),
        Cause.NO_DOCUMENT: ("无凭证调平", "Moved without a document"),
        Cause.ROUNDING: ("尾差", "Rounding"),
        Cause.MISSING: ("一方漏记", "Missing on one side"),
        Cause.UNEXPLAINED: ("未能解释", "Unexplained"),
    }
)
HINT_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        REJECTED: ("该户有退回的行", "a row of this account was rejected"),
        SEVERAL: ("可能的对应不止一笔,或证据不足", "more than one counterpart fits, or too weakly"),
        TWICE_OR_MISSING: ("重复入账或对方漏记,待查", "entered twice here or missing there"),
        AMOUNTS_DIFFER: ("双方金额不同", "both have it with different amounts"),
        OPENING_DIFFERS: (
            "期初余额不同,请先查上期",
            "opening balances differ: see the period before",
        ),
        KIND_UNKNOWN: ("业务类型不明", "the kind of the row is not known"),
    }
)
KIND_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        OPENING: ("期初余额", "opening balance"),
        GAP: ("期末余额与发生额不符", "closing balance beyond its movements"),
        BILL: ("应收", "bill"),
        RECEIPT: ("收款", "receipt"),
        PREPAID: ("预收", "prepayment taken"),
        CONVERTED: ("预收转实收", "prepayment converted"),
        WRITE_OFF: ("核销", "write-off"),
        ADJUSTMENT: ("调整", "adjustment"),
        OTHER: ("其他", "other"),
    }
)

UNNAMED = "借贷发生额"
"""The kind of a movement in a table of balances, which has its side and not what it was."""

# A text is of the first kind of which it holds a word; more special words stand first.
KIND_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (OTHER, (UNNAMED,)),
    (TOTAL, ("本月合计", "本年累计", "本期合计", "合计", "小计", "累计", "total")),
    (OPENING, ("期初", "年初余额", "上年结转", "上期结转", "承前", "opening")),
    (CLOSING, ("期末", "本期余额", "closing")),
    (WRITE_OFF, ("核销", "坏账", "write-off", "write off", "written off")),
    (
        CONVERTED,
        ("预收转", "预存转", "转实收", "预收冲", "预收抵", "预收结转", "冲抵", "converted"),
    ),
    (PREPAID, ("预收", "预存", "prepayment", "prepaid")),
    (ADJUSTMENT, ("退补", "调整", "调账", "调增", "调减", "调平", "更正", "差错", "adjust")),
    (
        RECEIPT,
        ("实收", "收款", "收电费", "收到", "收费", "回款", "缴费", "交费", "代收", "代扣", "托收",
         "到账", "销账", "receipt", "received", "payment"),
    ),
    (BILL, ("应收", "发行", "电费", "售电", "bill", "issue", "invoice")),
)  # fmt: skip
COUNTER_ACCOUNTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (WRITE_OFF, ("1231", "6701", "6702")),
    (CONVERTED, ("2203", "2204", "2205")),
    (RECEIPT, ("1001", "1002", "1012")),
    (BILL, ("6001", "5001")),
)
"""What the account on the other side of a posting says of its kind (domain: chart of accounts)."""
SUBJECTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (PREPAYMENT, ("2203", "2204", "2205"), ("预收", "合同负债", "prepay")),
    (RECEIVABLE, ("1122", "1131"), ("应收", "receivable")),
)
UNSIGNED = MappingProxyType(
    {BILL: 1, OPENING: 1, CLOSING: 1, ADJUSTMENT: 1, RECEIPT: -1, PREPAID: -1, CONVERTED: -1,
     WRITE_OFF: -1}
)  # fmt: skip
"""The sign of an amount that stands in one column without a side, by kind."""


@dataclass(frozen=True)
class Asked:
    """What a comparison is asked: the day of both books, and how far rounding goes.

    Bills and receipts after `as_of` that one book holds alone are a difference of cut-off.
    """

    as_of: date
    rounding_fen: int = ROUNDING_FEN


def kind_of(text: str, words: Mapping[str, str] | None = None) -> str | None:
    """The kind that a text names, by the user's own `words` first; None where it names none."""
    plain = plain_text(text)
    for word, kind in (words or {}).items():
        if plain_text(word) == plain:
            return kind
    for kind, known in KIND_WORDS:
        if any(plain.startswith(w) if kind == TOTAL else w in plain for w in known):
            return kind
    return None


def kind_of_counter_account(code: str) -> str | None:
    """The kind that the code of the posting's other account tells; None where it tells none."""
    for kind, prefixes in COUNTER_ACCOUNTS:
        if code.startswith(prefixes):
            return kind
    return None


def measure_of(subject: str) -> str | None:
    """Whether an account's code or name is receivables or prepayments; None where it is neither."""
    plain = plain_text(subject)
    for measure, prefixes, words in SUBJECTS:
        if plain.startswith(prefixes) or any(word in plain for word in words):
            return measure
    return None


def plain_text(text: str) -> str:
    """A text in half width, without blanks around it, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
