"""What is said of what was read: a code with a text in each language, and no sentence in several at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from texts import LANGUAGES, text, texts_of

ROOMS = ("cli", "collectors", "flows", "pipeline", "receiver", "town")
SCRIPTS = ("[A-Za-z]{3}", "[\u05d0-\u05ea]{3}", "[\u0620-\u064a]{3}")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def words(node: ast.AST) -> str:
    """The constant text of a string or an f-string, parts put together."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_no_sentence_is_in_several_languages_at_once() -> None:
    glued = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and " / " in words(node)
        if sum(bool(re.search(script, words(node))) for script in SCRIPTS) > 1
    ]
    assert glued == []


def test_every_remark_has_a_text_and_every_text_is_said() -> None:
    said: dict[str, set[str]] = {}
    for _, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="said"), args=[ast.Constant(value=code)], keywords=keywords):
                    said[str(code)] = {str(one.arg) for one in keywords}
    assert set(said) == set(texts_of("remarks"))
    for code, names in said.items():
        for count in (1, 2, 5, 30):
            filled = {name: count if name in ("count", "figure") else "C" for name in names}
            told = {text(f"remarks.{code}", language, **filled) for language in LANGUAGES}
            assert len(told) == len(LANGUAGES) and not any("{" in one for one in told), code
