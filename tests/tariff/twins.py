"""Bills calculated by the scalar rule and by the kernel at once: they must not differ in a fen."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

import numpy as np

from onebook.tariff.kernels import BillColumns, calculate_bills
from onebook.tariff.rules import (
    BillExplained,
    Component,
    Kind,
    Portion,
    PortionColumns,
    PowerFactor,
    PowerFactorColumns,
    Version,
    explain_bill,
    validate,
)

KWH = KW = KVA = 10_000
_PRICE_E10 = 10**10


def component(code: str, price: str = "0", **given: object) -> Component:
    """An energy component at a price in yuan, with whatever else is given."""
    values: dict[str, object] = {
        "code": code, "name_zh": code, "name_en": code, "kind": Kind.FLAT, "account": "energy",
        "price_e10": e10(price), "source": "test", **given,
    }  # fmt: skip
    return Component(**values)  # type: ignore[arg-type]


def e10(price: str) -> int:
    """Yuan as written, in 10^-10 yuan."""
    whole, _, part = price.lstrip("-").partition(".")
    scaled = int(whole) * _PRICE_E10 + int(part.ljust(10, "0") or 0)
    return -scaled if price.startswith("-") else scaled


def version(*components: Component, **given: object) -> Version:
    """A valid version from 2024 on at 13 % VAT, with whatever else is given."""
    values: dict[str, object] = {
        "code": "test", "name_zh": "试算", "name_en": "Test", "category": "business",
        "valid_from": date(2024, 1, 1), "valid_to": None, "components": components,
        "vat_rate_bp": 1300, **given,
    }  # fmt: skip
    made = Version(**values)  # type: ignore[arg-type]
    assert validate(made) == []
    return made


def full_month(version: Version, usage_e4: dict[str, int], **facts: object) -> Portion:
    """A portion with supply on every day of a month of 30, unless other facts are given."""
    values: dict[str, object] = {"days": 30, "proration_days": 30, **facts}
    return Portion(version, usage_e4, **values)  # type: ignore[arg-type]


def bill_of(
    *portions: Portion,
    power_factor: PowerFactor | None = None,
    year_amount_before_fen: int | None = None,
) -> BillExplained:
    """One bill, after the kernel was seen to give the same."""
    explained = explain_bill(portions, power_factor, year_amount_before_fen=year_amount_before_fen)
    columns = calculate_bills(
        [pack([portion], [0]) for portion in portions],
        None if power_factor is None else pack_power_factors([power_factor]),
        bills=1,
        year_amount_before_fen=(
            None if year_amount_before_fen is None else np.array([year_amount_before_fen])
        ),
    )
    assert_equal(explained, columns, 0, [(place, 0) for place in range(len(portions))])
    return explained


def assert_equal(
    explained: BillExplained, columns: BillColumns, bill: int, rows: Sequence[tuple[int, int]]
) -> None:
    """Compare a bill line by line; ``rows`` are the column set and row of each portion."""
    for line in explained.lines:
        at, row = rows[line.portion]
        lines = columns.lines[at]
        prices = lines.varying_price_e10.get(line.position)
        price_e10 = lines.price_e10[line.position] if prices is None else prices[row]
        found = (
            lines.quantity_e4[line.position, row],
            price_e10,
            lines.amount_fen[line.position, row],
            lines.line_net_fen[line.position, row],
        )
        expected = (line.quantity_e4, line.price_e10, line.amount_fen, line.net_fen)
        assert tuple(map(int, found)) == expected, (line.formula, tuple(map(int, found)), expected)
    assert columns.total_fen[bill] == explained.total_fen
    assert columns.net_fen[bill] == explained.net_fen
    assert columns.vat_fen[bill] == explained.vat_fen
    assert sum(line.amount_fen for line in explained.lines) == explained.total_fen
    assert sum(line.net_fen for line in explained.lines) == explained.net_fen
    charged = explained.power_factor
    if charged is not None:
        assert columns.power_factors is not None
        assert columns.power_factors.cosine[bill] == charged.cosine
        assert columns.power_factors.rate_bp[bill] == charged.rate_bp
        assert columns.power_factors.base_fen[bill] == charged.base_fen
    elif columns.power_factors is not None:
        assert columns.power_factors.base_fen[bill] == columns.power_factors.rate_bp[bill] == 0


def pack(portions: Sequence[Portion], bills: Sequence[int]) -> PortionColumns:
    """Portions of one version as columns."""
    columns: dict[str, object] = {}
    for one in fields(Portion):
        values = [getattr(portion, one.name) for portion in portions]
        if one.name in {"version", "label_zh"}:
            continue
        if isinstance(values[0], dict):
            columns[one.name] = {
                key: np.array([value[key] for value in values], dtype=np.int64) for key in values[0]
            }
        elif one.name == "extra_quota_months":
            columns[one.name] = None if values[0] is None else np.array(values, dtype=np.int64)
        else:
            columns[one.name] = np.array(values)
    return PortionColumns(portions[0].version, bill=np.array(bills), **columns)  # type: ignore[arg-type]


def pack_power_factors(facts: Sequence[PowerFactor | None]) -> PowerFactorColumns:
    """Power factors of bills as columns; None is a bill that is not assessed."""
    rows = [(0, 0, 0) if one is None else (one.active_e4, one.reactive_e4, one.standard_bp)
            for one in facts]  # fmt: skip
    active, reactive, standard = np.array(rows, dtype=np.int64).T
    return PowerFactorColumns(active, reactive, standard)
