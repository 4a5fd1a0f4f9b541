"""Calls to the Forms API: who we are, and what its refusals mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from collectors.deadline import WatchedAdapter, ends_within
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.http import CALL_SECONDS, HttpSession
from collectors.patience import DEFAULT_WAIT, asked_wait
from collectors.service import Account, PullReport

ADDRESS = "https://forms.googleapis.com"
HOSTS = ("forms.googleapis.com",)
SCOPES = (
    "https://www.googleapis.com/auth/forms.body.readonly",
    "https://www.googleapis.com/auth/forms.responses.readonly",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
KEYS = "IAM, Service accounts, Keys"
QUOTA_WAIT = timedelta(minutes=1)
"""Quotas are counted by the minute."""


class FormsSession(HttpSession):
    """One account of the Forms API. The key is turned into a token with the first call, not before."""

    def __init__(self, account: Account, report: PullReport, **options: Any) -> None:
        base = account.base_url or ADDRESS
        super().__init__(base, HOSTS, report, own_base=account.base_url is not None, **options)
        self.account = account
        self._has_token = False

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call, signed. Raises the collectors' errors."""
        if not self._has_token:
            self._session.headers["Authorization"] = f"Bearer {self._token()}"
            self._has_token = True
        return super().call(method, path, **options)

    def _token(self) -> str:
        secret = self.account.secrets["service_account"]
        if (urlsplit(self.base_url).hostname or "") in LOOPBACK:
            return secret
        return token_of(secret)

    def decode(self, answer: requests.Response) -> Any:
        """The JSON of an answer. An error served with 200 would read as a form without answers."""
        found = super().decode(answer)
        if isinstance(found, dict) and "error" in found:
            raise SourceChanged("error_served")
        return found

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """Quotas are 429, and 403 where an old limit is named."""
        reason = _error(answer).get("status")
        if answer.status_code == 429 or reason == "RESOURCE_EXHAUSTED":
            return asked_wait(answer.headers.get("Retry-After"), datetime.now(UTC)) or QUOTA_WAIT
        return super().wait_asked_for(answer)

    def error_for(self, answer: requests.Response) -> CollectorError:
        """Name the remedy: the form must be shared with the service account."""
        if answer.status_code == 401:
            return FixCredentials("key_invalid", where=KEYS)
        if answer.status_code in (403, 404):
            return FixCredentials("not_shared", setting="form_id", role="Editor")
        return super().error_for(answer)


def token_of(secret: str) -> str:
    """An access token for a service account's key. The key's text never leaves this function."""
    import google.auth.exceptions
    import google.auth.transport.requests
    from google.oauth2 import service_account

    try:
        info = json.loads(secret)
        credentials = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, TypeError):
        raise FixCredentials("key_shape", where=KEYS) from None
    try:
        with requests.Session() as speaking, ends_within(CALL_SECONDS):
            speaking.mount("https://", WatchedAdapter())
            credentials.refresh(google.auth.transport.requests.Request(session=speaking))
    except google.auth.exceptions.RefreshError:
        raise FixCredentials("key_invalid", where=KEYS) from None
    except google.auth.exceptions.GoogleAuthError:
        raise RetryLater("retry_later", until=datetime.now(UTC) + DEFAULT_WAIT, why="sign-in") from None
    if not credentials.token:
        raise SourceChanged("no_token")
    return str(credentials.token)


def _error(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
