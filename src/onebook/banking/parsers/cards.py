"""Credit card bills: the amount's sign is the card's debt unless the bank gives two sides."""

from onebook.banking.parsers.layout import Layout

BOC_CARD = Layout(
    "boc_card",
    ("银行记账日", "交易描述", "存入", "支出"),
    {
        "booked_on": ("银行记账日", "交易日"),
        "money_in": ("存入",),
        "money_out": ("支出",),
        "currency": ("币种",),
        "summary": ("交易描述",),
    },
)
BOCOM_CARD = Layout(
    "bocom_card",
    ("记账日期", "交易说明", "入账币种/金额"),
    {
        "booked_on": ("记账日期",),
        "amount": ("入账币种/金额",),
        "currency": ("入账币种/金额",),
        "direction": ("交易说明",),
        "summary": ("交易说明",),
    },
    inflow_words=("退货", "退款", "信用卡还款", "还款", "返现", "冲正"),
    outflow_words=("消费", "取现", "利息", "年费", "手续费", "分期", "违约金"),
)
CMB_CARD = Layout(
    "cmb_card",
    ("记账日", "交易摘要", "人民币金额", "卡号末四位"),
    {
        "booked_on": ("记账日",),
        "amount": ("人民币金额",),
        "summary": ("交易摘要",),
    },
    is_liability=True,
    dates="no_year",
)
CGB_CARD = Layout(
    "cgb_card",
    ("入账日期", "交易摘要", "入账金额", "入账货币"),
    {
        "booked_on": ("入账日期",),
        "amount": ("入账金额",),
        "currency": ("入账货币",),
        "summary": ("交易摘要",),
    },
    is_liability=True,
)
CITIC_CARD = Layout(
    "citic_card",
    ("入账日期", "交易描述", "结算币种", "结算金额"),
    {
        "booked_on": ("入账日期",),
        "amount": ("结算金额",),
        "currency": ("结算币种",),
        "summary": ("交易描述",),
    },
    is_liability=True,
)
HSBC_CARD = Layout(
    "hsbc_card",
    ("Post date", "Billing amount", "Billing currency", "Credit / Debit"),
    {
        "booked_on": ("Post date",),
        "amount": ("Billing amount",),
        "currency": ("Billing currency",),
        "direction": ("Credit / Debit",),
        "counterparty_name": ("Merchant name",),
        "summary": ("Description",),
    },
    dates="day_first",
)
LAYOUTS = (BOC_CARD, BOCOM_CARD, CMB_CARD, CGB_CARD, CITIC_CARD, HSBC_CARD)
