"""Mailchimp on the wire: its key and data centre, paging by offset, what its refusals mean.

Belongs here: what holds for every call. Does not: which calls are made, fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from collectors.columnar import Form
from collectors.errors import CollectorError, FixCredentials, FixSettings, SourceChanged
from collectors.http import HttpSession
from collectors.mailchimp.settings import MailchimpSettings
from collectors.paging import by_offset
from collectors.service import Account, PullReport, Window

HOSTS = ("*.api.mailchimp.com",)
PAGE = 1000
"""The most the service gives in one answer; its own default is 10."""
BARE_403_WAIT = timedelta(minutes=5)
KEYS = "Profile, Extras, API keys"
"""Where keys are made, in Mailchimp's own words."""

_KEY = re.compile(r"\S+-([a-z]{2,5}\d{1,3})")


class MailchimpSession(HttpSession):
    """Calls one account. We hold one connection of the ten all programs of the account share."""

    def __init__(self, account: Account, report: PullReport) -> None:
        key = account.secrets["key"].strip()
        fits = _KEY.fullmatch(key)
        if fits is None:
            raise FixCredentials("key_shape", where=KEYS)
        own = account.base_url is not None
        address = account.base_url or f"https://{fits.group(1)}.api.mailchimp.com/3.0"
        super().__init__(address, HOSTS, report, auth=("kehila", key), own_base=own)
        self.account = account
        # as listed, by the window of sending, and why some may be missing
        self.campaigns: dict[Window, tuple[list[Any], list[CollectorError]]] = {}
        self.settings = account.own(MailchimpSettings)
        self.list_id = self.settings.list
        self.place = {"account": account.name, "space": self.settings.space, "list_id": self.list_id}

    def today(self) -> datetime:
        """Now, by the authority's own clock."""
        return datetime.now(ZoneInfo(self.account.timezone))

    def listing(
        self, path: str, key: str, identity: str, params: Mapping[str, Any] | None = None, form: Form | None = None
    ) -> list[Any]:
        """Every item of a collection, by a form where they can be.

        `key` names its list in the answer, `identity` what tells items apart.
        """
        asked = {**(params or {}), "count": PAGE}
        return by_offset(
            lambda offset: self.get(path, {**asked, "offset": offset}, form),
            items=key,
            total="total_items",
            identity=identity,
            unsure=self.report.unsure.append,
        )

    def decode(self, answer: requests.Response) -> Any:
        """The JSON of an answer. An error document under status 200 is a failure, not data."""
        value = super().decode(answer)
        if isinstance(value, Mapping) and isinstance(value.get("status"), int) and "title" in value:
            raise self._problem(value["status"], str(value["title"]), answer.url)
        return value

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """Under load Mailchimp answers 429, or 403 without JSON; it sends no headers that say how long."""
        if answer.status_code == 403 and _title(answer) is None:
            return BARE_403_WAIT
        return super().wait_asked_for(answer)

    def error_for(self, answer: requests.Response) -> CollectorError:
        """What an answer of 4xx means and what to do."""
        return self._problem(answer.status_code, _title(answer) or "", answer.url)

    def _problem(self, status: int, title: str, url: str) -> CollectorError:
        # The document's `detail` may quote an address, so it is not repeated.
        word = re.sub(r"[^a-z]", "", title.lower())
        if "datacenter" in word:
            return FixCredentials("key_shape", where=KEYS)
        if "disabled" in word:
            return FixCredentials("user_disabled", where=KEYS)
        if status == 401:
            return FixCredentials("key_invalid", where=KEYS)
        if status == 403:
            return FixCredentials("role_too_low", role="Viewer")
        if status == 404 and "/reports/" in url:
            return SourceChanged("gone")
        if status == 404:
            return FixSettings("not_there", setting="list")
        if status == 426:
            return SourceChanged("old_tls")
        return SourceChanged("call_refused", answer=str(status))


def _title(answer: requests.Response) -> str | None:
    """The title of a problem document; None when the answer is none."""
    if "json" not in answer.headers.get("Content-Type", ""):
        return None
    try:
        document = answer.json()
    except (ValueError, RecursionError):
        return None
    return str(document.get("title") or "") if isinstance(document, Mapping) else None
