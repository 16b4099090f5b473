-- In: month, categories. Out: the limits by category that usage and days of its accounts are held to.
SELECT c.category_id,
       billing_threshold_on('R04', 'change_percent', c.category_id, %(month)s) AS change_percent,
       billing_threshold_on('R04', 'floor_e4', c.category_id, %(month)s) AS floor_e4,
       billing_threshold_on('R05', 'hours', c.category_id, %(month)s) AS hours,
       billing_threshold_on('R17', 'days_lowest', c.category_id, %(month)s) AS days_lowest,
       billing_threshold_on('R17', 'days_highest', c.category_id, %(month)s) AS days_highest,
       billing_threshold_on('R19', 'opened_days', c.category_id, %(month)s) AS opened_days
FROM unnest(%(categories)s::smallint[]) AS c (category_id)
