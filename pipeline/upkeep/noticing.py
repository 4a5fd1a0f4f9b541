"""Telling those who look after a town what began to fail, and what is well again: once each."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.notices import NotTaken, Way, send, ways
from pipeline.upkeep.health import ENTRIES_DUE, Condition
from pipeline.upkeep.watched import Changes, changes, note
from publishers.health_notice import health_notice, subject
from town.notify import topic_of
from town.store import TownStore
from warehouse.keys import KeyProblem

SAID_BY_EVENTS = ("gate_refused", "gate_held", "gate_doubted", "receiver_down", "silent", "fewer_than_counted")
"""What automations tell the moment it happens; here only that it is over."""
ONCE = (ENTRIES_DUE,)
"""What is a reminder: it is told when it begins, and nobody needs to hear that it is over."""
Key = tuple[str, str]
"""What a condition is about, and its code."""


def send_changes(store: TownStore, found: Sequence[Condition]) -> Changes:
    """Tell what `found` differs by from what was told, by every way of [notify] that asks for it; gives what that was.

    What no way took, or nobody asks for, is told the next time. Raises NotTaken, or KeyProblem, once every way was
    tried, where something was taken by none of those that ask for it.
    """
    given = ways(store.config, store.authority)
    if not given:
        return Changes([], [])  # nobody to tell: what still stands is told once there is somebody
    told = changes(store, found)
    taken, lost = set[Key](), set[Key]()
    failed: list[NotTaken | KeyProblem] = []
    for way in given:
        begun = [one for one in told.begun if topic_of(one.code) in way.topics]
        over = [(about, code) for about, code in told.over if topic_of(code) in way.topics]
        mine = {*((one.about, one.code) for one in begun), *over}
        try:
            _send(
                store,
                way,
                [one for one in begun if one.code not in SAID_BY_EVENTS],
                [about for about, code in over if code not in ONCE],
            )
            taken |= mine
        except (NotTaken, KeyProblem) as problem:
            failed.append(problem)
            lost |= mine
    begun = [one for one in told.begun if (one.about, one.code) in taken]
    untold = {(one.about, one.code) for one in told.begun} - taken
    said = Changes(begun, [one for one in told.over if one in taken])
    note(store, [one for one in found if (one.about, one.code) not in untold], said)
    if lost - taken:
        raise failed[0]
    return said


def _send(store: TownStore, way: Way, begun: Sequence[Condition], over: Sequence[str]) -> None:
    if not begun and not over:
        return
    town = store.authority
    facts = {
        "authority": town.code,
        "what": "check",
        "about": ", ".join(sorted({*over, *(one.about for one in begun)})),
    }
    said = health_notice(begun, over, way.languages, town.timezone)
    send(store.config, way, subject(town.name, way.languages[0]), said, facts)
