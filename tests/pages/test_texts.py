"""Every text of the pages has its Chinese, and the compiled catalogues are those of the sources."""

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from tests import texts

APPS = texts.apps()


def _written(app: Path) -> list[Message]:
    return [message for message in texts.read(app) if message.id]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_every_text_has_its_chinese(app: Path) -> None:
    known = {_key(message): _one_form(message.string) for message in _written(app)}
    missing = [
        f"{files[0]}: {message!r}"
        for (context, message), files in texts.said_by(app).items()
        if not known.get((context, message if isinstance(message, str) else message[0]))
    ]
    assert missing == [], "run `python -m tests.texts`, then fill in the empty ones"


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_catalogue_keeps_what_nobody_says(app: Path) -> None:
    said = {
        (context, message if isinstance(message, str) else message[0])
        for context, message in texts.said_by(app)
    }
    for message in _written(app):
        assert _key(message) in said


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_compiled_catalogue_is_that_of_the_source(app: Path) -> None:
    path = texts.catalogue_path(app)
    if not path.is_file():
        assert texts.said_by(app) == {}
        return
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {_key(one): _one_form(one.string) for one in read_mo(file) if one.id}
    written = {_key(one): text for one in _written(app) if (text := _one_form(one.string))}
    assert compiled == written, "run `python -m tests.texts`"


def _key(message: Message) -> tuple[str, str]:
    context = message.context or ""
    if isinstance(context, bytes):  # babel gives it so from a compiled catalogue
        context = context.decode()
    return (context, message.id if isinstance(message.id, str) else message.id[0])


def _one_form(string: str | list[str] | tuple[str, ...]) -> str:
    # Chinese has one form for every number.
    return string if isinstance(string, str) else string[0]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_chinese_names_no_place_that_the_english_lacks(app: Path) -> None:
    for message in _written(app):
        english = message.id if isinstance(message.id, str) else " ".join(message.id)
        chinese = message.string if isinstance(message.string, str) else " ".join(message.string)
        assert _places(chinese) <= _places(english), english


def _places(text: str) -> set[str]:
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    percents = {part.split(")")[0] for part in text.split("%(")[1:]}
    return {name.split("!")[0] for name in braces} | percents


def test_one_english_text_has_one_chinese() -> None:
    # Django lays the apps' catalogues over each other: a second one would win by chance.
    chinese: dict[tuple[str, str], tuple[str, str]] = {}
    for app in APPS:
        for message in _written(app):
            here = _one_form(message.string)
            first_app, first = chinese.setdefault(_key(message), (app.name, here))
            assert here == first, f"{message.id!r}: {first_app} and {app.name} differ"
