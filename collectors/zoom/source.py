"""Zoom as a source: what an account must give, and the checks `kehila doctor` makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.base import Page
from collectors.errors import CollectorError, FixCredentials
from collectors.service import Account, Finding, PullReport, PushReport, Source
from collectors.zoom.meetings import ZoomSession
from collectors.zoom.session import HOSTS, ZoomWire
from collectors.zoom.settings import ZoomSettings
from collectors.zoom.streams import SIDE_STREAMS, STREAMS
from collectors.zoom.streams_events import ZoomEvent, happened

SCOPES = {
    "report:read:list_history_meetings:admin": "meetings held",
    "report:read:list_meeting_participants:admin": "participants",
    "meeting:read:list_past_participants:admin": "participants, and who of them is staff",
    "user:read:list_users:admin": "the account's users",
    "report:read:user:admin": "staff in meetings residents called",
    "report:read:list_meeting_polls:admin": "polls",
    "report:read:meeting_qna:admin": "questions",
    "meeting:read:list_registrants:admin": "registrants",
    "cloud_recording:read:list_recording_files:admin": "recorded chats",
}
OPTIONAL = {
    "report:read:list_webinar_participants:admin": "participants of webinars",
    "webinar:read:list_past_participants:admin": "participants of webinars, and who of them is staff",
    "report:read:list_webinar_polls:admin": "polls of webinars",
    "report:read:webinar_qna:admin": "questions in webinars",
    "webinar:read:list_registrants:admin": "registrants of webinars",
    "meeting:read:list_poll_results:admin": "polls older than six months",
    "meeting:read:past_qa:admin": "questions older than six months",
    "meeting:read:list_meetings:admin": "standing meetings older than six months",
    "meeting:read:list_past_instances:admin": "standing meetings older than six months",
    "meeting:read:past_meeting:admin": "standing meetings older than six months",
    "meeting:read:meeting:admin": "standing meetings older than six months",
    "tracking_field:read:list_tracking_fields:admin": "checking that `kind_field` exists",
}


def _now() -> datetime:
    return datetime.now(UTC)


class Zoom(Source):
    """One Zoom account of the town, read by a server-to-server OAuth app."""

    Settings = ZoomSettings
    streams = STREAMS
    side_streams = (*SIDE_STREAMS, ZoomEvent)
    hosts = HOSTS
    assets = ("zoom",)

    def __init__(self, clock: Callable[[], datetime] = _now, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clock, self._sleep = clock, sleep

    def open(self, account: Account, report: PullReport) -> ZoomSession:
        """A session for an account; no call is made yet."""
        return ZoomSession(ZoomWire(account, report, self._clock, self._sleep), account, report, self._clock)

    def pages_of_event(self, body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
        """What happened; a meeting that ended is to be pulled half an hour and a day later."""
        yield from happened(body, account, report)

    def reuse_session(self, session: ZoomSession) -> bool:
        """The token, the meetings of a window and the users serve a round."""
        return True

    def check(self, account: Account) -> list[Finding]:
        """The token, each scope, the plan, and that the town's own words are known to Zoom."""
        try:
            session = self.open(account, PullReport())
            session.wire.fetch_token()
        except CollectorError as problem:
            return [Finding("access token", "fail", problem=problem)]
        return [Finding("access token", "ok"), *self._scopes(session), *self._plan(session), *self._words(session)]

    def _scopes(self, session: ZoomSession) -> Iterator[Finding]:
        for scopes, state in ((SCOPES, "fail"), (OPTIONAL, "warn")):
            for scope, purpose in scopes.items():
                classic = _classic(scope)
                what = f"scope {scope} ({purpose})"
                if scope in session.wire.scopes or classic in session.wire.scopes:
                    yield Finding(what, "ok")
                else:
                    remedy = "add it on the app's Scopes page and activate the app again"
                    yield Finding(what, "fail" if state == "fail" else "warn", remedy)

    def _plan(self, session: ZoomSession) -> Iterator[Finding]:
        day = (self._clock() - timedelta(days=1)).date().isoformat()
        calls: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("list of users", "users", {}),
            ("reports (Pro plan)", "report/history_meetings", {"from": day, "to": day}),
        )
        for what, path, params in calls:
            try:
                session.wire.get(path, {**params, "page_size": 1})
            except CollectorError as problem:
                yield Finding(what, "fail" if isinstance(problem, FixCredentials) else "warn", problem=problem)
            else:
                yield Finding(what, "ok")

    def _words(self, session: ZoomSession) -> Iterator[Finding]:
        wanted = session.settings.kind_field
        if not wanted:
            yield Finding(
                "kind of meetings",
                "warn",
                "every meeting is of kind `other`: make a tracking field in Zoom, name it in `kind_field` and its "
                "values in `kinds`",
            )
            return
        try:
            answer = session.wire.get("tracking_fields")  # a list without pages
        except CollectorError as problem:
            yield Finding("tracking fields", "warn", problem=problem)
            return
        fields = answer.get("tracking_fields") if isinstance(answer, dict) else None
        names = [one.get("field") for one in fields or () if isinstance(one, dict)]
        known = {" ".join(str(name).split()).casefold() for name in names}
        if " ".join(wanted.split()).casefold() in known:
            yield Finding("tracking field of `kind_field`", "ok")
        else:
            remedy = "Zoom has no tracking field of that name; make it in Zoom's portal or mend `kind_field`"
            yield Finding("tracking field of `kind_field`", "fail", remedy)


def _classic(scope: str) -> str:
    """The classic scope that holds a granular one."""
    family = scope.split(":")[0]
    names = {"cloud_recording": "recording", "tracking_field": "tracking_fields"}
    return f"{names.get(family, family)}:read:admin"
