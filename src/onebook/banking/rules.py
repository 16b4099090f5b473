"""Decisions on bank lines: which are the same, which contradict, and the reconciliation."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from hashlib import blake2b
from typing import NamedTuple, Protocol

from onebook.banking.errors import LineDoubled, LineUnusable, SerialContradicted
from onebook.kernel.money import format_yuan

FINGERPRINT_BYTES = 16
_MASK = re.compile(r"[*xX]+")
_SEPARATOR = "\x00"  # unlike \x1f no blank, so that it outlasts the taking out of blanks


class BankLine(Protocol):
    """What the fingerprint reads of a statement line; money in is positive."""

    @property
    def booked_on(self) -> date: ...
    @property
    def booked_time(self) -> time | None: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def balance_fen(self) -> int | None: ...
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
    if serial := plain_serial(line.serial):
        parts = ["serial", serial]
    else:
        parts = [
            "content", line.booked_time.isoformat("seconds") if line.booked_time else "",
            line.counterparty_account, line.counterparty_name, line.summary, line.remark,
        ]  # fmt: skip
    parts += [line.booked_on.isoformat(), str(line.amount_fen), line.currency]
    text = _plain(_SEPARATOR.join(parts))
    return blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).digest()


def plain_serial(serial: str | None) -> str:
    """Return a serial number without blanks and width; empty where it is none or all zeros."""
    plain = _narrow(serial or "")
    return plain if plain.strip("0") else ""


def same_account(number: str, stated: str) -> bool:
    """Whether a statement's account number is this one; * and x stand for digits left out."""
    plain = "".join(stated.split()).replace("-", "")
    shown = map(re.escape, _MASK.split(plain))
    return re.fullmatch("[0-9]*".join(shown), number) is not None


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


Key = tuple[bytes, int]
"""Fingerprint and occurrence: what one line of an account is known by."""


class Recorded(NamedTuple):
    """A line that is recorded already, with the file it came from."""

    booked_on: date
    serial: str
    amount_fen: int
    balance_fen: int | None
    fingerprint: bytes
    occurrence: int
    file_name: str
    layout: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """A file's lines against the recorded ones: places of new lines, and of refused ones why.

    `same`: the recorded line that a line is in another layout.
    """

    fresh: list[int]
    refused: dict[int, LineUnusable]
    same: dict[int, Recorded] = field(default_factory=dict)


def overlap(
    lines: Sequence[BankLine], keys: Sequence[Key], recorded: Sequence[Recorded], layout: str
) -> Overlap:
    """Part a file's lines into known, new and refused; `recorded`: the account's of its days.

    A line may only add money. Known is also the line of another layout that its day, amount and
    running balance tell, or, where one of the two has no balance, the whole day's amounts. Refused
    are (1) another amount under a serial number of which the file lacks what is recorded, and (2) a
    line that a recorded one, which the file lacks, may be in another guise: of one day and amount,
    not told apart by serial numbers, with the same running balance or from another layout. Pairs
    are one to one, so what the file has more of is new.
    """
    known, held = {(one.fingerprint, one.occurrence) for one in recorded}, set(keys)
    fresh = [place for place, key in enumerate(keys) if key not in known]
    lacking = [one for one in recorded if (one.fingerprint, one.occurrence) not in held]
    if not fresh or not lacking:
        return Overlap(fresh, {})
    refused = _contradicted(lines, fresh, lacking)
    fresh = [place for place in fresh if place not in refused]
    same = _by_balance(lines, fresh, lacking, layout)
    same |= _by_day(lines, *_without(fresh, lacking, same), layout)
    fresh, lacking = _without(fresh, lacking, same)
    refused |= _doubled(lines, fresh, lacking, layout)
    return Overlap([place for place in fresh if place not in refused], refused, same)


def _without(
    fresh: Sequence[int], lacking: Sequence[Recorded], same: Mapping[int, Recorded]
) -> tuple[list[int], list[Recorded]]:
    """The places and the recorded lines that are not paired."""
    paired = {(one.fingerprint, one.occurrence) for one in same.values()}
    return (
        [place for place in fresh if place not in same],
        [one for one in lacking if (one.fingerprint, one.occurrence) not in paired],
    )


def _by_balance(
    lines: Sequence[BankLine], fresh: Sequence[int], lacking: Sequence[Recorded], layout: str
) -> dict[int, Recorded]:
    """Lines of another layout with day, amount and running balance of a recorded one."""
    pool: dict[tuple[date, int, int | None], list[Recorded]] = defaultdict(list)
    for one in lacking:
        if one.balance_fen is not None and one.layout != layout:
            pool[one.booked_on, one.amount_fen, one.balance_fen].append(one)
    same = {}
    for place in fresh:
        line = lines[place]
        others = pool.get((line.booked_on, line.amount_fen, line.balance_fen), [])
        if (at := _guise(line, others, lambda _line, _other: True)) is not None:
            same[place] = others.pop(at)
    return same


