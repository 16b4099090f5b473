"""`onebook test`: the tests in a clean environment."""

import os
import sys
from gettext import gettext as _
from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the tests; arguments go to pytest, e.g. `onebook test tests/kernel -k rounding`."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "tests" / "conftest.py").is_file():
        raise click.ClickException(
            _("There are no tests in {folder}. Run ./onebook test in the repository.").format(
                folder=root
            )
        )
    os.chdir(root)
    command = [sys.executable, "-m", "pytest", *arguments]
    os.execve(sys.executable, command, _environment(root))


def _environment(root: Path) -> dict[str, str]:
    """The caller's environment without this installation's own variables."""
    kept = ("ONEBOOK_CHROMIUM", "ONEBOOK_SHARED")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in kept or not name.startswith(("ONEBOOK_", "DJANGO_"))
    }
    return environment | {
        "PYTHONPATH": str(root / "src"),
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C.UTF-8",
    }
