-- In: bill, identifiers of the red bill and its batch, the day. Out: the red bill: the same account,
-- month, tariff and reading with turned signs. Locks: none.
INSERT INTO billing_bill (id, batch_id, service_account_id, org_unit_id, category_id, bill_month,
                          tariff_version_id, reading_id, usage_e4, year_usage_before_e4,
                          quota_months, total_fen, net_fen, vat_fen, issued_on, due_on,
                          reverses_bill_id)
SELECT %(red)s, %(batch)s, service_account_id, org_unit_id, category_id, bill_month,
       tariff_version_id, reading_id, -usage_e4, year_usage_before_e4, quota_months, -total_fen,
       -net_fen, -vat_fen, %(day)s, %(day)s, id
FROM billing_bill WHERE id = %(bill)s
