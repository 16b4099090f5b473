"""The launcher `./onebook`: its environment, its stamps, and what it leaves alone."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[2] / "onebook"
# A stand-in for the program: the launcher's work ends where it begins.
PROGRAM = (
    "import os, sys\n"
    "print(sys.prefix, os.getcwd(), *sys.argv[1:])\n"
)  # fmt: skip
UNSATISFIABLE = "surely-not-a-package==1 --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture(scope="module")
def top() -> Iterator[Path]:
    """A closed folder (0700), as a home folder is, with a repository of the launcher alone."""
    folder = Path(tempfile.mkdtemp(prefix="onebook-launcher-", dir="/tmp"))
    repository(folder / "repo")
    yield folder
    shutil.rmtree(folder)


def repository(root: Path) -> Path:
    package = root / "src" / "onebook"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM)
    shutil.copy(LAUNCHER, root / "onebook")
    (root / "requirements.lock").write_text("# nothing\n")
    (root / "requirements-test.lock").write_text("# nothing for the tests\n")
    return root


def launch(program: Path, *arguments: str, **options: object) -> "subprocess.Popen[str]":
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV") and not name.startswith("ONEBOOK_")
    }
    return subprocess.Popen(
        [str(program), *arguments],
        env=environment | {"PIP_NO_INDEX": "1"},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def result(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def test_two_first_starts_at_once_share_one_environment(top):
    root = top / "repo"
    processes = [launch(root / "onebook", "say", "a b", cwd="/") for _ in range(2)]
    results = [result(process) for process in processes]
    assert [(code, out) for code, out, _ in results] == [(0, f"{root}/.venv / say a b\n")] * 2
    told = "".join(errors for _, _, errors in results)
    assert told.count("onebook: 正在建立 ") == 1
    assert told.count("onebook: 正在安装 requirements.lock") == 1
    assert told.count("onebook: 另一个启动正在安装") == 1
    assert not (root / ".venv/installing").exists()


def test_the_second_start_is_quick_and_silent(top):
    began = time.monotonic()
    code, _, errors = result(launch(top / "repo/onebook"))
    assert (code, errors) == (0, "")
    assert time.monotonic() - began < 2


def test_it_is_found_through_symlinks_from_any_folder(top):
    (top / "bin").mkdir()
    (top / "bin/first").symlink_to("../repo/onebook")
    (top / "second").symlink_to(top / "bin/first")
    code, output, _ = result(launch(top / "second", "x", cwd=top / "bin"))
    assert (code, output) == (0, f"{top}/repo/.venv {top}/bin x\n")


def test_a_module_in_the_present_folder_does_not_shadow(top):
    trap = top / "trap"
    (trap / "onebook").mkdir(parents=True)
    (trap / "onebook/__main__.py").write_text("print('trapped')\n")
    code, output, _ = result(launch(top / "repo/onebook", cwd=trap))
    assert (code, output) == (0, f"{top}/repo/.venv {trap}\n")


def test_a_changed_lock_is_installed_and_a_failed_one_is_repaired(top):
    root = top / "repo"
    lock = root / "requirements.lock"
    lock.write_text(UNSATISFIABLE)
    code, output, errors = result(launch(root / "onebook"))
    assert (code, output) == (1, "")
    assert "未能安装 requirements.lock" in errors
    marker = root / ".venv/left-from-the-interrupted-try"
    marker.touch()
    lock.write_text("# nothing, but other bytes\n")
    code, output, errors = result(launch(root / "onebook"))
    assert (code, output) == (0, f"{root}/.venv {Path.cwd()}\n")
    assert "onebook: 正在建立 " in errors
    assert not marker.exists()
    lock.write_text("# other bytes again\n")
    code, _, errors = result(launch(root / "onebook"))
    assert code == 0
    assert "onebook: 正在建立 " not in errors
    assert "onebook: 正在安装 requirements.lock" in errors


def _wheel(folder: Path) -> Path:
    """A package of one module, so that no index is asked."""
    path = folder / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny.py", "")
        file.writestr(
            "tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n"
        )
        file.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr("tiny-1.dist-info/RECORD", "")
    return path


def test_a_package_goes_in_by_its_hash_alone(top):
    root, wheel = top / "repo", _wheel(top)
    lock = root / "requirements.lock"
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for given, code in (("", 1), (f" --hash=sha256:{'0' * 64}", 1), (f" --hash=sha256:{right}", 0)):
        lock.write_text(f"tiny @ {wheel.as_uri()}{given}\n")
        done = result(launch(root / "onebook"))
        assert done[0] == code, done
        assert bool(list(root.glob(".venv/lib/*/site-packages/tiny.py"))) == (code == 0)


def test_the_tests_lock_is_installed_for_the_tests_alone(top):
    root = top / "repo"
    assert not (root / ".venv/installed-test").exists()
    code, _, errors = result(launch(root / "onebook", "test", "-k", "x"))
    assert code == 0
    assert "onebook: 正在安装 requirements-test.lock" in errors
    assert (root / ".venv/installed-test").exists()


def test_modes_of_the_repository_and_its_parents_are_left_alone(top):
    root = top / "repo"
    root.chmod(0o700)
    watched = (top, root, root / "src", root / "onebook", Path("/tmp"))
    before = [(path.stat().st_mode, path.stat().st_uid) for path in watched]
    assert before[0][0] & 0o7777 == 0o700
    shutil.rmtree(root / ".venv")
    code, _, _ = result(launch(root / "onebook"))
    assert code == 0
    assert [(path.stat().st_mode, path.stat().st_uid) for path in watched] == before


def _tools(folder: Path, *, python: str | None) -> str:
    """A PATH with what every Debian has, and with a python3 of these lines or none."""
    folder.mkdir()
    for name in ("sh", "readlink", "dirname", "id", "sha256sum", "cat"):
        (folder / name).symlink_to(str(shutil.which(name)))
    if python is not None:
        (folder / "python3").write_text(f"#!/bin/sh\n{python}\n")
        (folder / "python3").chmod(0o755)
    return str(folder)


NO_VENV = f'case "$*" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"'


@pytest.mark.parametrize(
    ("python", "arguments", "said"),
    [
        (None, [], "缺少 python3:"),
        (None, ["status", "--lang", "en"], "python3 is missing: "),
        (NO_VENV, [], "缺少 python3-venv:"),
        (NO_VENV, ["--lang=en"], "python3-venv is missing: "),
    ],
    ids=["no-python3", "no-python3-en", "no-venv", "no-venv-en"],
)
def test_without_python_one_line_names_the_apt_command(tmp_path, python, arguments, said):
    root = repository(tmp_path / "repo")
    path = _tools(tmp_path / "bin", python=python)
    done = subprocess.run(
        [str(root / "onebook"), *arguments],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    sudo = "" if os.geteuid() == 0 else "sudo "
    line = f"onebook: {said}{sudo}apt-get install -y python3 python3-venv\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)
    assert not (root / ".venv").exists()
