"""Zoom's error documents, by what the caller has to do.

Zoom's own messages quote addresses and account numbers, so only names of scopes are taken out of them.
"""

from __future__ import annotations

import re

from collectors.errors import CollectorError, FixCredentials, SourceChanged

STALE_TOKEN = 124
MISSING_SCOPE = 4711
BAD_REQUEST = 300
PLAN = 200
GONE = frozenset({1001, 1010, 2306, 3000, 3001, 3161, 3301, 4400, 12702})
"""User or meeting unknown, expired or too old; a feature switched off; no recording: nothing to read there."""

_SCOPE = re.compile(r"\b[a-z]+(?:_[a-z]+)*(?::[a-z]+(?:_[a-z]+)*)+\b")
DOCTOR = "then run `kehila doctor`"


class TokenRefused(CollectorError):
    """The access token is no longer taken; it is fetched again once."""

    code = "token_refused"


class StalePage(CollectorError):
    """The token of the next page has expired; the list begins again."""

    code = "stale_page"


class Gone(CollectorError):
    """What was asked for is not there, or not any more."""

    code = "gone"


def refusal(status: int, code: int | None, message: str) -> CollectorError:
    """The error for a refused call. `message` is Zoom's own and is searched, never quoted."""
    text = message.lower()
    if code == MISSING_SCOPE or "does not contain scopes" in text:
        scopes = ", ".join(dict.fromkeys(_SCOPE.findall(text))) or "(Zoom does not say which)"
        return FixCredentials(
            f"Zoom's app lacks the scope {scopes}; add it on the app's Scopes page, activate the app again, {DOCTOR}",
            code="missing_scope",
        )
    if code == STALE_TOKEN or (status == 401 and code != 1010):
        return TokenRefused(f"Zoom does not take the access token; renew the app's client secret, {DOCTOR}")
    if code == PLAN:
        what = "the webinar add-on" if "webinar" in text else "a Pro plan or higher, or the right to read reports"
        return FixCredentials(
            f"Zoom refuses: this needs {what}; ask the owner of the Zoom account for it, {DOCTOR}", code="zoom_plan"
        )
    if code == BAD_REQUEST and "page token" in text:
        return StalePage("Zoom's list expired while it was read; it is read again by itself")
    if code in GONE or (code is None and status == 404) or (code == BAD_REQUEST and "webinar info" in text):
        return Gone("Zoom has nothing there (any more); check in Zoom's portal whether it was deleted")
    if status == 403:
        return FixCredentials(
            f"Zoom forbids a call ({_shown(status, code)}); check the app's role and permissions, {DOCTOR}",
        )
    return SourceChanged(
        f"Zoom refused a call that used to work ({_shown(status, code)}); update Kehila, and report it if that "
        "does not help",
        code=f"zoom_{code if code is not None else status}",
    )


def _shown(status: int, code: int | None) -> str:
    return f"{status}, code {code}" if code is not None else str(status)
