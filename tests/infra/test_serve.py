"""`onebook serve`: the pages' server, what it answers and how it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from onebook.infra import serving

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_closed(port: int) -> None:
    """Return once nobody listens; the ConnectionRefusedError of it is awaited for five seconds."""
    deadline = time.monotonic() + 5
    with contextlib.suppress(ConnectionRefusedError):
        while time.monotonic() < deadline:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.05)
        pytest.fail(f"port {port} is still open")


@contextlib.contextmanager
def served(env: dict[str, str], port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "onebook", "serve", "--port", str(port)],
        env=env,
        cwd=ROOT,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answer(port: int, host: str = "localhost") -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/login", headers={"Host": host})
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, dict(response.headers)
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_answers_its_own_hosts_under_the_content_policy_and_refuses_a_taken_port(own_database):
    port = free_port()
    with served(own_database.env, port):
        status, headers = answer(port)
        assert status == 200
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer(port, "evil.example")[0] == 400
        second = own_database.onebook("serve", "--port", str(port))
        demo = own_database.onebook("demo", "--port", str(port), "--accounts", "1")
    assert f"127.0.0.1 的端口 {port} 已被占用" in second.stderr
    assert second.returncode == 1
    assert (demo.returncode, demo.stdout) == (1, "")
    assert f"端口 {port} 已被占用" in demo.stderr


def test_stop_ends_the_pages_and_the_database_and_nothing_else(own_database):
    port, folder = free_port(), own_database.home / "serve"
    with served(own_database.env, port) as process:
        answer(port)
        assert (folder / str(process.pid)).exists()
        (folder / "1").touch()  # left by one that was killed; the number is another's now
        first = own_database.onebook("stop")
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0, output
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    second = own_database.onebook("stop")

    assert (first.returncode, first.stdout) == (0, "网页已关闭。\n数据库已停止。\n")
    assert (second.returncode, second.stdout) == (0, "没有正在运行的数据库。\n")
    assert list(folder.iterdir()) == []
    assert Path("/proc/1").exists()


def test_pages_that_do_not_end_are_killed_with_their_workers(own_database):
    port = free_port()
    with served(own_database.env, port) as process:
        answer(port)
        os.kill(process.pid, signal.SIGSTOP)
        ended = serving.stop(patience_s=0.5)
        assert process.wait(timeout=5) == -signal.SIGKILL
    assert ended == 1
    wait_until_closed(port)


@pytest.mark.parametrize("times", range(3))
def test_ctrl_c_reaches_every_process_and_all_end_by_themselves(own_database, times):
    port = free_port()
    with served(own_database.env, port) as process:
        answer(port)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0, output
        assert time.monotonic() - began < 5
        assert "refused to gracefully stop" not in output
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
