-- In: nothing but what is named. Out: a row a problem. Append-only tables whose guard is missing or switched off.
SELECT format('table %%s: the append_only trigger is %%s', t.name,
              CASE WHEN g.oid IS NULL THEN 'missing' ELSE 'switched off' END) AS problem
FROM unnest(%(tables)s::text[]) AS t (name)
LEFT JOIN pg_trigger g ON g.tgrelid = t.name::regclass AND g.tgname = 'append_only'
WHERE g.oid IS NULL OR g.tgenabled = 'D'
ORDER BY t.name
