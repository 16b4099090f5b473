"""Tables on screens of any width: no figure and no name is ever cut."""

import sys

import pytest

from onebook.cli.screen import table

TITLES = ("单位", "户数", "欠费合计", "陈欠")
ROWS = [("城东供电所", "1,200", "1,412,527.75", "336,269.77"), ("城区", "4", "0.05", "0.00")]


def printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int
) -> str:
    """What a terminal of so many columns shows."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table(TITLES, {1, 2, 3}, ROWS, "欠费")
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [30, 45, 60, 200])
def test_a_terminal_shows_every_cell_whole(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed(monkeypatch, capsys, columns)
    assert "…" not in shown
    for cell in (*TITLES, *ROWS[0], *ROWS[1]):
        assert cell in shown
    side_by_side = any(
        "1,412,527.75" in line and "336,269.77" in line for line in shown.split("\n")
    )
    assert side_by_side is (columns >= 60)


def test_a_file_gets_lines_as_long_as_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    table(TITLES, {1, 2, 3}, [("长" * 300, "1", "2.00", "3.00")])
    shown = capsys.readouterr().out
    (line,) = [line for line in shown.split("\n") if "2.00" in line]
    assert "长" * 300 in line
    assert line.rstrip().endswith("3.00")
