"""Text cells of files of readings and of installations become values; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from onebook.kernel.cells import CellBlank, Faults, printable, read_cells
from onebook.kernel.energy import parse_kwh
from onebook.kernel.periods import Month, parse_date
from onebook.metering.errors import (
    DigitsUnreadable,
    HowUnknown,
    MultiplierUnreadable,
    ReadingNegative,
    ReadingOutOfWindow,
)
from onebook.metering.rules import HOW_WORDS, How, Register

DEFAULT_DIGITS = 6
# The further registers of a file: the field is the register's code.
FURTHER: tuple[Register, ...] = tuple(
    register for register in Register if register is not Register.TOTAL
)


def parse_readings(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of values, None in blank or faulty cells; faults are added row by row.

    Of the further registers, and of `how`, those that any row has.
    """
    columns: dict[str, list[Any]] = {
        "bill_month": read_cells(cells["bill_month"], _month, faults, heading="抄表月份"),
        "read_on": read_cells(cells["read_on"], parse_date, faults, heading="抄表日期"),
        "current_e4": read_cells(cells["value"], register_value, faults, heading="示数"),
    }
    for register in FURTHER:
        if any(cells[register]):
            columns[register] = read_cells(cells[register], register_value, faults)
    if any(cells["how"]):
        columns["how"] = read_cells(cells["how"], how, faults)
    for row, (month, day) in enumerate(zip(columns["bill_month"], columns["read_on"], strict=True)):
        if row not in faults and not _fits(month, day):
            faults[row] = ReadingOutOfWindow(read_on=day.isoformat(), month=f"{month:%Y-%m}")
    return columns


def register_value(text: str) -> int:
    """What a register shows, in 10^-4 kWh: EnergyUnreadable, and ReadingNegative below zero."""
    value_e4 = parse_kwh(text)
    if value_e4 < 0:
        raise ReadingNegative(text=text)
    return value_e4


_HOWS = {word: one for one, words in HOW_WORDS.items() for word in words} | {
    "沿用上期": How.ESTIMATED,
    "无法抄": How.UNREACHABLE,
    "停走": How.FAULTY,
    "烧表": How.FAULTY,
    "黑屏": How.FAULTY,
    "倍率不符": How.MISMATCH,
}


def how(text: str) -> How:
    """How a reading came about, as people write it; HowUnknown else."""
    found = _HOWS.get(text.strip().lower())
    if found is None:
        known = ", ".join(words[0] for words in HOW_WORDS.values())
        raise HowUnknown(text=text, known=known)
    return found


def _month(text: str) -> date:
    return Month.parse(text).first


def _fits(month: date, day: date) -> bool:
    """A bill month is read from the middle of the month before to the end of the next one."""
    bill = Month.of(month)
    return bill.previous().first.replace(day=15) <= day <= bill.next().last


def parse_installations(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of meters and installations; blanks take their defaults (6 digits, x1, 0).

    A row without a meter is a fault unless it is a quantity that comes off another one's.
    """
    for row, number in enumerate(cells["meter_number"]):
        if not number and not cells["deduction"][row]:
            faults.setdefault(row, CellBlank(heading="表号"))
    return {
        "meter_number": read_cells(cells["meter_number"], printable("表号"), faults),
        "digits": read_cells(cells["digits"], _digits, faults),
        "multiplier": read_cells(cells["multiplier"], _multiplier, faults),
        "initial_e4": read_cells(cells["initial"], register_value, faults),
        "installed_on": read_cells(cells["installed_on"], parse_date, faults),
        "registers": _registers(cells, "initial", len(cells["meter_number"]), faults),
    }


def parse_changes(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of changed meters; blank digits, multiplier and initial value stay None."""
    rows = len(cells["old_number"])
    columns: dict[str, list[Any]] = {
        "bill_month": read_cells(cells["bill_month"], _month, faults, heading="抄表月份"),
        "changed_on": read_cells(cells["changed_on"], parse_date, faults, heading="换表日期"),
        "final": read_cells(cells["final"], register_value, faults, heading="旧表止度"),
        "new_number": read_cells(
            cells["new_number"], printable("新表号"), faults, heading="新表号"
        ),
        "digits": read_cells(cells["digits"], _digits, faults),
        "multiplier": read_cells(cells["multiplier"], _multiplier, faults),
        "initial_e4": read_cells(cells["initial"], register_value, faults),
        "final_registers": _registers(cells, "final", rows, faults),
        "registers": _registers(cells, "initial", rows, faults),
    }
    for row, (month, day) in enumerate(
        zip(columns["bill_month"], columns["changed_on"], strict=True)
    ):
        if row not in faults and not _fits(month, day):
            faults[row] = ReadingOutOfWindow(read_on=day.isoformat(), month=f"{month:%Y-%m}")
    return columns


def _registers(
    cells: Mapping[str, Sequence[str]], which: str, count: int, faults: Faults
) -> list[dict[Register, int]]:
    """The further registers of each row: those whose ``which`` value is written."""
    columns = {
        register: read_cells(cells[f"{which}_{register}"], register_value, faults)
        for register in FURTHER
        if any(cells[f"{which}_{register}"])
    }
    rows: list[dict[Register, int]] = [{} for _ in range(count)]
    for register, column in columns.items():
        for registers, initial_e4 in zip(rows, column, strict=True):
            if initial_e4 is not None:
                registers[register] = initial_e4
    return rows


def _digits(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 9:
        raise DigitsUnreadable(text=text)
    return int(text)


def _multiplier(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise MultiplierUnreadable(text=text)
    return int(text)
