"""Who did what in a meeting, and where Zoom does not say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from transforms.staging.zoom_presence import Attendee, People


@dataclass(frozen=True)
class ActLookup:
    """Acts of one meeting: the attendees seen doing them, and those of whom Zoom leaves it open."""

    kinds: frozenset[str]
    done: frozenset[tuple[str, str]]  # (act, attendee)
    open: frozenset[tuple[str, str]]
    anonymous: frozenset[str]

    def did(self, act: str, attendee: Attendee) -> bool | None:
        """Whether she did it; None when Zoom does not say.

        Without a poll nobody could vote, and whether questions were switched on is not told: no rows of a
        kind mean "does not say". Acts without a name leave everybody else open.
        """
        if act not in self.kinds:
            return None
        if (act, attendee.key) in self.done:
            return True
        return None if act in self.anonymous or (act, attendee.key) in self.open else False


def look_up_acts(acts: list[dict[str, Any]], attendees: list[Attendee], people: People) -> ActLookup:
    """Match acts to attendees: by account or address, else by a name only one of them bears."""
    by_person = {one.person: one for one in attendees if one.person is not None}
    by_name: dict[str, list[Attendee]] = defaultdict(list)
    for one in attendees:
        for name in one.names:
            by_name[name].append(one)
    done: set[tuple[str, str]] = set()
    unclear: set[tuple[str, str]] = set()
    anonymous: set[str] = set()
    for row in acts:
        if not row["acts"]:
            continue
        person = people.person(row)
        known = by_person.get(person) if person is not None else None
        namesakes = by_name.get(row["name_key"], [])
        if known is not None or len(namesakes) == 1:
            done.add((row["act"], (known or namesakes[0]).key))
        elif namesakes:
            unclear.update((row["act"], one.key) for one in namesakes)
        elif not row["name_key"]:
            anonymous.add(row["act"])
    return ActLookup(frozenset(row["act"] for row in acts), frozenset(done), frozenset(unclear), frozenset(anonymous))
