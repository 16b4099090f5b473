"""A demonstration's book behind a real web server, and browsers of its people."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.pages.desk import Desk, Site

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ACCOUNTS, MONTHS = 60, 3


@pytest.fixture(scope="session")
def site(lasting_database: Callable[[str], Any]) -> Iterator[Site]:
    database = lasting_database("onebook_pages")
    made = database.onebook(
        "demo", "--accounts", str(ACCOUNTS), "--months", str(MONTHS), "--no-serve"
    )
    assert made.returncode == 0, made.stderr
    with (database.home / "demo" / database.name / "people.csv").open(encoding="utf-8") as file:
        passwords = {row[0]: row[3] for row in csv.reader(file)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "onebook", "serve", "--port", str(port)],
        env=database.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url, server)
        yield Site(url, passwords, database)
    finally:
        server.terminate()
        server.wait(20)


def _await(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        with suppress(OSError), urllib.request.urlopen(f"{url}/login", timeout=2) as answer:
            if answer.status == 200:
                return
        assert server.poll() is None, "the server ended at once"
        time.sleep(0.1)
    pytest.fail("the server did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("ONEBOOK_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def desk(site: Site, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """desk("cashier", width=390, dark=True) logs somebody in."""
    contexts: list[BrowserContext] = []

    def logged_in(username: str, width: int = 1440, *, dark: bool = False) -> Desk:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
        )
        contexts.append(context)
        page = context.new_page()
        one = Desk(page, site)
        page.on("pageerror", lambda error: one.faults.append(str(error)))
        page.on(
            "console",
            lambda said: one.faults.append(said.text) if said.type == "error" else None,
        )
        page.goto(f"{site.url}/login")
        page.fill("#id_username", username)
        page.fill("#id_password", site.passwords[username])
        page.click("form.card button.main")
        page.wait_for_url(f"{site.url}/")
        return one

    yield logged_in
    for context in contexts:
        context.close()
