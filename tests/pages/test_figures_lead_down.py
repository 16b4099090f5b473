"""Every figure says its basis and leads down to the documents behind it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium


def _fen(text: str) -> int:
    found = re.search(r"-?[\d,]+\.\d{2}", text)
    assert found is not None, text
    return int(found.group().replace(",", "").replace(".", ""))


def test_one_book_from_the_total_to_the_reading(desk: Callable[..., Desk]) -> None:
    one = desk("finance")
    page = one.open("/one-book")
    figures = page.locator(".books .figure .value")
    marketing, book = (_fen(figures.nth(at).inner_text()) for at in (0, 1))
    ((owed,),) = one.site.ask(
        "SELECT sum(remaining_fen)::bigint"
        " FROM receivable_v_open_items_at(infra_today(), NULL, NULL)"
    )
    assert marketing == book == owed
    assert "两部门账相符" in page.inner_text(".page-head")
    assert "截至" in page.inner_text(".basis >> nth=0")
    expect(page.locator("#history table tbody tr")).to_have_count(12)

    unit = page.locator("table.data").first.locator("tbody tr").first
    sum_of_unit = _fen(unit.locator("td.n").first.inner_text())
    unit.locator("td.n a").first.click()
    page.wait_for_url("**/receivables/items?*")
    rows = page.locator("table.data tbody tr")
    shown = [_fen(text) for text in rows.locator("td:last-child").all_inner_texts()]
    assert sum(shown) == sum_of_unit
    rows.first.locator("td:last-child a").click()
    page.wait_for_url("**/receivables/items/*")
    assert _fen(page.locator(".figure.main .value").inner_text()) == shown[0]
    page.locator(".facts a", has_text="账单").click()
    page.wait_for_url("**/bills/*")
    lines = page.locator("section.report", has_text="电费明细").locator("tbody tr")
    amounts = [_fen(text) for text in lines.locator("td:nth-child(4)").all_inner_texts()]
    assert sum(amounts) == _fen(page.locator(".figure.main .value").inner_text())
    assert all("×" in text for text in lines.locator("td:nth-child(5)").all_inner_texts())
    assert page.locator("#reading tbody td").nth(1).inner_text().count("→") == 1
    assert one.faults == []


def test_as_of_another_day_stays_in_every_address(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    page = one.open("/receivables/aging")
    assert page.locator(".band").count() == 0
    page.fill("input[name=as_of]", "2025-10-31")
    page.locator("input[name=as_of]").press("Enter")
    page.wait_for_url("**as_of=2025-10-31*")
    assert "正在查看截至 2025-10-31 的账" in page.inner_text(".band")
    ((owed,),) = one.site.ask(
        "SELECT sum(remaining_fen)::bigint"
        " FROM receivable_v_open_items_at('2025-10-31', NULL, NULL)"
    )
    assert _fen(page.locator(".figure.main .value").inner_text()) == owed
    page.locator(".rail a", has_text="财务").click()
    assert "as_of=2025-10-31" in page.url
    assert _fen(page.locator(".books .figure .value").first.inner_text()) == owed
    page.go_back()
    page.locator(".band a").click()
    assert "as_of" not in page.url


def test_a_day_or_moment_that_cannot_be_asked_for(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    for path, said in (
        ("/one-book?as_of=2025-13-40", "日期“2025-13-40”无法识别"),
        ("/one-book?known_at=yesterday", "时点“yesterday”无法识别"),
        ("/one-book?known_at=2999-01-01", "还不能查询 2999-01-01"),
        ("/one-book?org_unit=nowhere", "没有单位“nowhere”"),
        ("/accounts/000", "000"),
    ):
        answer = one.page.goto(one.site.url + path)
        assert answer is not None
        assert answer.status == 400, path
        assert said in one.page.inner_text("main"), path


def test_lists_are_exported_as_shown(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    for path in ("/receivables/aging", "/receivables/items", "/one-book", "/months", "/customers/",
                 "/book/trial-balance", "/bank/lines", "/bank/reconciliation", "/receipts/",
                 "/billing/issued", "/billing/bills", "/billing/exceptions"):  # fmt: skip
        workbook = one.page.request.get(f"{one.site.url}{path}?format=xlsx")
        assert workbook.body()[:2] == b"PK", path
        text = one.page.request.get(f"{one.site.url}{path}?format=csv").body()
        assert text.startswith(b"\xef\xbb\xbf"), path
        assert re.search(r"[\u4e00-\u9fff]", text.decode("utf-8-sig").splitlines()[0]), path


def test_a_bill_prints_on_one_sheet(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    ((bill,),) = one.site.ask("SELECT max(id) FROM billing_bill")
    page = one.open(f"/bills/{bill}")
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".top").is_visible()
    assert page.locator(".basis").first.is_visible()
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_the_closed_month_shows_two_signatures(desk: Callable[..., Desk]) -> None:
    one = desk("finance")
    page = one.open("/close/2025-11")
    assert "已关账" in page.inner_text(".page-head")
    assert page.locator(".sign > div").all_inner_texts()[0].startswith("营销部门\n赵营")
    assert page.locator(".sign > div").all_inner_texts()[1].startswith("财务部门\n钱财")
    assert page.get_by_role("button", name="签字").count() == 0
    assert page.get_by_role("button", name="编制").count() == 0


def test_the_keys_are_shown_and_lead(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    page = one.page
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    ((number, name),) = one.site.ask(
        "SELECT number, customer_name FROM customer_v_service_account ORDER BY id LIMIT 1"
    )
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{number}")
    assert page.locator("h1").inner_text() == name
    for letter, path in (("w", "/"), ("r", "/receivables/aging"), ("k", "/bank/lines")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(one.site.url + path)
