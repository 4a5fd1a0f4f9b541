"""Calls to the Forms API: who we are, and what its refusals mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.http import DEFAULT_WAIT, HttpSession, asked_wait
from collectors.service import Account, PullReport

ADDRESS = "https://forms.googleapis.com"
HOSTS = ("forms.googleapis.com",)
SCOPES = (
    "https://www.googleapis.com/auth/forms.body.readonly",
    "https://www.googleapis.com/auth/forms.responses.readonly",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
QUOTA_WAIT = timedelta(minutes=1)
"""Quotas are counted by the minute."""


class FormsSession(HttpSession):
    """One account of the Forms API. The key is turned into a token with the first call, not before."""

    def __init__(self, account: Account, report: PullReport, **options: Any) -> None:
        base = account.base_url or ADDRESS
        super().__init__("Google Forms", base, HOSTS, report, own_base=account.base_url is not None, **options)
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
            raise SourceChanged(
                f"Google Forms served an error as an answer (account {self.account.name}); nothing was loaded, "
                "run `kehila doctor`",
                code="error_served",
            )
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
            return FixCredentials(
                "Google Forms refuses the service account's key; make a new key, put it where "
                "`secrets.service_account` points, then run `kehila doctor`"
            )
        if answer.status_code in (403, 404):
            return FixCredentials(
                f"Google Forms does not show us the form ({answer.status_code}); check `form_id`, share the form with "
                "the service account's address as an editor, and see that the Forms API is enabled"
            )
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
        raise FixCredentials(
            "the Google service account's key is not one; put the JSON file Google gave where "
            "`secrets.service_account` points"
        ) from None
    try:
        credentials.refresh(google.auth.transport.requests.Request())
    except google.auth.exceptions.RefreshError:
        raise FixCredentials(
            "Google refuses the service account's key; it may be withdrawn: make a new key, then run `kehila doctor`"
        ) from None
    except google.auth.exceptions.GoogleAuthError:
        raise RetryLater(
            "Google's sign-in could not be reached; it is tried again later", until=datetime.now(UTC) + DEFAULT_WAIT
        ) from None
    if not credentials.token:
        raise SourceChanged("Google's sign-in gave no token", code="no_token")
    return str(credentials.token)


def _error(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
