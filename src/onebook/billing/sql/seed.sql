-- The parameters to start with: whether a rule keeps the bill back (1) or only informs (0), the
-- limits of the rules by category (energies in 10^-4 kWh), and the days to pay.
INSERT INTO billing_threshold (rule, name, category_id, value, valid_from)
SELECT t.*, date '2000-01-01' FROM (VALUES
    ('R01', 'blocks', NULL::smallint, 1::bigint),
    ('R02', 'blocks', NULL, 1),
    ('R03', 'blocks', NULL, 1),
    ('R04', 'blocks', NULL, 1),
    ('R05', 'blocks', NULL, 1),
    ('R06', 'blocks', NULL, 1),
    ('R07', 'blocks', NULL, 1),
    ('R08', 'blocks', NULL, 1),
    ('R09', 'blocks', NULL, 1),
    ('R10', 'blocks', NULL, 1),
    ('R11', 'blocks', NULL, 1),
    ('R12', 'blocks', NULL, 0),
    ('R13', 'blocks', NULL, 1),
    ('R14', 'blocks', NULL, 0),
    ('R15', 'blocks', NULL, 1),
    ('R16', 'blocks', NULL, 1),
    ('R17', 'blocks', NULL, 1),
    ('R18', 'blocks', NULL, 1),
    ('R19', 'blocks', NULL, 0),
    ('R20', 'blocks', NULL, 1),
    ('R21', 'blocks', NULL, 1),
    ('R22', 'blocks', NULL, 1),
    ('R23', 'blocks', NULL, 1),
    -- More than this many percent from the mean of the three months before, and more than the
    -- floor: 300 kWh households, 1,000 low voltage, 10,000 high voltage.
    ('R04', 'change_percent', NULL, 50),
    ('R04', 'floor_e4', NULL, 10000000),
    ('R04', 'floor_e4', 1, 3000000),
    ('R04', 'floor_e4', 2, 3000000),
    ('R04', 'floor_e4', 4, 100000000),
    -- Hours in which the whole capacity would be in use all month.
    ('R05', 'hours', NULL, 720),
    -- Periods and total may differ by a share in millionths (0.2 %) and by what the registers' last
    -- digit and whole kWh cut off.
    ('R06', 'tolerance_e6', NULL, 2000),
    ('R06', 'digit_e4', NULL, 100),
    -- cosφ in 10^-4, rounded to hundredths.
    ('R08', 'cos_lowest_e4', NULL, 6000),
    ('R08', 'cos_highest_e4', NULL, 9900),
    -- Two-part terms above so many kVA (发改价格〔2023〕526号), a standard of cosφ from so many on.
    ('R11', 'two_part_above_kva', NULL, 100),
    ('R11', 'pf_from_kva', NULL, 100),
    -- The contracted demand: charged twice above 105 %, at least 40 % of the running capacity.
    ('R12', 'over_percent', NULL, 105),
    ('R12', 'least_percent', NULL, 40),
    -- Persons from which tiers are raised, and the months after which that is applied for anew.
    ('R14', 'persons_least', NULL, 5),
    ('R14', 'renewed_months', NULL, 24),
    -- Fen a kWh, from so many kWh on.
    ('R15', 'fen_lowest', NULL, 10),
    ('R15', 'fen_highest', NULL, 300),
    ('R15', 'usage_least_e4', NULL, 1000000),
    -- Losses of transformer and line, in hundredths of a percent of what was metered.
    ('R16', 'loss_lowest_bp', NULL, 10),
    ('R16', 'loss_highest_bp', NULL, 1000),
    -- Days of a period of one month; a period of n months is held to n times as many.
    ('R17', 'days_lowest', NULL, 25),
    ('R17', 'days_highest', NULL, 35),
    -- An account counts as new for so many days after it was opened.
    ('R19', 'opened_days', NULL, 92),
    -- Fen a kWh by which what is at stake is reckoned where there is no bill before.
    ('risk', 'fen_kwh', NULL, 75),
    ('risk', 'fen_kwh', 1, 55),
    ('risk', 'fen_kwh', 2, 55),
    ('risk', 'fen_kwh', 5, 65),
    -- Days from the issue to the last day to pay.
    ('issue', 'payment_days', NULL, 20),
    -- Whether a refund settles the account's open items first (1) or is all prepayment (0), and from
    -- which net revenue of earlier years on these are adjusted apart (以前年度损益调整).
    ('adjustment', 'refund_settles', NULL, 1),
    ('adjustment', 'prior_year_from_fen', NULL, 1000000),
    -- When a bill becomes taxable: 1 on its issue, 2 when it is paid, 3 on the contract's day to pay.
    ('invoice', 'taxable_moment', NULL, 1),
    -- Whether a red invoice of the kind needs the number of its red information form (红字信息表).
    ('invoice', 'red_form_special', NULL, 1),
    ('invoice', 'red_form_general', NULL, 0),
    -- Whether an invoice may be voided (作废) in the month of its date, or only turned red.
    ('invoice', 'void_in_month', NULL, 1)
) AS t
