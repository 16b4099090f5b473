-- In: a receipt. Out: the slip of the remittance that holds its cash, or null. Locks: none.
SELECT cash_slip_of(%(receipt)s) AS slip_ref
