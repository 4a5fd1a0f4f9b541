"""Public names are made of the glossary's words: a retired word is found wherever it is defined."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_imports import OURS
from tests.conftest import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"


def retired() -> frozenset[str]:
    rows = [line.split("|")[3] for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.count("|") == 4]
    return frozenset(
        word.strip()
        for row in rows
        for word in row.split(",")
        if re.fullmatch(r"\s*[a-z_]+\s*", word) and word.strip() != "not"
    )


def pieces(name: str) -> set[str]:
    """The words a name is made of: `LONGEST_WAIT` and `LongestWait` are longest and wait."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def names_in(tree: ast.Module) -> Iterator[str]:
    """Public functions, classes, methods, attributes of classes and module variables."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            if isinstance(node, ast.ClassDef):
                waiting.extend(node.body)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def offences(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [path.stem, *(name for name in names_in(tree) if not name.startswith("_"))]
    return sorted({name for name in public if pieces(name) & retired()})


@pytest.mark.parametrize("package", OURS)
def test_no_retired_word_is_part_of_a_public_name(package: str) -> None:
    found = {path.relative_to(ROOT).as_posix(): offences(path) for path in (ROOT / package).rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_retired_word_is_found_wherever_it_is_defined(tmp_path: Path) -> None:
    assert {"aside", "told", "deed", "longest"} <= retired()
    path = tmp_path / "aside.py"
    path.write_text(
        "LONGEST_WAIT = 1\n_told = 2\nclass Deeds:\n    told: int = 0\n    def tell(self): ...\ndef plain(): ...\n"
    )
    assert offences(path) == ["Deeds", "LONGEST_WAIT", "aside", "tell", "told"]
