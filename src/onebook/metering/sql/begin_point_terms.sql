-- In: columns of terms, their points and first days. Out: a row each, open-ended. Locks: none.
INSERT INTO metering_point_terms (
    id, metering_point_id, during, mode, transformer_owner, line_owner, line_side, transformer, rated_va,
    iron_w, copper_w, no_load_bp, impedance_bp, iron_kwh, region_copper_bp, iron_k_e4, copper_k_e4,
    shifts, line_loss_bp, master_point_id, deduction, ratio_bp, agreed_e4, take_order, in_pf_calc,
    in_pf_fee)
SELECT u.id, u.point, daterange(u.since, NULL), u.mode, u.transformer_owner, u.line_owner, u.line_side,
       u.transformer, u.rated_va, u.iron_w, u.copper_w, u.no_load_bp, u.impedance_bp, u.iron_kwh,
       u.region_copper_bp, u.iron_k_e4, u.copper_k_e4, u.shifts, u.line_loss_bp, u.master_point_id,
       u.deduction, u.ratio_bp, u.agreed_e4, u.take_order, u.in_pf_calc, u.in_pf_fee
FROM unnest(
    %(id)s::bigint[], %(point)s::bigint[], %(since)s::date[], %(mode)s::smallint[],
    %(transformer_owner)s::smallint[], %(line_owner)s::smallint[], %(line_side)s::smallint[],
    %(transformer)s::text[], %(rated_va)s::bigint[], %(iron_w)s::bigint[], %(copper_w)s::bigint[],
    %(no_load_bp)s::bigint[], %(impedance_bp)s::bigint[], %(iron_kwh)s::bigint[],
    %(region_copper_bp)s::bigint[], %(iron_k_e4)s::bigint[], %(copper_k_e4)s::bigint[],
    %(shifts)s::smallint[], %(line_loss_bp)s::bigint[], %(master_point_id)s::bigint[],
    %(deduction)s::smallint[], %(ratio_bp)s::bigint[], %(agreed_e4)s::bigint[],
    %(take_order)s::smallint[], %(in_pf_calc)s::boolean[], %(in_pf_fee)s::boolean[])
    AS u (id, point, since, mode, transformer_owner, line_owner, line_side, transformer, rated_va,
          iron_w, copper_w, no_load_bp, impedance_bp, iron_kwh, region_copper_bp, iron_k_e4, copper_k_e4,
          shifts, line_loss_bp, master_point_id, deduction, ratio_bp, agreed_e4, take_order, in_pf_calc,
          in_pf_fee)
