"""A reader's phone: the round on the spot, without a network, and sent once when there is one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onebook.metering.rules import UsagePolicy
from onebook.metering.rules.field import Before, Limits, doubts
from tests.pages.desk import Desk, Site
from tests.pictures import png

pytestmark = pytest.mark.chromium

MONTH = "2025-12"
KWH = 10_000


@pytest.fixture(scope="module")
def walk(site: Site, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """A round of December with five meters; account and last reading in kWh, in its order."""
    folder = tmp_path_factory.mktemp("walk")
    rows = site.ask(
        "SELECT a.number, max(r.current_e4) / 10000, max(u.code) FROM customer_service_account a"
        " JOIN org_unit u ON u.id = a.org_unit_id"
        " JOIN metering_v_reading r ON r.service_account_id = a.id"
        " WHERE a.closed_on IS NULL AND a.category_id = 1 AND u.code ="
        " (SELECT max(code) FROM org_unit WHERE parent_id IS NOT NULL)"
        " GROUP BY a.number HAVING count(DISTINCT r.meter_id) = 1 ORDER BY a.number DESC LIMIT 5"
    )
    books, routes = folder / "books.csv", folder / "routes.csv"
    books.write_text(
        "抄表册,册名,单位,抄表例日,抄表周期,抄表员,生效日期\n"
        f"F1,西一册,{rows[0][2]},2,12,reader,2025-12-01\n",
        "utf-8",
    )
    lines = [f"F1,{place * 10},{row[0]},2025-12-01" for place, row in enumerate(rows, 1)]
    routes.write_text("\n".join(["抄表册,抄表顺序,户号,生效日期", *lines, ""]), "utf-8")
    for command in (
        ("import", "reading-books", str(books)),
        ("import", "reading-routes", str(routes)),
        ("rounds", "--month", MONTH, "--open"),
    ):
        done = site.database.onebook(*command)
        assert done.returncode == 0, done.stderr
    return [(number, value) for number, value, _ in rows]


def _choose_round(page: Page) -> None:
    chosen = page.locator("#round option", has_text="F1").get_attribute("value")
    page.select_option("#round", chosen)


def _save(page: Page, account: str, value: int, reason: str = "") -> None:
    """Enter a value at an account's point, and come back to the list."""
    _open(page, account)
    page.fill("#v-value", str(value))
    page.fill("#reason", reason)
    _submit(page, account)


def _submit(page: Page, account: str) -> None:
    """Save what is entered at an account's point, and come back to the list."""
    page.click("#entry button[type=submit]")
    page.wait_for_function(
        "account => document.getElementById('entry').hidden"
        " || !document.getElementById('who').textContent.includes(account)",
        arg=account,
    )
    if page.locator("#entry").is_visible():
        page.click("#back")


def _open(page: Page, account: str) -> None:
    page.fill("#find", account)
    page.locator("#points button").click()


def _recorded(site: Site, accounts: list[str]) -> list[tuple[str, int, int]]:
    return site.ask(
        "SELECT a.number, r.current_e4 / 10000, r.version FROM metering_reading r"
        " JOIN customer_service_account a ON a.id = r.service_account_id"
        " WHERE r.bill_month = '2025-12-01' AND a.number = ANY(%s) ORDER BY 1, 3",
        accounts,
    )


def test_a_round_without_a_network(
    desk: Callable[..., Desk], site: Site, walk: list[tuple[str, int]], tmp_path: Path
) -> None:
    one = desk("reader", 390)
    page = one.open("/read/")
    expect(page.locator("#net")).to_have_attribute("data-state", "online")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _choose_round(page)
    assert page.locator("#left").inner_text() == "5"
    assert page.locator("#of").inner_text().strip() == "/ 5"
    shown = page.locator("#points .under").all_inner_texts()
    assert [line.split(" ")[0] for line in shown] == [account for account, _ in walk]
    assert one.overflow_px() <= 0

    page.context.set_offline(True)
    expect(page.locator("#net")).to_have_attribute("data-state", "offline")
    (first, last_first), (second, last_second), (third, last_third) = walk[:3]
    photograph = tmp_path / "meter.png"
    photograph.write_bytes(png(40, 30))
    _open(page, first)
    page.fill("#v-value", str(last_first + 100))
    page.set_input_files("#photo", str(photograph))
    expect(page.locator("#photos img")).to_have_count(1)
    assert page.locator("#used").inner_text() == "电量100 kWh"
    _submit(page, first)
    # Below the last reading: it is told at once, and kept only with a reason.
    _open(page, second)
    page.fill("#v-value", str(last_second - 1))
    assert page.locator("#doubts").inner_text() == "低于上次示数"
    page.click("#entry button[type=submit]")
    assert page.locator("#wrong").inner_text() == "示数可疑:请复看,并写明为何无误。"
    page.click("#back")
    _save(page, second, last_second - 1, "表计倒走,已复看")
    _save(page, third, last_third + 9_000, "新装空调,已与用户核实")

    page.goto(f"{site.url}/read/")
    expect(page.locator("#net")).to_have_attribute("data-waiting", "3")
    _choose_round(page)
    assert page.locator("#left").inner_text() == "2"
    assert page.locator("#points .state.wait").all_inner_texts() == ["待上传"] * 3
    assert _recorded(site, [first, second, third]) == []

    page.context.set_offline(False)
    expect(page.locator("#net")).to_have_attribute("data-waiting", "0", timeout=15_000)
    page.click("#send")
    page.reload()
    expect(page.locator("#net")).to_have_attribute("data-state", "online")
    expected = [(first, last_first + 100, 1), (second, last_second - 1, 1),
                (third, last_third + 9_000, 1)]  # fmt: skip
    assert _recorded(site, [first, second, third]) == sorted(expected)
    assert site.ask(
        "SELECT count(*), count(p.sha256) FROM metering_field_entry e"
        " LEFT JOIN metering_field_photo p ON p.key = e.key"
    ) == [(3, 1)]
    ((content,),) = site.ask("SELECT content FROM metering_photo")
    assert bytes(content).startswith(b"\xff\xd8")
    assert [fault for fault in one.faults if "ERR_INTERNET_DISCONNECTED" not in fault] == []


