"""Schedules, retries, slots and queues of work are Prefect's: no second scheduler stands beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.test_imports import OURS
from tests.conftest import ROOT

SCHEDULERS = frozenset({
    "apscheduler", "arq", "celery", "croniter", "dramatiq", "huey", "kombu", "multiprocessing", "queue", "rq", "sched",
    "schedule", "taskiq", "tenacity",
})  # fmt: skip
"""Libraries that keep work for later, or try it again."""
ALLOWED = {
    ("pipeline/events.py", "queue"): "events on their way to Prefect; one that is lost costs nothing",
    ("operations/connections.py", "call_later"): "ends a connection that says nothing, and starts nothing",
    ("collectors/deadline.py", "Condition"): "ends a call that does not come back, and starts nothing",
    ("warehouse/inbox_writer.py", "Condition"): "requests that wait for their answers until what they bring is durable",
}
PRODUCT = [path for name in OURS if name not in ("simulator", "flows") for path in sorted((ROOT / name).rglob("*.py"))]


def schedulers_in(text: str) -> set[str]:
    """The modules and timers by which a program would keep work for later, and what it would make one of itself of."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names} & SCHEDULERS
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module.partition(".")[0]} & SCHEDULERS
            found |= {one.name for one in node.names} & {"Timer", "scheduler"}
            found |= {one.name for one in node.names if node.module == "threading"} & {"Condition"}
        elif isinstance(node, ast.Attribute) and (
            node.attr in ("Timer", "call_later", "call_at") or ast.unparse(node) == "threading.Condition"
        ):
            found.add(node.attr)
    return found


def test_nothing_but_prefect_schedules() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name) for path in PRODUCT for name in schedulers_in(path.read_text("utf-8"))
    }
    assert found == set(ALLOWED)


@pytest.mark.parametrize(("text", "name"), [
    ("import sched", "sched"),
    ("from apscheduler.schedulers.background import BackgroundScheduler", "apscheduler"),
    ("import threading\nthreading.Timer(1, print).start()", "Timer"),
    ("from threading import Timer", "Timer"),
    ("import threading\nthreading.Condition().wait(1)", "Condition"),
    ("from threading import Condition", "Condition"),
    ("loop.call_later(1, print)", "call_later"),
])  # fmt: skip
def test_one_would_be_found(text: str, name: str) -> None:
    assert schedulers_in(text) == {name}


def test_every_exception_is_one_that_is_there() -> None:
    assert all(Path(ROOT / path).exists() for path, _ in ALLOWED)
