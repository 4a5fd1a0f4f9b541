"""Signing in and out, and choosing a password by a link."""

from __future__ import annotations

import hmac

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from entry import accounts, sessions
from entry.pages import page
from entry.web import MAX_LOGIN_FORM, Form, fields, language_of, see
from entry.words import Words
from operations.login import Refused


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

    async def show(self, request: Request) -> Response:
        """The page to sign in on."""
        return self._page(request, "login.html.j2", fault="", login="")

    async def enter(self, request: Request) -> Response:
        """Sign in. What is said of a wrong password is the same whether or not there is such a login."""
        found = await self._fields(request)
        login, address = accounts.plain_login(found.get("login", ""))[:200], self.form.address(request)
        database, attempts = self.form.database, self.form.attempts
        if not await run_in_threadpool(attempts.may_try, login, address):
            return self._page(request, "login.html.j2", 429, fault="too_many_tries", login=login)
        account = await run_in_threadpool(accounts.check, database, login, found.get("password", ""))
        if account is None:
            return self._page(request, "login.html.j2", 401, fault="wrong", login=login)
        await run_in_threadpool(attempts.forget, login, address)
        await run_in_threadpool(sessions.end, database, request.cookies.get(self.form.cookie, ""))
        session = await run_in_threadpool(sessions.begin, database, account)
        answer = see(f"/{language_of(request)}/")
        self.form.set_cookie(answer, self.form.cookie, session.token)
        self.form.drop_cookie(answer, self.form.visitor_cookie)
        return answer

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
        return self._page(request, "login.html.j2", fault="", login=account.login, chosen=True)

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
