"""A payment on the wrong account: moved by the cashier's request and another person's approval."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

TWO = """
SELECT a.number, a.id FROM customer_service_account a
JOIN customer_service_account b ON b.org_unit_id = a.org_unit_id
WHERE a.closed_on IS NULL GROUP BY 1, 2 ORDER BY 2 LIMIT 2
"""


def test_a_receipt_is_moved_by_two_people(desk: Callable[..., Desk]) -> None:
    cashier = desk("cashier")
    (wrong, _), (right, right_id) = cashier.site.ask(TWO)
    page = cashier.open(f"/counter/{wrong}")
    page.fill("#id_amount_fen", "12.34")
    page.fill("#id_external_ref", "88-0099")
    page.get_by_role("button", name="收款销账").click()
    page.wait_for_url("**/receipts/*")
    receipt = int(page.url.rsplit("/", 1)[1].split("?")[0])
    page.get_by_role("link", name="串户更正").click()
    page.fill("#id_number", str(right))
    page.fill("#id_reason", "缴费人持他户账单,已核收据")
    page.set_input_files(
        "#evidence", [{"name": "收据.jpg", "mimeType": "image/jpeg", "buffer": b"slip"}]
    )
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url("**/approvals/*")
    expect(page.locator("main")).to_contain_text("此事由您申请,须由另一人审批。")
    assert page.get_by_role("button", name="同意").count() == 0
    assert cashier.overflow_px() <= 0
    approval = page.url.rsplit("/", 1)[1].split("?")[0]
    expect(cashier.open(f"/receipts/{receipt}").locator("main")).to_contain_text("串户更正待审批")

    leader = desk("leader")
    page = leader.open(f"/approvals/{approval}")
    page.get_by_role("button", name="同意").click()
    expect(page.locator("main")).to_contain_text("已同意")

    page = cashier.open(f"/receipts/{receipt}")
    main = page.locator("main")
    expect(main).to_contain_text("已串户更正")
    expect(main.get_by_role("link", name=str(right))).to_have_count(1)
    assert page.locator("#id_reason").count() == 0  # it can be reversed no more
    assert cashier.site.ask(
        "SELECT service_account_id FROM cash_receipt_move WHERE receipt_id = %s", receipt
    ) == [(right_id,)]
    for number, said in ((wrong, f"收款更正至 {right}"), (right, f"收款由 {wrong} 更正至本户")):
        expect(cashier.open(f"/accounts/{number}").locator("main")).to_contain_text(said)
        assert cashier.overflow_px() <= 0
    assert cashier.faults == []
