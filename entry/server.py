"""The form over HTTP: on this machine, behind the proxy that speaks HTTPS for the town."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from entry.filling import Filling
from entry.signing import Signing
from entry.web import Form, Guard, answer_to, see
from operations.connections import listening
from operations.login import Refused
from texts import LANGUAGES
from town.config import load
from town.log import Say
from transforms.catalogue import ours

FINISH_SECONDS = 5


class EntryProblem(Exception):
    """The form cannot be served; the message says what to do."""


def application(form: Form) -> ASGIApp:
    """The whole form as an ASGI application."""
    signing = Signing(form)
    filling = Filling(form, signing)

    async def begin(request: Request) -> Response:
        wanted = request.headers.get("accept-language", "")[:2]
        return see(f"/{wanted if wanted in LANGUAGES else LANGUAGES[0]}/")

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"state": "ok"})

    async def failed(_request: Request, problem: Exception) -> Response:
        if isinstance(problem, HTTPException):
            name = "use_the_form" if problem.status_code == 405 else "no_such_page"
            problem = Refused(problem.status_code, name)
        return answer_to(problem, form)

    pages: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", "GET", begin),
        ("/healthz", "GET", healthz),
        ("/{language}/login", "GET", signing.show),
        ("/{language}/login", "POST", signing.enter),
        ("/{language}/link/{token}", "GET", signing.link),
        ("/{language}/link/{token}", "POST", signing.choose),
        ("/{language}/leave", "POST", signing.leave),
        ("/{language}/", "GET", filling.home),
        ("/{language}/sheet/{sheet}", "GET", filling.sheet),
        ("/{language}/sent", "GET", filling.sent),
        ("/{language}/workbook", "GET", filling.workbook),
        ("/{language}/save/{book}", "POST", filling.keep),
    ]
    routes = [Route(path, answer, methods=[method]) for path, method, answer in pages]
    told = dict.fromkeys((HTTPException, Refused, Exception), failed)
    return Guard(Starlette(routes=routes, exception_handlers=told), form)


def serve(config_path: Path, today: date | None, host: str, port: int, say: Say) -> None:
    """Serve the form until SIGTERM or SIGINT. Raises EntryProblem, or ConfigProblem at the start."""
    config = load(config_path)
    form = Form.of(config, config_path.resolve(), today, say)
    with listening(application(form), host, port, EntryProblem, FINISH_SECONDS) as (server, address):
        ours()  # loaded before somebody waits for it
        say(f"web form: http://{host}:{address.getsockname()[1]}")
        asyncio.run(server.serve(sockets=[address]))
