"""RemoteControl 2: JSON-RPC in which a refusal is an ordinary answer with a `status`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.http import HttpSession
from collectors.limesurvey.settings import LimeSurveySettings
from collectors.patience import DEFAULT_WAIT
from collectors.service import Account, PullReport

PATH = "index.php/admin/remotecontrol"
LOOPBACK = ("127.0.0.1", "::1", "localhost")

_KEY_GONE = ("invalid session key",)
_LOGIN = ("invalid user name or password", "incorrect username and/or password", "user not found")
_LOCKED = ("you have exceeded the number of maximum login attempts",)
_PERMISSION = ("no permission", "invalid permission", "no valid permission")
_EMPTY = ("no data", "no response found for token", "no available data")
_NO_SURVEY = ("error: invalid survey id", "invalid survey id", "error: survey does not exist")


class NoAnswersYet(RetryLater):
    """The survey has no responses, or is not active yet; not a fault."""


class LimeSession(HttpSession):
    """One installation. Use `signed_in` for the key; it is released whatever happens."""

    def __init__(self, account: Account, report: PullReport, **options: Any) -> None:
        self.settings = account.own(LimeSurveySettings)
        base = account.base_url or self.settings.url
        parts = urlsplit(base)
        if parts.scheme != "https" and (parts.hostname or "") not in LOOPBACK:
            raise FixSettings("wrong_setting", name="url", wanted="https://")
        super().__init__(base, (), report, own_base=True, **options)
        self.account = account
        self.is_read = False  # the survey, in this pull
        self._number = 0

    @contextmanager
    def signed_in(self) -> Iterator[str]:
        """A session key for as long as the block runs."""
        key = self.ask("get_session_key", self.settings.user, self.account.secrets["password"])
        if not isinstance(key, str) or not key:
            raise SourceChanged("no_token")
        try:
            yield key
        finally:
            # What went wrong before is what matters; a key left over ends by itself.
            with suppress(CollectorError):
                self.ask("release_session_key", key)

    def ask(self, method: str, *params: Any) -> Any:
        """The result of a method. Raises FixCredentials, SourceChanged, NoAnswersYet."""
        self._number += 1
        answer = self.call("POST", PATH, json={"method": method, "params": list(params), "id": self._number})
        if not isinstance(answer, dict) or "result" not in answer:
            raise SourceChanged("not_remote_control")
        if answer.get("error"):
            raise SourceChanged("call_refused", answer=method)
        result = answer["result"]
        if isinstance(result, dict) and isinstance(result.get("status"), str) and result["status"].casefold() != "ok":
            raise meaning_of(method, result["status"])
        return result

    def decode(self, answer: requests.Response) -> Any:
        """A page or nothing instead of JSON: the interface is off, as it is in a new installation."""
        try:
            return super().decode(answer)
        except SourceChanged:
            raise SourceChanged("not_remote_control") from None


def meaning_of(method: str, status: str) -> CollectorError:
    """The error for a status; its text is not shown, since it may quote what was sent."""
    plain = status.casefold().strip()
    if plain.startswith(_EMPTY):
        return NoAnswersYet("no_answers_yet", until=datetime.now(UTC) + DEFAULT_WAIT)
    if plain.startswith(_KEY_GONE) or plain.startswith(_LOGIN):
        return FixCredentials("login_refused")
    if plain.startswith(_LOCKED):
        return FixCredentials("locked_out")
    if plain.startswith(_PERMISSION):
        return FixCredentials("role_too_low", role="View, Export responses")
    if plain.startswith(_NO_SURVEY):
        return FixSettings("not_there", setting="survey_id")
    return SourceChanged("call_refused", answer=method)