def _by_day(
    lines: Sequence[BankLine], fresh: Sequence[int], lacking: Sequence[Recorded], layout: str
) -> dict[int, Recorded]:
    """Lines of days whose amounts are those of the recorded lines, all of them of other layouts
    and with no balance or serial number that tells one apart.
    """
    places: dict[date, list[int]] = defaultdict(list)
    others: dict[date, list[Recorded]] = defaultdict(list)
    for place in fresh:
        places[lines[place].booked_on].append(place)
    for one in lacking:
        others[one.booked_on].append(one)
    same: dict[int, Recorded] = {}
    for day in places.keys() & others.keys():
        by_amount = sorted(places[day], key=lambda place: lines[place].amount_fen)
        pairs = list(zip(by_amount, sorted(others[day], key=_amount), strict=False))
        is_whole = len(by_amount) == len(others[day])
        if is_whole and all(_may_be(lines[place], other, layout) for place, other in pairs):
            same.update(pairs)
    return same


def _amount(one: Recorded) -> int:
    return one.amount_fen


def _may_be(line: BankLine, other: Recorded, layout: str) -> bool:
    has_balances = line.balance_fen is not None and other.balance_fen is not None
    has_serials = plain_serial(line.serial) and other.serial
    is_alike = line.amount_fen == other.amount_fen and other.layout != layout
    return is_alike and not has_balances and not has_serials


def _contradicted(
    lines: Sequence[BankLine], fresh: Sequence[int], lacking: Sequence[Recorded]
) -> dict[int, LineUnusable]:
    by_serial: dict[tuple[date, str], list[Recorded]] = defaultdict(list)
    for one in lacking:
        if one.serial:
            by_serial[one.booked_on, one.serial.casefold()].append(one)
    refused: dict[int, LineUnusable] = {}
    for place in fresh:
        line = lines[place]
        serial = plain_serial(line.serial)
        if others := by_serial.get((line.booked_on, serial.casefold())):
            refused[place] = SerialContradicted(
                serial=serial,
                day=line.booked_on.isoformat(),
                recorded=", ".join(format_yuan(one.amount_fen) for one in others),
                file=others[0].file_name,
                stated=format_yuan(line.amount_fen),
            )
    return refused


def _doubled(
    lines: Sequence[BankLine], fresh: Sequence[int], lacking: Sequence[Recorded], layout: str
) -> dict[int, LineUnusable]:
    pool: dict[tuple[date, int], list[Recorded]] = defaultdict(list)
    for one in lacking:
        pool[one.booked_on, one.amount_fen].append(one)

    def same_balance(line: BankLine, other: Recorded) -> bool:
        return other.balance_fen is not None and line.balance_fen == other.balance_fen

    def other_layout(_line: BankLine, other: Recorded) -> bool:
        return other.layout != layout

    refused: dict[int, LineUnusable] = {}
    # The surest pairs first, so that they are not taken apart by the less sure.
    for fits in (same_balance, other_layout):
        for place in fresh:
            line = lines[place]
            others = pool.get((line.booked_on, line.amount_fen))
            if place in refused or not others:
                continue
            if (at := _guise(line, others, fits)) is not None:
                other = others.pop(at)
                refused[place] = LineDoubled(
                    day=line.booked_on.isoformat(),
                    amount=format_yuan(line.amount_fen),
                    file=other.file_name,
                    recorded_layout=other.layout,
                )
    return refused


def _guise(
    line: BankLine, others: Sequence[Recorded], fits: Callable[[BankLine, Recorded], bool]
) -> int | None:
    """The place of the first recorded line that this one may be; two serials tell them apart."""
    has_serial = bool(plain_serial(line.serial))
    for at, other in enumerate(others):
        if not (has_serial and other.serial) and fits(line, other):
            return at
    return None


class Closing(NamedTuple):
    """What an account's recorded lines end with before a file: the last day and its balance."""

    day: date
    balance_fen: int


class Gap(NamedTuple):
    """A balance that does not continue: lines of `figure_fen` are missing in [since, until]."""

    since: date
    until: date
    figure_fen: int

    @property
    def joins(self) -> bool:
        """Whether no day lies between, so that a day that is recorded is contradicted."""
        return self.until < self.since


def openings(lines: Sequence[BankLine]) -> list[int]:
    """What a file's first day may open with: the balances before a line that no line ends with.

    One, in whatever order the day is listed; more where the day has breaks. Where the day runs in a
    circle it is the balance before the first line. Empty where the first line prints no balance.
    """
    first = lines[0]
    if first.balance_fen is None:
        return []
    day = [
        (line.balance_fen - line.amount_fen, line.balance_fen)
        for line in lines
        if line.booked_on == first.booked_on and line.balance_fen is not None
    ]
    left = Counter(before for before, _ in day) - Counter(after for _, after in day)
    return list(left) or [day[0][0]]


def gap_before(
    first_on: date, opening_fen: Sequence[int], before: Closing, same_day_fen: Sequence[int]
) -> Gap | None:
    """The gap between the recorded lines and a file's first day; None where it continues them.

    It continues the end of the days before, or, where lines of its own day are recorded already,
    any of their balances `same_day_fen`.
    """
    if {before.balance_fen, *same_day_fen} & set(opening_fen):
        return None
    last_on = first_on if same_day_fen else before.day
    return Gap(
        since=last_on + timedelta(1),
        until=first_on - timedelta(1),
        figure_fen=opening_fen[0] - before.balance_fen,
    )


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
    return _narrow(text).casefold()


def _narrow(text: str) -> str:
    # Most cells are plain already, and a statement has millions of them.
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(narrow.split())
