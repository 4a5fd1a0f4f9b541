"""The page of promises: all of them, each with a test that is there and runs when the page says, or with what falls short."""

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

PROMISES = 39
MARK = re.compile(r"pytest\.mark\.(more|long)")
RUNS = {"": set[str](), "†": {"more"}, "‡": {"long"}}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
NAMED = [(row[0], *found) for row in ROWS for found in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`(?: ([†‡]))?", row[2])]


@cache
def marks(path: str) -> dict[str, set[str]]:
    """Each test of a module -> its marks, those of the module among them."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    module = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    of_module = {word for one in module for word in re.findall(r"mark\.(more|long)\b", ast.unparse(one))}
    return {
        node.name: of_module | {found[1] for one in node.decorator_list if (found := MARK.fullmatch(ast.unparse(one)))}
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_the_promises_are_all_there_in_their_order() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, PROMISES + 1))
    assert all(len(row) == 4 and row[1] for row in ROWS)
    assert [row[0] for row in ROWS if not row[2] and not row[3]] == []
    assert all(re.fullmatch(r"(`[^`]+`( [†‡])?(, )?)*", row[2]) for row in ROWS)


@pytest.mark.parametrize(("number", "path", "name", "runs"), NAMED, ids=lambda one: str(one))
def test_each_test_is_there_and_runs_when_it_is_said(number: str, path: str, name: str, runs: str) -> None:
    assert name in marks(path), f"{number}: {path} has no {name}"
    assert marks(path)[name] == RUNS[runs], f"{number}: {name} runs with {marks(path)[name] or 'make test'}"
