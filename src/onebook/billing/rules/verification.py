"""The rules of verification (核算): what each is about, what may be released; a bill's number."""

from datetime import date, timedelta
from enum import IntFlag
from typing import NamedTuple


class VerificationRule(NamedTuple):
    """A rule of verification, and whether a person may release what it finds as it stands.

    Whether it keeps the bill back is data: the dated threshold `blocks` of the rule.
    """

    code: str
    name_zh: str
    name_en: str
    releasable: bool


RULES: tuple[VerificationRule, ...] = (
    VerificationRule("R01", "示数倒走", "Reading below the previous one", False),
    VerificationRule("R02", "示数或电量不可计费", "Reading or usage that cannot be billed", False),
    VerificationRule("R03", "用电户本期零度", "No usage, used before", True),
    VerificationRule("R04", "电量突增突减", "Usage far from the months before", True),
    VerificationRule("R05", "电量超过容量所能用", "More than the capacity can use", True),
    VerificationRule("R06", "各时段之和与总电量不符", "Periods differ from the total", True),
    VerificationRule("R07", "总表小于分表之和", "Main meter below its sub-meters", True),
    VerificationRule("R08", "功率因数异常", "Power factor out of range or not read", True),
    VerificationRule("R09", "倍率与档案不符", "Multiplier differs from the archive", False),
    VerificationRule("R10", "电价与用电类别不符", "Tariff of another category", True),
    VerificationRule("R11", "计费方式与容量、电价不符", "Terms do not fit the tariff", True),
    VerificationRule("R12", "容量或需量与合同不符", "Capacity or demand against contract", True),
    VerificationRule("R13", "需量超过容量", "Demand above the capacity", True),
    VerificationRule("R14", "一户多人口资格待复核", "Large household to be renewed", True),
    VerificationRule("R15", "平均电价异常", "Average price out of range", True),
    VerificationRule("R16", "变损、线损异常", "Losses out of range", True),
    VerificationRule("R17", "计费天数异常", "Days in the period out of range", True),
    VerificationRule("R18", "电费金额为负", "Amount below zero", False),
    VerificationRule("R19", "首次出账", "First bill", True),
    VerificationRule("R20", "前期更正或传票未办结", "Correction or ticket pending", True),
    VerificationRule("R21", "同月重复出账", "Billed for this month already", False),
    VerificationRule("R22", "无有效电价", "No tariff version in force", False),
    VerificationRule("R23", "计费参数缺失", "What the tariff is charged on is missing", False),
)
BY_CODE = {rule.code: rule for rule in RULES}
# A held exception of these is cleared too when its cause is gone: nobody could release it.
NOT_RELEASABLE = tuple(rule.code for rule in RULES if not rule.releasable)

# What another look at the meter can settle; the others are about the archive, prices or bills.
READABLE = frozenset({"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R13", "R17"})


class BilledHow(IntFlag):
    """How a bill of the history came about, as bits; of a red bill none but CORRECTED.

    ROLLED_OVER, ESTIMATED: its last reading (翻转, 估抄). SEVERAL: of several readings. PORTIONS:
    charged by portions, so that its kWh need not be what its meter showed. CORRECTED: a red bill,
    or one in the place of a reversed one. ADJUSTED: what an adjustment put on a bill.
    """

    PLAIN = 0
    ROLLED_OVER = 1
    ESTIMATED = 2
    SEVERAL = 4
    PORTIONS = 8
    CORRECTED = 16
    ADJUSTED = 32


def due_on(issued_on: date, payment_days: int) -> date:
    """The last day to pay without a late charge (供用电合同: days from the bill's issue)."""
    return issued_on + timedelta(payment_days)


def bill_number(bill_id: int, bill_month: date) -> str:
    """The number printed on a bill: its month and identifier."""
    return f"{bill_month:%Y%m}-{bill_id}"
