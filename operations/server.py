"""The page over HTTP, on this machine only: one address for each language, one for the buttons."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from collectors.service import sources
from operations.actions import ActionRunner, arguments
from operations.connections import SafeAnswer, listening
from operations.localizer import Localizer
from operations.login import COOKIE, MAX_FORM, VISITOR, LoginGuard, Refused, auth_file
from operations.metrics import METRICS, OPENMETRICS, measured, openmetrics, worst
from operations.pages import notice, page, policy, towns_page
from operations.state import State, gather
from operations.towns import overview
from texts import LANGUAGES, Language
from town.config import Config, ConfigProblem, load
from town.faults import FaultKind, describe
from town.log import Say
from town.store import open_store
from transforms.catalogue import ours
from warehouse.ledger import now
from warehouse.people import may_be_personal, names_somebody

LOOPBACK = "127.0.0.1"
FINISH_SECONDS = 1


class OperationsProblem(Exception):
    """The page cannot be served; the message says what to do."""


class Operations:
    """Answers requests. The configuration is read anew for each: what was mended shows at once."""

    def __init__(self, config_path: Path, today: date | None, door: LoginGuard, deeds: ActionRunner) -> None:
        self.config_path, self.today, self.door, self.deeds = config_path, today, door, deeds
        self._gathering = asyncio.Lock()  # one reading at a time: a page left open in ten windows costs as one

    async def show(self, request: Request, language: Language) -> Response:
        """The page of an authority in a language; of all of them where there are several and none is named."""
        config = load(self.config_path)
        code = request.query_params.get("authority") or ""
        if not code and len(config.authority) > 1:
            async with self._gathering:
                rows = await run_in_threadpool(overview, config, self.today)
            return HTMLResponse(towns_page(rows, language, now()))
        code = code or config.authority[0].code
        state = await self.state(config, code)
        localizer = Localizer(language, config.the_authority(code).timezone, state.at)
        visitor = request.cookies.get(COOKIE, "")
        known = VISITOR.fullmatch(visitor) is not None
        visitor = visitor if known else self.door.new_visitor()
        has_towns = len(config.authority) > 1
        shown = page(state, localizer, self.deeds.of(code), self.door.token(visitor), has_towns=has_towns)
        answer = HTMLResponse(shown)
        if not known:
            answer.set_cookie(COOKIE, visitor, httponly=True, samesite="strict")
        return answer

    async def do(self, request: Request) -> Response:
        """Press a button: check the form, start its command, and show the page again."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_FORM:
                raise Refused(413, "unreadable_form")
        fields = self.door.form(request.headers, request.cookies.get(COOKIE, ""), body)
        code, action = fields.get("authority", ""), fields.get("action", "")
        config = load(self.config_path)
        state = await self.state(config, code)
        command = await run_in_threadpool(
            arguments, state, fields, lambda text: self._is_of_a_person(config, code, text)
        )
        await self.deeds.begin(code, command, action, fields.get("target", ""))
        language = fields.get("language") if fields.get("language") in LANGUAGES else "he"
        return RedirectResponse(f"/{language}?{urlencode({'authority': code})}#told", 303)

    def _is_of_a_person(self, config: Config, code: str, text: str) -> bool:
        """Whether a reason holds a number or address of a person, or the name of one who is in the data."""
        store = open_store(config, code, self.today)
        try:
            return may_be_personal(text) or names_somebody(text, store.people)
        finally:
            store.engine.dispose()

    async def healthz(self, _request: Request) -> Response:
        """Whether all towns are well, and nothing of what is wrong: who asks has no password."""
        level, _ = await self._health()
        return JSONResponse({"state": level}, 503 if level == "fail" else 200)

    async def metrics(self, _request: Request) -> Response:
        """What monitoring reads, as OpenMetrics."""
        _, text = await self._health()
        return Response(text, media_type=OPENMETRICS)

    async def _health(self) -> tuple[str, str]:
        config = load(self.config_path)

        def read() -> tuple[str, str]:
            towns = []
            for one in config.authority:
                store = open_store(config, one.code, self.today, is_reading=True)
                towns.append(measured(store))
                store.engine.dispose()
            return worst(towns), openmetrics(towns)

        async with self._gathering:
            return await run_in_threadpool(read)

    async def state(self, config: Config, code: str) -> State:
        """What is known of an authority now; Refused when it is not configured."""
        if code not in {one.code for one in config.authority}:
            raise Refused(404, "no_such_authority")

        def read() -> State:
            store = open_store(config, code, self.today, is_reading=True)
            try:
                return gather(store)
            finally:
                store.engine.dispose()

        async with self._gathering:
            return await run_in_threadpool(read)


