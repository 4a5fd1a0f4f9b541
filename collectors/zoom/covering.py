"""What all streams of Zoom share: pages from records, and saying what was covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from collectors.base import Page, Stream
from collectors.columns import FIXED, SINCE, STREAM, UNTIL, Column
from collectors.kinds import boolean, text
from collectors.records import page_of
from collectors.service import ServiceStream, Window
from collectors.zoom import columns as shared
from collectors.zoom.meetings import ZoomSession

LOOKBACK = timedelta(days=3)
"""Zoom takes from half an hour to a day to count a large meeting; until then durations are 0."""
ROWS_A_PAGE = 2000


class ZoomStream(ServiceStream):
    """A stream of meetings by window."""

    lookback = LOOKBACK
    max_window = timedelta(days=28)

    def paged(
        self,
        session: ZoomSession,
        window: Window,
        records: Iterable[Mapping[str, Any]],
        fixed: Mapping[str, Any] | None = None,
    ) -> Iterator[Page]:
        """Pages of the records, then what they cover."""
        waiting: list[Mapping[str, Any]] = []
        for record in records:
            waiting.append(record)
            if len(waiting) == ROWS_A_PAGE:
                yield page_of(type(self), waiting, session.report, fixed=fixed)
                waiting = []
        if waiting:
            yield page_of(type(self), waiting, session.report, fixed=fixed)
        yield self.covered(session, window)

    def covered(self, session: ZoomSession, window: Window) -> Page:
        """What this stream has now spoken for."""
        told = {"stream": self.name, "account": session.account.name, "space": session.settings.space}
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
    columns = (
        STREAM,
        Column("account", FIXED, text, "The town's own name of the Zoom account", key=True),
        replace(shared.SPACE, key=True),
        SINCE,
        UNTIL,
        Column("is_whole", FIXED, boolean, "Zoom's reports cover it; else only meetings still in a host's calendar"),
    )
    facts = ("coverage",)
