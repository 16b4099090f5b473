"""支付宝 and 微信支付: what moves on the merchant's account there (账务明细, 资金账单)."""

from onebook.banking.parsers.layout import Layout

ALIPAY_FUND = Layout(
    "alipay_fund",
    ("账务流水号", "发生时间", "收入金额(+元)", "支出金额(-元)"),
    {
        "booked_on": ("发生时间",),
        "booked_at": ("发生时间",),
        "money_in": ("收入金额(+元)",),
        "money_out": ("支出金额(-元)",),
        "balance": ("账户余额(元)", "账户余额"),
        "counterparty_name": ("对方名称",),
        "counterparty_account": ("对方账号",),
        "summary": ("业务类型",),
        "remark": ("商户订单号", "商品名称", "备注"),
        "serial": ("账务流水号",),
    },
    outflow_is_signed=True,
)
WECHAT_FUND = Layout(
    "wechat_fund",
    ("记账时间", "资金流水单号", "收支类型", "收支金额(元)", "账户结余(元)"),
    {
        "booked_on": ("记账时间",),
        "booked_at": ("记账时间",),
        "amount": ("收支金额(元)",),
        "direction": ("收支类型",),
        "balance": ("账户结余(元)",),
        "counterparty_name": ("资金变更提交申请人",),
        "summary": ("业务名称",),
        "remark": ("业务凭证号", "微信支付业务单号", "备注"),
        "serial": ("资金流水单号",),
    },
)
LAYOUTS = (ALIPAY_FUND, WECHAT_FUND)
