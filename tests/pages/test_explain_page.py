"""Two outside books are compared on a page: causes, documents behind them, files to take away."""

import io
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect
from python_calamine import CalamineWorkbook

from onebook.demo import outside_books, outside_files
from onebook.kernel.money import format_yuan
from tests.pages.desk import Desk

pytestmark = [pytest.mark.chromium, pytest.mark.cjk_fonts]

BOOKS = outside_books.make()
TRUTH_FEN = sum(one.receivable_fen + one.prepayment_fen for one in BOOKS.truth)


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(page: Page, *, marketing: bytes | None = None) -> None:
    page.set_input_files(
        "#id_finance", payload(outside_files.FINANCE_NAME, outside_files.finance_csv(BOOKS))
    )
    page.set_input_files(
        "#id_marketing",
        payload(outside_files.MARKETING_NAME, marketing or outside_files.marketing_xlsx(BOOKS)),
    )
    page.set_input_files(
        "#id_banks", payload(outside_files.BANK_NAME, outside_files.bank_csv(BOOKS))
    )


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_two_books_are_compared(desk: Callable[..., Desk], width: int, dark: bool) -> None:
    one = desk("accountant", width, dark=dark)
    page = one.open("/explain")
    choose(page)
    page.get_by_role("button", name="比较", exact=True).click()
    causes = page.locator("#explained section.report").first
    expect(causes.locator("tfoot")).to_contain_text(format_yuan(TRUTH_FEN))
    expect(page.locator("#explained .books .figure").nth(2)).to_contain_text(format_yuan(TRUTH_FEN))
    assert causes.locator("tbody tr").count() == 11
    expect(page.locator("#causes-chart .bars").first).to_be_attached()
    assert "2 项未能解释" in page.inner_text("#explained")
    assert page.locator("#explained .ties .good").count() == 2

    page.get_by_role("link", name="数字颠倒").click()
    assert page.url.endswith("#cause-wrong_digits")
    documents = page.locator("#cause-wrong_digits")
    assert "-456.78" in documents.inner_text()
    assert "-465.78" in documents.inner_text()
    assert "财务此款银行已到账" in documents.inner_text()
    assert "户号 = 客户编码" in page.inner_text("#explained")
    assert one.overflow_px() <= 0
    assert one.faults == []


def test_the_comparison_is_taken_away(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open("/explain")
    choose(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 Excel").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(waiting.value.path().read_bytes()))
    assert book.sheet_names[0] == "差异原因表"
    assert "一方已核销" in book.sheet_names
    total = book.get_sheet_by_name("差异原因表").to_python()[-1]
    assert round(float(str(total[3])) * 100) == TRUTH_FEN

    with page.expect_download() as waiting:
        page.get_by_role("button", name="保存列对应").click()
    mapping = json.loads(waiting.value.path().read_text("utf-8"))
    assert mapping["finance"]["columns"]["account"] == "客户编码"


def test_a_file_of_something_else_is_told_at_the_form(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open("/explain")
    choose(page, marketing="姓名,电话\n张三,1\n".encode())
    page.get_by_role("button", name="比较", exact=True).click()
    expect(page.locator("#explained .error")).to_contain_text("户号")
    assert page.locator("#explained table").count() == 0

    one.page.reload()
    page.get_by_role("button", name="比较", exact=True).click()
    expect(page.locator("#explained .errorlist")).to_contain_text("财务账")


def test_a_reader_may_not_compare(desk: Callable[..., Desk]) -> None:
    one = desk("reader")
    assert one.page.request.get(f"{one.site.url}/explain").status == 403
