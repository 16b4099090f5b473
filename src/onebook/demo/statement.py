"""Writes bank statements as the banks' own pages export them.

The layouts are written down here a second time on purpose: what the demonstration's bank writes
must not be made by the code that reads it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from onebook.kernel.money import format_yuan

CCB_HEADINGS = (
    "账号", "账户名称", "交易时间", "借方发生额（支取）", "贷方发生额（收入）", "余额", "币种",
    "对方户名", "对方账号", "对方开户机构", "记账日期", "摘要", "备注", "账户明细编号-交易流水号",
)  # fmt: skip
ICBC_HEADINGS = (
    "本方账号", "对方账号", "交易时间", "借/贷", "金额", "凭证号", "对方单位", "对方行号", "用途",
    "摘要", "附言", "个性化信息",
)  # fmt: skip
# A fixed moment in the workbook's properties, so that the same lines give the same bytes.
WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One line as the bank booked it; money in to the account's owner is positive fen."""

    booked_at: datetime
    amount_fen: int
    counterparty_name: str = ""
    counterparty_account: str = ""
    counterparty_bank: str = ""
    summary: str = ""
    remark: str = ""
    serial: str = ""


def write_ccb_statement(
    lines: Iterable[BankEntry], account_number: str, account_name: str, opening_balance_fen: int
) -> bytes:
    """Write 建设银行's corporate layout: GB18030 CSV, oldest first, with a running balance.

    Ids end in a tab, as the bank writes them to keep spreadsheets from making numbers of them.
    The bank's credit (贷方) is money in. A line without a serial gets one from its day and place.
    """
    ordered = sorted(lines, key=lambda line: line.booked_at)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows(_ccb_preamble(ordered, account_number, account_name))
    writer.writerow(CCB_HEADINGS)
    balance_fen = opening_balance_fen
    for place, line in enumerate(ordered, 1):
        balance_fen += line.amount_fen
        writer.writerow(_ccb_row(line, place, account_number, account_name, balance_fen))
    return buffer.getvalue().encode("gb18030")


def write_icbc_new(lines: Iterable[BankEntry], account_number: str) -> bytes:
    """Write 工商银行's corporate layout of 12 columns: .xlsx, oldest first, without a balance."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": WRITTEN_AT})
        sheet = workbook.add_worksheet("账户明细")
        sheet.write_row(0, 0, ["账户历史明细查询"])
        sheet.write_row(1, 0, ICBC_HEADINGS)
        ordered = sorted(lines, key=lambda line: line.booked_at)
        for row, line in enumerate(ordered, 2):
            for column, text in enumerate(_icbc_row(line, account_number)):
                sheet.write_string(row, column, text)
    return buffer.getvalue()


def _ccb_preamble(
    ordered: Sequence[BankEntry], account_number: str, account_name: str
) -> list[list[str]]:
    """Return the rows above the headings: bank, account, period and the empty one."""
    days = [f"{line.booked_at:%Y%m%d}" for line in ordered] or [""]
    return [
        ["中国建设银行账户明细信息"],
        ["账号：", f"{account_number}\t", "账户名称：", account_name],
        ["起始日期：", days[0], "截止日期：", days[-1], "币种：", "人民币"],
        [],
    ]


def _ccb_row(
    line: BankEntry, place: int, account_number: str, account_name: str, balance_fen: int
) -> list[str]:
    money_in = format_yuan(line.amount_fen) if line.amount_fen > 0 else ""
    money_out = format_yuan(-line.amount_fen) if line.amount_fen <= 0 else ""
    day = f"{line.booked_at:%Y%m%d}"
    return [
        f"{account_number}\t", account_name, f"{line.booked_at:%Y%m%d %H:%M:%S}", money_out,
        money_in, format_yuan(balance_fen), "人民币元", line.counterparty_name,
        f"{line.counterparty_account}\t", line.counterparty_bank, day, line.summary, line.remark,
        f"{line.serial or f'{place}-{day}{place:08d}'}\t",
    ]  # fmt: skip


def _icbc_row(line: BankEntry, account_number: str) -> list[str]:
    return [
        account_number, line.counterparty_account, f"{line.booked_at:%Y-%m-%d %H:%M:%S}",
        "贷" if line.amount_fen > 0 else "借", format_yuan(abs(line.amount_fen)), line.serial,
        line.counterparty_name, "", "", line.summary, line.remark, "",
    ]  # fmt: skip
