"""A test without an assertion cannot fail for what it is named for: none is kept."""

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef
TESTS = ROOT / "tests"


def asserts(function: ast.AST) -> bool:
    """Whether it asserts by itself: `assert`, `pytest.raises` or `fail`, a process that must end well."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            if ast.unparse(node.func) in ("pytest.raises", "pytest.fail"):
                return True
            checked = [one.value for one in node.keywords if one.arg == "check"]
            if checked and ast.unparse(node.func) == "subprocess.run" and ast.literal_eval(checked[0]) is True:
                return True
    return False


def functions(tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def calls(function: Function) -> set[str]:
    """Names it calls, a method by its own name."""
    found = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in found
        if hasattr(one, "attr") or hasattr(one, "id")
    }


def unable_to_fail(files: dict[str, str]) -> list[str]:
    """The tests in these texts that neither assert nor call, within the suite, what asserts.

    A helper counts where it is defined or imported; a method wherever a class of the suite has it.
    """
    trees = {name: ast.parse(text) for name, text in files.items()}
    helpers = {name: {one.name for one in functions(tree) if asserts(one)} for name, tree in trees.items()}
    methods = {
        one.name
        for tree in trees.values()
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef)
        for one in kind.body
        if isinstance(one, Function) and asserts(one)
    }
    found = []
    for name, tree in trees.items():
        known = helpers[name] | methods
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in helpers:
                known |= {one.asname or one.name for one in node.names if one.name in helpers[node.module]}
        tests = (one for one in functions(tree) if one.name.startswith("test_"))
        found += [f"{name}: {one.name}" for one in tests if not asserts(one) and not calls(one) & known]
    return found


def test_every_test_asserts_something() -> None:
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in TESTS.rglob("*.py")}
    assert len(files) > 100
    assert unable_to_fail({name: path.read_text(encoding="utf-8") for name, path in files.items()}) == []


HELPERS = """
def holds(x): assert x
def shows(x): print(x)
class Line:
    def ends(self): assert self
"""


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("print(1)", True),
        ("shows(1)", True),
        ("subprocess.run(['true'])", True),
        ("subprocess.run(['true'], check=False)", True),
        ("subprocess.run(['true'], check=True)", False),
        ("assert 1", False),
        ("with pytest.raises(ValueError): int('x')", False),
        ("holds(1)", False),
        ("line.ends()", False),
    ],
)
def test_a_test_without_an_assertion_is_found(body: str, is_found: bool) -> None:
    test = f"from tests.helpers import holds, shows\ndef test_it():\n    {body}\n"
    assert unable_to_fail({"tests.helpers": HELPERS, "tests.test_it": test}) == ["tests.test_it: test_it"] * is_found
