"""What of Great Expectations the runner replaces for the whole process while it checks.

That is safe for the version it was read in, 1.24.1, and no further. When a test here fails after an upgrade: read the
new source. If it still only gathers what is asked for, and nothing of the library writes into what it gives, put the
new version and digest here; otherwise take that part of `_library_eased` out and pay for it.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from importlib.metadata import version
from typing import Any

import pytest
from great_expectations.core.id_dict import IDDict
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import example, given
from hypothesis import strategies as st

from expectations import gx_runner
from expectations.frame import as_pandas, prepare
from expectations.from_tables import checks_for
from tests.conftest import ROOT
from tests.unit.expectations.rows import good_row, table

READ_IN = "1.24.1"
AS_READ = {
    (Expectation, "configuration"): "017b2b788132d570b370ac396d96dbc7ff212418ffcf6c4c63b56a6518022685",
    (ExpectationConfiguration, "to_domain_obj"): "24e276873831375b656bafff13ef35ddf48751e3c5a6b43e1ce4bc82b2c84a31",
    (IDDict, "to_id"): "3820fd313f5a0f6903b8b63f6bda3cadf1dc822312d6da5a3eff18ca76f06344",
}
"""Digest of each source as it was read."""


def replaced() -> list[Any]:
    return [vars(owner)[name] for owner, name in AS_READ]


def test_the_version_is_the_one_whose_sources_were_read() -> None:
    pins = re.findall(r'"great-expectations==([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pins == [READ_IN]
    assert version("great-expectations") == READ_IN


def test_the_sources_are_as_they_were_read() -> None:
    configuration: Any = vars(Expectation)["configuration"]
    assert isinstance(configuration, property)
    assert configuration.fset is None, "somebody may write a configuration now"
    sources = [inspect.getsource(getattr(one, "fget", one)) for one in replaced()]
    assert [hashlib.sha256(one.encode()).hexdigest() for one in sources] == list(AS_READ.values())


def test_nothing_brings_one_of_its_own() -> None:
    """What did would be checked by another configuration, or known by another identity, than the one that is kept."""

    def under(kind: type) -> set[type]:
        return {kind, *(deeper for one in kind.__subclasses__() for deeper in under(one))}

    ours = {type(one) for one in gx_runner.as_expectations(checks_for("message"))}
    assert len(ours) > 3 and ours < under(Expectation)
    for owner, name in AS_READ:
        assert [one.__name__ for one in under(owner) - {owner} if name in vars(one)] == []


def test_all_is_put_back_whatever_happens() -> None:
    before = replaced()
    with gx_runner._library_eased():
        assert not any(now is one for now, one in zip(replaced(), before, strict=True))
    assert replaced() == before
    with pytest.raises(RuntimeError), gx_runner._library_eased():
        raise RuntimeError
    assert replaced() == before


def test_what_is_kept_is_what_the_library_would_have_made() -> None:
    for one in gx_runner.as_expectations(checks_for("message")):
        made = one.configuration.to_json_dict()
        again = one.configuration.to_domain_obj().configuration.to_json_dict()
        with gx_runner._library_eased():
            configuration = one.configuration
            assert one.configuration is configuration
            assert configuration.to_json_dict() == made
            assert configuration.to_domain_obj() is configuration.to_domain_obj()
            assert configuration.to_domain_obj().configuration.to_json_dict() == again


VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.floats() | st.lists(st.text(), max_size=2)


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=4))
@example({"column": "space", "batch_id": "staged-message", "row_condition": None})
def test_an_identity_is_the_librarys_own(arguments: dict[str, Any]) -> None:
    own = IDDict(arguments).to_id()
    with gx_runner._library_eased():
        assert IDDict(arguments).to_id() == own


def test_checking_leaves_all_as_it_was_and_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    rows = table("message", [good_row("message", 0), {**good_row("message", 1), "length": -1}, good_row("message", 2)])
    frame, checks, before = as_pandas(prepare("message", rows)), checks_for("message"), replaced()
    kept = [(one.check, one.success, one.crashed) for one in gx_runner.run_suite("message", frame, checks)]
    assert replaced() == before
    assert not all(success for _, success, _ in kept)
    monkeypatch.setattr(gx_runner, "_library_eased", nullcontext)
    assert [(one.check, one.success, one.crashed) for one in gx_runner.run_suite("message", frame, checks)] == kept
