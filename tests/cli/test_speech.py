"""The terminal's language: Chinese by default, English on request, refused where it is neither."""

import os
import subprocess
import sys
import time
import unicodedata

import pytest

from onebook.cli import speech
from tests.journeys.towns import town

__all__ = ["town"]


def onebook(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: text for name, text in os.environ.items() if name not in ("ONEBOOK_LANG", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "onebook", *arguments],
        env={**kept, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= one <= "\u9fff" for one in text)


def test_help_is_chinese_by_default_and_english_on_request() -> None:
    chinese = onebook("--help").stdout
    assert chinese.startswith("用法: onebook [选项] 命令 [参数]...\n")
    assert "核算并发行某月电费。" in chinese
    assert "Options" not in chinese
    for english in (
        onebook("--lang", "en", "--help"),
        onebook("--help", "--lang=en"),
        onebook("--help", ONEBOOK_LANG="en"),
    ):
        assert english.returncode == 0
        assert english.stdout.startswith("Usage: onebook [OPTIONS] COMMAND [ARGS]...\n")
        assert "Verify and issue a month's bills." in english.stdout
        assert not has_chinese(english.stdout)


@pytest.mark.parametrize("command", ["demo", "import", "bill", "close", "report", "serve"])
def test_a_command_s_help_speaks_one_language_and_keeps_to_the_screen(command: str) -> None:
    chinese = onebook(command, "--help", COLUMNS="80").stdout
    english = onebook(command, "--help", "--lang", "en").stdout
    assert not has_chinese(english)
    for line in chinese.splitlines():
        columns = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)
        assert columns <= 80, line
    assert not any(word in chinese for word in ("default", "Show", "TEXT", "INTEGER", "OPTIONS"))


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("bil",), "错误:没有命令 'bil'。", "Error: No such command 'bil'."),
        (("bill",), "错误:缺少选项 '--month'.", "Error: Missing option '--month'."),
        (("stop", "--now"), "错误:没有选项 '--now'。", "Error: No such option '--now'."),
        (
            ("serve", "--port", "0"),
            "错误:'--port' 的值无效:0 不在范围 1<=x<=65535 内。",
            "Error: Invalid value for '--port': 0 is not in the range 1<=x<=65535.",
        ),
    ],
    ids=["command", "missing", "option", "range"],
)
def test_usage_errors_speak_the_language(
    arguments: tuple[str, ...], chinese: str, english: str
) -> None:
    first, second = onebook(*arguments), onebook(*arguments, "--lang", "en")
    assert (first.returncode, second.returncode) == (2, 2)
    assert chinese in first.stderr
    assert english in second.stderr
    assert not has_chinese(second.stderr)


def test_a_language_that_is_not_there_is_refused() -> None:
    for refused in (onebook("--lang", "fr", "status"), onebook("status", ONEBOOK_LANG="fr")):
        assert refused.returncode == 2
        assert "'fr' 不在可选值 'zh-hans', 'en' 之中" in refused.stderr


def test_help_and_status_start_fast_and_without_django() -> None:
    for arguments in (("--help",), ("status",)):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "onebook", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        assert time.monotonic() - began < 2
        assert "django" not in done.stderr


def test_the_option_is_found_wherever_it_stands() -> None:
    assert speech.hoist(["report", "aging", "--lang", "en"]) == ["--lang", "en", "report", "aging"]
    assert speech.hoist(["report", "--lang=en"]) == ["--lang=en", "report"]
    assert speech.hoist(["test", "--", "--lang", "en"]) == ["test", "--", "--lang", "en"]
    assert speech.hoist(["report", "--lang"]) == ["--lang", "report"]


def test_wide_characters_take_two_columns() -> None:
    formatter = speech.Formatter(width=20)
    formatter.write_dl([("--月份 X", "abc"), ("--m X", "一二三四五六七八九十")])
    lines = ["--月份 X  abc", "--m X     一二三四五", "          六七八九十"]
    assert formatter.getvalue().splitlines() == lines


def test_errors_and_tables_speak_the_language(town) -> None:
    database = town.database
    with database.connect("owner") as session:
        session.execute("UPDATE billing_threshold SET valid_from = '2999-01-01' WHERE rule = 'R17'")
    chinese = database.onebook("bill", "--month", "2025-09")
    english = database.onebook("bill", "--month", "2025-09", "--lang", "en")
    assert (chinese.returncode, english.returncode) == (1, 1)
    assert "onebook: 核算规则 R17 计费天数异常 的参数 最少天数 在 2025-09-" in chinese.stderr
    assert "onebook: The verification rule R17 has no value of days_lowest" in english.stderr

    unreadable = database.onebook("report", "aging", "--as-of", "31/12")
    assert unreadable.returncode == 1
    assert has_chinese(unreadable.stderr)
    listed = database.onebook("report")
    assert "欠费账龄分析表" in listed.stdout
    assert "Aging of arrears" not in listed.stdout
    in_english = database.onebook("report", "trial-balance", "--lang", "en")
    assert "Trial balance" in in_english.stdout
    assert "口径" not in in_english.stdout
