-- In: month. Out: the frozen portions of its bills, by bill and portion. Locks: none.
SELECT p.bill_id, p.first_line_no, p.portion_no, p.tariff_version_id, p.metering_point_id,
       p.starts_on, p.usage_e4, p.sharp_e4, p.peak_e4, p.flat_e4, p.valley_e4, p.deep_valley_e4,
       p.days, p.proration_days, p.year_usage_before_e4, p.quota_months, p.earlier_quota_months,
       p.extra_quota_e4_month, p.extra_quota_months, p.free_e4, p.demand_e4, p.contract_demand_e4,
       p.capacity_e4_days, p.transformer_e4, p.in_pf_fee::int::smallint AS in_pf_fee, p.active_e4,
       p.reactive_e4, p.pf_standard_bp
FROM billing_bill_portion p JOIN billing_bill b ON b.id = p.bill_id
WHERE b.bill_month = %(month)s
ORDER BY p.bill_id, p.portion_no
