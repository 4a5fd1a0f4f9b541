"""One HTTP session for every service that speaks HTTP: allow-list, time-outs, patience, no token anywhere.

Belongs here: what must hold for all of them. Does not: paging, fields, a service's own error table
beyond the hooks `error_for` and `wait_asked_for`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from fnmatch import fnmatch
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from collectors.columnar import Form
from collectors.deadline import TooSlow, WatchedAdapter, ends_within
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.patience import DEFAULT_WAIT, Patience, asked_wait
from collectors.service import PullReport

TIMEOUT_SECONDS = (10.0, 40.0)
"""To connect, and from one byte to the next."""
CALL_SECONDS = 50.0
"""Of a whole call, however its bytes come."""
CLOCKS_DIFFER = timedelta(hours=12)
"""By so much a service's clock and ours differ when one of them is wrong, whatever the zones."""
ATTEMPTS = 4
SLOW_ATTEMPTS = 2
"""A call that was cut is made once more only: so a service that trickles is let go of within two minutes."""
LARGEST_ANSWER = 64 << 20
TOO_SLOW = "too slow"
SHORT_WAIT_SECONDS = 20.0
"""A wait the service asks for up to this long is sat out; a longer one is the flow's to schedule."""


@cache
def _lines(_scheme: str) -> HTTPAdapter:
    """The open lines of this process, which all sessions share: a pull then begins without a handshake.

    A line knows no account: keys and tokens travel with each call.
    """
    return WatchedAdapter()


class _NoAddresses(logging.Filter):
    """Takes the paths, and what errors say, out of what urllib3 logs: they hold tokens, addresses and numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_harmless(one) for one in record.args)
        record.exc_info = record.exc_text = None
        return True


def _harmless(value: Any) -> Any:
    if isinstance(value, BaseException):
        return type(value).__name__
    return "/***" if isinstance(value, str) and ("/" in value[:1] or "?" in value or "://" in value) else value


_NO_ADDRESSES = _NoAddresses()


def keep_addresses_out_of_the_log() -> None:
    """Attach the filter to the loggers that see an address; doing it again changes nothing."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.connection", "urllib3.response"):
        logging.getLogger(name).addFilter(_NO_ADDRESSES)


