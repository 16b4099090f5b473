"""The language of the terminal: Chinese as on the pages, or English where it was asked for.

The command's own texts and those of click stand in this folder's catalogue, which Python's own
gettext reads: help and usage errors speak before Django is loaded, and without it.
"""

import gettext
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

VARIABLE = "ONEBOOK_LANG"
LANGUAGES = ("zh-hans", "en")
_OPTION = "--lang"
_CATALOGUE, _FOLDER = "django", Path(__file__).parent / "locale"
_FILLER = "\ue000"  # of the private use area: nobody writes it


def hoist(words: Sequence[str]) -> list[str]:
    """The command line with `--lang X` moved to the front, where the group reads it."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            return [*front, *rest, word, *left]
        if word == _OPTION:
            front = [word, *[value for value in [next(left, None)] if value is not None]]
        elif word.startswith(f"{_OPTION}="):
            front = [word]
        else:
            rest.append(word)
    return [*front, *rest]


def asked(words: Sequence[str]) -> str:
    """The language that hoisted words or $ONEBOOK_LANG ask for, Chinese where they do not."""
    named = os.environ.get(VARIABLE, "")
    if words and words[0].startswith(_OPTION):
        named = words[0].partition("=")[2] or "".join(words[1:2])
    return "en" if named.lower() == "en" else LANGUAGES[0]


def speak(language: str) -> None:
    """Speak `language` from here on."""
    # Where Python's gettext, which click calls, looks for the language.
    os.environ["LANGUAGE"] = "zh_Hans" if language == LANGUAGES[0] else language
    gettext.bindtextdomain(_CATALOGUE, str(_FOLDER))
    gettext.textdomain(_CATALOGUE)
    click.Context.formatter_class = Formatter
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no sign for a character shows another one instead of an error.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")


def keep(language: str) -> None:
    """Have the processes that this one starts speak the same language."""
    os.environ[VARIABLE] = language


def kept() -> str:
    """The language spoken."""
    return asked(())


def localise(command: click.Command) -> click.Command:
    """Put a command's help, its options' and its subcommands' into the language spoken."""
    command.help = said(command.help)
    command.options_metavar = gettext.gettext("[OPTIONS]")
    for param in command.params:
        param.help = said(param.help)
        if name := metavar(param):
            param.metavar = _dressed(param, gettext.gettext(name))
    if isinstance(command, click.Group):
        command.subcommand_metavar = gettext.gettext("COMMAND [ARGS]...")
        for one in command.commands.values():
            localise(one)
    return command


def metavar(param: click.Parameter) -> str:
    """The English name of what a parameter takes: DATE, INTEGER RANGE, FILES…; empty for nothing.

    What a choice takes is shown by the choice itself.
    """
    if param.metavar is not None:
        return param.metavar
    if isinstance(param.type, click.Choice) or (isinstance(param, click.Option) and param.is_flag):
        return ""
    if isinstance(param, click.Argument):
        return (param.name or "").upper()
    return param.type.name.upper()


def _dressed(param: click.Parameter, name: str) -> str:
    if isinstance(param, click.Argument):
        name = name if param.required else f"[{name}]"
        name = name if param.nargs == 1 else f"{name}..."
    return name


def said(text: str | None) -> str | None:
    """A help text, written in one or several lines, in the language spoken."""
    if not text:
        return text
    message = " ".join(text.split())
    return gettext.gettext(message)


class Formatter(click.HelpFormatter):
    """Lays help out by columns: a Chinese character takes two of them, where click counts one."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, _padded(args), prefix)

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(_padded(text))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of terms with their texts."""
        padded = [(_padded(term), _padded(text)) for term, text in rows]
        super().write_dl(padded, col_max, col_spacing)

    def getvalue(self) -> str:
        """What was written."""
        return super().getvalue().replace(_FILLER, "")


def _padded(text: str) -> str:
    """The text with a filler behind each character that takes two columns."""
    return "".join(
        one + _FILLER if unicodedata.east_asian_width(one) in "WF" else one for one in text
    )
