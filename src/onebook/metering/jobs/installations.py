"""The meters of a master-data file: read, and held against what is installed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import clock
from onebook.infra.copy import dates
from onebook.infra.tabular import Field
from onebook.kernel.cells import Faults, reject_future
from onebook.kernel.dated import Begun
from onebook.kernel.energy import format_kwh
from onebook.metering import errors, kernels, parsers, reads, services
from onebook.metering.jobs.headings import REGISTERS_ZH
from onebook.metering.rules.registers import NAMES_ZH

INSTALLATION_FIELDS = (
    Field("meter_number", ("表号", "电表号", "资产编号", "meter"), required=False, kind="id"),
    Field("digits", ("位数", "表位数", "digits"), required=False),
    Field("multiplier", ("倍率", "综合倍率", "multiplier"), required=False),
    Field("initial", ("初始示数", "起始示数", "initial reading"), required=False),
    Field("installed_on", ("装表日期", "安装日期", "installed on"), required=False),
    *(
        Field(
            f"initial_{register}",
            (
                *(f"{name}初始示数" for name in names),
                *(f"{name}起始示数" for name in names),
                f"initial {register}".replace("_", " "),
            ),
            required=False,
        )
        for register, names in REGISTERS_ZH.items()
    ),
)

_ENGLISH = {
    "mode": "metering mode",
    "transformer": "transformer",
    "rated_va": "transformer kva",
    "iron_w": "iron loss kw",
    "copper_w": "copper loss kw",
    "no_load_bp": "no-load current",
    "impedance_bp": "impedance",
    "line_loss_bp": "line loss",
    "master": "main metering point",
    "quantity_e4": "deducted quantity",
    "take_order": "deduction order",
}
_ALSO = {"master": ("主表计量点", "上级计量点"), "line_loss_bp": ("线损比例",)}
POINT_FIELDS = (
    *(
        Field(
            name,
            (heading, *_ALSO.get(name, ()), _ENGLISH.get(name, name.replace("_", " "))),
            required=False,
            kind="id" if name == "master" else "text",
        )
        for name, heading in parsers.POINT_HEADINGS.items()
    ),
    Field("point_since", (parsers.SINCE_HEADING, "metering terms since"), required=False),
)


def check_installations(
    cells: Mapping[str, Sequence[str]], account_ids: Sequence[int], faults: Faults
) -> dict[str, list[Any]]:
    """Columns of a master-data file's meters; a meter installed elsewhere is a fault of its row.

    So is one that is recorded otherwise than the row says, or a second meter of an account.
    `known` says which rows' meters are installed at their account already, or that a row has none.
    `account_ids` are -1 for accounts that are new.
    """
    columns = parsers.parse_installations(cells, faults)
    reject_future(columns["installed_on"], clock.today(), faults)
    _refuse_too_long(columns, faults)
    recorded = reads.meters_at([number or "" for number in columns["meter_number"]])
    columns["known"] = (recorded["meter_id"] >= 0).tolist()
    _refuse_recorded(columns, recorded, account_ids, faults)
    meterless = [row for row, number in enumerate(columns["meter_number"]) if number is None]
    for row in meterless:
        columns["known"][row] = True
    _refuse_second(columns, cells["account_number"], account_ids, faults)
    seen: dict[str, int] = {}
    for row, number in enumerate(columns["meter_number"]):
        if number is not None and row not in faults and seen.setdefault(number, row) != row:
            faults[row] = errors.MeterElsewhere(number=number)
    return columns


def check_point_terms(
    cells: Mapping[str, Sequence[str]],
    metering_point_id: Sequence[int],
    opened_on: Sequence[date],
    faults: Faults,
) -> Begun:
    """Hold the terms of metering points that a master-data file gives against those that stand.

    `metering_point_id` are -1 for points that are new; see `services.check_points`.
    """
    columns = parsers.parse_points(cells, faults)
    numbers = [
        point or account
        for point, account in zip(cells["metering_point"], cells["account_number"], strict=True)
    ]
    return services.check_points(
        services.PointRows(metering_point_id, numbers, opened_on, columns), faults
    )


def _refuse_too_long(columns: Mapping[str, Sequence[Any]], faults: Faults) -> None:
    """Refuse initial values that have more digits before the point than the row's meter."""
    digits = np.array([one or parsers.DEFAULT_DIGITS for one in columns["digits"]], np.int64)
    initial_e4 = np.array([one or 0 for one in columns["initial_e4"]], np.int64)
    for row in np.flatnonzero(kernels.beyond_register(initial_e4, digits)).tolist():
        shown = {"number": columns["meter_number"][row], "digits": int(digits[row])}
        value = format_kwh(int(initial_e4[row]))
        faults.setdefault(row, errors.ReadingTooLong(**shown, value=value))


_STATED = {
    "digits": "位数",
    "multiplier": "倍率",
    "initial_e4": "初始示数",
    "installed_on": "装表日期",
}


def _refuse_recorded(
    columns: Mapping[str, Sequence[Any]],
    recorded: Mapping[str, NDArray[Any]],
    account_ids: Sequence[int],
    faults: Faults,
) -> None:
    """Refuse a known meter that is installed at another account, or recorded otherwise."""
    places = recorded["service_account_id"].tolist()
    stands = {name: recorded[name].tolist() for name in _STATED if name != "installed_on"}
    stands["installed_on"] = dates(recorded["installed_on"]).astype(object).tolist()
    meters = recorded["meter_id"].tolist()
    registers = reads.registers_of_meters([meter for meter in meters if meter >= 0])
    for row, known in enumerate(columns["known"]):
        if not known or row in faults:
            continue
        number = columns["meter_number"][row]
        if places[row] != account_ids[row]:
            faults[row] = errors.MeterElsewhere(number=number)
            continue
        for name, heading in _STATED.items():
            stated, stood = columns[name][row], stands[name][row]
            if stated is not None and stated != stood:
                shown = format_kwh(stood, separators=False) if name == "initial_e4" else stood
                faults[row] = errors.MeterDiffers(number=number, recorded=f"{heading} {shown}")
                break
        stood_registers = registers.get(meters[row], {})
        for register, initial_e4 in columns["registers"][row].items():
            if stood_registers.get(register) != initial_e4:
                recorded_e4 = stood_registers.get(register)
                shown = "—" if recorded_e4 is None else format_kwh(recorded_e4, separators=False)
                heading = f"{NAMES_ZH[register]}初始示数"
                faults.setdefault(
                    row, errors.MeterDiffers(number=number, recorded=f"{heading} {shown}")
                )


def _refuse_second(
    columns: Mapping[str, Sequence[Any]],
    accounts: Sequence[str],
    account_ids: Sequence[int],
    faults: Faults,
) -> None:
    """Refuse a new meter for an account that has one: its usage would be billed twice."""
    meters = reads.meters_of_accounts([account for account in account_ids if account >= 0])
    for row, account in enumerate(account_ids):
        if account in meters and not columns["known"][row] and row not in faults:
            faults[row] = errors.SecondMeter(account=accounts[row], recorded=meters[account])
