"""The report object: subtotals of groups, differences in red, a basis that is always whole."""

import io
from datetime import UTC, date, datetime
from typing import Any

import python_calamine

from onebook.infra import report as reports
from onebook.infra.report import Column, Report
from onebook.infra.web import table

DAY = date(2026, 9, 30)
COLUMNS = (
    Column("what_zh", "项目", "Figure"),
    Column("unit", "单位", "Org unit"),
    Column("fen", "金额", "Amount", "fen"),
    Column("off", "差额", "Difference", "fen", is_difference=True),
)


def row(what: str, unit: str, fen: int, off: int | None = 0) -> dict[str, Any]:
    return {"what": what, "what_zh": what, "what_en": what, "unit": unit, "fen": fen, "off": off}


def made(**changed: Any) -> Report:
    given: dict[str, Any] = {
        "name": "r", "title_zh": "表", "title_en": "R", "as_of": DAY, "known_at": None,
        "org_unit": "*", "columns": COLUMNS, "group": "what",
        "rows": [
            row("应收", "城东", 100, 7), row("应收", "城西", 250, -7), row("现金", "公司", 0, None),
        ],
        "totals": {"fen": 350, "off": 0},
    }  # fmt: skip
    return Report(**(given | changed))


def test_a_group_of_several_rows_has_its_subtotal() -> None:
    shown = reports.lines(made())
    assert shown == [
        ["项目", "单位", "金额", "差额"],
        ["应收", "城东", "1.00", "0.07"],
        ["应收", "城西", "2.50", "-0.07"],
        ["应收", "小计", "3.50", "0.00"],
        ["现金", "公司", "0.00", ""],
        ["合计", "", "3.50", "0.00"],
    ]
    assert reports.lines(made(), chinese=False)[3][1] == "Subtotal"
    assert [line[1] for line in reports.lines(made(group=""))[1:]] == ["城东", "城西", "公司", ""]
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(reports.to_xlsx(made())))
    assert sheet.get_sheet_by_index(0).to_python()[2:] == [
        ["项目", "单位", "金额", "差额"],
        ["应收", "城东", 1.0, 0.07],
        ["应收", "城西", 2.5, -0.07],
        ["应收", "小计", 3.5, 0.0],
        ["现金", "公司", 0.0, ""],
        ["合计", "", 3.5, 0.0],
    ]
    assert '"rows": [\n  [\n   "应收"' in reports.to_json(made())
    assert "小计" not in reports.to_json(made())


def test_a_difference_is_red_on_either_side_and_calm_at_zero() -> None:
    laid = table.of(made(), {"fen": lambda one: f"/{one['what']}/{one.get('unit')}"})
    assert [line[3].css for line in laid.rows] == ["n neg", "n neg", "n zero", "n"]
    assert [line.css for line in laid.rows] == ["", "", "sub", ""]
    assert laid.rows[2][2].href == "/应收/小计"
    assert laid.sortable is False
    assert table.of(made(group="")).sortable is True


def test_the_basis_always_says_the_day_the_knowledge_and_the_unit() -> None:
    said = made().basis(chinese=True)
    assert said == "截至 2026-09-30;已知至此刻;全部单位"
    assert made().basis(chinese=False) == "As of 2026-09-30; as known now; all units"
    moment = datetime(2026, 10, 1, 8, tzinfo=UTC)
    known = made(known_at=moment, org_unit="3301", basis_zh="九月", unit_name="城东")
    assert known.basis(chinese=True) == "九月;已知至 2026-10-01T08:00:00+00:00;单位 城东"
    assert made(known_at=DAY, org_unit="3301").basis(chinese=False) == (
        "As of 2026-09-30; as known at the end of business day 2026-09-30; org unit 3301"
    )
    assert made(of_book=False, basis_zh="两个文件").basis(chinese=True) == "两个文件"
