"""What an import linter cannot see: keys, SQL, signals, templates and tidiness of the source."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "onebook"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
LAYERS = [set(re.split(r"\s*\|\s*", layer)) for layer in CONTRACTS[0]["layers"]]
APPS = sorted(set().union(*LAYERS))


def height(app: str) -> int:
    """How high an app stands in the first contract; kernel is 0."""
    return next(len(LAYERS) - i for i, layer in enumerate(LAYERS) if app in layer)


def python_files() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )

    assert done.returncode == 0, done.stdout[-6000:]


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in APPS:
            continue
        for field in model._meta.local_fields:
            target = field.related_model
            if target is None or target._meta.app_label not in APPS:
                continue
            if height(target._meta.app_label) > height(label):
                wrong.append(f"{model.__name__}.{field.name} points up")
            if target._meta.app_label != label and field.remote_field.related_name != "+":
                wrong.append(f"{model.__name__}.{field.name} lacks related_name='+'")

    assert wrong == []


WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY|MERGE\s+INTO)\s+(?:ONLY\s+)?\"?([a-z_]+)\"?",
    re.IGNORECASE,
)
READS = re.compile(r"\b(?:FROM|JOIN)\s+(?:LATERAL\s+)?\"?([a-z]+)_([a-z_]+)\"?", re.IGNORECASE)
REGISTRIES = {"books_source_kind"}  # an upper app registers its documents there


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", text)


def test_sql_writes_only_its_own_tables() -> None:
    wrong = []
    for path in SOURCE.rglob("*.sql"):
        app = path.relative_to(SOURCE).parts[0]
        for table in WRITES.findall(without_comments(path.read_text())):
            owner = table.split("_")[0]
            if owner in APPS and owner != app and table not in REGISTRIES:
                wrong.append(f"{path.relative_to(SOURCE)} writes {table}")

    assert wrong == []


def test_sql_reads_other_apps_by_their_views() -> None:
    wrong = []
    for path in SOURCE.rglob("*.sql"):
        app = path.relative_to(SOURCE).parts[0]
        for owner, rest in READS.findall(without_comments(path.read_text())):
            if owner in APPS and owner not in (app, "infra") and not rest.startswith("v_"):
                wrong.append(f"{path.relative_to(SOURCE)} reads {owner}_{rest}")

    assert wrong == []


def test_every_named_statement_opens_with_a_sentence() -> None:
    bare = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.sql")
        if not path.read_text().startswith("-- ")
    ]

    assert bare == []


BANNED = {
    r"\bget_model\(": "apps.get_model hides a dependency",
    r"\bdjango\.dispatch\b|\bdb\.models\.signals\b": "signals hide who calls whom",
    r"\bassert True\b": "a check that cannot fail",
    r"\bfloat\([^)]*(?:fen|amount|price)": "money is integer fen",
}


def test_banned_calls() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)}: {why}"
        for path in python_files()
        for pattern, why in BANNED.items()
        if re.search(pattern, path.read_text())
    ]

    assert wrong == []


def test_only_the_command_table_imports_by_name() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in python_files()
        if "import_module" in path.read_text()
    }

    assert found <= {"cli/main.py"}


def test_rules_never_ask_the_clock() -> None:
    asks = re.compile(r"\b(?:date\.today|datetime\.now|timezone\.now|utcnow|time\.time)\(")
    pure = re.compile(r"/(?:rules|kernels|parsers)(?:\.py|/)|/kernel/")
    wrong = [
        str(path.relative_to(SOURCE))
        for path in python_files()
        if pure.search(str(path)) and asks.search(path.read_text())
    ]

    assert wrong == []


def test_templates_include_no_higher_app() -> None:
    named = re.compile(r"{%\s*(?:include|extends)\s+['\"]([a-z]+)/")
    wrong = []
    for path in SOURCE.rglob("templates/**/*.html"):
        app = path.relative_to(SOURCE).parts[0]
        for other in named.findall(path.read_text()):
            if other in APPS and height(other) > height(app):
                wrong.append(f"{path.relative_to(SOURCE)} includes {other}")

    assert wrong == []


def test_functions_stop_at_70_lines_and_files_at_450() -> None:
    wrong = []
    for path in python_files():
        text = path.read_text()
        if text.count("\n") > 450:
            wrong.append(f"{path.relative_to(SOURCE)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 70:
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.name}: {length} lines")

    assert wrong == []


@pytest.mark.parametrize(
    "app", [app for app in APPS if app not in {"kernel", "cli", "config", "demo", "bench"}]
)
def test_each_app_says_what_it_owns(app: str) -> None:
    docstring = ast.get_docstring(ast.parse((SOURCE / app / "__init__.py").read_text())) or ""

    assert docstring.startswith("Owns: ")
    assert "Does not own: " in docstring


SPEAKS_OF_OTHER_THINGS = re.compile(
    r"(?<![\w.])/(?:home|root|Users|work)/\w|--(?:extra-)?index-url|--find-links"
)
_ALLOWED = {"tests/shared.py", "tests/architecture/test_structure.py"}


def test_the_repository_speaks_of_the_product_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    wrong = []
    for name in filter(None, listed):
        path = ROOT / name
        if (
            name in _ALLOWED
            or not path.is_file()
            or path.suffix in {".png", ".mo", ".xls", ".xlsx"}
        ):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if SPEAKS_OF_OTHER_THINGS.search(line):
                wrong.append(f"{name}:{number}: {line.strip()[:80]}")

    assert wrong == []
