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
OFF = frozenset({2306, 3000, 3161, 3301, 4400})
"""A feature switched off, no recording: there is nothing of the kind."""
GONE = frozenset({1001, 1010, 3001, 12702})
"""User or meeting unknown, expired or too old: nobody can tell any more what there was."""
_NOT_ENABLED = re.compile(r"(registration|webinar info)")
"""What a meeting does not have, in the words of code 300."""

_SCOPE = re.compile(r"\b[a-z]+(?:_[a-z]+)*(?::[a-z]+(?:_[a-z]+)*)+\b")


class TokenRefused(FixCredentials):
    """The access token is no longer taken; it is fetched again once."""


class StalePage(RetryLater):
    """The token of the next page has expired; the list begins again."""


class Off(SourceChanged):
    """There is nothing of the kind that was asked for: it is switched off, or never was."""


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
    if code in OFF or (code == BAD_REQUEST and _NOT_ENABLED.search(text)):
        return Off("gone")
    if code in GONE or (code is None and status == 404):
        return Gone("gone")
    if status == 403:
        return FixCredentials("forbidden", answer=_shown(status, code))
    return SourceChanged("call_refused", answer=_shown(status, code))


def _shown(status: int, code: int | None) -> str:
    return f"{status}, code {code}" if code is not None else str(status)
