"""A biller opens a month's rounds; the page says what is left to read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk, Site

pytestmark = pytest.mark.chromium

MONTH = "2026-03"


def _take_in(site: Site, folder: Path) -> int:
    """A book of one unit with its first three meters; how many."""
    rows = site.ask(
        "SELECT a.number, u.code FROM customer_service_account a JOIN org_unit u"
        " ON u.id = a.org_unit_id WHERE a.closed_on IS NULL AND u.code ="
        " (SELECT min(code) FROM org_unit WHERE parent_id IS NOT NULL) ORDER BY 1 LIMIT 3"
    )
    books, routes = folder / "books.csv", folder / "routes.csv"
    books.write_text(
        f"抄表册,册名,单位,抄表例日,抄表员,生效日期\nR1,东一册,{rows[0][1]},24,reader,2026-03-01\n",
        "utf-8",
    )
    lines = [f"R1,{place * 10},{number},2026-03-01" for place, (number, _) in enumerate(rows)]
    routes.write_text("\n".join(["抄表册,抄表顺序,户号,生效日期", *lines, ""]), "utf-8")
    for kind, file in (("reading-books", books), ("reading-routes", routes)):
        taken = site.database.onebook("import", kind, str(file))
        assert taken.returncode == 0, taken.stderr
    return len(rows)


def test_the_biller_opens_the_month(desk: Callable[..., Desk], site: Site, tmp_path: Path) -> None:
    count = _take_in(site, tmp_path)
    one = desk("biller", 390)
    page = one.open(f"/reading/rounds?month={MONTH}")
    assert "本月尚未打开抄表任务" in page.inner_text("main")

    page.get_by_role("button", name="打开应抄各册").click()
    expect(page.locator(".messages")).to_contain_text(f"已打开1册,加入{count}块表")
    page.get_by_role("button", name="打开应抄各册").click()
    expect(page.locator(".messages")).to_contain_text("已打开0册,加入0块表")

    assert page.locator(".figure.main .value").inner_text() == str(count)
    assert "东一册" in page.inner_text("table")
    assert one.overflow_px() <= 0
    assert one.faults == []
    assert site.ask(
        "SELECT count(*) FROM metering_v_round_point WHERE bill_month = '2026-03-01'"
    ) == [(count,)]
    again = site.database.onebook("rounds", "--month", MONTH, "--open", "--format", "json")
    assert again.returncode == 0, again.stderr
    assert "已打开0册,加入0块表" in again.stderr
    assert json.loads(again.stdout)["totals"]["to_read"] == count


def test_who_may_not_open_finds_no_button(desk: Callable[..., Desk]) -> None:
    page = desk("cashier").open(f"/reading/rounds?month={MONTH}")
    assert page.get_by_role("button", name="打开应抄各册").count() == 0
    answer = desk("reader").page.request.get(f"{desk('reader').site.url}/reading/rounds")
    assert answer.status == 403
