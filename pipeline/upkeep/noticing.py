"""Telling those who look after a town what began to fail, and what is well again: once each."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.notices import NotTaken, send, ways
from pipeline.upkeep.health import Condition
from pipeline.upkeep.watched import Changes, changes, note
from publishers.health_notice import health_notice, subject
from town.store import TownStore
from warehouse.keys import KeyProblem

SAID_BY_EVENTS = ("gate_refused", "gate_held", "gate_doubted", "receiver_down", "silent", "fewer_than_counted")
"""What automations tell the moment it happens; here only that it is over."""


def send_changes(store: TownStore, found: Sequence[Condition]) -> Changes:
    """Tell what `found` differs by from what was told, by every way of [notify]; gives what that was.

    What no way took is told the next time. Raises NotTaken, or KeyProblem, once every way was tried.
    """
    if not ways(store.config):
        return Changes([], [])  # nobody to tell: what still stands is told once there is somebody
    told = changes(store, found)
    new = [one for one in told.begun if one.code not in SAID_BY_EVENTS]
    if new or told.over:
        _send(store, new, [about for about, _ in told.over])
    note(store, found, told)
    return told


def _send(store: TownStore, begun: Sequence[Condition], over: Sequence[str]) -> None:
    town = store.authority
    said = health_notice(begun, over, town.languages, town.timezone)
    facts = {
        "authority": town.code,
        "what": "check",
        "about": ", ".join(sorted({*over, *(one.about for one in begun)})),
    }
    failed: list[NotTaken | KeyProblem] = []
    for way in ways(store.config):
        try:
            send(store.config, way, subject(town.name, town.languages[0]), said, facts)
        except (NotTaken, KeyProblem) as problem:
            failed.append(problem)
    if len(failed) == len(ways(store.config)):
        raise failed[0]
