"""Great Expectations as the referee: runs checks on a frame and tells which rows failed, by position.

The result format asks for positions only: no value of a row is in what comes back. One context and
one batch definition a fact live as long as the process; the frame itself is let go after every run.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from expectations.frame import NOWHERE, Positions
from expectations.from_tables import Check, as_expectations
from expectations.suites import SuiteProblem

log = logging.getLogger(__name__)

POSITIONS_ONLY = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}

_ERROR_NAME = re.compile(r"^([A-Za-z_][A-Za-z0-9_.]*(?:Error|Exception|Warning|Interrupt|Exit))\b", re.MULTILINE)
_one_at_a_time = threading.Lock()
"""The engine behind a context holds one active batch; two threads would read each other's rows."""


@dataclass(frozen=True)
class Finding:
    """What the referee says of one check: failing positions, or that the check itself broke.

    `positions` is None when the failure is of the table as a whole.
    """

    check: Check
    success: bool
    positions: Positions | None
    crashed: bool = False


@cache
def _context() -> Any:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # Off even where the environment does not say so; nothing about a town leaves the machine.
    context.variables.analytics_enabled = False
    return context, context.data_sources.add_pandas("staged")


@contextmanager
def _library_eased() -> Iterator[None]:
    """While it lasts, the library does once what it does again for every metric of a check, dozens of times a check.

    It makes an expectation's configuration from all fields wherever it looks at one argument, the expectation of a
    configuration wherever it looks for a metric's arguments, and looks for the type of each argument for the metric's
    identity: three quarters of what a check costs however few the rows are. Nothing writes into what is kept, no
    expectation changes here, and an identity is the library's own.
    """
    from great_expectations.core.id_dict import IDDict
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    places: list[tuple[Any, str, Callable[[Any], Any]]] = [
        (Expectation, "configuration", lambda whole: property(_once(whole.fget))),
        (ExpectationConfiguration, "to_domain_obj", _once),
        (IDDict, "to_id", _quickly),
    ]
    originals = [vars(owner)[name] for owner, name, _ in places]
    try:
        for (owner, name, eased), original in zip(places, originals, strict=True):
            setattr(owner, name, eased(original))
        yield
    finally:
        for (owner, name, _), original in zip(places, originals, strict=True):
            setattr(owner, name, original)


def _once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    made: dict[int, tuple[Any, Any]] = {}  # what it is made of is held too, so that nothing else gets its identity

    def kept(self: Any) -> Any:
        found = made.get(id(self))
        if found is None:
            found = made[id(self)] = self, make(self)
        return found[1]

    return kept


PLAIN = frozenset({str, int, bool, type(None)})
"""Types that are JSON as they are."""


def _quickly(identify: Callable[..., Any]) -> Callable[..., Any]:
    """The digest of a metric's arguments, for plain ones without the library's search for how to write each."""

    def identity(self: Any, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:
        is_whole = id_keys is None and not (id_ignore_keys or self._id_ignore_keys)
        if not is_whole or len(self) < 2 or not all(type(value) in PLAIN for value in self.values()):
            return identify(self, id_keys, id_ignore_keys)
        return hashlib.md5(json.dumps(dict(self), sort_keys=True).encode(), usedforsecurity=False).hexdigest()

    return identity


@cache
def _definition(fact: str) -> Any:
    return _context()[1].add_dataframe_asset(fact).add_batch_definition_whole_dataframe("rows")


def run_suite(fact: str, frame: Any, checks: Sequence[Check]) -> list[Finding]:
    """Run the checks over the frame, in the order given. Raises SuiteProblem for one of the town that breaks."""
    with _one_at_a_time:
        import great_expectations as gx

        suite = gx.ExpectationSuite(name=fact, expectations=as_expectations(checks))
        engine = _context()[1].get_execution_engine()
        try:
            batch = _definition(fact).get_batch(batch_parameters={"dataframe": frame})
            with _library_eased():
                results = batch.validate(suite, result_format=POSITIONS_ONLY).results
        finally:
            engine.batch_manager.reset_batch_cache()
            engine.batch_manager.batch_data_cache.clear()  # the library's own reset keeps the frames
    # Results come back in another order; an expectation that does not come back at all did not run.
    by_place = {result.expectation_config.meta["place"]: result for result in results}
    return [_finding(fact, check, by_place.get(place)) for place, check in enumerate(checks)]


def _finding(fact: str, check: Check, result: Any) -> Finding:
    crash = "no result" if result is None else _crash(result.exception_info)
    if crash is None and not result.success and "unexpected_index_list" not in result.result:
        return Finding(check, False, None)
    if crash is not None:
        if check.place:
            raise SuiteProblem(
                f"{check.place}: rows.{check.rule}: {check.expectation} cannot be run with these arguments ({crash}); "
                "correct them as Great Expectations has them, or say `off = true`"
            )
        # The library's own message and traceback may quote values: only the kind of error is kept.
        log.error("check %s on %s.%s crashed: %s", check.expectation, fact, check.column or "*", crash)
        return Finding(check, False, NOWHERE, crashed=True)
    positions = np.asarray(result.result.get("unexpected_index_list", ()), dtype=np.int64)
    if result.success and "mostly" in check.arguments:
        positions = NOWHERE  # so few that the rule does not speak of them
    # `success` of an expectation over a column of empty cells is true of nothing; positions decide.
    return Finding(check, bool(result.success) and not len(positions), positions)


def _crash(info: Any) -> str | None:
    """The kind of error when an expectation raised; the information nests one level when a metric did."""
    for one in _levels(info):
        if one.get("raised_exception"):
            names = _ERROR_NAME.findall(str(one.get("exception_traceback") or ""))
            return names[0] if names else "error"  # the first of a chain is the cause
    return None


def _levels(info: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(info, Mapping):
        yield info
        yield from (inner for inner in info.values() if isinstance(inner, Mapping))
