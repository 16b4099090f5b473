-- The chart of accounts and the posting rules that a supplier starts with (finance edits both).

INSERT INTO books_account (id, code, name_zh, name_en, kind, control) VALUES
    (1, '1001', '库存现金', 'Cash on hand', 'asset', 'cash'),
    (2, '1002', '银行存款', 'Bank deposits', 'asset', 'bank'),
    (3, '1012', '其他货币资金—电费在途', 'Electricity money in transit', 'asset', 'transit'),
    (4, '112201', '应收账款—应收电费', 'Electricity receivables', 'asset', 'receivable'),
    (5, '112202', '应收账款—应收违约金', 'Late charges receivable', 'asset', 'late_charge'),
    (6, '2203', '预收账款—电费', 'Prepayments', 'liability', 'prepayment'),
    (7, '22210106', '应交税费—应交增值税(销项税额)', 'Output VAT', 'liability', ''),
    (8, '224101', '其他应付款—代征可再生能源电价附加', 'Renewable energy surcharge payable', 'liability', ''),
    (9, '224102', '其他应付款—代征水库移民后期扶持基金', 'Reservoir resettlement fund payable', 'liability', ''),
    (10, '224103', '其他应付款—代征国家重大水利工程建设基金', 'Major water works fund payable', 'liability', ''),
    (11, '224109', '其他应付款—代征其他基金', 'Other funds payable', 'liability', ''),
    (12, '224201', '待确认违约金', 'Late charges not yet recognised', 'liability', ''),
    (13, '6001', '主营业务收入—售电', 'Revenue from electricity', 'income', ''),
    (14, '6301', '营业外收入—电费违约金', 'Late charges collected', 'income', ''),
    (15, '6603', '财务费用—手续费', 'Bank and channel fees', 'expense', ''),
    (16, '4199', '期初余额对应', 'Opening balances, counterpart', 'equity', ''),
    (17, '600102', '主营业务收入—容(需)量电费', 'Revenue from capacity and demand', 'income', ''),
    (18, '600103', '主营业务收入—功率因数调整电费', 'Power-factor adjustments', 'income', ''),
    (19, '122101', '其他应收款—居民免费电量补贴', 'Free energy of households, to be reimbursed', 'asset', '');

-- event x component -> debit, credit (domain: the entries of a supplier's revenue cycle). A cancelled
-- bill stands in red on the sides of an issued one; what had been paid of it becomes prepayment.
INSERT INTO books_posting_rule (event, component, debit_id, credit_id, during)
SELECT r.event, r.component, d.id, c.id, daterange('2000-01-01', NULL)
FROM (VALUES
    ('bill.issued', 'revenue', '112201', '6001'),
    ('bill.issued', 'capacity', '112201', '600102'),
    ('bill.issued', 'demand', '112201', '600102'),
    ('bill.issued', 'power_factor', '112201', '600103'),
    ('bill.issued', 'relief', '112201', '122101'),
    ('bill.issued', 'vat', '112201', '22210106'),
    ('bill.issued', 'fund:renewable', '112201', '224101'),
    ('bill.issued', 'fund:reservoir', '112201', '224102'),
    ('bill.issued', 'fund:major_water', '112201', '224103'),
    ('bill.issued', 'fund:other', '112201', '224109'),
    ('bill.cancelled', 'revenue', '112201', '6001'),
    ('bill.cancelled', 'capacity', '112201', '600102'),
    ('bill.cancelled', 'demand', '112201', '600102'),
    ('bill.cancelled', 'power_factor', '112201', '600103'),
    ('bill.cancelled', 'relief', '112201', '122101'),
    ('bill.cancelled', 'vat', '112201', '22210106'),
    ('bill.cancelled', 'fund:renewable', '112201', '224101'),
    ('bill.cancelled', 'fund:reservoir', '112201', '224102'),
    ('bill.cancelled', 'fund:major_water', '112201', '224103'),
    ('bill.cancelled', 'fund:other', '112201', '224109'),
    ('bill.cancelled', 'surplus', '112201', '2203'),
    ('receipt.cash', 'settled', '1001', '112201'),
    ('receipt.cash', 'prepaid', '1001', '2203'),
    ('receipt.in_transit', 'settled', '1012', '112201'),
    ('receipt.in_transit', 'prepaid', '1012', '2203'),
    ('remittance', 'amount', '1012', '1001'),
    ('bank.credited', 'amount', '1002', '1012'),
    ('bank.uncredited', 'amount', '1002', '1012'),
    ('bank.fee', 'amount', '6603', '1012'),
    ('prepayment.offset', 'settled', '2203', '112201'),
    ('late_charge.demanded', 'amount', '112202', '224201'),
    ('late_charge.collected', 'recognised', '224201', '6301'),
    ('late_charge.received_cash', 'settled', '1001', '112202'),
    ('late_charge.received_in_transit', 'settled', '1012', '112202'),
    ('opening.receivable', 'amount', '112201', '4199'),
    ('opening.prepayment', 'amount', '4199', '2203'),
    ('opening.bank', 'amount', '1002', '4199')
) AS r (event, component, debit, credit)
JOIN books_account d ON d.code = r.debit
JOIN books_account c ON c.code = r.credit;
