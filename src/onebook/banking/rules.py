"""Decisions on bank lines: what makes two lines the same, and the reconciliation statement."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import blake2b
from typing import Protocol

FINGERPRINT_BYTES = 16
_SEPARATOR = "\x1f"


class BankLine(Protocol):
    """What the fingerprint reads of a statement line; money in is positive."""

    @property
    def booked_on(self) -> date: ...
    @property
    def booked_time(self) -> time | None: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def counterparty_name(self) -> str: ...
    @property
    def counterparty_account(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def remark(self) -> str: ...
    @property
    def serial(self) -> str | None: ...


def fingerprint(line: BankLine) -> bytes:
    """Return 16 bytes that are equal for one real line met in two exports of the same account.

    With the bank's serial number: day, amount, currency and serial. Texts are left out, because
    exports cut and pad them differently while the serial stays.
    Without one: day, time, amount, currency, counterparty's account and name, summary and remark,
    compared without blanks, width or case.
    The running balance is never part of it: one of two exports may lack it, and a line that the
    bank inserts or corrects later shifts every balance behind it, which would turn a whole day
    into new lines. Lines that are equal in all of the above are told apart by their occurrence
    (`number_occurrences`), which needs no balance as an export holds its days from their start.
    """
    if line.serial and line.serial.strip("0"):
        parts = ["serial", line.serial]
    else:
        parts = [
            "content", line.booked_time.isoformat("seconds") if line.booked_time else "",
            line.counterparty_account, line.counterparty_name, line.summary, line.remark,
        ]  # fmt: skip
    parts += [line.booked_on.isoformat(), str(line.amount_fen), line.currency]
    text = _SEPARATOR.join(map(_plain, parts))
    return blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).digest()


def same_account(number: str, stated: str) -> bool:
    """Whether a statement's account number, which may be masked by * or x, is this number."""
    plain = "".join(stated.split()).replace("-", "")
    head, _, rest = plain.partition("*") if "*" in plain else plain.lower().partition("x")
    if not rest:
        return plain == number
    return number.startswith(head) and number.endswith(rest.strip("*xX"))


def number_occurrences(fingerprints: Iterable[bytes]) -> list[int]:
    """Number equal fingerprints of one file 1, 2, 3… in their order.

    The union of overlapping files is then the set of (fingerprint, occurrence): two equal real
    lines are both kept, and meeting both again adds neither.
    """
    seen: Counter[bytes] = Counter()
    occurrences = []
    for one in fingerprints:
        seen[one] += 1
        occurrences.append(seen[one])
    return occurrences


@dataclass(frozen=True, slots=True)
class ReconciliationStatement:
    """The 余额调节表 in fen: both balances, the four kinds of items, and both adjusted balances.

    The four sums are positive amounts, as the form prints them.
    """

    book_balance_fen: int
    bank_received_fen: int  # 银行已收企业未收
    bank_paid_fen: int  # 银行已付企业未付
    adjusted_book_fen: int
    bank_balance_fen: int
    book_received_fen: int  # 企业已收银行未收
    book_paid_fen: int  # 企业已付银行未付
    adjusted_bank_fen: int

    @property
    def difference_fen(self) -> int:
        """Adjusted book balance minus adjusted bank balance; 0 when every item is known."""
        return self.adjusted_book_fen - self.adjusted_bank_fen

    @property
    def is_equal(self) -> bool:
        """Whether the two adjusted balances agree, as they must."""
        return self.difference_fen == 0


def reconciliation_statement(
    book_balance_fen: int,
    bank_balance_fen: int,
    in_bank_not_book: Sequence[int],
    in_book_not_bank: Sequence[int],
) -> ReconciliationStatement:
    """Adjust both balances by what the other side has and this one has not.

    The items are signed fen seen from the company: money in is positive on either side. 日记账余额
    + 银行已收企业未收 − 银行已付企业未付, and 对账单余额 + 企业已收银行未收 − 企业已付银行未付.
    """
    bank_received_fen, bank_paid_fen = _both_sides(in_bank_not_book)
    book_received_fen, book_paid_fen = _both_sides(in_book_not_bank)
    return ReconciliationStatement(
        book_balance_fen=book_balance_fen,
        bank_received_fen=bank_received_fen,
        bank_paid_fen=bank_paid_fen,
        adjusted_book_fen=book_balance_fen + bank_received_fen - bank_paid_fen,
        bank_balance_fen=bank_balance_fen,
        book_received_fen=book_received_fen,
        book_paid_fen=book_paid_fen,
        adjusted_bank_fen=bank_balance_fen + book_received_fen - book_paid_fen,
    )


def _both_sides(amounts_fen: Sequence[int]) -> tuple[int, int]:
    """Return the sums of what came in and of what went out, both positive."""
    received_fen = sum(amount for amount in amounts_fen if amount > 0)
    return received_fen, received_fen - sum(amounts_fen)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
