-- In: tables, and triggers by name, both lists of one length. Out: a row a problem. Guards that are
-- missing or do not fire.
SELECT format('table %%s: the trigger %%s is %%s', t.name, t.trigger,
              CASE WHEN g.oid IS NULL THEN 'missing' ELSE 'switched off' END) AS problem
FROM unnest(%(tables)s::text[], %(triggers)s::text[]) AS t (name, trigger)
LEFT JOIN pg_trigger g ON g.tgrelid = t.name::regclass AND g.tgname = t.trigger
WHERE g.oid IS NULL OR g.tgenabled NOT IN ('O', 'A')
ORDER BY 1
