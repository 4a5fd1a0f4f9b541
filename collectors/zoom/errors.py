"""Zoom's error documents, by what the caller has to do.

Zoom's own messages quote addresses and account numbers, so only names of scopes are taken out of them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.patience import DEFAULT_WAIT

STALE_TOKEN = 124
MISSING_SCOPE = 4711
BAD_REQUEST = 300
PLAN = 200
GONE = frozenset({1001, 1010, 2306, 3000, 3001, 3161, 3301, 4400, 12702})
"""User or meeting unknown, expired or too old; a feature switched off; no recording: nothing to read there."""

_SCOPE = re.compile(r"\b[a-z]+(?:_[a-z]+)*(?::[a-z]+(?:_[a-z]+)*)+\b")


class TokenRefused(FixCredentials):
    """The access token is no longer taken; it is fetched again once."""


class StalePage(RetryLater):
    """The token of the next page has expired; the list begins again."""


class Gone(SourceChanged):
    """What was asked for is not there, or not any more."""


def refusal(status: int, code: int | None, message: str) -> CollectorError:
    """The error for a refused call. `message` is Zoom's own and is searched, never quoted."""
    text = message.lower()
    if code == MISSING_SCOPE or "does not contain scopes" in text:
        scopes = ", ".join(dict.fromkeys(_SCOPE.findall(text))) or "?"
        return FixCredentials("scope_missing", scope=scopes)
    if code == STALE_TOKEN or (status == 401 and code != 1010):
        return TokenRefused("app_refused")
    if code == PLAN:
        what = "Webinar" if "webinar" in text else "Pro"
        return FixCredentials("plan_too_small", needed=what)
    if code == BAD_REQUEST and "page token" in text:
        return StalePage("list_moved", until=datetime.now(UTC) + DEFAULT_WAIT, where="next_page_token")
    if code in GONE or (code is None and status == 404) or (code == BAD_REQUEST and "webinar info" in text):
        return Gone("gone")
    if status == 403:
        return FixCredentials("forbidden", answer=_shown(status, code))
    return SourceChanged("call_refused", answer=_shown(status, code))


def _shown(status: int, code: int | None) -> str:
    return f"{status}, code {code}" if code is not None else str(status)