def test_a_conflict_is_told_and_settled_by_the_reader(
    desk: Callable[..., Desk], site: Site, walk: list[tuple[str, int]], tmp_path: Path
) -> None:
    one = desk("reader", 390)
    page = one.open("/read/")
    expect(page.locator("#net")).to_have_attribute("data-state", "online")
    _choose_round(page)
    (account, last), (other, other_last) = walk[3:]
    page.context.set_offline(True)
    _save(page, account, last + 50)
    _save(page, other, other_last + 60)
    readings = tmp_path / "readings.csv"
    readings.write_text(
        f"户号,抄表月份,抄表日期,示数\n{account},{MONTH},2025-12-01,{last + 40}\n"
        f"{other},{MONTH},2025-12-01,{other_last + 41}\n",
        "utf-8",
    )
    taken = site.database.onebook("import", "readings", str(readings))
    assert taken.returncode == 0, taken.stderr

    page.context.set_offline(False)
    expect(page.locator("#points .state.bad")).to_have_count(1, timeout=15_000)
    page.fill("#find", "")
    assert page.locator("#points .state.bad").all_inner_texts() == ["冲突", "冲突"]
    _open(page, account)
    assert "已有示数" in page.locator("#trouble").inner_text()
    page.click("#keep")
    _open(page, other)
    page.click("#insist")
    page.click("#entry button[type=submit]")
    assert page.locator("#wrong").inner_text() == "示数可疑:请复看,并写明为何无误。"
    page.fill("#reason", "以现场照片为准")
    _submit(page, other)
    expect(page.locator("#net")).to_have_attribute("data-waiting", "0", timeout=15_000)

    assert _recorded(site, [account, other]) == sorted(
        [(account, last + 40, 1), (other, other_last + 41, 1), (other, other_last + 60, 2)]
    )


CASES = [
    (previous, last, multiplier, policy, mean, value)
    for previous, last in ((1_000, 1_000), (1_000, 900), (999_900, 999_900))
    for multiplier, policy in ((1, "carry"), (40, "half_up"), (40, "exact"))
    for mean in (None, 0, 200, 8_000)
    for value in (0, 95.5, 899, 950, 999.9999, 1_000, 1_001, 1_200.5, 1_501, 9_000, 999_901)
]


def test_the_phone_doubts_what_the_server_doubts(desk: Callable[..., Desk]) -> None:
    page = desk("reader", 390).open("/read/")
    asked = [
        {
            "before": {
                "previous_e4": str(previous * KWH), "last_read_e4": str(last * KWH),
                "multiplier": str(multiplier), "digits": "6", "policy": policy,
                "mean_e4": None if mean is None else str(mean * KWH),
            },
            "value": str(value),
        }
        for previous, last, multiplier, policy, mean, value in CASES
    ]  # fmt: skip
    found = page.evaluate(
        """async (cases) => {
            const rules = await import("/static/billing/field/rules.js");
            const texts = JSON.parse(document.getElementById("texts").textContent);
            const limits = { change_percent: "50", floor_e4: "3000000" };
            return cases.map(({ before, value }) => rules.doubts(
                rules.parse(value), rules.measured(before), limits, texts.bits,
                texts.rollover_share));
        }""",
        asked,
    )
    expected = [
        int(
            doubts(
                round(value * KWH),
                Before(
                    previous * KWH, last * KWH, multiplier, 6, UsagePolicy(policy),
                    None if mean is None else mean * KWH,
                ),
                Limits(50, 300 * KWH),
            )
        )
        for previous, last, multiplier, policy, mean, value in CASES
    ]  # fmt: skip
    assert found == expected
    assert set(expected) == {0, 1, 2, 4, 6, 8}


def test_only_readers_find_the_page(desk: Callable[..., Desk]) -> None:
    one = desk("cashier")
    for path in ("/read/", "/read/rounds.json"):
        assert one.page.request.get(one.site.url + path).status == 403
    sent = desk("reader").page.request.get(f"{one.site.url}/read/rounds.json")
    assert json.loads(sent.text())["person"] == "reader"
    assert sent.headers["cache-control"] == "no-store"
