"""The accountant's waiting lines: a file comes in, each line is booked on its page, and undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

HEAD = "交易日期,摘要,对方户名,对方账号,借方发生额,贷方发生额,余额\n"


def _lines(one: Desk, tmp_path: Path) -> dict[int, int]:
    """Lines of the business day, taken in by the command: fen -> line."""
    ((day, own),) = one.site.ask(
        "SELECT max(l.recorded_on)::text, max(a.number) FROM banking_line l"
        " JOIN banking_bank_account a ON a.id = l.bank_account_id"
    )
    file = tmp_path / "流水.csv"
    file.write_text(
        f"{HEAD}{day},账户管理费,,,7.77,,\n{day},转账,张三丰,,,31.41,\n{day},转账,不明,,,66.66,\n",
        "utf-8",
    )
    taken = one.site.database.onebook("import", "statements", str(file), "--account", own)
    assert taken.returncode == 0, taken.stderr
    return dict(
        one.site.ask("SELECT amount_fen::int, id FROM banking_line WHERE booked_on = %s", day)
    )


def test_each_waiting_line_is_booked_on_its_page(desk: Callable[..., Desk], tmp_path: Path) -> None:
    one = desk("accountant")
    found = _lines(one, tmp_path)
    ((number, account_id),) = one.site.ask(
        "SELECT number, id FROM customer_service_account WHERE closed_on IS NULL"
        " ORDER BY id DESC LIMIT 1"
    )

    page = one.open(f"/bank/lines/{found[-777]}")
    form = page.locator("#as-purpose")
    form.locator("select").select_option("fee")
    form.get_by_label("原因").fill("账户管理费回单")
    form.get_by_role("button", name="记入用途").click()
    expect(page.locator(".messages")).to_contain_text("流水已入账")
    expect(page.locator("main")).to_contain_text("银行手续费")
    assert one.overflow_px() <= 0

    page = one.open(f"/bank/lines/{found[6666]}")
    form = page.locator("#as-unidentified")
    form.get_by_label("已知情况").fill("来款无户号,已电询开户行")
    form.get_by_role("button", name="挂待查款").click()
    expect(page.locator(".messages")).to_contain_text("流水已入账")
    page = one.open("/bank/unidentified")
    row = page.locator("tbody tr", has_text="66.66")
    expect(row).to_contain_text("已电询开户行")
    assert one.overflow_px() <= 0
    row.get_by_role("link").first.click()
    page.wait_for_url(f"**/bank/lines/{found[6666]}**")

    # What was typed wrongly is said and kept; then it is booked.
    page.fill("#account_1", str(number))
    page.fill("[name=amount_1]", "66.60")
    page.get_by_role("button", name="收款入账").click()
    expect(page.locator("[role=alert]")).to_contain_text("差额 0.06 元")
    assert page.input_value("#account_1") == str(number)
    page.fill("[name=amount_1]", "66.66")
    page.get_by_role("button", name="收款入账").click()
    expect(page.locator("main")).to_contain_text("客户转账")
    assert one.site.ask(
        "SELECT r.amount_fen::int, r.service_account_id FROM cash_receipt r JOIN banking_v_match m"
        " ON m.receipt_id = r.id WHERE m.line_id = %s",
        found[6666],
    ) == [(6666, account_id)]
    assert page.locator("tbody tr", has_text="查明").count() == 1  # its history

    page.get_by_role("button", name="撤销勾对").click()
    expect(page.locator(".messages")).to_contain_text("流水恢复待对")
    assert one.site.ask("SELECT count(*) FROM banking_v_match WHERE line_id = %s", found[6666]) == [
        (0,)
    ]
    # By keyboard alone: the purpose form is filled and sent with Enter.
    page = one.open(f"/bank/lines/{found[3141]}")
    page.locator("#purpose").focus()
    page.locator("#purpose").select_option("interest")
    page.keyboard.press("Tab")
    page.keyboard.type("季度结息")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("存款利息")
    faults = [fault for fault in one.faults if "422" not in fault]
    assert faults == []
    assert one.site.database.onebook("verify").returncode == 0
