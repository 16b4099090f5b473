-- In: a day. Out: what money at the bank may be booked to by the posting rules in force on it.
SELECT r.component AS code, coalesce(p.name_zh, r.component) AS name_zh,
       coalesce(p.name_en, r.component) AS name_en
FROM books_v_posting_rule r
LEFT JOIN banking_purpose p ON p.code = r.component
WHERE r.event = 'bank.purpose' AND r.during @> %(on)s::date
ORDER BY r.component
