-- In: as_of, known_at or known_on. Out: by org unit of the payers, what waits in transit and what
-- the bank has credited, from marketing's documents (receipts and remittances).
WITH credited AS (
    SELECT transit_item_id, sum(amount_fen) AS fen FROM cash_v_transit_credit
    WHERE effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR recorded_on <= %(known_on)s)
    GROUP BY 1
), item AS (
    SELECT i.id, i.kind, i.source_id, i.org_unit_id, i.amount_fen, coalesce(c.fen, 0) AS credited_fen
    FROM cash_v_transit_item i LEFT JOIN credited c ON c.transit_item_id = i.id
    WHERE i.effective_on <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR i.recorded_at <= %(known_at)s)
      AND (%(known_on)s::date IS NULL OR i.recorded_on <= %(known_on)s)
), split AS (
    SELECT r.org_unit_id, i.credited_fen, sum(r.amount_fen) AS fen
    FROM item i JOIN cash_v_receipt r ON r.file_id = i.source_id
    WHERE i.kind = 'receipt_file' GROUP BY i.id, r.org_unit_id, i.credited_fen
    UNION ALL
    SELECT org_unit_id, credited_fen, amount_fen FROM item WHERE kind = 'remittance'
    UNION ALL
    SELECT org_unit_id, 0, amount_fen FROM item WHERE kind = 'receipt' AND credited_fen = 0
)
SELECT org_unit_id, coalesce(sum(fen) FILTER (WHERE credited_fen = 0), 0)::bigint AS waiting_fen,
       coalesce(sum(fen) FILTER (WHERE credited_fen <> 0), 0)::bigint AS credited_fen
FROM split GROUP BY org_unit_id
