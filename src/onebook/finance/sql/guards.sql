-- Finance's guards: forms and signatures are only added to.

SELECT infra_make_ids('finance_form');
SELECT infra_make_append_only('finance_form');
SELECT infra_make_append_only('finance_form_point');
SELECT infra_make_append_only('finance_signature');
SELECT infra_make_append_only('finance_ledger_balance');
