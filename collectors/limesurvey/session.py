"""RemoteControl 2: JSON-RPC in which a refusal is an ordinary answer with a `status`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests

from collectors.errors import CollectorError, FixCredentials, SourceChanged
from collectors.http import HttpSession
from collectors.service import Account, PullReport

PATH = "index.php/admin/remotecontrol"
LOOPBACK = ("127.0.0.1", "::1", "localhost")

_KEY_GONE = ("invalid session key",)
_LOGIN = ("invalid user name or password", "incorrect username and/or password", "user not found")
_LOCKED = ("you have exceeded the number of maximum login attempts",)
_PERMISSION = ("no permission", "invalid permission", "no valid permission")
_EMPTY = ("no data", "no response found for token", "no available data")
_NO_SURVEY = ("error: invalid survey id", "invalid survey id", "error: survey does not exist")


class NoAnswersYet(CollectorError):
    """The survey has no responses, or is not active yet; not a fault."""

    code = "no_answers_yet"


class LimeSession(HttpSession):
    """One installation. Use `signed_in` for the key; it is released whatever happens."""

    def __init__(self, account: Account, report: PullReport, **options: Any) -> None:
        base = account.base_url or str(account.settings["url"])
        parts = urlsplit(base)
        if parts.scheme != "https" and (parts.hostname or "") not in LOOPBACK:
            raise FixCredentials("the LimeSurvey address does not begin with https; the password is not sent over it")
        super().__init__("LimeSurvey", base, (), report, own_base=True, **options)
        self.account = account
        self._number = 0

    @contextmanager
    def signed_in(self) -> Iterator[str]:
        """A session key for as long as the block runs."""
        key = self.ask("get_session_key", str(self.account.settings["user"]), self.account.secrets["password"])
        if not isinstance(key, str) or not key:
            raise SourceChanged("LimeSurvey gave no session key", code="wrong_shape")
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
            raise SourceChanged(
                "LimeSurvey answered in another shape; is its RemoteControl JSON-RPC?", code="wrong_shape"
            )
        if answer.get("error"):
            raise SourceChanged(
                f"LimeSurvey does not know how to {method}; is it a supported version?", code="rpc_error"
            )
        result = answer["result"]
        if isinstance(result, dict) and isinstance(result.get("status"), str) and result["status"].casefold() != "ok":
            raise meaning_of(method, result["status"])
        return result

    def decode(self, answer: requests.Response) -> Any:
        """A page or nothing instead of JSON: the interface is off, as it is in a new installation."""
        try:
            return super().decode(answer)
        except SourceChanged:
            raise SourceChanged(
                "LimeSurvey does not answer as RemoteControl; switch it on under Global settings > Interfaces "
                "(JSON-RPC) and check `url`",
                code="not_json",
            ) from None


def meaning_of(method: str, status: str) -> CollectorError:
    """The error for a status; its text is not shown, since it may quote what was sent."""
    plain = status.casefold().strip()
    if plain.startswith(_EMPTY):
        return NoAnswersYet("the survey has no responses yet")
    if plain.startswith(_KEY_GONE) or plain.startswith(_LOGIN):
        return FixCredentials(
            "LimeSurvey refuses the user or password; check `user` and `secrets.password`, then run `kehila doctor`"
        )
    if plain.startswith(_LOCKED):
        return FixCredentials(
            "LimeSurvey has locked us out after failed sign-ins; correct `secrets.password` and wait ten minutes"
        )
    if plain.startswith(_PERMISSION):
        return FixCredentials(
            "LimeSurvey's user may not read the survey; give it the permissions to view the survey and export responses"
        )
    if plain.startswith(_NO_SURVEY):
        return FixCredentials("LimeSurvey has no survey by this number; check `survey_id`")
    return SourceChanged(
        f"LimeSurvey refuses {method} in words we do not know; look at the survey there", code="status"
    )
