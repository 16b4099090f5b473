"""A bill is tried out on a page: two tariffs side by side, a scenario pasted, by keyboard too."""

import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.pages.desk import Desk

pytestmark = [pytest.mark.chromium, pytest.mark.cjk_fonts]

SCENARIOS = Path(__file__).parents[1] / "billing" / "scenarios"
HOUSEHOLD = (
    "/quote?month=2026-10&tariff=zj-residential-tou&other=zj-residential-tiers"
    "&kwh_peak=120&kwh_valley=80&year_usage_before=2700"
)


def total_of(page: Page, code: str) -> str:
    return page.locator(f'.side[data-code="{code}"] .figure.main .value').inner_text()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_two_tariffs_stand_side_by_side(desk: Callable[..., Desk], width: int, dark: bool) -> None:
    one = desk("accountant", width, dark=dark)
    page = one.open(HOUSEHOLD)

    assert "98.20" in total_of(page, "zj-residential-tou")
    assert "114.60" in total_of(page, "zj-residential-tiers")
    verdict = page.locator(".verdict").inner_text()
    assert "居民阶梯峰谷" in verdict
    assert "16.40" in verdict
    assert "14.3" in verdict
    lines = page.locator('.side[data-code="zj-residential-tou"] tbody')
    assert "(2,900 − 2,760) × 0.05 = 7.00" in lines.inner_text()
    assert "浙江居民峰谷电价" in lines.inner_text()
    assert one.overflow_px() <= 0
    assert one.faults == []


def test_the_bill_changes_as_it_is_filled_in_and_the_address_keeps_it(
    desk: Callable[..., Desk],
) -> None:
    one = desk("accountant")
    page = one.open("/quote?month=2026-10&tariff=zj-residential-tiers")
    assert page.locator(".side").count() == 0
    page.locator("#id_kwh_total").focus()
    page.keyboard.type("200")
    page.keyboard.press("Tab")
    expect(page.locator(".figure.main .value")).to_contain_text("107.60")
    assert page.evaluate("document.activeElement.id") == "id_year_usage_before"
    page.keyboard.type("2700")
    page.keyboard.press("Enter")
    expect(page.locator(".figure.main .value")).to_contain_text("114.60")
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["kwh_total"], asked["year_usage_before"]) == (["200"], ["2700"])

    page.select_option("#tariff", "zj-business-two-part-10kv-demand")
    expect(page.locator("#id_kwh_sharp")).to_be_visible()
    expect(page.locator("#id_demand")).to_be_visible()
    page.fill("#id_kwh_sharp", "12000")
    page.fill("#id_kwh_peak", "48000")
    page.fill("#id_kwh_flat", "60000")
    page.fill("#id_kwh_valley", "4o000")
    page.locator("#id_demand").focus()
    expect(page.locator("#quoted .errorlist")).to_contain_text("4o000")
    page.fill("#id_kwh_valley", "40000")
    page.locator("#id_demand").focus()
    expect(page.locator("#quoted .lacking")).to_contain_text("最大需量(千瓦), 变压器容量(千伏安)")
    page.fill("#id_demand", "620")
    page.fill("#id_kva", "630")
    page.fill("#id_reactive", "60000")
    page.select_option("#id_standard", "0.90")
    expect(page.locator(".side tbody")).to_contain_text("-0.60 %")
    expect(page.locator(".side tbody")).to_contain_text("160,000 ÷ 630 < 260")
    assert one.faults == []


def test_kwh_that_a_tariff_cannot_place_are_refused(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open(
        "/quote?month=2026-10&tariff=zj-business-single-lv-tou&other=zj-residential-tou"
        "&kwh_sharp=1&kwh_peak=2&kwh_flat=3&kwh_valley=4"
    )

    refused = page.locator('.side[data-code="zj-residential-tou"]').inner_text()
    assert "各时段合计 6 千瓦时,总电量 10 千瓦时" in refused
    assert page.locator(".verdict").count() == 0
    assert page.locator('.side[data-code="zj-business-single-lv-tou"] tbody tr').count() > 4
    assert one.faults == []


def test_a_scenario_is_pasted_or_uploaded_with_its_files(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open("/quote")
    page.locator("#scenario summary").click()
    page.fill("#text", (SCENARIOS / "two-part-10kv.toml").read_text("utf-8"))
    page.get_by_role("button", name="按文件计算").click()
    expect(page.locator(".figure.main .value")).to_contain_text("131,103.98")
    expect(page.locator("#quoted tfoot")).to_contain_text("15,082.76")

    page.fill("#text", 'month = "2026-10"\n[[point]]\ntarif = "x"\nusage = 1\n')
    page.get_by_role("button", name="按文件计算").click()
    expect(page.locator("#quoted .error")).to_contain_text("第 3 行")
    expect(page.locator("#quoted .error")).to_contain_text("缺少 tariff")

    page.fill("#text", "")
    page.set_input_files(
        "#files", [SCENARIOS / "correction-meter-error.toml", SCENARIOS / "tariffs.toml"]
    )
    page.get_by_role("button", name="按文件计算").click()
    expect(page.locator("#quoted .figures")).to_contain_text("948.00")
    expect(page.locator("#quoted .steps")).to_contain_text("2,000")
    assert one.faults == []


def test_both_bills_are_taken_away_and_printed(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open(HOUSEHOLD)
    with page.expect_download() as waiting:
        page.locator("#quoted .exports").get_by_role("link", name="Excel").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(waiting.value.path().read_bytes()))
    rows = book.get_sheet_by_index(0).to_python()
    totals = [row[5] for row in rows if row[1] == "电费合计"]
    assert totals == [98.2, 114.6]

    page.emulate_media(media="print")
    assert not page.locator("#ask").is_visible()
    assert page.locator(".side").count() == 2
    assert one.faults == []


def test_a_reader_may_not_quote(desk: Callable[..., Desk]) -> None:
    one = desk("reader")
    assert one.page.request.get(f"{one.site.url}/quote").status == 403
