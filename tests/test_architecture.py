"""The picture of the house is kept: imports point one way, one room knows each library, the top level stays as agreed."""

from __future__ import annotations

import ast
import fnmatch
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ingest", "index", "assistant", "eval")

# Later ones may import earlier ones. `app` and `eval` are both on top, and know nothing of each other.
ORDER = ["ingest", "index", "assistant", "assistant.web", "app", "eval"]

TOP_LEVEL = {
    *("ingest", "index", "assistant", "app.py", "prompts", "corpus", "eval", "tests", "pyproject.toml", "README.md"),
    *(
        "Makefile",
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-model.lock",
        "LICENSE",
        "Dockerfile",
        "Containerfile",
        "compose.yaml",
    ),
}


def sources() -> Iterator[tuple[str, Path]]:
    """(name of the module, its file)"""
    yield "app", ROOT / "app.py"
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file it does so; `from x import y` counts as x and as x.y."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str | None:
    """The room a module of ours belongs to; None for the modules of others."""
    rooms = [name for name in ORDER if module == name or module.startswith(f"{name}.")]
    return max(rooms, key=len, default=None)


def imports_of_ours() -> list[tuple[str, str]]:
    return [(name, target) for name, path in sources() for target in imported(path) if room(target)]


def may_import(importer: str, target: str) -> bool:
    mine, other = room(importer), room(target)
    assert mine and other
    return mine == other or (ORDER.index(other) < ORDER.index(mine) and other not in ("app", "eval"))


def test_the_files_are_found() -> None:
    names = {name for name, _ in sources()}
    assert {"app", "ingest.model", "index.search", "assistant.assistant", "assistant.web.api", "eval.cli"} <= names


def test_imports_point_one_way() -> None:
    upwards = [f"{name} imports {target}" for name, target in imports_of_ours() if not may_import(name, target)]
    assert upwards == []


@pytest.mark.parametrize(
    ("importer", "target", "allowed"),
    [
        ("ingest.pdf", "index.model", False),
        ("index.search", "assistant.model", False),
        ("assistant.assistant", "assistant.web.api", False),
        ("assistant.web.api", "assistant.serving", True),
        ("assistant.web.api", "index.model", True),
        ("eval.cli", "app", False),
        ("app", "eval.cli", False),
        ("eval.beir", "assistant.web", True),
    ],
)
def test_the_rule_itself(importer: str, target: str, allowed: bool) -> None:
    assert may_import(importer, target) is allowed


@pytest.mark.parametrize("library", ["chromadb", "llama_index.vector_stores", "bm25s"])
def test_only_the_index_room_touches_the_search_libraries(library: str) -> None:
    users = {
        name
        for name, path in sources()
        for target in imported(path)
        if target == library or target.startswith(f"{library}.")
    }
    assert {str(room(name)) for name in users} == {"index"}


@pytest.mark.parametrize("name", [*PACKAGES, "app"])
def test_our_names_mean_our_packages(name: str) -> None:
    file = importlib.import_module(name).__file__
    assert file and Path(file).resolve().is_relative_to(ROOT)


@pytest.mark.parametrize("name", [name for name, path in sources() if "__all__" in path.read_text(encoding="utf-8")])
def test_what_a_module_says_it_offers_is_there(name: str) -> None:
    module = importlib.import_module(name)
    assert [offered for offered in module.__all__ if not hasattr(module, offered)] == []


def test_the_top_level_holds_only_what_was_agreed() -> None:
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if line]
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    seen = {name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)}
    assert seen - TOP_LEVEL == set()


def test_there_is_no_package_below_tests() -> None:
    """An __init__.py there makes pytest import tests/index as `index`."""
    assert [str(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
