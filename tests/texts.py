"""The product's texts: what commands, templates, Python and errors say, against the catalogues.

`python -m tests.texts` brings every catalogue up to date (new msgids come in empty, unused ones go)
and compiles it. An app's texts stand in `<app>/locale/zh_Hans/LC_MESSAGES/django.po`.
"""

import importlib
import inspect
import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

from onebook.cli import main as main_command
from onebook.cli import speech
from onebook.kernel.errors import OnebookError

SOURCE = Path(__file__).resolve().parents[1] / "src" / "onebook"
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
Message = tuple[str, str | tuple[str, str]]  # context and msgid, or context, singular and plural


# A benchmark speaks to developers; the kernel has no catalogue of its own and uses infra's.
_SILENT = frozenset({"bench", "kernel"})

# Said before Django is loaded, so that it stands in the command's catalogue, with click's own.
_BEFORE_DJANGO = SOURCE / "infra" / "pg"


def apps() -> list[Path]:
    """The folders of the apps that say anything to a reader of the pages or of the terminal."""
    folders = (folder for folder in SOURCE.iterdir() if (folder / "__init__.py").is_file())
    return sorted(folder for folder in folders if folder.name not in _SILENT)


def catalogue_path(app: Path) -> Path:
    """Where an app's Chinese stands."""
    return app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def said_by(app: Path) -> dict[Message, list[str]]:
    """Every text of an app with the files that say it."""
    found: dict[Message, list[str]] = {}
    said = [*_in_python(app), *_in_templates(app), *_in_errors(app)]
    if app.name == "infra":
        said += _in_errors(SOURCE / "kernel")
    if app.name == "cli":
        said += [*_in_commands(), *_in_click(), *_in_python(_BEFORE_DJANGO)]
    for file, message in said:
        files = found.setdefault(message, [])
        if file not in files:
            files.append(file)
    return found


def _in_python(app: Path) -> Iterator[tuple[str, Message]]:
    for file in sorted(app.rglob("*.py")):
        if app == _BEFORE_DJANGO or _BEFORE_DJANGO not in file.parents:
            with file.open("rb") as content:
                yield from _extracted(file, content)


def _in_commands() -> Iterator[tuple[str, Message]]:
    """What help says of the commands and their options, as `speech.localise` finds it."""
    yield from _in_command("cli/main.py", main_command.group)
    for entry in main_command.COMMANDS.values():
        file = f"cli/{entry.module}.py"
        yield "cli/main.py", ("", entry.summary)
        module = importlib.import_module(f"onebook.cli.{entry.module}")
        yield from _in_command(file, getattr(module, entry.attribute))


def _in_command(file: str, command: click.Command) -> Iterator[tuple[str, Message]]:
    for text in (command.help, *(param.help for param in command.params)):
        if text:
            yield file, ("", " ".join(text.split()))
    for param in command.params:
        if name := speech.metavar(param):
            yield file, ("", name)
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from _in_command(file, one)


def _in_click() -> Iterator[tuple[str, Message]]:
    for file in sorted(Path(str(click.__file__)).parent.glob("*.py")):
        with file.open("rb") as content:
            for _, message, _, _ in extract("python", content, _KEYWORDS):
                yield f"click/{file.name}", ("", message)


def _in_templates(app: Path) -> Iterator[tuple[str, Message]]:
    for file in sorted(app.glob("templates/**/*.html")):
        code = templatize(file.read_text("utf-8"), origin=str(file))
        yield from _extracted(file, io.BytesIO(code.encode()))


def _extracted(file: Path, content: io.BufferedIOBase) -> Iterator[tuple[str, Message]]:
    name = file.relative_to(SOURCE).as_posix()
    for _, message, _, context in extract("python", content, _KEYWORDS):
        yield name, (context or "", message)


def _in_errors(app: Path) -> Iterator[tuple[str, Message]]:
    for file in sorted(app.rglob("errors.py")):
        name = ".".join(("onebook", *file.relative_to(SOURCE).with_suffix("").parts))
        module = importlib.import_module(name)
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, OnebookError) and cls.__module__ == name:
                yield file.relative_to(SOURCE).as_posix(), ("", cls.template)


def read(app: Path) -> Catalog:
    """An app's catalogue; an empty one where it has none yet."""
    path = catalogue_path(app)
    if not path.is_file():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def _empty() -> Catalog:
    # A fixed day and no names: the file changes only where a text does.
    return Catalog(
        locale="zh_Hans",
        header_comment="# Chinese texts of onebook's pages.",
        project="onebook",
        version="1",
        copyright_holder="onebook",
        msgid_bugs_address="onebook",
        last_translator="onebook",
        language_team="zh_Hans",
        creation_date=_FIRST_DAY,
        revision_date=_FIRST_DAY,
        charset="utf-8",
        fuzzy=False,
    )


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program loads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def update(app: Path) -> int:
    """Bring an app's catalogue up to date and compile it; how many texts lack Chinese."""
    said = said_by(app)
    if not said:
        return 0
    before = read(app)
    after = _empty()
    by_place = sorted(said.items(), key=lambda item: (item[1][0], str(item[0])))
    for (context, message), files in by_place:
        known = before.get(message if isinstance(message, str) else message[0], context or None)
        after.add(
            message,
            known.string if known else "",
            locations=[(file, None) for file in files],
            context=context or None,
        )
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, after, width=100, omit_header=False, sort_output=False)
    path.with_suffix(".mo").write_bytes(compiled(after))
    return sum(1 for message in after if message.id and not _translated(message.string))


def _translated(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def main() -> None:
    """Update every catalogue and say what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onebook.config.settings")
    django.setup()
    for app in apps():
        if missing := update(app):
            sys.stdout.write(f"{app.name}: {missing} texts lack Chinese\n")


if __name__ == "__main__":
    main()
