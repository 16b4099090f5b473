"""Decisions on bank lines: which are the same, which contradict another, which are new."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
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
    counterparty_name: str = ""
    counterparty_account: str = ""


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
    running balance tell, or, where one of the two has no balance, the whole day's amounts; two that
    state different payers are two lines. Refused are (1) another amount under a serial number of
    which the file lacks what is recorded, and (2) a line that a recorded one, which the file lacks,
    may be in another guise: of one day and amount, not told apart by serial numbers, with the same
    running balance or from another layout. Pairs are one to one, so what the file has more of is
    new.
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
        if (at := _guise(line, others, same_party)) is not None:
            same[place] = others.pop(at)
    return same


def _by_day(
    lines: Sequence[BankLine], fresh: Sequence[int], lacking: Sequence[Recorded], layout: str
) -> dict[int, Recorded]:
    """Lines of days whose amounts are those of the recorded lines, all of them of other layouts
    and with no balance, serial number or payer that tells one apart.
    """
    places: dict[date, list[int]] = defaultdict(list)
    others: dict[date, list[Recorded]] = defaultdict(list)
    for place in fresh:
        places[lines[place].booked_on].append(place)
    for one in lacking:
        others[one.booked_on].append(one)
    same: dict[int, Recorded] = {}
    for day in places.keys() & others.keys():
        pairs = _paired(lines, places[day], others[day], layout)
        if len(pairs) == len(places[day]) == len(others[day]):
            same.update(pairs)
    return same


def _paired(
    lines: Sequence[BankLine], places: Sequence[int], others: Sequence[Recorded], layout: str
) -> dict[int, Recorded]:
    """Lines with the recorded ones that they may be, those that state the same payer first."""
    pairs: dict[int, Recorded] = {}
    left: dict[int, list[Recorded]] = defaultdict(list)
    for one in others:
        left[one.amount_fen].append(one)
    for fits in (_states_party_of, same_party):
        for place in places:
            line = lines[place]
            pool = left[line.amount_fen]
            for at, other in enumerate(pool):
                if place not in pairs and _may_be(line, other, layout) and fits(line, other):
                    pairs[place] = pool.pop(at)
                    break
    return pairs


class Party(Protocol):
    """Whom money came from or went to, as a statement says."""

    @property
    def counterparty_name(self) -> str: ...
    @property
    def counterparty_account(self) -> str: ...


def same_party(one: Party, other: Party) -> bool:
    """Whether two lines may be of one payer: nothing that both of them state contradicts it.

    Their account numbers decide where both are stated, else their names. Banks cut names off and
    hide digits and letters behind * or x, which contradicts nothing.
    """
    if one.counterparty_account and other.counterparty_account:
        return _shows(
            _plain_account(one.counterparty_account), _plain_account(other.counterparty_account)
        )
    names = _plain(one.counterparty_name), _plain(other.counterparty_name)
    if not all(names):
        return True
    shorter, longer = sorted(names, key=len)
    return longer.startswith(shorter) or _shows(*names)


def _states_party_of(one: Party, other: Party) -> bool:
    accounts = one.counterparty_account and other.counterparty_account
    names = one.counterparty_name and other.counterparty_name
    return bool(accounts or names) and same_party(one, other)


def _plain_account(text: str) -> str:
    return _narrow(text).replace("-", "")


def _shows(one: str, other: str) -> bool:
    """Whether two texts are one, of which either may have parts hidden behind * or x."""
    return any(
        re.fullmatch(".*".join(map(re.escape, _MASK.split(shown))), whole) is not None
        for shown, whole in ((one, other), (other, one))
    )


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

    def other_layout(line: BankLine, other: Recorded) -> bool:
        return other.layout != layout and same_party(line, other)

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


def _plain(text: str) -> str:
    return _narrow(text).casefold()


def _narrow(text: str) -> str:
    # Most cells are plain already, and a statement has millions of them.
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(narrow.split())
