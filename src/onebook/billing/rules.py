"""The rules of verification (核算), their weight, and the number on a bill."""

from datetime import date, timedelta
from typing import NamedTuple

PAYMENT_DAYS = 20


class VerificationRule(NamedTuple):
    """A rule: does it keep the bill back, and may a person release it as it stands?"""

    code: str
    name_zh: str
    name_en: str
    blocking: bool
    releasable: bool


RULES: tuple[VerificationRule, ...] = (
    VerificationRule("R01", "示数倒走", "Reading below the previous one", True, False),
    VerificationRule("R02", "示数超出表位", "Reading beyond the register", True, False),
    VerificationRule("R03", "用电户本期零度", "No usage, used before", True, True),
    VerificationRule("R04", "电量突增突减", "Usage far from the months before", True, True),
    VerificationRule("R09", "倍率与档案不符", "Multiplier differs from the archive", True, False),
    VerificationRule("R17", "计费天数异常", "Days in the period out of range", True, True),
    VerificationRule("R19", "首次出账", "First bill", False, True),
    VerificationRule("R21", "同月重复出账", "Billed for this month already", True, False),
    VerificationRule("R22", "无有效电价", "No tariff version in force", True, False),
)
BY_CODE = {rule.code: rule for rule in RULES}


def due_on(issued_on: date) -> date:
    """The last day to pay without a late charge."""
    return issued_on + timedelta(PAYMENT_DAYS)


def bill_number(bill_id: int, bill_month: date) -> str:
    """The number printed on a bill: its month and identifier."""
    return f"{bill_month:%Y%m}-{bill_id}"