class Guard:
    """Around everything: nobody comes in without the password, and no error of ours is a 500."""

    def __init__(self, app: ASGIApp, door: LoginGuard, say: Say, config_path: Path) -> None:
        self.app, self.door, self.say, self.config_path = app, door, say, config_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        sending = SafeAnswer(send, {"content-security-policy": policy()})
        try:
            if scope["type"] != "http" or scope["path"] != "/healthz":
                self.door.enter(Headers(scope=scope))
            await self.app(scope, receive, sending)
        except Exception as problem:  # noqa: BLE001 (whatever it is, the reader is told what to do, and sees no value)
            answer = answer_to(problem, self.config_path)
            if answer.status_code == 503:
                self.say(remedy(problem, self.config_path), "not_now", level=logging.WARNING)
            if not sending.began:
                await answer(scope, receive, sending)


def answer_to(problem: Exception, config_path: Path) -> Response:
    """A plain page for what went wrong."""
    if isinstance(problem, Refused):
        more = {"www-authenticate": 'Basic realm="Kehila", charset="UTF-8"'} if problem.status == 401 else {}
        return HTMLResponse(notice(problem.notice), problem.status, headers=more)
    if isinstance(problem, HTTPException):
        name = "use_the_buttons" if problem.status_code == 405 else "no_such_page"
        return HTMLResponse(notice(name), problem.status_code, headers=problem.headers)
    return HTMLResponse(notice("not_now", recorded=remedy(problem, config_path)), 503, headers={"retry-after": "10"})


def remedy(problem: Exception, config_path: Path) -> str:
    """What to do about an error; nothing of what libraries quote."""
    try:
        config = load(config_path)
    except ConfigProblem:  # then there is no database to be asked of, and that is what is said
        config = None
    fault = describe(problem, config)
    return f"{fault.sentence}; then open the page again" if fault.kind is FaultKind.PASSING else fault.sentence


def application(one: Operations, say: Say) -> ASGIApp:
    """The whole page as an ASGI application."""

    async def again(_request: Request, problem: Exception) -> Response:
        return answer_to(problem, one.config_path)

    told = dict.fromkeys((HTTPException, Refused, Exception), again)
    pages = {"/": LANGUAGES[0], **{f"/{language}": language for language in LANGUAGES}}
    routes = [Route(path, partial(one.show, language=language), methods=["GET"]) for path, language in pages.items()]
    routes.append(Route("/do", one.do, methods=["POST"]))
    routes += [Route("/healthz", one.healthz, methods=["GET"]), Route(METRICS, one.metrics, methods=["GET"])]
    return Guard(Starlette(routes=routes, exception_handlers=told), one.door, say, one.config_path)


def serve(config_path: Path, today: date | None, port: int, say: Say) -> None:
    """Serve the page until SIGTERM or SIGINT. Raises OperationsProblem, or ConfigProblem at the start."""
    config = load(config_path)
    auth = auth_file(config.base).read_text(encoding="utf-8").strip()
    if ":" not in auth:
        raise OperationsProblem(
            "keys/operations.auth is empty or damaged; delete it and start again: a new one is made"
        )
    path = config_path.resolve()
    deeds = ActionRunner([f"--config={path}", *([f"--today={today}"] if today else [])])
    app = application(Operations(path, today, LoginGuard(auth), deeds), say)
    with listening(app, LOOPBACK, port, OperationsProblem, FINISH_SECONDS) as (server, address):
        sources(), ours()  # loaded before somebody waits for it
        say(f"operations page: http://{LOOPBACK}:{address.getsockname()[1]}")

        async def until_stopped() -> None:
            await server.serve(sockets=[address])
            await deeds.stop()

        asyncio.run(until_stopped())
