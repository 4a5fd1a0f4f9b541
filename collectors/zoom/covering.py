"""What all streams of Zoom share: pages from records, and saying what was covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.kinds import Reader, text
from collectors.records import page_of
from collectors.service import ServiceStream, Window
from collectors.zoom.meetings import ZoomSession

INSTANT = pa.timestamp("us", tz="UTC")
LOOKBACK = timedelta(days=3)
"""Zoom takes from half an hour to a day to count a large meeting; until then durations are 0."""
ROWS_A_PAGE = 2000

Fields = Mapping[str, tuple[str, Reader]]


def optional_words(value: Any) -> str | None:
    """A text; an empty one is none."""
    return (text(value) or "").strip() or None


class ZoomStream(ServiceStream):
    """A stream of meetings by window."""

    lookback = LOOKBACK
    longest_window = timedelta(days=28)

    def paged(
        self, session: ZoomSession, window: Window, records: Iterable[Mapping[str, Any]], fields: Fields,
        known: Iterable[str], fixed: Mapping[str, Any] | None = None,
    ) -> Iterator[Page]:  # fmt: skip
        """Pages of the records, then what they cover."""
        waiting: list[Mapping[str, Any]] = []
        for record in records:
            waiting.append(record)
            if len(waiting) == ROWS_A_PAGE:
                yield page_of(type(self), waiting, session.report, bound=fields, known=known, fixed=fixed)
                waiting = []
        if waiting:
            yield page_of(type(self), waiting, session.report, bound=fields, known=known, fixed=fixed)
        yield self.covered(session, window)

    def covered(self, session: ZoomSession, window: Window) -> Page:
        """What this stream has now spoken for."""
        told = {"stream": self.name, "account": session.account.name, "space": session.space}
        return Page.of(
            ZoomPull,
            [
                {**told, "since": since, "until": until, "is_whole": is_whole}
                for since, until, is_whole in session.stretches(window)
            ],
        )


class ZoomPull(Stream):
    """What the other streams covered. It asks Zoom nothing: its rows come with theirs."""

    name = "zoom_pull"
    schema = pa.schema(
        [
            ("stream", pa.string()),
            ("account", pa.string()),  # the town's own name of it
            ("space", pa.string()),
            ("since", INSTANT),
            ("until", INSTANT),
            ("is_whole", pa.bool_()),
        ]
    )
    key = ("stream", "account", "space", "since", "until")
    facts = ("coverage",)
