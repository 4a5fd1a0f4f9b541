"""What all streams of Zoom share: pages from records, and saying what was covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from collectors.base import Page, Stream
from collectors.columns import FIXED, SINCE, STREAM, UNTIL, Column
from collectors.kinds import boolean, text
from collectors.objects import pages_by_object
from collectors.service import ServiceStream, SourceObject, Window
from collectors.zoom import columns as shared
from collectors.zoom.meetings import ZoomSession

LOOKBACK = timedelta(days=3)
"""Zoom takes from half an hour to a day to count a large meeting; until then durations are 0."""


class ZoomStream(ServiceStream):
    """A stream of meetings by window."""

    lookback = LOOKBACK
    max_window = timedelta(days=28)

    def asked(self, session: ZoomSession, window: Window) -> Iterator[Page]:
        """Pages of what is told of each thing that is asked about by itself, then what they cover."""
        yield from pages_by_object(self, session, session.report, self.objects(session, window))
        yield self.covered(session, window)

    def objects(self, session: ZoomSession, window: Window) -> Iterator[SourceObject]:
        """What is asked about one by one: the meetings of the window."""
        yield from (held.as_object for held in session.meetings(window))

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
