"""A function called from another folder says in its docstring and its types what a caller must know."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PRODUCT = (
    "cli", "flows", "operations", "pipeline", "receiver", "town", "collectors", "expectations", "transforms",
    "publishers", "warehouse", "texts",
)  # fmt: skip
UNTYPED = {
    "collectors.kinds.Kind.read_by": "a value of a service's record: JSON",
    "collectors.records.read_again": "a record of a service as it was sealed: JSON",
    "collectors.shapes.Shapes.see": "a record of a service: JSON",
    "collectors.shapes.StreamShape.see": "a record of a service: JSON",
    "collectors.service.ServiceStream.pages": "the session is of the source's own class",
    "collectors.service.ServiceStream.pages_of_object": "the session is of the source's own class",
    "collectors.service.Source.close": "the session is of the source's own class",
    "collectors.service.Source.open": "the session is of the source's own class",
    "collectors.service.Source.reuse_session": "the session is of the source's own class",
    "flows.serve.serve.status": "what the address of a part answers: JSON",
    "publishers.words.verdict": "the same as of texts.verdicts.sentence",
    "texts.verdicts.sentence": "what a verdict's sentence names: figures, months, codes",
    "town.parts.parts_status": "the status file: JSON",
    "town.reference.models_in": "the annotation of a field",
    "warehouse.accounts.StreamRef.of": "a row of any select that has the three columns",
    "warehouse.schemas.fact_table": "Arrow arrays, which have no types, numpy's, or lists",
}
"""The only signatures that may say `Any`, with the reason. What `as_json` gives is JSON and may always."""
NEVER_RAISED = {"town.accounts.configured_spaces": {"NotConfigured"}}
"""Errors of what it calls that cannot be met: it names no account that might not be configured."""
IN_TIME = ("UTC", "local", "town's time", "aware")

WHICH_IS_WHICH = ("->", "gives", "Gives", "(", " by ")
"""How a docstring says what lies where in a mapping or a pair that is given back."""


class Crossing(NamedTuple):
    """A function of one folder and the tree of the module it lies in."""

    name: str
    node: ast.FunctionDef
    module: ast.Module

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.node) or ""

    @property
    def parameters(self) -> list[ast.arg]:
        given = self.node.args
        extra = [one for one in (given.vararg, given.kwarg) if one is not None]
        return [*given.posonlyargs, *given.args, *given.kwonlyargs, *extra]

    @property
    def optional(self) -> list[str]:
        """Names of the parameters that may be left out."""
        given = self.node.args
        plain = [*given.posonlyargs, *given.args]
        named = [one.arg for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default]
        return [one.arg for one in plain[len(plain) - len(given.defaults) :]] + named

    @property
    def returned(self) -> set[str]:
        """Every name that the annotation of what it gives back holds."""
        return names(self.node.returns)

    @property
    def types(self) -> set[str]:
        """Every name that its annotations hold."""
        return self.returned.union(*(names(one.annotation) for one in self.parameters))

    @property
    def errors(self) -> set[str]:
        """Errors of ours that it raises itself, or a function of the same module that it calls by name."""
        functions = {one.name: one for one in self.module.body if isinstance(one, ast.FunctionDef)}
        waiting, seen, found = [self.node], set[str](), set[str]()
        while waiting:
            for part in walk(waiting.pop()):
                if isinstance(part, ast.Raise) and part.exc is not None:
                    found |= names(part.exc) & our_errors()
                if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in functions:
                    called = part.func.id
                    waiting += [functions[called]] if called not in seen else []
                    seen.add(called)
        return found


def names(expression: ast.expr | None) -> set[str]:
    return {one.id for one in ast.walk(expression) if isinstance(one, ast.Name)} if expression else set()


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """What a function does, but for what it tries and catches."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.Try):
            yield from (deeper for one in (*part.handlers, *part.orelse, *part.finalbody) for deeper in walk(one))
        else:
            yield part
            yield from walk(part)


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for folder in PRODUCT:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def our_errors() -> frozenset[str]:
    """Names of our own classes of errors, the bases of which are errors by name or ours."""
    bases = {
        node.name: set[str]().union(*(names(one) for one in node.bases))
        for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }  # fmt: skip
    found = {name for name, above in bases.items() if any(one.endswith(("Error", "Exception")) for one in above)}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def used(name: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of what a module takes from another folder."""
    top, known = name.split(".")[0], {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if f"{node.module}.{one.name}" in modules():
                    known[one.asname or one.name] = f"{node.module}.{one.name}"
                elif node.module.split(".")[0] != top:
                    yield node.module, one.name
        elif isinstance(node, ast.Import):
            known |= {one.asname or one.name: one.name for one in node.names if one.name in modules()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            module = known[node.value.id]
            if module.split(".")[0] != top:
                yield module, node.attr


@cache
def taken() -> tuple[tuple[str, ast.stmt, ast.Module], ...]:
    """What is defined in one folder and taken by another: dotted name, definition and module."""
    wanted = sorted({one for name, tree in modules().items() for one in used(name, tree)})
    return tuple(
        (f"{module}.{name}", node, modules()[module])
        for module, name in wanted
        for node in (modules()[module].body if module in modules() else ())
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
    )


@cache
def crossings() -> tuple[Crossing, ...]:
    return tuple(Crossing(name, node, tree) for name, node, tree in taken() if isinstance(node, ast.FunctionDef))


@cache
def methods() -> tuple[Crossing, ...]:
    """Public methods of the classes that another folder takes."""
    return tuple(
        Crossing(f"{name}.{one.name}", one, tree)
        for name, node, tree in taken() if isinstance(node, ast.ClassDef)
        for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
    )  # fmt: skip


def every(function: Crossing) -> object:
    return pytest.param(function, id=function.name)


def test_there_are_functions_that_cross_a_folder() -> None:
    assert {"warehouse.calendar.span", "pipeline.refresh.refresh.refreshing", "texts.values.reason"} <= {
        one.name for one in crossings()
    }
    assert len(crossings()) > 100


@pytest.mark.parametrize("function", map(every, crossings()))
def test_the_docstring_says_what_a_caller_must_know(function: Crossing) -> None:
    says = function.docstring
    assert says, "no docstring"
    errors = function.errors - NEVER_RAISED.get(function.name, set())
    assert not [one for one in errors if one not in says], "errors it raises are not named"
    assert not [one for one in function.optional if f"`{one}`" not in says], "what may be left out is not explained"
    if function.returned & {"tuple", "dict"} and function.node.name != "as_json":
        assert any(one in says for one in WHICH_IS_WHICH), "which value is which?"
    if "datetime" in function.types:
        assert any(one in says for one in IN_TIME), "UTC or local time?"


@pytest.mark.parametrize("function", map(every, crossings() + methods()))
def test_the_types_are_said(function: Crossing) -> None:
    assert function.node.returns is not None
    is_free = function.name in UNTYPED or function.node.name == "as_json"
    assert "Any" not in function.types or is_free, "Any in the signature"


def test_every_exception_is_needed() -> None:
    free = {one.name for one in crossings() + methods() if "Any" in one.types and one.node.name != "as_json"}
    assert free == set(UNTYPED)
