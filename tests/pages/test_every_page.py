"""Every page stands in its window, in both languages, and every link on it leads somewhere."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.pages.desk import Desk

pytestmark = [pytest.mark.chromium, pytest.mark.cjk_fonts]

LISTS = (
    "/",
    "/customers/",
    "/billing/exceptions?state=all",
    "/billing/tickets",
    "/billing/error-rates",
    "/billing/trial",
    "/reading/rounds",
    "/billing/issued",
    "/billing/bills",
    "/billing/adjustments",
    "/billing/adjustments/approved",
    "/billing/sales",
    "/billing/revenue",
    "/billing/power-factor",
    "/billing/power-factor/bills",
    "/billing/invoices",
    "/runs/",
    "/receipts/",
    "/remittance",
    "/receivables/aging",
    "/receivables/movement?since=2025-09-30",
    "/receivables/items",
    "/bank/lines?state=all",
    "/bank/reconciliation",
    "/bank/files",
    "/one-book",
    "/months",
    "/explain",
    "/close/",
    "/close/2025-11",
    "/received?as_of=2025-11-30",
    "/transit?as_of=2025-11-30",
    "/prepayment?as_of=2025-11-30",
    "/book/trial-balance",
    "/book/accounts/112201",
    "/search?q=3300",
)
# English that stands in Chinese pages too: units, formats, commands, codes of rules and banks.
_ENGLISH_TOO = re.compile(
    r"(?i)\b(?:excel|csv|json|xlsx?|kwh|kva|onebook(?: [a-z]+)*|sha256|[0-9a-f]{8,}|en|r\d\d|jk\w*"
    r"|utf-8|gb18030|[\w.-]+\.(?:csv|xlsx?)|ccb_\w+|statement|file|[a-z]{1,3}\d[\w-]*)\b"
)
_WORD = re.compile(r"[A-Za-z]{3,}")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_pages_fit_their_window(desk: Callable[..., Desk], width: int, dark: bool) -> None:
    one = desk("manager", width, dark=dark)
    for path in LISTS:
        page = one.open(path)
        assert one.overflow_px() <= 0, path
        assert page.locator("h1, header.page-head").count() >= 1, path
        assert one.faults == [], path


def test_every_link_leads_to_a_page(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    waiting, kinds = list(LISTS), set()
    opened = 0
    while waiting:
        path = waiting.pop(0)
        answer = one.page.request.get(one.site.url + path)
        assert answer.status == 200, path
        opened += 1
        if "text/html" not in answer.headers["content-type"]:
            assert len(answer.body()) > 0
            continue
        for href in re.findall(r'href="(/[^"#]*)"', answer.text()):
            # One page of a kind stands for all: numbers and the query's values are its own.
            parts = urlsplit(href.replace("&amp;", "&"))
            keys = tuple(sorted(re.findall(r"(?:^|&)(\w+)=", parts.query)))
            kind = (re.sub(r"\d[\d-]*", "N", parts.path), keys)
            if kind not in kinds and not parts.path.startswith("/static/"):
                kinds.add(kind)
                waiting.append(href.replace("&amp;", "&"))
    assert {"/accounts/N", "/bills/N", "/receivables/items/N", "/receipts/N", "/bank/lines/N",
            "/book/journals/N", "/runs/N", "/close/N"} <= {path for path, _ in kinds}  # fmt: skip
    assert opened > 40


@pytest.mark.parametrize("username", ["manager", "cashier"])
def test_no_english_inside_chinese(desk: Callable[..., Desk], username: str) -> None:
    one = desk(username)
    account = one.page.request.get(f"{one.site.url}/customers/").text()
    number = re.search(r"/accounts/(\d+)", account)
    assert number is not None
    for path in (*LISTS, f"/accounts/{number.group(1)}"):
        if username == "cashier" and path == "/months":
            continue  # the test of rights covers it
        page = one.open(path)
        shown = _ENGLISH_TOO.sub(" ", page.inner_text("body"))
        assert _WORD.findall(shown) == [], path


def test_the_english_interface_is_english(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    one.page.get_by_role("button", name="EN").click()
    for path in ("/", "/one-book", "/receivables/aging", "/close/2025-11", "/bank/lines"):
        page = one.open(path)
        rail = page.locator(".rail").inner_text() + page.locator("h1, h2, thead").first.inner_text()
        assert not re.search(r"[\u4e00-\u9fff]", rail), path
    assert one.open("/one-book").locator("html").get_attribute("lang") == "en"


def test_pages_are_light(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    for path in LISTS:
        assert len(one.page.request.get(one.site.url + path).body()) < 100_000, path


def test_nothing_comes_from_another_host(desk: Callable[..., Desk]) -> None:
    one = desk("manager")
    hosts: set[str] = set()
    one.page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    for path in ("/one-book", "/receivables/aging", "/billing/issued"):
        one.open(path).wait_for_selector(".plot .bars, .plot .scatterlayer", state="attached")
    assert hosts == {urlsplit(one.site.url).netloc}
