"""The lists in which people work: exceptions by keyboard, bank lines by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk, Site

pytestmark = pytest.mark.chromium

_BASE = 900_000_000


def _find_exceptions(site: Site, month: str, rules: list[str]) -> list[int]:
    """Let verification have found something on a reading of the last month, once a rule."""
    found = []
    for at, rule in enumerate(rules):
        identifier = _BASE + int(month.replace("-", "")) * 100 + at
        site.tell(
            "INSERT INTO billing_exception (id, service_account_id, org_unit_id, reading_id,"
            " bill_month, rule, blocking, expected, found, usage_e4)"
            " SELECT %s, service_account_id, org_unit_id, id, %s::date, %s, true, '35', '240', %s"
            " FROM metering_reading r WHERE NOT EXISTS (SELECT FROM billing_exception e"
            "   WHERE e.reading_id = r.id AND e.rule = %s) ORDER BY id LIMIT 1",
            identifier,
            f"{month}-01",
            rule,
            (1000 - at) * 10_000,
            rule,
        )
        found.append(identifier)
    return found


def _decisions(site: Site, ids: list[int]) -> list[tuple[object, ...]]:
    return site.ask(
        "SELECT exception_id, kind, reason FROM billing_decision WHERE exception_id = ANY(%s)"
        " ORDER BY exception_id, id",
        ids,
    )


def test_exceptions_are_decided_by_keyboard(desk: Callable[..., Desk]) -> None:
    one = desk("biller")
    ids = _find_exceptions(one.site, "2026-05", ["R04", "R03", "R17", "R04"])
    page, keyboard = one.open("/billing/exceptions?month=2026-05"), one.page.keyboard
    assert page.locator(".figure.main .value").inner_text() == "4"

    keyboard.press("ArrowDown")
    keyboard.press("x")
    keyboard.press("ArrowDown")
    keyboard.press("x")
    keyboard.press("r")
    keyboard.type("现场复抄无误")
    keyboard.press("Enter")
    page.wait_for_url("**at=1*")
    assert "已放行 2 条" in page.inner_text(".messages")
    assert _decisions(one.site, ids) == [
        (ids[0], "release", "现场复抄无误"),
        (ids[1], "release", "现场复抄无误"),
    ]
    expect(page.locator("tr.on")).to_have_attribute("data-id", str(ids[3]))
    keyboard.press("h")
    keyboard.type("退回重抄")
    keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("已暂挂 1 条")
    assert _decisions(one.site, ids)[2:] == [(ids[3], "hold", "退回重抄")]
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    page.wait_for_url(f"**/billing/exceptions/{ids[2]}*")
    assert one.faults == []


def test_what_leaves_nothing_right_to_bill_is_not_released(desk: Callable[..., Desk]) -> None:
    one = desk("biller")
    (identifier,) = _find_exceptions(one.site, "2026-06", ["R01"])
    page = one.open(f"/billing/exceptions/{identifier}")
    assert page.get_by_role("button", name="放行").count() == 0
    one.open("/billing/exceptions?month=2026-06")
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("r")
    one.page.keyboard.type("试试")
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".messages .error")).to_contain_text("不能放行")
    assert _decisions(one.site, [identifier]) == []


def test_an_exception_goes_back_to_the_reader_and_is_read_again(desk: Callable[..., Desk]) -> None:
    one = desk("biller")
    (identifier,) = _find_exceptions(one.site, "2026-04", ["R04"])
    page = one.open(f"/billing/exceptions/{identifier}")
    assert "近期账单" in page.inner_text("main")
    expect(page.locator("[data-chart] .plot-container")).to_have_count(2)
    page.keyboard.press("a")
    page.keyboard.type("示数存疑")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("已退回重抄 1 条")
    reader = desk("reader", width=390)
    page = reader.page
    page.get_by_role("link", name="重抄").first.click()
    page.wait_for_url(f"**/billing/rereads/{identifier}*")
    assert reader.overflow_px() == 0
    ((value,),) = one.site.ask(
        "SELECT trim_scale(r.current_e4 / 10000.0)::text FROM metering_reading r"
        " JOIN billing_exception e ON e.reading_id = r.id WHERE e.id = %s",
        identifier,
    )
    page.fill("#id_current", str(value))
    page.fill("#id_note", "表计无误")
    page.get_by_role("button", name="登记示数").click()
    expect(page.locator(".messages")).to_contain_text("示数与原抄一致")
    assert _decisions(one.site, [identifier]) == [
        (identifier, "reread", "示数存疑"),
        (identifier, "reopen", "表计无误"),
    ]
    assert one.faults == reader.faults == []


def test_who_may_not_decide_sees_no_buttons(desk: Callable[..., Desk]) -> None:
    one = desk("auditor")
    (identifier,) = _find_exceptions(one.site, "2026-07", ["R04"])
    page = one.open("/billing/exceptions?month=2026-07")
    assert page.locator("tr[data-row]").count() == 1
    assert page.locator("[data-decide], input[type=checkbox]").count() == 0
    csrf = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer = one.page.request.post(
        f"{one.site.url}/billing/exceptions/decide",
        form={"kind": "release", "reason": "x", "exceptions": str(identifier),
              "csrfmiddlewaretoken": csrf},
        headers={"Referer": one.site.url},
    )  # fmt: skip
    assert "无权" in answer.text()
    assert _decisions(one.site, [identifier]) == []


def test_a_bank_line_is_matched_by_hand_and_undone(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    ((line, amount_fen),) = one.site.ask(
        "SELECT l.id, l.amount_fen FROM banking_line l JOIN banking_waiting w ON w.line_id = l.id"
        " WHERE l.amount_fen > 0 AND EXISTS (SELECT FROM cash_v_transit_item i"
        "   WHERE i.amount_fen = l.amount_fen AND NOT EXISTS (SELECT FROM cash_v_transit_credit c"
        "     WHERE c.transit_item_id = i.id)) ORDER BY l.id LIMIT 1"
    )
    page = one.open(f"/bank/lines/{line}")
    before = one.site.ask("SELECT count(*) FROM banking_v_match")
    page.get_by_role("button", name="勾对").first.click()
    expect(page.locator(".messages")).to_contain_text("在途款已到账")
    assert one.site.ask("SELECT rule FROM banking_v_match WHERE line_id = %s", line) == [
        ("by_hand",)
    ]
    assert f"{amount_fen // 100:,}.{amount_fen % 100:02d}" in page.inner_text("main")
    page.get_by_role("button", name="撤销勾对").click()
    expect(page.locator(".messages")).to_contain_text("流水恢复待对")
    assert one.site.ask("SELECT count(*) FROM banking_v_match") == before
    assert one.faults == []


def test_my_work_leads_to_what_waits(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.page
    assert "银行流水待勾对" in page.inner_text("main")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bank/lines?state=waiting")
    ((waiting,),) = one.site.ask(
        "SELECT count(*) FROM banking_line l"
        " WHERE NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)"
    )
    assert page.locator(".figure.main .value").inner_text() == str(waiting)


def test_a_run_is_watched_and_stopped(desk: Callable[..., Desk]) -> None:
    one = desk("biller")
    one.site.tell(
        "INSERT INTO infra_run (kind, key, state, stage, stop_requested, started_at)"
        " VALUES ('issue', '2026-09', 'running', '2', false, now())"
    )
    ((run,),) = one.site.ask("SELECT id FROM infra_run WHERE key = '2026-09'")
    for at in range(4):
        one.site.tell(
            "INSERT INTO infra_run_chunk (run_id, key, done, rows_in, rows_out, rejected, seconds)"
            " VALUES (%s, %s, %s, 50, 48, 2, '{\"bills\": 0.5}')",
            run,
            str(at),
            at < 1,
        )
    page = one.open(f"/runs/{run}")
    assert "中断" in page.inner_text("#progress")
    with one.site.database.connect(autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock(7301, %s)", [run])
        page = one.open(f"/runs/{run}")
        assert "进行中" in page.inner_text("#progress")
        assert "25%" in page.inner_text("#progress")
        one.site.tell("UPDATE infra_run_chunk SET done = true WHERE run_id = %s AND key = '1'", run)
        expect(page.locator("#progress")).to_contain_text("50%", timeout=8000)
        page.get_by_role("button", name="停止").click()
        expect(page.locator("#progress")).to_contain_text("正在停止")
    assert one.site.ask("SELECT stop_requested FROM infra_run WHERE id = %s", run) == [(True,)]
    assert one.faults == []
