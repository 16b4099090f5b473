"""The accountant's month end: the two-sided 余额调节表, a checklist whose every line leads on."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium

_SIDE = ["日期", "账龄(天)", "金额"]


def test_the_reconciliation_statement_stands_on_two_sides(desk: Callable[..., Desk]) -> None:
    one = desk("accountant")
    page = one.open("/bank/reconciliation?as_of=2025-11-30")
    assert page.locator("table.two-sided th").all_inner_texts() == [
        "企业银行存款日记账", *_SIDE, "银行对账单", *_SIDE,
    ]  # fmt: skip
    balances = page.locator("tr.balance td").all_inner_texts()
    assert balances[:2] == ["企业银行存款日记账余额", "2025-11-30"]
    assert "银行对账单余额" in balances[4]
    # Both sides are seen at once.
    assert page.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    ((printed,),) = one.site.ask(
        "SELECT balance_fen FROM banking_line WHERE booked_on <= '2025-11-30'"
        " ORDER BY booked_on DESC, id DESC LIMIT 1"
    )
    assert balances[7] == f"{printed // 100:,}.{printed % 100:02d}"
    adjusted = page.locator("tr.adjusted td").all_inner_texts()
    assert (adjusted[0], adjusted[4]) == ("调节后余额", "调节后余额")
    assert adjusted[3] == adjusted[7] != ""
    sections = page.locator("tr.section").all_inner_texts()
    assert ["加:银行已收企业未收" in sections[0], "加:企业已收银行未收" in sections[0]] == [
        True
    ] * 2
    assert ["减:银行已付企业未付" in sections[1], "减:企业已付银行未付" in sections[1]] == [
        True
    ] * 2
    assert page.locator(".ties li.bad").count() == 0
    assert "银行印出余额" in page.inner_text(".ties")
    items = page.locator("tr.item a").all()
    ((waiting,),) = one.site.ask(
        "SELECT count(*) FROM banking_line l WHERE l.booked_on <= '2025-11-30'"
        " AND NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id"
        "   AND m.effective_on <= '2025-11-30')"
    )
    assert len(items) == waiting > 0
    assert re.fullmatch(r"/bank/lines/\d+.*", items[0].get_attribute("href") or "")
    answer = page.request.get(f"{one.site.url}/bank/reconciliation?as_of=2025-11-30&format=xlsx")
    assert answer.body()[:2] == b"PK"
    assert one.faults == []


def test_every_point_kept_with_the_close_leads_to_where_it_is_worked(
    desk: Callable[..., Desk],
) -> None:
    one = desk("manager")
    page = one.open("/close/2025-11")
    points = page.locator("ul.checks li").all()
    links = [point.locator(".more a").get_attribute("href") or "" for point in points]
    assert "/bank/lines" in [urlsplit(link).path for link in links]
    (bank,) = (at for at, link in enumerate(links) if urlsplit(link).path == "/bank/lines")
    assert parse_qs(urlsplit(links[bank]).query) == {"state": ["waiting"]}
    waiting = one.site.ask(
        "SELECT to_char(booked_on, 'YYYY-MM'), count(*) FROM banking_line l"
        " WHERE booked_on < '2025-12-01'"
        " AND NOT EXISTS (SELECT FROM banking_v_match m WHERE m.line_id = l.id)"
        " GROUP BY 1 ORDER BY 1"
    )
    assert waiting
    assert re.findall(r"(\d{4}-\d\d) (\d+) 笔", points[bank].inner_text()) == [
        (month, str(count)) for month, count in waiting
    ]
    for link in links:
        assert page.request.get(one.site.url + link).status == 200, link


def test_an_empty_month_shows_no_marks(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    page = one.open("/close/2024-03")
    assert page.locator("ul.checks, form[action*=prepare]").count() == 0
    assert "无账可关" in page.inner_text("main")
