-- In: columns of terms, their accounts and first days. Out: a row each, open-ended. Locks: none.
INSERT INTO customer_terms (id, service_account_id, during, running_e4, contract_e4, demand_mode,
                            contract_demand_e4, pf_standard_bp, persons, extra_quota_e4_month,
                            free_e4_month, industry)
SELECT u.id, u.account, daterange(u.since, NULL), u.running_e4, u.contract_e4, u.demand_mode,
       u.contract_demand_e4, u.pf_standard_bp, u.persons, u.extra_quota_e4_month, u.free_e4_month,
       u.industry
FROM unnest(%(id)s::bigint[], %(account)s::bigint[], %(since)s::date[], %(running_e4)s::bigint[],
            %(contract_e4)s::bigint[], %(demand_mode)s::smallint[], %(contract_demand_e4)s::bigint[],
            %(pf_standard_bp)s::int[], %(persons)s::smallint[], %(extra_quota_e4_month)s::bigint[],
            %(free_e4_month)s::bigint[], %(industry)s::text[])
     AS u (id, account, since, running_e4, contract_e4, demand_mode, contract_demand_e4,
           pf_standard_bp, persons, extra_quota_e4_month, free_e4_month, industry)