class HttpSession:
    """Calls one service at its base address. Errors name the service, the path's shape and the remedy only."""

    def __init__(
        self,
        base_url: str,
        hosts: tuple[str, ...],
        report: PullReport,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        own_base: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url, self.report = base_url.rstrip("/") + "/", report
        self.form: Form | None = None  # by which the next answer is decoded
        own = (urlsplit(base_url).hostname or "",) if own_base else ()
        self._hosts = (*hosts, *own)
        self._scheme = urlsplit(base_url).scheme if own_base else "https"
        self._port = urlsplit(base_url).port
        self._sleep = sleep
        keep_addresses_out_of_the_log()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc of the machine
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _lines(scheme))
        self._session.headers.update({"Accept": "application/json", "User-Agent": "kehila", **(headers or {})})
        self._session.auth = auth
        # Where a redirect leads is not even looked at; one to no address at all would be an error of the library's.
        self._session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]

    def get(self, path: str, params: Mapping[str, Any] | None = None, form: Form | None = None) -> Any:
        """The JSON answer to a GET of a path under the base address, or of an address on the allow-list.

        With a `form` the answer's records are `Typed` where all of them are plainly what they should be.
        """
        self.form = form
        try:
            return self.call("GET", path, params=params)
        finally:
            self.form = None

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call with patience for what passes by itself. Raises the collectors' errors."""
        is_address = "://" in path or path.startswith("//")  # the latter would otherwise become a path of ours
        url = path if is_address else urljoin(self.base_url, path.lstrip("/"))
        self.check_address(url)
        patience = Patience(ATTEMPTS, self._sleep)
        slow, is_answered = 0, False
        for _ in patience:
            answer, why = self._try(method, url, options)
            if answer is None:
                slow += why == TOO_SLOW
                if slow == SLOW_ATTEMPTS:
                    break
                continue
            is_answered = True
            if answer.status_code < 400:
                return self.decode(answer)
            wait = self.wait_asked_for(answer)
            if wait is None and answer.status_code < 500:
                raise self.error_for(answer)
            why = str(answer.status_code)
            if wait is not None and wait.total_seconds() > SHORT_WAIT_SECONDS:
                raise RetryLater("retry_later", until=datetime.now(UTC) + wait, why=why)
            patience.asked = wait
        code = "retry_later" if is_answered else "no_answer"
        raise RetryLater(code, until=datetime.now(UTC) + DEFAULT_WAIT, why=why)

    def check_address(self, url: str) -> None:
        """Refuse an address off the allow-list before anything is sent: a `next` link may point anywhere."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise SourceChanged("foreign_address") from None
        if parts.scheme != self._scheme or not any(fnmatch(host, allowed) for allowed in self._hosts):
            raise SourceChanged("foreign_address")
        usual = 443 if self._scheme == "https" else 80
        # Another port of the same machine is another service.
        if parts.username or parts.password or (port or usual) != (self._port or usual):
            raise SourceChanged("foreign_address")

    def _try(self, method: str, url: str, options: Mapping[str, Any]) -> tuple[requests.Response | None, str]:
        self.report.calls += 1
        try:
            with ends_within(CALL_SECONDS):
                answer = self._session.request(
                    method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **options
                )
                body = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
        except TooSlow:
            return None, TOO_SLOW
        except Exception as problem:  # noqa: BLE001 (of requests, of the system, of urllib3 while the body is read)
            # The text of a requests error quotes the address, and with it a token.
            return None, type(problem).__name__
        if len(body) > LARGEST_ANSWER:
            raise SourceChanged("too_large", limit=f"{LARGEST_ANSWER >> 20} MB")
        declared = answer.headers.get("Content-Length", "")
        if declared.isdigit() and not answer.headers.get("Content-Encoding") and int(declared) != len(body):
            return None, "incomplete"
        answer._content = body
        self.report.received_bytes += len(body)
        check_clock(answer.headers)
        self.read_quota_headers(answer)
        if 300 <= answer.status_code < 400:
            raise SourceChanged("redirect")
        return answer, ""

    def decode(self, answer: requests.Response) -> Any:
        """The JSON of an answer, by the form where it can be; a login page served with 200 is not data."""
        value, is_json, form = None, True, self.form
        # Where somebody looks at what records are made of, they are read one by one.
        if form is not None and self.report.shapes is None and (answer.encoding or "utf-8").lower() == "utf-8":
            value = form.read(answer.content)
        if value is not None:
            return value
        try:
            value = answer.json()
        except (ValueError, RecursionError):  # the latter: nested without end
            is_json = False
        if form is not None:
            form.learn(value)
        if not is_json:  # raised out here: the error of the parser, which holds the whole answer, is not chained to it
            raise SourceChanged("not_json", status=answer.status_code)
        return value

    def read_quota_headers(self, answer: requests.Response) -> None:
        """Keep what an answer's headers say of quotas, in `self.report.quota`; a service overrides it."""

    def wait_asked_for(self, answer: requests.Response) -> timedelta | None:
        """How long the service asks us to wait before the same call; None when it asks for no patience."""
        if answer.status_code in (429, 503):
            return asked_wait(answer.headers.get("Retry-After"), datetime.now(UTC)) or timedelta(seconds=2)
        return None

    def error_for(self, answer: requests.Response) -> CollectorError:
        """The error to raise for an answer of 4xx: FixCredentials where a person must act, else SourceChanged."""
        if answer.status_code in (401, 403):
            return FixCredentials("forbidden", answer=str(answer.status_code))
        return SourceChanged("call_refused", answer=str(answer.status_code))


def check_clock(headers: Mapping[str, str]) -> None:
    """Raise RetryLater where the service's clock and ours differ by half a day or more.

    By a wrong clock windows end where nothing can be yet, which looks like silence, and marks move to where nothing was
    read. An answer out of a store of answers says its `Age`, and tells nothing of the time.
    """
    if "Age" in headers or "Date" not in headers:
        return
    try:
        said = parsedate_to_datetime(headers["Date"])
    except ValueError:
        return
    here = datetime.now(UTC)
    if said.tzinfo is not None and abs(here - said) >= CLOCKS_DIFFER:
        raise RetryLater("clock_differs", until=here + DEFAULT_WAIT, here=f"{here:%Y-%m-%d}", there=f"{said:%Y-%m-%d}")
