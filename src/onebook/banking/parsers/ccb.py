"""建设银行: the two corporate layouts and the personal one."""

from onebook.banking.parsers.layout import Layout

_SERIAL = "账户明细编号-交易流水号"

CCB_A = Layout(
    "ccb_a",
    ("借方发生额（支取）", "贷方发生额（收入）", _SERIAL),
    {
        "booked_on": ("记账日期", "交易时间"),
        "booked_at": ("交易时间",),
        "money_in": ("贷方发生额（收入）",),
        "money_out": ("借方发生额（支取）",),
        "balance": ("余额",),
        "currency": ("币种",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账号",),
        "summary": ("摘要",),
        "remark": ("备注",),
        "serial": (_SERIAL,),
        "own_account": ("账号",),
    },
)
CCB_B = Layout(
    "ccb_b",
    ("记账日期", "借方发生额/元", "贷方发生额/元", _SERIAL),
    {
        "booked_on": ("记账日期", "交易时间"),
        "booked_at": ("交易时间",),
        "money_in": ("贷方发生额/元",),
        "money_out": ("借方发生额/元",),
        "balance": ("余额/元",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账号",),
        "summary": ("摘要",),
        "remark": ("备注",),
        "serial": (_SERIAL,),
        "own_account": ("本方账号",),
    },
)
CCB_PERSONAL = Layout(
    "ccb_personal",
    ("记账日", "支出", "收入", "账户余额", "交易地点"),
    {
        "booked_on": ("记账日", "交易日期"),
        "booked_at": ("交易时间",),
        "money_in": ("收入",),
        "money_out": ("支出",),
        "balance": ("账户余额",),
        "currency": ("币种",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账号",),
        "summary": ("摘要",),
        "remark": ("交易地点",),
    },
)
LAYOUTS = (CCB_A, CCB_B, CCB_PERSONAL)
