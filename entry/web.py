"""What every request goes through: the address it came by, cookies, who is signed in, forms of ours, and answers."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from entry.database import Database
from entry.pages import notice, policy
from entry.sessions import Attempts, Session, resume
from operations.connections import SafeAnswer
from operations.login import HOST, Refused
from texts import LANGUAGES, Language
from town.config import Config, ConfigProblem, load
from town.faults import describe
from town.log import Say
from town.store import TownStore, open_store
from warehouse.keys import Keys, load_root_key

MAX_FORM, MAX_LOGIN_FORM = 16 << 20, 512 << 10
"""Bytes of a form: of somebody who is signed in, with room for whatever was pasted, and of anybody."""
MAX_CARRIED = 100 << 10
"""Bytes of what was typed that go through the page to sign in on, when a session ended meanwhile."""
_BACK = re.compile(r"(?:sheet/\w+)?(?:\?month=[\d-]{7}(?:&all=1)?)?", re.ASCII)
MAX_FIELDS = 20_000


@dataclass
class Form:
    """The served form: its file, and how a request is known."""

    config_path: Path
    today: date | None
    say: Say
    database: Database
    public_url: str
    key: bytes = field(repr=False)
    attempts: Attempts = field(init=False)

    def __post_init__(self) -> None:
        self.attempts = Attempts(self.database, self.key)

    @classmethod
    def of(cls, config: Config, config_path: Path, today: date | None, say: Say) -> Form:
        """The form of a configuration."""
        key = Keys(load_root_key(config.keys.root, config.base), "").derive("entry")
        return cls(config_path, today, say, Database(config.base), config.entry.public_url.rstrip("/"), key)

    # --- addresses and cookies ----------------------------------------------------------------
    @property
    def is_behind_tls(self) -> bool:
        """Whether people come by HTTPS: cookies then go no other way."""
        return self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return "__Host-kehila-entry" if self.is_behind_tls else "kehila-entry"

    @property
    def visitor_cookie(self) -> str:
        """The name of the cookie of somebody who is not signed in: it ties forms of theirs to their browser."""
        return f"{self.cookie}-visitor"

    def is_our_host(self, host: str) -> bool:
        """Whether a request was for this form, by its own address or on this machine."""
        return HOST.fullmatch(host) is not None or host.lower() == urlsplit(self.public_url).netloc.lower() != ""

    def is_our_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether a form came from a page of ours, as the browser says."""
        origin = headers.get("origin", "").lower()
        host = headers.get("host", "").lower()
        own = {self.public_url.lower(), f"http://{host}" if HOST.fullmatch(host) else ""}
        return not origin or origin in own - {""}

    def address(self, request: Request) -> str:
        """Where a request came from: the last address the proxy on this machine names, or whoever connected."""
        peer = request.client.host if request.client else ""
        named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return named[:64] if named and self.public_url and peer in ("127.0.0.1", "::1") else peer

    def set_cookie(self, answer: Response, name: str, value: str) -> None:
        """Give the browser a cookie no script reads and no other site sends."""
        answer.set_cookie(name, value, httponly=True, samesite="strict", secure=self.is_behind_tls, path="/")

    def drop_cookie(self, answer: Response, name: str) -> None:
        """Take a cookie back."""
        answer.delete_cookie(name, httponly=True, samesite="strict", secure=self.is_behind_tls, path="/")

    # --- who ----------------------------------------------------------------------------------
    def session(self, request: Request) -> Session | None:
        """Who is signed in."""
        return resume(self.database, request.cookies.get(self.cookie, ""))

    def visitor(self, request: Request) -> str:
        """The value of a visitor's cookie, a new one where there is none."""
        found = request.cookies.get(self.visitor_cookie, "")
        return found if len(found) == 32 and found.isascii() else secrets.token_urlsafe(24)

    def visitor_token(self, visitor: str) -> str:
        """What the forms of a visitor carry."""
        return hmac.new(self.key, f"visitor:{visitor}".encode(), "sha256").hexdigest()

    def store(self, session: Session) -> TownStore:
        """The store of who is signed in. Raises Refused where the town is served no more."""
        config = load(self.config_path)
        if session.account.authority not in {one.code for one in config.authority}:
            raise Refused(403, "no_town")
        return open_store(config, session.account.authority, self.today)


async def fields(request: Request, maximum: int) -> dict[str, str]:
    """The fields of a form, each once. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, "use_the_form")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > maximum:
            raise Refused(413, "too_much")
    try:
        told = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        raise Refused(400, "use_the_form") from None
    return {name: values[-1] for name, values in told.items()}


class Guard:
    """Around everything: the right address, headers on every answer, and no error of ours is a 500."""

    def __init__(self, app: ASGIApp, form: Form) -> None:
        self.app, self.form = app, form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        more = {"content-security-policy": policy()}
        if self.form.is_behind_tls:
            more["strict-transport-security"] = "max-age=31536000"
        sending = SafeAnswer(send, more)
        try:
            headers = Headers(scope=scope)
            if scope["path"] != "/healthz" and not self.form.is_our_host(headers.get("host", "")):
                raise Refused(421, "wrong_address")
            if scope["method"] not in ("GET", "HEAD", "POST"):
                raise Refused(405, "use_the_form")
            if scope["method"] == "POST" and not self.form.is_our_origin(headers):
                raise Refused(403, "another_page")
            await self.app(scope, receive, sending)
        except Exception as problem:  # noqa: BLE001 (whatever it is, the reader is told what to do, and sees no value)
            if not sending.began:
                await answer_to(problem, self.form)(scope, receive, sending)


def answer_to(problem: Exception, form: Form) -> Response:
    """A plain page for what went wrong, in all languages."""
    if isinstance(problem, Refused):
        return HTMLResponse(notice(problem.notice), problem.status)
    try:
        config = load(form.config_path)
    except ConfigProblem:
        config = None
    form.say(describe(problem, config).sentence, "not_now", level=logging.WARNING)
    return HTMLResponse(notice("not_now"), 503, headers={"retry-after": "10"})


def language_of(request: Request) -> Language:
    """The language in the address. Raises Refused."""
    found = request.path_params.get("language", "")
    for one in LANGUAGES:
        if one == found:
            return one
    raise Refused(404, "no_such_page")


def back_to(page: str) -> str:
    """A page of the form, as a form of ours names it; '' for any other."""
    return page if _BACK.fullmatch(page) else ""


def see(address: str) -> Response:
    """Go on to a page."""
    return RedirectResponse(address, 303)
