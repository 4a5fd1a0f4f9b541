"""facebook-sdk behind our interface: the only file that knows it, so it can be replaced here alone.

The package is from 2018: it takes no current version in its constructor, has no time-outs, looks at no
status, loses the headers, and carries the token in the address. The session it is given mends all that.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import requests

from collectors.columnar import Form
from collectors.errors import SourceChanged
from collectors.facebook.graph import Refusal, Usage
from collectors.http import TOO_SLOW, HttpSession
from collectors.service import PullReport

ADDRESS = "https://graph.facebook.com/"
HOSTS = ("graph.facebook.com",)


class SdkGraph:
    """`collectors.facebook.graph.Graph` by facebook-sdk."""

    def __init__(
        self,
        token: str,
        version: str,
        report: PullReport,
        *,
        app_secret: str = "",
        base_url: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.usage = Usage()
        self.version = "v" + version.removeprefix("v")
        self._wire = _Wire(base_url, report, self.usage, sleep)
        self._token = token
        self._proof = _proof(token, app_secret) if app_secret else ""

    def get(self, path: str, params: Mapping[str, Any], form: Form | None = None) -> dict[str, Any]:
        """One call. The caller's parameters are copied: the SDK writes the token into what it is given."""
        sdk = _sdk()
        self._wire.form = form
        graph = sdk.GraphAPI(access_token=self._token, session=self._wire)
        graph.version = self.version  # its constructor accepts 2.8 to 3.1 only
        args = {**params, **({"appsecret_proof": self._proof} if self._proof else {})}
        try:
            found: dict[str, Any] = graph.request(f"{self.version}/{path}", args)
        except sdk.GraphAPIError as problem:
            refused = Refusal.of(problem.result, self._wire.status)
        else:
            return found
        # Raised out here, so that the SDK's error, which quotes Graph's words, is not chained to it.
        raise refused

    def check_address(self, url: str) -> None:
        """Refuse an address off the allow-list, or one that is none."""
        try:
            self._wire.check_address(url)
        except ValueError:
            is_address = False
        else:
            is_address = True
        if not is_address:
            raise SourceChanged("foreign_address")


class _Wire(HttpSession):
    """Our HTTP session in the shape the SDK calls. It hands over JSON objects and nothing else."""

    def __init__(self, base_url: str | None, report: PullReport, usage: Usage, sleep: Callable[[float], None]) -> None:
        super().__init__(base_url or ADDRESS, HOSTS, report, own_base=base_url is not None, sleep=sleep)
        self._usage = usage
        self.status = 0

    def request(self, method: str, url: str, *, params: Mapping[str, Any], **_: Any) -> requests.Response:
        """One try. The SDK's address is a global of its module; ours takes its place here, for this account only."""
        url = self.base_url + url.removeprefix(ADDRESS)
        self.check_address(url)
        self.status = 0
        answer, why = self._try(method, url, {"params": params})
        if answer is None:
            raise Refusal(None, is_passing=True, is_slow=why == TOO_SLOW)
        self.status = answer.status_code
        document = self._document(answer)
        answer.json = lambda **_: document  # type: ignore[method-assign] # decoded once, ours and the SDK's
        answer.headers["content-type"] = "application/json"  # Graph also says text/javascript, which the SDK refuses
        return answer

    def _document(self, answer: requests.Response) -> dict[str, Any]:
        """The object Graph answers with. Raises for what is wrong with an answer and the SDK would not notice."""
        status, kind = answer.status_code, answer.headers.get("content-type", "")
        try:
            document = self.decode(answer)
        except SourceChanged as problem:
            # Broken JSON was cut on its way. A page in place of JSON passes when a gateway sent it, not when it is a
            # login.
            is_passing = "json" in kind or status >= 500 or status in (403, 429)
            raise (Refusal(None, status=status, is_passing=True) if is_passing else problem) from None
        if not isinstance(document, dict):
            raise SourceChanged("not_an_object")
        if status >= 400 and not document.get("error"):
            raise Refusal(None, status=status, is_passing=status >= 500 or status == 429)
        return document

    def read_quota_headers(self, answer: requests.Response) -> None:
        """Usage and version stand in headers, which the SDK throws away."""
        self._usage.read(answer.headers, self.report.quota)


@cache
def _sdk() -> ModuleType:
    """The package, imported when first needed. Its invalid escape would end an interpreter strict about warnings."""
    with warnings.catch_warnings():
        for kind in (DeprecationWarning, SyntaxWarning):
            warnings.filterwarnings("ignore", "invalid escape", kind, module=r".*[\\/]facebook[\\/]__init__")
        import facebook
    module: ModuleType = facebook
    return module


def _proof(token: str, app_secret: str) -> str:
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
