"""Signing in and out, and choosing a password by a link."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from entry import accounts, sessions
from entry.book import is_open
from entry.fields import typed_in
from entry.lines import save
from entry.pages import page
from entry.web import MAX_CARRIED, MAX_LOGIN_FORM, Form, back_to, fields, language_of, see
from entry.words import Words
from operations.login import Refused
from town.config import load
from warehouse.calendar import day_in
from warehouse.keys import Keys, load_root_key


class Signing:
    """Pages of who is not signed in yet."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def _page(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        words = Words(language_of(request))
        visitor = self.form.visitor(request)
        here = request.url.path.removeprefix(f"/{words.language}")
        token = self.form.visitor_token(visitor)
        answer = HTMLResponse(page(template, words, here=here, token=token, session=None, **values), status)
        self.form.set_cookie(answer, self.form.visitor_cookie, visitor)
        return answer

    async def _fields(self, request: Request) -> dict[str, str]:
        """The fields of a form of this visitor. Raises Refused."""
        found = await fields(request, MAX_LOGIN_FORM)
        visitor = request.cookies.get(self.form.visitor_cookie, "")
        token = self.form.visitor_token(visitor)
        if not visitor or not hmac.compare_digest(found.get("token", "").encode("utf-8", "replace"), token.encode()):
            raise Refused(403, "old_page")
        return found

    def carrying(self, request: Request, book: str, found: Mapping[str, str]) -> Response:
        """The page to sign in on, of somebody whose session ended while a form was filled in: it takes that along."""
        carried = json.dumps({"book": book, "fields": {k: v for k, v in found.items() if k not in ("token", "do")}})
        if len(carried) > MAX_CARRIED:
            raise Refused(401, "signed_out")
        return self._page(request, "login.html.j2", 401, fault="", login="", carried=carried)

    async def show(self, request: Request) -> Response:
        """The page to sign in on."""
        return self._page(request, "login.html.j2", fault="", login="", carried="")

    async def enter(self, request: Request) -> Response:
        """Sign in. What is said of a wrong password is the same whether or not there is such a login."""
        found = await self._fields(request)
        login, address = accounts.plain_login(found.get("login", ""))[:200], self.form.address(request)
        database, attempts = self.form.database, self.form.attempts
        carried = found.get("carried", "")[:MAX_CARRIED]
        if not await run_in_threadpool(attempts.may_try, login, address):
            return self._page(request, "login.html.j2", 429, fault="too_many_tries", login=login, carried=carried)
        account = await run_in_threadpool(accounts.check, database, login, found.get("password", ""))
        if account is None:
            return self._page(request, "login.html.j2", 401, fault="wrong", login=login, carried=carried)
        await run_in_threadpool(attempts.forget, login, address)
        await run_in_threadpool(sessions.end, database, request.cookies.get(self.form.cookie, ""))
        session = await run_in_threadpool(sessions.begin, database, account)
        back = await run_in_threadpool(self._keep_carried, account, carried) if carried else ""
        answer = see(f"/{language_of(request)}/{back}")
        self.form.set_cookie(answer, self.form.cookie, session.token)
        self.form.drop_cookie(answer, self.form.visitor_cookie)
        return answer

    def _keep_carried(self, account: accounts.Account, carried: str) -> str:
        """Keep what was typed before signing in again as drafts; gives the page it was typed on."""
        try:
            told = json.loads(carried)
            book, found = str(told["book"]), {str(name): str(text) for name, text in told["fields"].items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            return ""
        config = load(self.form.config_path)
        town = config.the_authority(account.authority)
        if not is_open(book, self.form.today or day_in(town.timezone)):
            return ""
        keys = Keys(load_root_key(config.keys.root, config.base), account.authority)
        save(self.form.database, keys, account, book, typed_in(found, book))
        return back_to(found.get("back", ""))

    async def link(self, request: Request) -> Response:
        """The page a link leads to: choose a password."""
        account = await run_in_threadpool(accounts.of_link, self.form.database, request.path_params["token"])
        if account is None:
            raise Refused(410, "link_used")
        return self._page(request, "link.html.j2", login=account.login, fault="", minimum=accounts.MIN_PASSWORD)

    async def choose(self, request: Request) -> Response:
        """Choose the password; the link is used up by it, and sessions of before end."""
        found = await self._fields(request)
        token, password = request.path_params["token"], found.get("password", "")
        account = await run_in_threadpool(accounts.of_link, self.form.database, token)
        if account is None:
            raise Refused(410, "link_used")
        fault = accounts.password_fault(password, account.login)
        if not fault and password != found.get("again", ""):
            fault = "password_differs"
        if fault:
            minimum = accounts.MIN_PASSWORD
            return self._page(request, "link.html.j2", 400, login=account.login, fault=fault, minimum=minimum)
        if await run_in_threadpool(accounts.choose, self.form.database, token, password) is None:
            raise Refused(410, "link_used")
        await run_in_threadpool(self.form.attempts.lift, account.login)
        return self._page(request, "login.html.j2", fault="", login=account.login, chosen=True, carried="")

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        session = await run_in_threadpool(self.form.session, request)
        if session is not None:
            found = await fields(request, MAX_LOGIN_FORM)
            if not session.is_own(found.get("token", "")):
                raise Refused(403, "old_page")
            await run_in_threadpool(sessions.end, self.form.database, session.token)
        answer = see(f"/{language_of(request)}/login")
        self.form.drop_cookie(answer, self.form.cookie)
        return answer
