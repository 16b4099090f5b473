"""Each role sees its rail and no more, and a page that is not one's own says whom to ask."""

from collections.abc import Callable

import pytest

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

FULL = ["我的工作", "客户", "抄核", "收费", "应收", "银行", "财务"]
RAILS = {
    "reader": ["我的工作", "客户", "抄核"],
    "admin": ["我的工作"],
    "biller": FULL,
    "cashier": FULL,
    "auditor": FULL,
    "finance": FULL,
}


@pytest.mark.parametrize(("username", "rail"), RAILS.items())
def test_the_rail_of_a_role(desk: Callable[..., Desk], username: str, rail: list[str]) -> None:
    one = desk(username)
    assert one.page.locator(".rail .menu span").all_inner_texts() == rail
    assert (one.page.locator("#search").count() == 1) == (username != "admin")


def test_a_page_of_somebody_else_says_whom_to_ask(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    answer = one.page.goto(f"{one.site.url}/counter/")
    assert answer is not None
    assert answer.status == 403
    assert "孙计无权在全公司办理此事(收费)。请找王收。" in one.page.inner_text("main")


@pytest.mark.parametrize("username", ["reader", "admin"])
def test_the_book_is_closed_to_who_may_not_read_it(
    desk: Callable[..., Desk], username: str
) -> None:
    one = desk(username)
    for path in ("/one-book", "/receivables/aging", "/book/journals/100", "/bank/lines", "/months"):
        answer = one.page.request.get(one.site.url + path)
        assert answer.status == 403, path
        assert "¥" not in answer.text()


def test_a_reader_sees_an_account_without_its_money(desk: Callable[..., Desk]) -> None:
    one = desk("reader")
    ((number,),) = one.site.ask("SELECT number FROM customer_service_account ORDER BY id LIMIT 1")
    page = one.open(f"/accounts/{number}")
    assert number in page.inner_text("main")
    assert page.locator(".figure").count() == 0
    assert "欠费" not in page.inner_text("main")


def test_only_the_cashier_finds_the_button_that_takes_money(desk: Callable[..., Desk]) -> None:
    for username, buttons in (("cashier", 1), ("auditor", 0)):
        one = desk(username)
        ((number,),) = one.site.ask(
            "SELECT number FROM customer_service_account WHERE closed_on IS NULL LIMIT 1"
        )
        page = one.open(f"/accounts/{number}")
        assert page.get_by_role("link", name="柜台收费").count() == buttons, username


def test_logging_in_and_out(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    one.page.locator("details.person summary").click()
    one.page.get_by_role("button", name="退出登录").click()
    one.page.wait_for_url("**/login*")
    one.page.goto(f"{one.site.url}/one-book")
    assert "/login?next=/one-book" in one.page.url
    one.page.fill("#id_username", "manager")
    one.page.fill("#id_password", "not the password")
    one.page.click("form.card button.main")
    assert "用户名或密码不对" in one.page.inner_text("[role=alert]")
    one.page.fill("#id_password", one.site.passwords["manager"])
    one.page.click("form.card button.main")
    one.page.wait_for_url("**/one-book")
