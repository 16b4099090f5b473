"""A receipt above what a cashier takes back alone: asked for with the slip, approved by others."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

LAST = (
    "SELECT number FROM customer_service_account WHERE closed_on IS NULL ORDER BY id DESC LIMIT 1"
)
STATE = "SELECT approval_id FROM cash_receipt_reversal WHERE receipt_id = %s"


def test_a_large_receipt_is_taken_back_by_request(desk: Callable[..., Desk]) -> None:
    cashier = desk("cashier")
    ((number,),) = cashier.site.ask(LAST)
    page = cashier.open(f"/counter/{number}")
    page.fill("#id_amount_fen", "1000.01")
    page.fill("#id_external_ref", "88-0107")
    page.get_by_role("button", name="收款销账").click()
    page.wait_for_url("**/receipts/*")
    receipt = int(page.url.rsplit("/", 1)[1].split("?")[0])
    assert page.locator("details summary", has_text="冲正这笔收款").count() == 0
    page.get_by_role("link", name="申请冲正这笔收款").click()
    expect(page.locator("main")).to_contain_text("本人当日、1,000.00 元以内")
    page.fill("#id_reason", "金额录错,已核收据")
    page.set_input_files(
        "#evidence", [{"name": "收据.jpg", "mimeType": "image/jpeg", "buffer": b"slip"}]
    )
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url("**/approvals/*")
    approval = int(page.url.rsplit("/", 1)[1].split("?")[0])
    assert cashier.overflow_px() <= 0
    main = cashier.open(f"/receipts/{receipt}").locator("main")
    expect(main).to_contain_text("冲正待审批")
    assert cashier.site.ask(STATE, receipt) == []

    for who in ("leader", "marketing"):
        checker = desk(who)
        expect(checker.open("/").locator("main")).to_contain_text("冲正收据 88-0107 1,000.01 元")
        page = checker.open(f"/approvals/{approval}")
        page.get_by_role("button", name="同意").click()
        assert checker.faults == []
    expect(page.locator("main")).to_contain_text("已同意")
    main = cashier.open(f"/receipts/{receipt}").locator("main")
    expect(main).to_contain_text("已冲正")
    expect(main.get_by_role("link", name=f"审批 {approval}")).to_have_count(1)
    assert cashier.site.ask(STATE, receipt) == [(approval,)]
    assert cashier.faults == []
