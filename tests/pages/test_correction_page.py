"""A wrong bill: asked for by the biller, approved by another, seen on the account's page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

BILL = """
SELECT b.id, a.number, b.total_fen, p.id FROM billing_v_standing_bill b
JOIN customer_service_account a ON a.id = b.service_account_id
JOIN org_person p ON p.username = 'biller'
WHERE b.total_fen BETWEEN 1 AND 99999 AND a.closed_on IS NULL
ORDER BY b.bill_month DESC, b.id LIMIT 1
"""


def test_a_bill_is_cancelled_by_two_people(desk: Callable[..., Desk]) -> None:
    biller = desk("biller")
    ((bill, number, total_fen, person),) = biller.site.ask(BILL)
    page = biller.open(f"/bills/{bill}")
    page.get_by_role("link", name="全减另发").click()
    page.fill("#id_reason", "抄表员现场核实,示数无误,用户分类有误")
    page.set_input_files(
        "#evidence",
        [{"name": "派工单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF work order"}],
    )
    page.get_by_role("button", name="提交审批").click()
    page.wait_for_url("**/approvals/*")
    approval = int(page.url.rsplit("/", 1)[1])
    main = page.locator("main")
    expect(main).to_contain_text("此事由您申请,须由另一人审批。")
    expect(main).to_contain_text("派工单.pdf")
    assert page.get_by_role("button", name="同意").count() == 0
    assert biller.overflow_px() <= 0

    # With the right role too, who asked may not decide.
    biller.site.tell(
        "INSERT INTO org_role_grant (person_id, role, org_unit_id)"
        " SELECT %s, 'team_leader', id FROM org_unit WHERE parent_id IS NULL",
        person,
    )
    token = next(
        one["value"] for one in page.context.cookies() if one["name"].startswith("csrftoken")
    )
    answer = page.request.post(
        f"{biller.site.url}/corrections/{approval}/decide",
        form={"kind": "approve", "reason": "", "csrfmiddlewaretoken": token},
        headers={"Referer": biller.site.url, "Origin": biller.site.url},
    )
    assert "须由另一人审批" in answer.text()
    biller.site.tell(
        "DELETE FROM org_role_grant WHERE person_id = %s AND role = 'team_leader'", person
    )
    decisions = "SELECT count(*) FROM work_approval_decision WHERE approval_id = %s"
    assert biller.site.ask(decisions, approval) == [(0,)]

    leader = desk("leader")
    page = leader.open("/")
    page.locator("main table a", has_text=number).first.click()
    page.fill("#reason", "已核")
    page.get_by_role("button", name="同意").click()
    expect(page.locator("main")).to_contain_text("已同意")

    page = biller.open(f"/accounts/{number}")
    expect(page.locator("main")).to_contain_text("红字电费单")
    ((red, again, again_fen),) = biller.site.ask(
        "SELECT r.id, n.id, n.total_fen FROM billing_bill r JOIN billing_bill n"
        " ON n.replaces_bill_id = r.reverses_bill_id WHERE r.reverses_bill_id = %s",
        bill,
    )
    assert again_fen == total_fen
    for one in (red, again):
        assert page.locator(f"a[href='/bills/{one}']").count() >= 1
    for one in (red, again):
        biller.open(f"/bills/{one}")
        assert biller.overflow_px() <= 0
        assert biller.faults == []
