"""A cashier takes and takes back a payment with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk, Site

pytestmark = pytest.mark.chromium

_OWING = """
SELECT a.number, a.id, sum(i.remaining_fen)::bigint
FROM receivable_v_open_items_at(infra_today(), NULL, NULL) i
JOIN customer_service_account a ON a.id = i.service_account_id
GROUP BY 1, 2 HAVING sum(i.remaining_fen) < 90000  -- within what a cashier takes back alone
ORDER BY 3 DESC, 2 LIMIT 1
"""


def _receipts(site: Site, account: int) -> list[tuple[object, ...]]:
    return site.ask(
        "SELECT r.amount_fen, coalesce((SELECT sum(s.amount_fen) FROM receivable_settlement s"
        " WHERE s.source_kind = 1 AND s.source_id = r.id), 0)::bigint"
        " FROM cash_receipt r WHERE r.service_account_id = %s AND r.channel = 'counter_cash'"
        " AND r.effective_on = infra_today() ORDER BY r.id",
        account,
    )


def test_taking_and_reversing_by_keyboard(desk: Callable[..., Desk]) -> None:
    one = desk("cashier")
    ((number, account, owed_fen),) = one.site.ask(_OWING)
    page, keyboard = one.page, one.page.keyboard

    keyboard.press("g")
    keyboard.press("s")
    page.wait_for_url("**/counter/")
    keyboard.type(number)
    expect(page.locator("#found tbody tr")).to_have_count(1)
    keyboard.press("Enter")
    page.wait_for_url(f"**/counter/{number}")
    yuan = f"{owed_fen // 100}.{owed_fen % 100:02d}"
    expect(page.locator("#id_amount_fen")).to_be_focused()
    expect(page.locator("#id_amount_fen")).to_have_value(yuan)
    keyboard.type(f"{owed_fen // 100 + 10}.{owed_fen % 100:02d}")
    expect(page.locator("#allocation tfoot")).to_contain_text("10.00")
    keyboard.press("Enter")
    page.wait_for_url("**/receipts/*")
    assert "已收款并入账" in page.inner_text("main")
    assert _receipts(one.site, account) == [(owed_fen + 1000, owed_fen)]
    assert "10.00" in page.locator(".figures").inner_text()

    page.locator("details summary", has_text="冲正这笔收款").press("Enter")
    page.locator("#id_reason").press_sequentially("录错户号")
    page.locator("#id_reason").press("Enter")
    expect(page.locator(".messages")).to_contain_text("所销账款恢复为欠费")
    assert one.site.ask(_OWING)[0][1:] == (account, owed_fen)
    assert one.faults == []


def test_the_same_slip_twice_takes_money_once(desk: Callable[..., Desk]) -> None:
    one = desk("cashier")
    ((number, account, _),) = one.site.ask(_OWING)
    before = _receipts(one.site, account)
    for _ in range(2):
        page = one.open(f"/counter/{number}")
        page.fill("#id_amount_fen", "12.34")
        page.fill("#id_external_ref", "88-0077")
        page.get_by_role("button", name="收款销账").click()
        page.wait_for_load_state()
    assert "已入账,本次未作任何改动" in page.inner_text(".errorlist")
    assert page.locator("#id_amount_fen").input_value() == "12.34"
    assert _receipts(one.site, account) == [*before, (1234, 1234)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("0", "请输入大于零的金额"), ("12.345", "金额“12.345”无法识别"), ("-5", "大于零")],
)
def test_a_wrong_amount_keeps_what_was_typed(
    desk: Callable[..., Desk], typed: str, said: str
) -> None:
    one = desk("cashier")
    ((number, account, _),) = one.site.ask(_OWING)
    before = _receipts(one.site, account)
    page = one.open(f"/counter/{number}")
    page.fill("#id_amount_fen", typed)
    page.get_by_role("button", name="收款销账").click()
    assert said in page.locator(".field", has=page.locator("#id_amount_fen")).inner_text()
    assert page.locator("#id_amount_fen").input_value() == typed
    assert _receipts(one.site, account) == before
