"""The register of invoices from request to result, and a bill's sheet of paper, in a browser."""

from collections.abc import Callable

import pytest

from tests.pages.desk import Desk

pytestmark = [pytest.mark.chromium, pytest.mark.cjk_fonts]


def test_a_biller_requests_a_months_invoices_and_takes_the_results_in(
    desk: Callable[..., Desk],
) -> None:
    one = desk("biller")
    page = one.open("/billing/invoices?month=2025-11")
    page.check('input[name="everybody"]')
    page.get_by_role("button", name="申请开票", exact=True).click()
    page.wait_for_selector(".messages .success")
    assert "已申请" in page.locator(".messages").inner_text()
    first, second = (
        page.locator("table.data tbody tr").nth(place).locator("td").first.inner_text()
        for place in (0, 1)
    )
    content = (
        "单据号,结果,发票号码,开票日期,失败原因\n"
        f"{first},成功,26330000000000000001,2025-12-01,\n{second},失败,,,税号不存在\nKP1,成功,1,2025-12-01,\n"
    )
    page.set_input_files(
        "#file", {"name": "results.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="导入结果").click()
    page.wait_for_selector("text=没有已送开票的单据 KP1")
    assert one.open("/billing/invoices?state=failed").locator("tbody").inner_text().count(second)
    assert "开具失败" in one.open("/").inner_text("main")
    issued = one.open("/billing/invoices?state=issued")
    issued.locator("table.data tbody a").first.click()
    issued.wait_for_selector("text=红冲或作废")
    issued.locator(".report table a").first.click()
    issued.wait_for_selector("text=26330000000000000001")
    assert one.overflow_px() <= 0
    assert one.faults == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_bill_is_shown_as_its_sheet_of_paper(desk: Callable[..., Desk], width: int) -> None:
    one = desk("biller", width)
    page = one.open("/billing/bills?month=2025-11")
    href = page.locator('table.data a[href^="/bills/"]').first.get_attribute("href")
    assert href is not None
    page = one.open(href.split("?")[0] + "/paper")
    sheet = page.locator("article.bill")
    for text in ("应缴金额", "缴费截止日", "电费明细", "近十三个月电量", "违约金"):
        assert text in sheet.inner_text()
    assert sheet.locator("svg rect").count() == 13
    assert one.overflow_px() <= 0
    assert one.faults == []
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
