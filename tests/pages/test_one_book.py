"""The one book's three columns, and the way from the outside ledger's difference to its cause."""

from playwright.sync_api import expect

from tests.pages.conftest import MONTHS


def test_the_page_leads_to_the_month_end_that_has_an_outside_ledger(desk) -> None:
    seat = desk("accountant")
    page = seat.open("/one-book")
    third = page.locator(".books .figure").nth(2)
    expect(third.locator(".value")).to_have_text("—")

    third.locator("a").click()
    page.wait_for_url("**as_of=2025-11-30**")

    assert MONTHS == 3
    ((asked, differing),) = seat.site.ask(
        "SELECT sum(balance_fen)::bigint, count(*) FROM finance_ledger_balance"
        " WHERE month = '2025-11-01' AND account_code = '112201'"
    )
    assert differing == 3
    expect(third.locator(".value")).to_contain_text(f"{asked // 100:,}.{asked % 100:02d}")
    expect(third.locator(".under")).to_contain_text("与账簿差额 -94.69")
    expect(page.locator(".page-head .state")).to_have_text("两部门账相符")


def test_a_unit_s_difference_is_the_batch_on_top_of_its_movements(desk) -> None:
    seat = desk("accountant")
    page = seat.open("/one-book?as_of=2025-11-30")
    rows = page.locator("table").first.locator("tbody tr")
    differing = [
        rows.nth(at)
        for at in range(rows.count())
        if rows.nth(at).locator("td").last.inner_text().startswith("-")
    ]
    assert differing
    row = differing[0]
    difference = row.locator("td").last.inner_text().lstrip("-")
    row.locator("td").last.locator("a").click()
    page.wait_for_url("**/book/accounts/112201**")
    newest = page.locator("table").first.locator("tbody tr").first
    expect(newest).to_contain_text("2025-11-30")
    expect(newest).to_contain_text("银行代收")
    expect(newest).to_contain_text(difference)
    assert seat.faults == []
