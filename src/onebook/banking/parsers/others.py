"""中国银行, 招商银行, 浦发银行, and the layout that many other banks share (交行, 民生, 平安…)."""

from onebook.banking.parsers.layout import Layout

BOC = Layout(
    "boc",
    ("记账日期", "币别", "金额", "余额", "交易名称", "对方账户名"),
    {
        "booked_on": ("记账日期",),
        "booked_at": ("记账时间",),
        "amount": ("金额",),
        "balance": ("余额",),
        "currency": ("币别",),
        "counterparty_name": ("对方账户名",),
        "counterparty_account": ("对方卡号/账号",),
        "summary": ("交易名称",),
        "remark": ("附言",),
    },
)
CMB = Layout(
    "cmb",
    ("记账日期", "货币", "交易金额", "联机余额", "对手信息"),
    {
        "booked_on": ("记账日期",),
        "amount": ("交易金额",),
        "balance": ("联机余额",),
        "currency": ("货币",),
        "counterparty": ("对手信息",),
        "summary": ("交易摘要",),
        "remark": ("客户摘要",),
    },
)
SPDB = Layout(
    "spdb",
    ("交易日期", "存入金额", "取出金额", "交易对手名称"),
    {
        "booked_on": ("交易日期",),
        "booked_at": ("交易日期",),
        "money_in": ("存入金额",),
        "money_out": ("取出金额",),
        "balance": ("余额",),
        "counterparty_name": ("交易对手名称",),
        "counterparty_account": ("交易对手账号",),
        "summary": ("交易类型",),
        "remark": ("附言",),
    },
)
COMMON = Layout(
    "common",
    (),
    {
        "booked_on": (
            "记账日期", "入账日期", "记账日", "交易日期", "交易日", "日期", "交易时间",
            "Trans Date", "Date",
        ),
        "booked_at": ("交易时间", "记账时间", "交易时间戳", "时间", "Trans Time"),
        "money_in": (
            "收入金额", "收入", "贷方发生额", "贷方金额", "贷方", "贷方发生额(收入)", "存入金额",
            "存入", "转入金额", "Credit",
        ),
        "money_out": (
            "支出金额", "支出", "借方发生额", "借方金额", "借方", "借方发生额(支取)",
            "借方发生额(支出)", "取出金额", "支取金额", "支取", "转出金额", "Debit",
        ),
        "amount": ("交易金额", "金额", "发生额", "Trans Amt", "Amount"),
        "direction": (
            "借/贷", "借贷", "借贷标志", "借贷方向", "借贷标识", "借贷状态", "收/支", "收支",
            "收支标志", "Dc Flg",
        ),
        "balance": ("余额", "账户余额", "本次余额", "交易后余额", "联机余额", "Balance"),
        "currency": ("币种", "币别", "货币", "交易币种", "Currency"),
        "counterparty_name": (
            "对方户名", "对方账户名", "对方账户名称", "对方名称", "对方单位", "对方单位名称",
            "交易对手", "交易对手名称", "收(付)方名称", "收/付款人名称",
            "Payment Receipt Account Name",
        ),
        "counterparty_account": (
            "对方账号", "对方账户", "对方卡号/账号", "交易对手账号", "收(付)方账号",
            "收/付款人账号", "Payment Receipt Account",
        ),
        "summary": ("摘要", "交易摘要", "交易类型", "交易名称", "用途", "Abstract"),
        "remark": ("附言", "交易附言", "备注", "用途", "交易用途", "客户附言", "Remark"),
        "serial": ("流水", "流水号", "交易流水号", "交易流水", "账户明细编号-交易流水号"),
        "own_account": ("本方账号", "账号"),
    },
)  # fmt: skip
LAYOUTS = (BOC, CMB, SPDB, COMMON)
