"""Great Expectations' `Expectation.configuration`, which the referee replaces for the whole process while it judges.

That is safe for the version it was read in, 1.24.1, and no further. When a test here fails after an upgrade: read the
new property. If it still only gathers the expectation's own fields, and nothing of the library writes into what it
gives, put the new version and digest here; otherwise take `_configurations_kept` out and pay for it.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from importlib.metadata import version
from typing import Any

import pytest
from great_expectations.expectations.expectation import Expectation

from expectations import gx_runner as referee
from expectations.frame import as_pandas, prepare
from expectations.from_tables import checks_for
from tests.conftest import ROOT
from tests.unit.expectations.rows import good_row, table

READ_IN = "1.24.1"
AS_READ = "017b2b788132d570b370ac396d96dbc7ff212418ffcf6c4c63b56a6518022685"
"""Digest of the property's source as it was read."""


def the_property() -> Any:
    return Expectation.__dict__["configuration"]


def test_the_version_is_the_one_whose_property_was_read() -> None:
    pins = re.findall(r'"great-expectations==([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pins == [READ_IN]
    assert version("great-expectations") == READ_IN


def test_the_property_is_as_it_was_read() -> None:
    assert isinstance(the_property(), property)
    assert the_property().fset is None, "somebody may write a configuration now"
    assert hashlib.sha256(inspect.getsource(the_property().fget).encode()).hexdigest() == AS_READ


def test_no_expectation_brings_a_property_of_its_own() -> None:
    """One that did would be judged by another configuration than the one that is kept."""

    def under(kind: type) -> set[type]:
        return {kind, *(deeper for one in kind.__subclasses__() for deeper in under(one))}

    ours = {type(one) for one in referee.as_expectations(checks_for("message"))}
    assert len(ours) > 3 and ours < under(Expectation)
    assert [one.__name__ for one in under(Expectation) - {Expectation} if "configuration" in vars(one)] == []


def test_the_property_is_put_back_whatever_happens() -> None:
    before = the_property()
    with referee._configurations_kept():
        assert the_property() is not before
    assert the_property() is before
    with pytest.raises(RuntimeError), referee._configurations_kept():
        raise RuntimeError
    assert the_property() is before


def test_what_is_kept_is_what_the_library_would_have_made() -> None:
    for one in referee.as_expectations(checks_for("message")):
        made = one.configuration.to_json_dict()
        with referee._configurations_kept():
            assert one.configuration is one.configuration
            assert one.configuration.to_json_dict() == made


def test_judging_leaves_the_property_and_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    rows = table("message", [good_row("message", 0), {**good_row("message", 1), "length": -1}, good_row("message", 2)])
    frame, checks, before = as_pandas(prepare("message", rows)), checks_for("message"), the_property()
    kept = [(one.check, one.success, one.crashed) for one in referee.run_suite("message", frame, checks)]
    assert the_property() is before
    assert not all(success for _, success, _ in kept)
    monkeypatch.setattr(referee, "_configurations_kept", nullcontext)
    assert [(one.check, one.success, one.crashed) for one in referee.run_suite("message", frame, checks)] == kept
