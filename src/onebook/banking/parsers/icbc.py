"""工商银行: the old and the new corporate layout, and the personal accounts and cards."""

from onebook.banking.parsers.layout import Layout

ICBC_OLD = Layout(
    "icbc_old",
    ("本方账号", "交易时间", "借/贷", "借方发生额", "贷方发生额", "对方单位名称"),
    {
        "booked_on": ("交易时间",),
        "booked_at": ("交易时间",),
        "money_in": ("贷方发生额",),
        "money_out": ("借方发生额",),
        "direction": ("借/贷",),
        "balance": ("余额",),
        "counterparty_name": ("对方单位名称",),
        "counterparty_account": ("对方账号",),
        "summary": ("摘要",),
        "remark": ("用途", "附言", "个性化信息", "凭证号"),
        "own_account": ("本方账号",),
    },
)
ICBC_NEW = Layout(
    "icbc_new",
    ("本方账号", "交易时间", "借/贷", "金额", "对方单位"),
    {
        "booked_on": ("交易时间",),
        "booked_at": ("交易时间",),
        "amount": ("金额",),
        "direction": ("借/贷",),
        "balance": ("余额",),
        "counterparty_name": ("对方单位",),
        "counterparty_account": ("对方账号",),
        "summary": ("摘要",),
        "remark": ("用途", "附言", "个性化信息", "凭证号"),
        "own_account": ("本方账号",),
    },
)
ICBC_PERSONAL = Layout(
    "icbc_personal",
    ("交易日期", "记账金额(收入)", "记账金额(支出)", "记账币种"),
    {
        "booked_on": ("记账日期", "交易日期"),
        "money_in": ("记账金额(收入)",),
        "money_out": ("记账金额(支出)",),
        "balance": ("余额",),
        "currency": ("记账币种",),
        "counterparty_name": ("对方户名",),
        "counterparty_account": ("对方账户",),
        "summary": ("摘要",),
        "remark": ("交易详情", "交易场所"),
    },
)
LAYOUTS = (ICBC_OLD, ICBC_NEW, ICBC_PERSONAL)
