"""An adjustment: calculated and asked for by the biller, approved by another, seen on the bill."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

# Of another account than the page test of cancelling takes: both act on the one site.
BILL = """
SELECT b.id, a.number FROM billing_v_standing_bill b
JOIN customer_service_account a ON a.id = b.service_account_id
WHERE b.total_fen BETWEEN 1000 AND 99999 AND a.closed_on IS NULL
ORDER BY b.bill_month DESC, b.id DESC LIMIT 1
"""


def test_an_adjustment_from_the_bill_to_the_bill(desk: Callable[..., Desk]) -> None:
    biller = desk("biller")
    ((bill, number),) = biller.site.ask(BILL)
    page = biller.open(f"/bills/{bill}")
    page.locator("a.button", has_text="退补").click()
    expect(page.locator("#id_account")).to_have_value(number)
    page.select_option("#id_case", "wiring")
    page.fill("#id_right", "5")
    page.fill("#id_wrong", "4")
    page.get_by_role("button", name="计算").click()
    main = page.locator("main")
    expect(main).to_contain_text("(5 / 4 - 1)")
    assert biller.site.ask("SELECT count(*) FROM billing_adjustment") == [(0,)]
    assert biller.overflow_px() <= 0
    page.fill("#reason", "B 相电流反接,现场更正")
    page.set_input_files(
        "#evidence", [{"name": "派工单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
    )
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url("**/approvals/*")
    expect(main).to_contain_text("此事由您申请,须由另一人审批。")
    ((adjustment, total_fen),) = biller.site.ask("SELECT id, total_fen FROM billing_adjustment")
    assert total_fen > 0

    leader = desk("leader")
    page = leader.open("/")
    page.locator("main table a", has_text=number).first.click()
    page.fill("#reason", "已核")
    page.get_by_role("button", name="同意").click()
    expect(page.locator("main")).to_contain_text("已同意")
    assert leader.site.ask(
        "SELECT source_id, principal_fen FROM receivable_open_item WHERE kind = 4"
    ) == [(adjustment, total_fen)]

    for path in (f"/bills/{bill}", f"/accounts/{number}", "/billing/adjustments"):
        page = biller.open(path)
        assert page.locator(f"a[href='/billing/adjustments/{adjustment}']").count() >= 1, path
    for more in ("", "/counter"):
        biller.open(f"/billing/adjustments/{adjustment}{more}")
        assert biller.overflow_px() <= 0
        assert biller.faults == []

    accountant = desk("accountant")
    page = accountant.open(f"/billing/adjustments/{adjustment}")
    expect(page.locator("main")).to_contain_text("应开蓝字发票")
    page.fill("#number", "25332000000012345678")
    page.get_by_role("button", name="登记发票").click()
    expect(page.locator("main")).to_contain_text("25332000000012345678")
