"""Between HTTP and the inbox: where paths lead, who vouches for a body, and how things stand."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.hooks import Answered, Call, Hook, HookAccount, Refused
from receiver.protocol import Connection, Request
from receiver.replies import OK, OK_AND_CLOSE, reply
from town.hook_accounts import ref_of
from town.log import Say
from town.parts import parts_status
from warehouse.inbox import Depth, Entry, Inbox
from warehouse.inbox_writer import GroupCommit

MAX_CONNECTIONS = 500
MAX_BODY_BYTES = 64_000_000
"""Of bodies not yet whole, all connections together."""
MAX_WAIT = 2.0
"""Seconds a sender waits for the disk; Zoom hangs up after three."""

PendingReply = tuple[Connection, Request]


@dataclass(frozen=True)
class HookRoute:
    """A path of a hook."""

    hook: Hook
    accounts: Sequence[HookAccount]
    methods: tuple[str, ...]
    max_body_bytes: int
    path_secret: bytes = b""


@dataclass(frozen=True)
class HealthRoute:
    """The path of `/healthz`."""

    methods: tuple[str, ...] = ("GET", "HEAD")
    max_body_bytes: int = 0


class Receiver:
    """Takes requests of all connections; lives in the thread of the event loop."""

    def __init__(
        self,
        accounts: Mapping[Hook, Sequence[HookAccount]],
        inbox: Inbox,
        commit: Callable[[Callable[[Sequence[PendingReply], bool], None]], GroupCommit[PendingReply]],
        call_soon: Callable[..., Any],
        log: Say,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.now = time.monotonic()
        self.stopping = False
        self.connections: dict[Connection, None] = {}
        self._inbox, self._log, self._clock = inbox, log, clock
        self._paths: dict[bytes, HookRoute | HealthRoute] = {b"/healthz": HealthRoute()}
        self._prefixes: dict[bytes, HookRoute] = {}
        for hook, who in accounts.items():
            path, has_secret, _ = hook.path.partition("{secret}")
            route = HookRoute(hook, who, hook.methods, hook.max_body_bytes)
            (self._prefixes if has_secret else self._paths)[path.encode()] = route
        self._body_bytes = 0
        self._pending: deque[PendingReply] = deque()
        self._counts: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._last: dict[str, float | None] = {hook.name: None for hook in accounts}
        self._failing = ""
        self._depth, self._depth_asked = Depth(0, None), (0.0, -1)
        # `settled` comes from the thread that writes; everything here belongs to the loop's.
        self._commit = commit(lambda tickets, durable: call_soon(self._settled, tickets, durable))

    # --- connections ------------------------------------------------------------------------
    def arrived(self, connection: Connection) -> None:
        """A new connection; when all places are taken, the one that has been silent longest for nothing goes."""
        if len(self.connections) >= MAX_CONNECTIONS:
            silent = (one for one in self.connections if not one.waiting)
            idle = min(silent, key=lambda one: one.heard_at, default=None)
            if idle is None:
                self._counts["too_many_connections"] += 1
                connection.end(reply(503, b"too_many_connections", close=True))
                return
            self._counts["evicted"] += 1
            del self.connections[idle]
            idle.end()
        self.connections[connection] = None

    def left(self, connection: Connection) -> None:
        """A connection ended."""
        self.connections.pop(connection, None)

    def make_room(self, size: int) -> None:
        """Count bytes of unfinished bodies. Raises Refused when there are too many."""
        if self._body_bytes + size > MAX_BODY_BYTES:
            raise Refused(503, "too_much_at_once")
        self._body_bytes += size

    def look_at_head(self, request: Request) -> None:
        """Refuse what no body could make right. Raises Refused."""
        route = request.route
        if isinstance(route, HookRoute):
            call = Call(request.method, request.query, route.path_secret, request.headers, b"", self._clock())
            route.hook.head(call, route.accounts)

    def route(self, path: bytes) -> HookRoute | HealthRoute:
        """Where a raw path leads; it is not decoded and not tidied. Raises Refused."""
        found = self._paths.get(path)
        if found is not None:
            return found
        for prefix, route in self._prefixes.items():
            if path.startswith(prefix) and b"/" not in path[len(prefix) :]:
                return HookRoute(route.hook, route.accounts, route.methods, route.max_body_bytes, path[len(prefix) :])
        raise Refused(404, "no_such_path")

    # --- requests ---------------------------------------------------------------------------
    def take(self, connection: Connection, request: Request) -> None:
        """Answer a whole request, or hand it to the inbox and answer when it is durable."""
        route = request.route
        close = request.close = request.close or self.stopping
        bare = request.method == "HEAD"
        if isinstance(route, HealthRoute):
            status, state = self.health()
            answer = reply(status, json.dumps(state).encode(), b"application/json", close=close, bare=bare)
            connection.respond(request, answer)
            return
        hook = route.hook
        at = self._clock()
        pieces, request.body = request.body, []
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        try:
            call = Call(request.method, request.query, route.path_secret, request.headers, body, at)
            verdict = hook.verdict(call, route.accounts)
        except Refused as refusal:
            self._counts[f"{hook.name}.{refusal.code}"] += 1
            answer = reply(refusal.status, refusal.code.encode(), close=close, bare=bare)
            connection.respond(request, answer)
            return
        if isinstance(verdict, Answered):
            self._counts[f"{hook.name}.answered"] += 1
            answer = reply(200, verdict.body, verdict.content_type, close=close, bare=bare)
            connection.respond(request, answer)
            return
        places = tuple([str(ref_of(account)) for account in verdict.accounts])
        entry = Entry(hook.name, places, int(at * 1000), body, verdict.late)
        request.since = self.now
        if self._commit.put((connection, request), entry):
            self._pending.append((connection, request))
        else:
            self._counts["backlog_full"] += 1
            connection.respond(request, reply(503, b"backlog_full", close=close))

    def _settled(self, tickets: Sequence[PendingReply], durable: bool) -> None:
        """A batch is on the disk, or is not."""
        at = self._clock()
        for connection, request in tickets:
            if durable:
                self._last[request.route.hook.name] = at
            else:
                self._counts["not_written"] += 1
            if request.reply is None:
                if durable:
                    connection.respond(request, OK_AND_CLOSE if request.close else OK)
                else:
                    connection.respond(request, reply(503, b"not_written", close=request.close))
        if durable:
            self._counts["stored"] += len(tickets)
        self._failing = "" if durable else "the inbox cannot be written; free some space, look at the disk"

    def tick(self) -> None:
        """Called four times a second: time limits, and senders the disk keeps waiting too long."""
        self.now = time.monotonic()
        while self._pending:
            connection, request = self._pending[0]
            if request.reply is None:
                if self.now - request.since < MAX_WAIT:
                    break
                self._counts["too_slow_disk"] += 1
                self._failing = "the inbox is written too slowly; look at the disk"
                connection.respond(request, reply(503, b"try_again", close=request.close))
            self._pending.popleft()
        for connection in list(self.connections):
            connection.overdue(self.now)

    # --- how things stand -------------------------------------------------------------------
    def refused(self, code: str, route: HookRoute | HealthRoute | None) -> None:
        """Count a request refused before it was whole, under its hook where it found one."""
        self._counts[f"{route.hook.name}.{code}" if isinstance(route, HookRoute) else code] += 1

    def broke(self, problem: BaseException) -> None:
        """Something of ours went wrong: its type, and nothing of what the request held."""
        self._counts["unexpected"] += 1
        self._log(f"an error of ours ({type(problem).__name__}); the sender was told to come again, please report it",
                  "error_of_ours", level=logging.ERROR)  # fmt: skip

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of `/healthz`: 200 while events can be taken."""
        asked = (self.now, self._counts["stored"])
        if asked != self._depth_asked:  # many questions a second cost one look at the folder
            self._depth_asked, self._depth = asked, self._inbox.depth()
        depth = self._depth
        oldest = None if depth.oldest_ms is None else max(0, round(self._clock() - depth.oldest_ms / 1000))
        body = {
            "status": "stopping" if self.stopping else "failing" if self._failing else "ok",
            "reason": self._failing,
            "inbox_depth": depth.entries,
            "oldest_seconds": oldest,
            "last_received_at": {
                name: at and datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
                for name, at in self._last.items()
            },
            "waiting": sum(request.reply is None for _, request in self._pending),
            "connections": len(self.connections),
            "counts": dict(sorted(self._counts.items())),
            "parts": {one["name"]: one["state"] for one in parts_status()},
        }
        return 200 if body["status"] == "ok" else 503, body

    def report(self) -> None:
        """Say what was refused or failed since the last time: codes and numbers."""
        fresh = self._counts - self._told
        self._told = Counter(self._counts)
        words = [f"{code} {n}" for code, n in sorted(fresh.items()) if not code.endswith(("stored", ".answered"))]
        if words:
            self._log("refused or failed lately: " + ", ".join(words), "refused", level=logging.WARNING, counts=fresh)

    def finish(self) -> None:
        """Store what was accepted; senders are answered once the loop runs on."""
        self._commit.stop()
