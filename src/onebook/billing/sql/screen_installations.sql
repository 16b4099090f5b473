-- In: the least and the greatest account and all of them (null: whoever lies between), first day. Out:
-- their installations that had not ended by it, in any unit. Locks: none.
SELECT service_account_id, meter_id, org_unit_id, multiplier,
       coalesce(lower(during), '-infinity') AS since, coalesce(upper(during), 'infinity') AS until
FROM metering_v_installation
WHERE service_account_id BETWEEN %(least)s AND %(greatest)s
  AND (%(listed)s::bigint[] IS NULL OR service_account_id = ANY(%(listed)s))
  AND (upper_inf(during) OR upper(during) > %(since)s)
