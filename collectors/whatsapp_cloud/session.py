"""Calls to the Graph API for a business account: the token in its header, and what refusals mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.http import HttpSession
from collectors.meta_paging import graph_following
from collectors.paging import by_cursor
from collectors.patience import asked_minutes, asked_wait
from collectors.service import Account, PullReport
from collectors.whatsapp_cloud.registry import registry
from collectors.whatsapp_cloud.settings import WhatsAppCloudSettings

ADDRESS = "https://graph.facebook.com"
HOSTS = ("graph.facebook.com",)
LIMIT_WAIT = timedelta(hours=1)
"""Limits of an app and of a business account are counted by the hour."""

_LIMITS = frozenset({4, 17, 32, 613, 80007, 130429, 131056})
_PASSING = frozenset({1, 2})
PERMISSIONS = ("whatsapp_business_management", "whatsapp_business_messaging")
_TOKEN = frozenset({102, 104, 190, 463, 467})
_PERMISSION = frozenset({3, 10, *range(200, 300)})


_FIELD = re.compile(r"\b(?:[a-z]+(?:_[a-z]+)+|status)\b")
"""Words of a refusal that may be names of fields; no other word of it is kept, and none is shown."""


class FieldsGone(SourceChanged):
    """A refusal that names fields, perhaps some that were asked for."""

    def __init__(self, fields: frozenset[str], shown: str) -> None:
        super().__init__("invalid_argument", names=shown)
        self.fields = fields


class CloudSession(HttpSession):
    """One business account. Errors name it by the town's own name of it."""

    def __init__(self, account: Account, report: PullReport, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {account.secrets['token']}"}
        base = account.base_url or ADDRESS
        own = account.base_url is not None
        super().__init__(base, HOSTS, report, headers=headers, own_base=own, **options)
        self.account = account
        settings = account.own(WhatsAppCloudSettings)
        self.business = settings.business_account
        self.version = settings.version or registry().version
        self.read_at = datetime.now(UTC)
        self.numbers: list[Mapping[str, Any]] | None = None  # once asked for
        self.templates: list[str] | None = None

    def note(self, text: str) -> None:
        """Tell people something once, however many windows meet it."""
        if text not in self.report.notices:
            self.report.notices.append(text)

    def ask(self, path: str, **params: Any) -> Any:
        """The object at a path below the version."""
        answer = self.get(f"{self.version}/{path}", params)
        if not isinstance(answer, Mapping):
            raise SourceChanged("not_an_object")
        return answer

    def listed(self, path: str, **params: Any) -> Iterator[Mapping[str, Any]]:
        """The records of an edge, page after page."""
        pages = by_cursor(
            lambda cursor: self.ask(path, **{**params, **cursor}),
            items="data",
            following=lambda answer: graph_following(answer, self.check_address),
            unsure=self.report.unsure.append,
        )
        return (record for page in pages for record in page)

    def decode(self, answer: requests.Response) -> Any:
        """The JSON; an error object is a failure whatever the status says."""
        found = super().decode(answer)
        if isinstance(found, dict) and "error" in found:
            wait = self.wait_asked_for(answer)
            if wait is not None:
                raise RetryLater("retry_later", until=datetime.now(UTC) + wait, why=str(answer.status_code))
            raise self.error_for(answer)
        return found

    def read_quota_headers(self, answer: requests.Response) -> None:
        """What is left of the hourly limits, in per cent used."""
        for header in ("X-Business-Use-Case-Usage", "X-App-Usage"):
            if header in answer.headers:
                self.report.quota[header] = answer.headers[header][:500]

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """A limit is told by its code at any status; how long it lasts, by a header."""
        error = _error(answer)
        if error.get("code") in _LIMITS:
            return asked_wait(answer.headers.get("Retry-After"), datetime.now(UTC)) or _regain(answer) or LIMIT_WAIT
        if error.get("code") in _PASSING or error.get("is_transient") is True:
            return timedelta(seconds=2)
        return super().wait_asked_for(answer)

    def error_for(self, answer: requests.Response) -> CollectorError:
        """The error by its code; the platform's own words are not repeated, since they may quote what was sent."""
        error = _error(answer)
        code = error.get("code")
        if code in _TOKEN or (code is None and answer.status_code == 401):
            return FixCredentials("token_refused")
        if code in _PERMISSION or (code is None and answer.status_code == 403):
            return FixCredentials("permission", permission=", ".join(PERMISSIONS))
        if code == 803:
            return FixSettings("not_there", setting="business_account")
        if code in (12, 100) and (named := frozenset(_FIELD.findall(str(error.get("message", ""))))):
            return FieldsGone(named, f"code {code}")
        if code == 100:
            return SourceChanged("invalid_argument", names="code 100")
        if code is not None:
            return SourceChanged("call_refused", answer=f"code {code}")
        return super().error_for(answer)


def _object(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _error(answer: requests.Response) -> dict[str, Any]:
    try:
        return _object(_object(answer.json()).get("error"))
    except (ValueError, RecursionError):
        return {}


def _regain(answer: requests.Response) -> timedelta | None:
    """The minutes until a business account may call again, from its usage header."""
    try:
        usage = json.loads(answer.headers.get("X-Business-Use-Case-Usage", "{}"))
        minutes = max(float(one["estimated_time_to_regain_access"]) for uses in usage.values() for one in uses)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return asked_minutes(minutes)
