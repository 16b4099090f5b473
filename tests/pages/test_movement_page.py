"""The movement of arrears on the page: it adds up, and both balances lead to their items."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.pages.desk import Desk

pytestmark = pytest.mark.chromium


def _fen(text: str) -> int:
    return int(re.sub(r"[,.\s—]", "", text) or 0)


def test_the_movement_since_a_day_adds_up_and_leads_to_its_items(
    desk: Callable[..., Desk],
) -> None:
    one = desk("finance")
    page = one.open("/receivables/movement?since=2025-10-31")

    head = page.locator("table.data thead th").all_inner_texts()
    foot = [_fen(text) for text in page.locator("table.data tfoot td").all_inner_texts()[1:]]
    figures = dict(zip(head[1:], foot, strict=True))
    opening, closing = figures.pop("期初欠费"), figures.pop("期末欠费")
    assert opening + sum(figures.values()) == closing
    assert figures["发行"] > 0 > figures["收费销账"]
    assert one.site.ask(
        "SELECT sum(remaining_fen)::bigint"
        " FROM receivable_v_open_items_at('2025-10-31', NULL, NULL)"
    ) == [(opening,)]

    first = page.locator("table.data tbody tr").first
    unit_opening = _fen(first.locator("td").nth(1).inner_text())
    first.locator("td").nth(1).locator("a").click()
    page.wait_for_url("**/receivables/items?*as_of=2025-10-31*")
    rows = page.locator("table.data tbody tr")
    expect(rows.first).to_be_visible()
    shown = [_fen(text) for text in rows.locator("td:last-child").all_inner_texts()]
    assert sum(shown) == unit_opening
