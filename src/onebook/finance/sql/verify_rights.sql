-- In: nothing but what is named. Out: a row a problem. Logins other than the owner that may change or empty an append-only table.
SELECT format('%%s may %%s %%s', r.rolname, p.privilege, t.name) AS problem
FROM unnest(%(tables)s::text[]) AS t (name)
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (privilege)
CROSS JOIN pg_roles r
WHERE r.rolname = ANY(%(logins)s) AND has_table_privilege(r.oid, t.name::regclass, p.privilege)
ORDER BY 1
