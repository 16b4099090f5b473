-- In: tables of recorded facts, the logins other than the owner, and the owner. Out: a row a problem.
-- Logins that may change or empty such a table, write its clocks, or become the owner or each other.
SELECT format('%%s may %%s %%s', r.rolname, p.privilege, t.name) AS problem
FROM unnest(%(tables)s::text[]) AS t (name)
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (privilege)
CROSS JOIN pg_roles r
WHERE r.rolname = ANY(%(logins)s) AND has_table_privilege(r.oid, t.name::regclass, p.privilege)
UNION ALL
SELECT format('%%s may write %%s of %%s', r.rolname, c.attname, t.name)
FROM unnest(%(tables)s::text[]) AS t (name)
JOIN pg_attribute c ON c.attrelid = t.name::regclass AND c.attname IN ('recorded_at', 'recorded_on')
CROSS JOIN pg_roles r
WHERE r.rolname = ANY(%(logins)s) AND has_column_privilege(r.oid, c.attrelid, c.attnum, 'INSERT')
UNION ALL
SELECT format('%%s may become %%s', r.rolname, o.rolname)
FROM pg_roles r JOIN pg_roles o ON o.rolname = ANY(%(logins)s::text[] || %(owner)s::text)
WHERE r.rolname = ANY(%(logins)s) AND r.oid <> o.oid AND pg_has_role(r.oid, o.oid, 'MEMBER')
ORDER BY 1
