"""Finds the sample files that are kept beside the repository, not in it."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def shared_path(*parts: str) -> Path:
    """Return a file or folder of the samples; skip the test where the samples are absent.

    They stand in $ONEBOOK_SHARED, else in a folder `shared` beside the repository. Under CI=true
    their absence fails the test.
    """
    folder = Path(os.environ.get("ONEBOOK_SHARED") or REPOSITORY.parent / "shared")
    path = folder.joinpath(*parts)
    if not path.exists():
        message = f"sample files are absent: {path} (set ONEBOOK_SHARED)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
