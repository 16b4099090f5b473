"""Reads the rows below the headings, one line each, by the layout's columns."""

import re
from collections.abc import Sequence
from datetime import date, time

from onebook.banking.errors import (
    AccountIsNumber,
    BothSidesFilled,
    DirectionContradicts,
    DirectionUnreadable,
    FormulaInLine,
    LineCutOff,
    LineTooShort,
    NoAmount,
    TimeUnreadable,
)
from onebook.banking.parsers.cells import (
    amount,
    clock,
    currency,
    day_first,
    filled,
    moment,
    month_day,
    name_and_account,
    side,
)
from onebook.banking.parsers.layout import Layout, Places, Role
from onebook.banking.parsers.types import Finding, SheetOfText, StatementLine
from onebook.kernel.errors import AmountUnreadable, DateUnreadable, OnebookError

_BILL_MONTH = re.compile(r"([0-9]{4})年([0-9]{1,2})月")
_NEEDED: tuple[Role, ...] = ("booked_on", "money_in", "money_out", "amount", "balance")
_IDENTIFIERS: tuple[Role, ...] = ("counterparty_account", "counterparty", "serial")
_FIGURES: tuple[Role, ...] = (*_NEEDED, "booked_at", "currency", "direction", "own_account")


class LineReader:
    """Reads rows of one sheet under one row of headings."""

    def __init__(self, layout: Layout, places: Places, sheet: SheetOfText, top: int) -> None:
        """Take the sheet whose row `top` holds the headings that `places` was made from."""
        self.layout = layout
        self.places = places
        self.sheet = sheet
        self.headings = [cell.strip() for cell in sheet.rows[top]]
        self.width = max(place for place, text in enumerate(self.headings) if text) + 1
        self.own_accounts: set[str] = set()
        self._last = len(sheet.rows) - 1
        self._reach = max(places[role][0] for role in _NEEDED if role in places)
        self._bill_month = self._find_bill_month(top)
        self._is_signed = self._finds_signed_amounts(top)

    def read(self, index: int) -> StatementLine:
        """Return the row as a line; OnebookError says why it cannot be one."""
        self._check_cells(index, self.sheet.rows[index])
        # Most cells are one word or number, which has no blanks to lose.
        row = [cell if cell.isalnum() else filled(cell) for cell in self.sheet.rows[index]]
        booked_on, booked_time = self._booked(row)
        amount_fen = self._amount(row)
        is_long = self.is_long(row)
        name, account = ("", "") if is_long else self._counterparty(row)
        self._note_own_account(index, row)
        return StatementLine(
            row_number=self.sheet.row_numbers[index],
            booked_on=booked_on,
            booked_time=booked_time,
            amount_fen=amount_fen,
            balance_fen=self._balance(row),
            currency=currency(self._first(row, "currency")),
            counterparty_name=name,
            counterparty_account=account,
            summary="" if is_long else self._first(row, "summary"),
            remark=self._all_texts(row) if is_long else self._joined(row, "remark"),
            serial=None if is_long else self._first(row, "serial") or None,
        )

    def is_long(self, row: Sequence[str]) -> bool:
        """Whether the row has something beyond the last heading."""
        return len(row) > self.width and any(map(str.strip, row[self.width :]))

    def findings(self, index: int, line: StatementLine) -> list[Finding]:
        """Return what is odd about a row that was read all the same."""
        row, row_number = self.sheet.rows[index], line.row_number
        findings: list[Finding] = []
        if len(row) < self.width:
            text = (
                f"Row {row_number} has {len(row)} cells where the headings have {self.width}; "
                "the missing ones are taken as empty."
            )
            findings.append(Finding("ragged", row_number, text, None))
        if line.balance_fen is None and "balance" in self.places:
            stated = filled(row[self.places["balance"][0]])
            if not stated:
                return findings
            text = f"Row {row_number}: the balance {stated!r} cannot be read and proves nothing."
            findings.append(Finding("balance_unreadable", row_number, text, None))
        return findings

    def _check_cells(self, index: int, row: Sequence[str]) -> None:
        """Refuse a row that was cut off, lacks a figure, or holds what only looks like a value."""
        if len(row) < self.width:
            if index == self._last and self.sheet.ends_open:
                raise LineCutOff(found=len(row), expected=self.width)
            if len(row) <= self._reach:
                raise LineTooShort(found=len(row), expected=self.width)
        if self.sheet.kinds is None:
            return
        letters = self.sheet.kinds[index]
        for role, places in self.places.items():
            for place in places:
                if letters[place] == "f":
                    raise FormulaInLine(heading=self.headings[place])
                if letters[place] == "n" and role in _IDENTIFIERS:
                    raise AccountIsNumber(heading=self.headings[place], text=row[place])

    def _note_own_account(self, index: int, row: Sequence[str]) -> None:
        """Collect the account's number, unless a spreadsheet holds it as a number."""
        for place in self.places.get("own_account", ()):
            is_number = self.sheet.kinds is not None and self.sheet.kinds[index][place] == "n"
            if place < len(row) and row[place] and not is_number:
                self.own_accounts.add(row[place])

    def _first(self, row: Sequence[str], role: Role) -> str:
        """Return the first of the role's cells that holds something, else nothing."""
        width = len(row)
        for place in self.places.get(role, ()):
            if place < width and row[place]:
                return row[place]
        return ""

    def _joined(self, row: Sequence[str], role: Role) -> str:
        places = self.places.get(role, ())
        if len(places) < 2:
            return self._first(row, role)
        texts = [row[place] for place in places if place < len(row)]
        return " ".join(dict.fromkeys(filter(None, texts)))

    def _all_texts(self, row: Sequence[str]) -> str:
        figures = {place for role in _FIGURES for place in self.places.get(role, ())}
        return " ".join(cell for place, cell in enumerate(row) if cell and place not in figures)

    def _booked(self, row: Sequence[str]) -> tuple[date, time | None]:
        """Return the day of booking, and the time of day where it is of that day."""
        text = self._first(row, "booked_on")
        if self.layout.dates == "day_first":
            return day_first(text), None
        if self.layout.dates == "no_year":
            if self._bill_month is None:
                raise DateUnreadable(text=text)
            return month_day(text, *self._bill_month), None
        booked_on, booked_time = moment(text)
        stated = self._first(row, "booked_at")
        if booked_time is None and stated:
            booked_time = clock(stated) or self._time_on(stated, booked_on)
        return booked_on, booked_time

    @staticmethod
    def _time_on(text: str, booked_on: date) -> time | None:
        """Return the time of a day and time of day, None when it is of another day or has none."""
        try:
            day, time_of_day = moment(text)
        except DateUnreadable as unreadable:
            raise TimeUnreadable(text=text) from unreadable
        return time_of_day if day == booked_on else None

    def _amount(self, row: Sequence[str]) -> int:
        """Return the signed amount; money in is positive."""
        if "money_in" in self.places and "money_out" in self.places:
            return self._two_sided(row)
        text = self._first(row, "amount")
        if not text:
            raise NoAmount()
        amount_fen = amount(text)
        if self._is_signed:
            return amount_fen
        if "direction" in self.places:
            return amount_fen * self._side(self._first(row, "direction"))
        return -amount_fen if self.layout.is_liability else amount_fen

    def _two_sided(self, row: Sequence[str]) -> int:
        """Read a column for money in and one for money out, of which one is filled.

        A zero is as good as empty beside a figure. A negative figure is a red entry: it takes
        back what its side states.
        """
        money_in, money_out = self._first(row, "money_in"), self._first(row, "money_out")
        if not money_in and not money_out:
            raise NoAmount()
        in_fen = amount(money_in) if money_in else 0
        out_fen = amount(money_out) if money_out else 0
        if self.layout.outflow_is_signed:
            out_fen = abs(out_fen)
        if in_fen and out_fen:
            raise BothSidesFilled(money_in=money_in, money_out=money_out)
        direction = self._first(row, "direction")
        if direction and (in_fen or out_fen) and (self._side(direction) > 0) != bool(in_fen):
            raise DirectionContradicts(text=direction)
        return in_fen - out_fen

    def _side(self, text: str) -> int:
        if not self.layout.inflow_words:
            return side(text)
        if text.startswith(self.layout.inflow_words):
            return 1
        if text.startswith(self.layout.outflow_words):
            return -1
        raise DirectionUnreadable(text=text)

    def _balance(self, row: Sequence[str]) -> int | None:
        text = self._first(row, "balance")
        try:
            return amount(text) if text else None
        except AmountUnreadable:
            return None

    def _counterparty(self, row: Sequence[str]) -> tuple[str, str]:
        if "counterparty" in self.places:
            return name_and_account(self._first(row, "counterparty"))
        return self._first(row, "counterparty_name"), self._first(row, "counterparty_account")

    def _find_bill_month(self, top: int) -> tuple[int, int] | None:
        """Return year and month from the title of a bill whose dates lack the year."""
        for row in self.sheet.rows[:top]:
            for cell in row:
                if found := _BILL_MONTH.search(cell):
                    return int(found[1]), int(found[2])
        return None

    def _finds_signed_amounts(self, top: int) -> bool:
        """Whether the amounts carry the sign already, beside a direction that repeats it.

        So when every line marked as money out is negative; a single red entry would not be.
        """
        if "direction" not in self.places or "amount" not in self.places:
            return False
        is_signed = False
        for cells in self.sheet.rows[top + 1 :]:
            row = [filled(cell) for cell in cells]
            try:
                if self._side(self._first(row, "direction")) < 0:
                    is_signed = amount(self._first(row, "amount")) < 0
                    if not is_signed:
                        return False
            except OnebookError:
                continue
        return is_signed
