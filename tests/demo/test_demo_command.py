"""What `onebook demo` refuses, moves and says; the whole job itself is told in tests/journeys."""

import contextlib
import csv
import dataclasses
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from onebook.infra import logins

USAGE = "account,month,kwh,capacity\nA,201401,10,8\nB,201401,20,8\nC,201401,30,big\nA,201402,11,8\n"


def accounts(database) -> int:
    with database.connect("owner") as session:
        return session.execute("SELECT count(*) FROM customer_service_account").fetchone()[0]


def test_a_file_from_before_the_prices_is_moved_and_its_bad_rows_are_kept(
    own_database, tmp_path
) -> None:
    path = tmp_path / "usage.csv"
    path.write_text(USAGE)

    done = own_database.onebook("demo", "--no-serve", "--usage", str(path))

    assert done.returncode == 0, done.stderr
    assert "2014-01 至 2014-02 无电价,移至 2025-09 起" in done.stdout
    assert "4 行中退回 1 行" in done.stderr
    assert "2 户 × 2 个月" in done.stdout
    assert done.stdout.count("两部门签字,已关账") == 2
    rejected = own_database.home / "demo" / own_database.name / "files" / "usage.csv.rejected.csv"
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        _, row = csv.reader(file)
    assert row[0] == "4"
    assert "'big'" in row[1]
    with own_database.connect("owner") as session:
        assert session.execute("SELECT fixed_on::text FROM infra_business_clock").fetchone() == (
            "2025-11-01",
        )
        billed = session.execute(
            "SELECT a.number, b.bill_month::text, b.usage_e4 FROM billing_bill b"
            " JOIN customer_service_account a ON a.id = b.service_account_id ORDER BY 1, 2"
        ).fetchall()
    assert billed == [
        ("A", "2025-09-01", 10_0000),
        ("A", "2025-10-01", 11_0000),
        ("B", "2025-09-01", 20_0000),
    ]


def test_a_demonstration_that_was_killed_is_never_called_complete(own_database) -> None:
    command = [sys.executable, "-m", "onebook", "demo", "--no-serve"]
    process = subprocess.Popen(
        [*command, "--accounts", "6", "--months", "4"],
        env={**own_database.env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "2025-10 两部门签字,已关账" in line:
            break
    process.kill()
    process.wait()

    again = own_database.onebook("demo", "--no-serve")

    assert again.returncode == 1
    assert "尚不完整(模拟用户 6 户;已关账 2025-09 – 2025-10,之后的月份未完成)" in again.stderr
    assert "onebook demo --reset" in again.stderr
    assert again.stdout == ""
    assert accounts(own_database) == 6
    anew = own_database.onebook("demo", "--no-serve", "--reset", "--accounts", "3", "--months", "1")
    assert anew.returncode == 0, anew.stderr
    assert accounts(own_database) == 3
    whole = own_database.onebook("demo", "--no-serve")
    assert whole.returncode == 0
    assert "示范账簿已在(模拟用户 3 户),未作任何改动。" in whole.stdout


def test_ctrl_c_says_what_stays_behind(own_database) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "onebook", "demo", "--no-serve", "--accounts", "3"],
        env={**own_database.env, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "建档 3 户" in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "示范未完成。请用 `onebook demo --reset` 重新开始。" in errors
    assert "Traceback" not in errors
    again = own_database.onebook("demo", "--no-serve")
    assert again.returncode == 1
    assert "尚不完整(模拟用户 3 户,尚无已关账月份)" in again.stderr


def passwords_in(shown: str) -> dict[str, str]:
    """User name -> password as the demonstration prints them."""
    rows = shown.split("用户与密码(仅用于示范):\n")[1].splitlines()
    return {row.split()[0]: row.split()[1] for row in rows if row.startswith("  ")}


def test_the_passwords_printed_again_are_those_of_this_book(own_database) -> None:
    first = own_database.onebook("demo", "--no-serve", "--accounts", "3", "--months", "1")
    told = passwords_in(first.stdout)
    with own_database.copied() as other:
        # Another demonstration of the same home, broken off and begun anew, has its own people.
        beside = other.onebook("demo", "--no-serve", "--reset", "--accounts", "3", "--months", "1")
        assert beside.returncode == 0, beside.stderr
        assert passwords_in(beside.stdout).keys() == told.keys()
        assert passwords_in(beside.stdout) != told
    with own_database.connect("owner") as session:
        session.execute("UPDATE org_person SET password = '!' WHERE username = 'admin'")

    again = own_database.onebook("demo", "--no-serve")
    env = {**own_database.env, "ONEBOOK_PASSWORD": told["biller"]}
    works = dataclasses.replace(own_database, env=env).onebook(
        "bill", "--month", "2025-09", "--as", "biller"
    )

    assert passwords_in(again.stdout) == {**told, "admin": "(已修改)"}
    assert "该月已关账" in works.stderr  # refused for the month, and not at the door


def test_months_that_cannot_be_priced_drop_nothing(own_database) -> None:
    first = own_database.onebook("demo", "--no-serve", "--accounts", "3", "--months", "1")
    assert first.returncode == 0, first.stderr

    refused = own_database.onebook("demo", "--reset", "--no-serve", "--shift-to", "2031-01")

    assert refused.returncode == 1
    assert "并非每月都有电价" in refused.stderr
    assert accounts(own_database) == 3


def test_a_book_of_real_work_is_neither_mixed_with_nor_dropped(own_database) -> None:
    with own_database.connect("owner") as session:
        session.execute(
            "INSERT INTO org_unit (code, name, path) VALUES ('c', '真实供电公司', '/1/')"
        )

    mixed = own_database.onebook("demo", "--no-serve")
    dropped = own_database.onebook("demo", "--no-serve", "--reset")

    for refused in (mixed, dropped):
        assert refused.returncode == 1
        assert "单位 真实供电公司" in refused.stderr
    with own_database.connect("owner") as session:
        assert session.execute("SELECT count(*) FROM org_unit").fetchone() == (1,)


def test_the_pages_of_the_demonstration_work_with_their_own_login(own_database) -> None:
    port = free_port()
    command = [sys.executable, "-m", "onebook", "demo", "--accounts", "3", "--months", "1"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=own_database.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        answer_of(f"http://127.0.0.1:{port}/login", process)
        with own_database.connect("owner") as session:
            users = session.execute(
                "SELECT DISTINCT usename FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
    finally:
        process.terminate()
        shown = process.communicate(timeout=60)[0]

    assert users == [(logins.role("app"),)]
    assert f"同账网页已打开:http://127.0.0.1:{port}/" in shown
    assert "用户与密码" in shown


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer_of(address: str, process: subprocess.Popen, patience_s: float = 90) -> bytes:
    """The page once the server answers; the test fails where its process ends before."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:
            return answer.read()
        time.sleep(0.2)
    pytest.fail("the pages did not open")
