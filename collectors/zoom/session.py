"""Calls to Zoom: the token, the pages of a list, throttling by class, files beside the API.

Does not belong here: what the answers mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from collectors.columnar import Form, together
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.http import HttpSession
from collectors.paging import Cursor, by_cursor, until_complete
from collectors.patience import asked_wait
from collectors.service import Account, PullReport
from collectors.zoom.errors import StalePage, TokenRefused, refusal

HOSTS = ("zoom.us", "*.zoom.us")
SECRETS = ("client_id", "client_secret", "account")
PAGE_SIZE = 300
EARLY = timedelta(minutes=5)
"""A token is fetched again this long before it ends."""
HOPS = 3
RESERVE = 0.05
"""The share of a day's heavy calls that is left to the account's other apps; the pull goes on after midnight."""


class ZoomWire(HttpSession):
    """One account's line to Zoom."""

    def __init__(
        self, account: Account, report: PullReport, clock: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        own = account.base_url.rstrip("/") if account.base_url else None
        # A server of one's own is the only one then called: a token never goes over plain HTTP to anybody else.
        super().__init__(
            f"{own or 'https://api.zoom.us'}/v2",
            () if own else HOSTS,
            report,
            own_base=own is not None,
            sleep=sleep,
        )
        self._account, self._clock = account, clock
        self._token_url = f"{own or 'https://zoom.us'}/oauth/token"
        self._token, self._token_until = "", datetime.min.replace(tzinfo=UTC)
        self.scopes: frozenset[str] = frozenset()
        self._pause = 0.0
        self._spent_until = datetime.min.replace(tzinfo=UTC)
        self._as_text = False
        self._pointed_to = ""

    def get(self, path: str, params: Mapping[str, Any] | None = None, form: Form | None = None) -> Any:
        """The JSON answer to a GET; a refused token is fetched again once."""
        try:
            return self._ask(path, params, form)
        except TokenRefused:
            self.fetch_token()
        return self._ask(path, params, form)

    def every(
        self, path: str, key: str, params: Mapping[str, Any] | None = None, form: Form | None = None
    ) -> list[dict[str, Any]]:
        """All records of a paged list, by a form where they can be.

        A list that expires while it is read is read from its start again.
        """
        asked = {**(params or {}), "page_size": PAGE_SIZE}

        def read() -> list[dict[str, Any]] | None:
            pages = by_cursor(
                lambda cursor: self.get(path, {**asked, **cursor}, form),
                items=key,
                following=_following,
                unsure=self.report.unsure.append,
            )
            try:
                return together([*pages])
            except StalePage:
                return None

        return until_complete(read, key)

    def text(self, url: str) -> str:
        """A text file Zoom keeps beside its API; its redirects are followed as far as our list of hosts goes."""
        self._as_text = True
        try:
            for _ in range(HOPS):
                try:
                    return str(self.get(url))
                except SourceChanged as problem:
                    if problem.code != "redirect":
                        raise
                    try:
                        url = urljoin(url, self._pointed_to)
                    except ValueError:
                        url = self._pointed_to  # no address at all: refused by name when it is asked
            raise SourceChanged("redirect")
        finally:
            self._as_text = False

    def fetch_token(self) -> None:
        """A new access token for the account's secrets."""
        secrets = {name: self._account.secrets.get(name, "") for name in SECRETS}
        lacking = [name for name in SECRETS if not secrets[name]]
        if lacking:
            raise FixCredentials("secret_missing", names=", ".join(lacking))
        answer = self.call(
            "POST",
            self._token_url,
            data={"grant_type": "account_credentials", "account_id": secrets["account"]},
            auth=(secrets["client_id"], secrets["client_secret"]),
        )
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise SourceChanged("no_token")
        lives = answer.get("expires_in")
        lives = lives if isinstance(lives, int) and lives > 0 else 3600
        self._token = token
        self._token_until = self._clock() + max(timedelta(seconds=lives) - EARLY, timedelta(seconds=lives // 2))
        self.scopes = frozenset(str(answer.get("scope") or "").split())
        self._follow(answer.get("api_url"))

    def decode(self, answer: requests.Response) -> Any:
        """The JSON of an answer; an error document served with 200 is an error."""
        if self._as_text and not answer.url.startswith(self._token_url):
            return answer.content.decode("utf-8-sig", "replace")
        body = super().decode(answer)
        if isinstance(body, dict) and "code" in body and set(body) <= {"code", "message", "errors"}:
            raise self._refusal(answer.status_code, body)
        if not isinstance(body, dict):
            raise SourceChanged("not_an_object")
        return body

    def read_quota_headers(self, answer: requests.Response) -> None:
        """Keep what is left by class; with nothing left this second, the next call waits for the next one."""
        kind = answer.headers.get("X-RateLimit-Category", "")
        left = answer.headers.get("X-RateLimit-Remaining", "")
        period = answer.headers.get("X-RateLimit-Type", "")
        if kind and left:
            limit = answer.headers.get("X-RateLimit-Limit", "?")
            self.report.quota[f"{kind} {period}".strip()] = f"{left} of {limit}"
            is_counted = "daily" in period.lower() and left.isdecimal() and limit.isdecimal()
            if is_counted and int(left) <= int(limit) * RESERVE:
                self._spent_until = _midnight(self._clock())
        self._pause = 1.0 if left == "0" and "daily" not in period.lower() else 0.0
        self._pointed_to = answer.headers.get("Location", "")

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """A wait as Zoom words it: seconds, an instant, or for a spent day nothing at all."""
        if answer.status_code not in (429, 503):
            return None
        now = self._clock()
        wait = asked_wait(answer.headers.get("Retry-After"), now)
        if wait is None and "daily" in answer.headers.get("X-RateLimit-Type", "").lower():
            wait = _midnight(now) - now
        return wait or timedelta(seconds=1)

    def error_for(self, answer: requests.Response) -> CollectorError:
        """Zoom's own error table; the token's answers have another form."""
        try:
            body = answer.json()
        except ValueError:
            body = None
        if answer.url.startswith(self._token_url):
            return FixCredentials("app_refused")
        return self._refusal(answer.status_code, body if isinstance(body, dict) else {})

    def _refusal(self, status: int, body: Mapping[str, Any]) -> CollectorError:
        code, message = body.get("code"), body.get("message")
        return refusal(status, code if isinstance(code, int) else None, message if isinstance(message, str) else "")

    def _ask(self, path: str, params: Mapping[str, Any] | None, form: Form | None) -> Any:
        if self._clock() < self._spent_until:
            raise RetryLater("quota", until=self._spent_until, which="calls a day")
        if self._clock() >= self._token_until:
            self.fetch_token()
        if self._pause:
            self._sleep(self._pause)
        self.form = form
        try:
            return self.call("GET", path, params=params, headers={"Authorization": f"Bearer {self._token}"})
        finally:
            self.form = None

    def _follow(self, api_url: Any) -> None:
        """Take the regional address of a token answer, if it is one of Zoom's (or of our own server)."""
        if not isinstance(api_url, str) or not api_url or self._account.base_url:
            return
        try:
            self.check_address(api_url)
            base = f"https://{urlsplit(api_url).hostname}/v2/"
        except (SourceChanged, ValueError):
            self.report.notices.append(
                "Zoom's token names an address that is not Zoom's; it was not used. Check the app in Zoom's portal."
            )
            return
        self.base_url = base


def _following(answer: Mapping[str, Any]) -> Cursor | None:
    token = str(answer.get("next_page_token") or "")
    return {"next_page_token": token} if token else None


def _midnight(now: datetime) -> datetime:
    """When daily quotas begin again: the next midnight UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def in_path(uuid: str) -> str:
    """A UUID as part of a path; one that begins with "/" or holds "//" is encoded twice, as Zoom wants it."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once
