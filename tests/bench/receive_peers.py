"""What the receiver is measured beside: the same promise, signed, checked and durable before 200, on known frameworks.

`python -m tests.bench.receive_peers KIND FOLDER PORT`. Each peer verifies Zoom's signature over the raw body and its
time, and keeps the body. The peers write in groups as we do, unless their name says `each`: one write and one sync
for whatever waits. They neither encrypt, nor parse, nor key, nor limit: they have less to do.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response

SECRET = b"zoom-secret-of-the-town"


def is_signed(headers: Any, body: bytes) -> bool:
    stamp = headers.get("x-zm-request-timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > 7_200:
        return False
    made = "v0=" + hmac.new(SECRET, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, headers.get("x-zm-signature", ""))


class Groups:
    """A thread that stores whatever waits and wakes those who wait."""

    def __init__(self, store: Callable[[list[bytes]], None]) -> None:
        self._store, self._waiting, self._changed = store, [], threading.Condition()  # type: ignore[var-annotated]
        threading.Thread(target=self._run, daemon=True).start()

    async def keep(self, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        with self._changed:
            self._waiting.append((loop, done, body))
            self._changed.notify()
        await done

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                batch, self._waiting = self._waiting, []
            self._store([body for _, _, body in batch])
            batch[0][0].call_soon_threadsafe(lambda all_of=batch: [done.set_result(None) for _, done, _ in all_of])


def file_store(folder: Path) -> Callable[[list[bytes]], None]:
    fd = os.open(folder / "bodies", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def store(bodies: list[bytes]) -> None:
        os.write(fd, b"".join(len(body).to_bytes(4, "big") + body for body in bodies))
        os.fdatasync(fd)

    return store


def sqlite_store(folder: Path) -> Callable[[list[bytes]], None]:
    base = sqlite3.connect(folder / "bodies.db", check_same_thread=False, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE body (id INTEGER PRIMARY KEY, at REAL, body BLOB)")
    lock = threading.Lock()

    def store(bodies: list[bytes]) -> None:
        with lock:
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO body (at, body) VALUES (?, ?)", [(time.time(), body) for body in bodies])
            base.execute("COMMIT")

    return store


def application(kind: str, folder: Path) -> Any:
    framework, _, how = kind.partition(" ")
    store = sqlite_store(folder) if "sqlite" in how else file_store(folder)
    keep = Groups(store).keep
    if "each" in how:

        async def keep(body: bytes) -> None:
            await asyncio.to_thread(store, [body])

    if framework == "fastapi":
        app = FastAPI()

        @app.post("/hooks/zoom")
        async def zoom(request: Request) -> Response:
            body = await request.body()
            if not is_signed(request.headers, body):
                return Response(status_code=401)
            await keep(body)
            return Response()

        return app
    if framework == "starlette":
        from starlette.applications import Starlette
        from starlette.requests import Request as Asked
        from starlette.responses import Response as Told
        from starlette.routing import Route

        async def zoom_too(request: Asked) -> Told:
            body = await request.body()
            if not is_signed(request.headers, body):
                return Told(status_code=401)
            await keep(body)
            return Told()

        return Starlette(routes=[Route("/hooks/zoom", zoom_too, methods=["POST"])])

    async def bare(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            piece = await receive()
            body += piece.get("body", b"")
            more = piece.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status = 200 if is_signed(headers, body) else 401
        if status == 200:
            await keep(body)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return bare


if __name__ == "__main__":
    server = {"http": "httptools", "loop": "uvloop", "log_level": "critical", "access_log": False, "lifespan": "off"}
    uvicorn.run(application(sys.argv[1], Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[3]), **server)  # type: ignore[arg-type]
