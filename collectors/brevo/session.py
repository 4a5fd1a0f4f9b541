"""Brevo on the wire: its key, its budget of calls an hour, paging by offset, its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from collectors.brevo.settings import BrevoSettings
from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.http import HttpSession
from collectors.paging import by_offset
from collectors.patience import asked_wait
from collectors.service import Account, PullReport

HOSTS = ("api.brevo.com",)
ADDRESS = "https://api.brevo.com/v3"
PAGE = 50
SPARED = 10
"""Calls of the hour left to the town's other programs; all share one budget of 100."""
HOUR = timedelta(hours=1)


class BrevoSession(HttpSession):
    """Calls one account, and stops before the hour's budget is spent."""

    def __init__(self, account: Account, report: PullReport) -> None:
        own = account.base_url is not None
        key = account.secrets["key"].strip()
        super().__init__(account.base_url or ADDRESS, HOSTS, report, headers={"api-key": key}, own_base=own)
        self.account = account
        settings = account.own(BrevoSettings)
        self.list_id = settings.list
        self.place = {"account": account.name, "space": settings.space, "list_id": self.list_id}
        self._left: int | None = None
        self._renewed = timedelta(0)

    def today(self) -> datetime:
        """Now, by the authority's own clock."""
        return datetime.now(ZoneInfo(self.account.timezone))

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call, unless the budget is nearly spent."""
        if self._left is not None and self._left <= SPARED:
            raise RetryLater("quota", until=datetime.now(UTC) + (self._renewed or HOUR), which="calls an hour")
        return super().call(method, path, **options)

    def listing(self, path: str, key: str, params: Mapping[str, Any]) -> list[Any]:
        """Every item of a collection; `key` names its list in the answer."""
        asked = {**params, "limit": PAGE}
        return by_offset(
            lambda offset: self.get(path, {**asked, "offset": offset}),
            items=key,
            total="count",
            identity="id",
            unsure=None,  # Brevo may count what its own filter leaves out
        )

    def decode(self, answer: requests.Response) -> Any:
        """The JSON of an answer. An error object under status 200 is a failure, not data."""
        value = super().decode(answer)
        if isinstance(value, Mapping) and "code" in value and set(value) <= {"code", "message"}:
            raise SourceChanged("error_served")
        return value

    def read_quota_headers(self, answer: requests.Response) -> None:
        """Keep what is left of the hour."""
        quota = {
            name.lower(): value for name, value in answer.headers.items() if name.lower().startswith("x-sib-ratelimit-")
        }
        self.report.quota.update(quota)
        left = quota.get("x-sib-ratelimit-remaining", "")
        self._left = int(left) if left.isdecimal() else None
        self._renewed = asked_wait(quota.get("x-sib-ratelimit-reset"), datetime.now(UTC)) or timedelta(0)

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """There is no Retry-After: the reset is in a header of Brevo's own, in seconds."""
        if answer.status_code == 429:
            return self._renewed or HOUR
        return super().wait_asked_for(answer)

    def error_for(self, answer: requests.Response) -> CollectorError:
        """What an answer of 4xx means and what to do."""
        if "/emailCampaigns/" in answer.url and answer.status_code in (403, 404):  # one campaign, and not the account
            is_gone = answer.status_code == 404
            return SourceChanged("gone") if is_gone else FixCredentials("forbidden", answer="403")
        if answer.status_code in (401, 403):
            return FixCredentials("key_invalid", where="Settings, SMTP & API, API keys and authorised IPs")
        if answer.status_code == 404:
            return FixSettings("not_there", setting="list")
        return SourceChanged("call_refused", answer=str(answer.status_code))
