"""HTML to PDF by the machine's Chromium, which knows Chinese text and the rules of `@page`."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from onebook.infra.errors import ChromiumFailed, ChromiumMissing

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--disable-pdf-tagging",
    "--virtual-time-budget=1",
)
_SECONDS = 600


def program() -> str:
    """The browser: $ONEBOOK_CHROMIUM, else chromium on PATH; ChromiumMissing else."""
    found = os.environ.get("ONEBOOK_CHROMIUM") or shutil.which("chromium")
    if not found:
        raise ChromiumMissing
    return found


def write(html: str, path: Path) -> None:
    """Write a whole HTML document to a PDF file, which is there only when it is whole.

    ChromiumMissing, ChromiumFailed.
    """
    browser = program()
    with tempfile.TemporaryDirectory(prefix="onebook-pdf-") as folder:
        page, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        # A sandbox needs another user than root.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [browser, *_FLAGS, *sandbox, f"--user-data-dir={folder}/profile"]
        done = subprocess.run(
            [*command, f"--print-to-pdf={made}", page.as_uri()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode or not made.exists():
            raise ChromiumFailed(code=done.returncode, said=done.stderr.strip()[-300:])
        shutil.move(made, path)
