"""农业银行: the old and the new corporate layout, and the personal account."""

from onebook.banking.parsers.layout import Layout

ABC_OLD = Layout(
    "abc_old",
    ("交易日期", "交易时间戳", "收入金额", "支出金额", "本次余额"),
    {
        "booked_on": ("交易日期", "交易时间戳"),
        "booked_at": ("交易时间戳",),
        "money_in": ("收入金额",),
        "money_out": ("支出金额",),
        "balance": ("本次余额",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账号",),
        "summary": ("交易摘要",),
        "remark": ("交易附言", "交易说明"),
    },
)
ABC_NEW = Layout(
    "abc_new",
    ("交易时间", "收入金额", "支出金额", "账户余额", "交易用途"),
    {
        "booked_on": ("交易时间",),
        "booked_at": ("交易时间",),
        "money_in": ("收入金额",),
        "money_out": ("支出金额",),
        "balance": ("账户余额",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账号",),
        "summary": ("交易用途",),
    },
)
ABC_PERSONAL = Layout(
    "abc_personal",
    ("交易日期", "交易摘要", "交易金额", "本次余额", "对手信息", "日志号"),
    {
        "booked_on": ("交易日期",),
        "booked_at": ("交易时间",),
        "amount": ("交易金额",),
        "balance": ("本次余额",),
        "counterparty": ("对手信息",),
        "summary": ("交易摘要",),
        "remark": ("交易附言",),
        "serial": ("日志号",),
    },
)
LAYOUTS = (ABC_OLD, ABC_NEW, ABC_PERSONAL)
