"""What an export tells of which chat it is: when the group was created, and what it was called when.

Only keyed digests leave here. Which exports are of one chat is decided where all of them are known, in staging.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.base import source_key
from collectors.whatsapp_export.entries import Event

CREATED, NAMED, RENAMED_FROM, SHOWN = "created", "named", "renamed_from", "shown"


class Identity:
    """Gathers marks block by block; each once."""

    def __init__(self, chat_key: str, digest_key: bytes) -> None:
        self._chat_key, self._digest_key = chat_key, digest_key
        self._found: dict[tuple[str, str, int], None] = {}
        self._created: int | None = None
        self._shown = ""

    def add(self, events: Iterable[tuple[int, int, Event]]) -> None:
        """Look at the events of a block: position, local seconds, event."""
        for _, seconds, event in events:
            if event.event == "group_created" and self._created is None:
                self._created = seconds
                self._found[self._digest(f"created {seconds // 60}"), CREATED, seconds] = None
            if event.event == "subject_changed" or (event.event == "group_created" and event.group):
                if event.former:
                    self._found[self._digest(event.former), RENAMED_FROM, seconds] = None
                self._found[self._digest(event.group), NAMED, seconds] = None
            elif event.event == "e2e_notice" and event.group:
                self._shown = event.group

    def rows(self, last: int | None) -> list[dict[str, Any]]:
        """The marks; `last` is the local second of the last entry, at which the file bears the name it shows."""
        shown = {(self._digest(self._shown), SHOWN, last): None} if self._shown and last is not None else {}
        return [
            {"chat_key": self._chat_key, "mark": mark, "tells": tells, "at_local": at}
            for mark, tells, at in {**self._found, **shown}
        ]

    def _digest(self, name: str) -> str:
        return source_key(name, self._digest_key) if name else ""
