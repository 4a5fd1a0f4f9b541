"""Checks derived from the fact classes: what a class already says is never written twice.

`checks_for` says it in plain values; `as_expectations` makes Great Expectations objects of it. A column
added to a class is checked from that moment on.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from expectations.results import Severity
from warehouse.facts import FACTS, Fact

GX_SEVERITY: dict[Severity, str] = {"fail": "critical", "warn": "warning", "info": "info"}


@dataclass(frozen=True)
class Check:
    """One expectation in plain values: the class's name, its arguments and the reason code if it fails."""

    expectation: str
    code: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "fail"
    rule: str = ""  # its name in a suite
    names: str = ""  # the column to name, where the arguments name several
    place: str = ""  # where the town says it

    @property
    def column(self) -> str:
        """The column, or columns, it speaks of; '' for the table as a whole."""
        columns = self.arguments.get("column_list", ()) if self.code == "duplicate_grain" else ()
        return self.names or str(self.arguments.get("column", self.arguments.get("column_B", ", ".join(columns))))


def _core(annotation: Any) -> tuple[Any, bool]:
    """The annotation without None, and whether None was allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        return inner[0], True
    return annotation, False


def _strict(pattern: str) -> str:
    """The pattern with ASCII digits only and an end that means the end: `$` lets a line break through."""
    if pattern.endswith("$") and not pattern.endswith(r"\$"):
        pattern = pattern[:-1] + r"\Z"
    # Groups are made silent: pandas warns of capturing ones.
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern.replace(r"\d", "[0-9]"))


def _limits(info: FieldInfo) -> dict[str, Any]:
    """What the field's metadata limits, by the names pydantic gives."""
    names = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
    return {
        name: getattr(item, name) for item in info.metadata for name in names if getattr(item, name, None) is not None
    }


def _column_checks(name: str, info: FieldInfo) -> Iterable[Check]:
    kind, nullable = _core(info.annotation)
    listed = get_args(kind) if get_origin(kind) is Literal else ()
    if not nullable:
        yield Check("ExpectColumnValuesToNotBeNull", "empty_value", {"column": name})
    if listed:
        yield Check("ExpectColumnValuesToBeInSet", "not_in_list", {"column": name, "value_set": list(listed)})
    limits = _limits(info)
    if kind in GREATEST and not limits.keys() & {"le", "lt"}:
        limits = {**({} if limits.keys() & {"ge", "gt"} else {"ge": -GREATEST[kind]}), **limits, "le": GREATEST[kind]}
    if limits.keys() & {"ge", "gt", "le", "lt"}:
        bounds: dict[str, Any] = {"column": name}
        if "ge" in limits or "gt" in limits:
            bounds |= {"min_value": limits.get("ge", limits.get("gt")), "strict_min": "gt" in limits}
        if "le" in limits or "lt" in limits:
            bounds |= {"max_value": limits.get("le", limits.get("lt")), "strict_max": "lt" in limits}
        yield Check("ExpectColumnValuesToBeBetween", "out_of_range", bounds)
    if limits.keys() & {"min_length", "max_length"}:
        lengths = {"min_value": limits.get("min_length"), "max_value": limits.get("max_length")}
        yield Check("ExpectColumnValueLengthsToBeBetween", "wrong_length", {"column": name, **lengths})
    if "pattern" in limits:
        yield Check(
            "ExpectColumnValuesToMatchRegex", "wrong_pattern", {"column": name, "regex": _strict(limits["pattern"])}
        )


GREATEST: Mapping[Any, int] = {float: 10**12, int: 10**16 - 1}
"""What no figure, and no count or ordinal, reaches: far more does not fit where statements add up in decimals."""


def checks_of(cls: type[Fact]) -> list[Check]:
    """Every check a fact class implies, the table's shape first."""
    checks = [Check("ExpectTableColumnsToMatchOrderedList", "wrong_columns", {"column_list": list(cls.model_fields)})]
    for name, info in cls.model_fields.items():
        checks.extend(_column_checks(name, info))
    checks.append(Check("ExpectCompoundColumnsToBeUnique", "duplicate_grain", {"column_list": list(cls.grain)}))
    return checks


@cache
def checks_for(fact: str) -> tuple[Check, ...]:
    """The derived checks of a canonical fact, by its name."""
    return tuple(checks_of(FACTS[fact]))


def as_expectations(checks: Iterable[Check]) -> list[Any]:
    """Great Expectations objects; each carries its place in the list, since results come in another order."""
    import great_expectations.expectations as gxe

    return [
        getattr(gxe, one.expectation)(
            **_with_condition(one.arguments),
            severity=GX_SEVERITY[one.severity],
            meta={"place": place, "code": one.code},
        )
        for place, one in enumerate(checks)
    ]


def _with_condition(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments, a `row_condition` written as text made the object the library makes of it.

    It does so itself, and warns each time that texts are going to be refused. It asks for a parser beside a text;
    without one, or with pandas', the text is a condition of `DataFrame.query`.
    """
    from great_expectations.expectations.row_conditions import PassThroughCondition

    text = arguments.get("row_condition")
    if not isinstance(text, str) or arguments.get("condition_parser", "pandas") != "pandas":
        return arguments
    rest = {name: value for name, value in arguments.items() if name != "condition_parser"}
    return {**rest, "row_condition": PassThroughCondition(pass_through_filter=text)}
