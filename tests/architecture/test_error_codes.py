"""Every code raised is in the register, with the arguments it names and the kind of its class; none is there in vain."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import pytest

from collectors import errors
from collectors.foreign.recognition import kinds
from collectors.service import sources
from expectations.suites import Suites, built_in
from tests.conftest import ROOT
from texts import error_texts, group

FOLDERS = ("collectors", "pipeline", "expectations")
KINDS = {
    "RetryLater": "retry",
    "FixCredentials": "credentials",
    "FixSettings": "settings",
    "SourceChanged": "source_changed",
    "RejectFile": "reject",
    "CellError": "data",
    "Rejected": "data",
    "Suspect": "data",
    "OurFault": "ours",
}
"""Class -> kind of its errors; a class derived from one of them is of its kind."""
CODE_AT = {"CellError": 1, "Rejected": 1}
"""Where the code stands among the positional arguments, when it is not the first."""
NOT_ARGUMENTS = {"until", "raw", "kept"}
RESERVED = {"unknown_code": "said by the register itself of a code it does not know"}


@dataclass(frozen=True)
class Raised:
    where: str
    kind: str
    code: str | None  # None when it is put together at run time
    arguments: frozenset[str] | None  # None when they are


def kind_of(name: str, module: str) -> str | None:
    """The kind of a class by its name, of its own or inherited."""
    found = getattr(import_module(module), name, None)
    if not inspect.isclass(found):
        return None
    return next((KINDS[one.__name__] for one in found.__mro__ if one.__name__ in KINDS), None)


def raised() -> Iterator[Raised]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    kind = kind_of(node.func.id, module)
                    if kind is not None:
                        yield of_call(node, node.func.id, kind, f"{path.relative_to(ROOT)}:{node.lineno}")


def of_call(node: ast.Call, name: str, kind: str, where: str) -> Raised:
    at = CODE_AT.get(name, 0)
    first = node.args[at] if len(node.args) > at else None
    code = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    if name == "Rejected":
        given = node.args[2] if len(node.args) > 2 else ast.Dict([], [])
        is_plain = isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys)
        names = {key.value for key in given.keys} if is_plain else None  # type: ignore[attr-defined]
    else:
        is_plain = all(one.arg is not None for one in node.keywords)
        names = {one.arg for one in node.keywords if one.arg} - NOT_ARGUMENTS if is_plain else None
    return Raised(where, kind, code, frozenset(names) if names is not None else None)


FOUND = list(raised())


def words_in_code() -> set[str]:
    """Every text constant of these folders: a code that reaches its class by a variable is one of them."""
    found = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_the_classes_are_found() -> None:
    assert len([one for one in FOUND if one.code]) > 100
    assert {one.kind for one in FOUND} == set(KINDS.values())
    derived = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.CollectorError)]
    assert {one.__name__ for one in derived} - {"CollectorError"} <= set(KINDS)


@pytest.mark.parametrize("one", [one for one in FOUND if one.code], ids=lambda one: f"{one.where}-{one.code}")
def test_a_code_is_registered_with_its_kind_and_arguments(one: Raised) -> None:
    entry = error_texts().get(one.code or "")
    assert entry is not None, f"{one.code} is not in texts/errors*.yaml"
    assert entry.kind == one.kind
    assert one.arguments is None or one.arguments == frozenset(entry.arguments)


def test_every_registered_code_is_raised_somewhere() -> None:
    suites = [Suites().of(*name.rpartition(".")[::2]) for name in built_in()]
    of_rows = {rule.code for suite in suites for rule in suite.rows.values()}
    known = {one.code for one in FOUND} | words_in_code() | set(RESERVED) | set(kinds()) | of_rows
    assert sorted(set(error_texts()) - known) == []


def test_every_service_has_the_name_its_errors_say() -> None:
    assert set(group("codes.services")) == set(sources())
