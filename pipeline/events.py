"""What happened, told to Prefect: so that automations can answer it, and nobody waits for that.

An event names an authority, streams, indicators and months; nothing personal, no file names. It leaves by a thread of
its own through a bounded queue, and only when a server is configured (PREFECT_API_URL). A server that is slow,
down or gone costs events and nothing else: whatever they would have started is started by schedules as well.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from collectors.service import PushReport
from warehouse.accounts import AccountRef
from warehouse.calendar import month_of, span

LANDED, REFRESHED, CLOSED, GAP = "kehila.landed", "kehila.refreshed", "kehila.month.closed", "kehila.gap"
MATERIALISED, CHECKED = "kehila.materialised", "kehila.checked"
ASSET = "prefect.asset.materialization"
"""How Prefect itself names the event of data that was made; `.succeeded` or `.failed`."""
ACCOUNT = "kehila.account"
MEETING_ENDED, PULL_SCHEDULED = "kehila.zoom.meeting_ended", "kehila.pull_wished"
MAX_WAITING = 1_000
MAX_NAMES = 200
MAX_ASSETS = 60
"""A refresh tells so many facts' months one by one: an event costs the server as much as a small request."""
RUN_VARIABLE = "PREFECT__FLOW_RUN_ID"
"""Prefect names the run to the process it starts for it."""
AWAY_SECONDS = 15.0
"""How long a server that did not take an event is taken to be away."""
ANSWER_SECONDS = 5.0
TRIES = 2
"""A busy server may take an event only when it is asked again; equal identifiers are one event to it."""
FINISH_SECONDS = 3.0


def resource(authority: str) -> str:
    """How events name an authority."""
    return f"kehila.authority.{authority}"


class Announcer:
    """A bounded queue and the thread that empties it. `post(events)` raises when they are not taken."""

    def __init__(self, post: Callable[..., None], most: int = MAX_WAITING) -> None:
        self._post = post
        self._queue: queue.Queue[tuple[Any, ...]] = queue.Queue(most)
        self._away_until = 0.0
        self.lost = 0
        threading.Thread(target=self._run, name="kehila-events", daemon=True).start()

    def put(self, *event: Any) -> None:
        """Never waits: when the queue is full the event is lost."""
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self.lost += 1

    def finish(self, seconds: float) -> None:
        """Wait until all is told, for so long at most."""
        until = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.02)

    def _run(self) -> None:
        while True:
            event = self._queue.get()
            if time.monotonic() < self._away_until or not self._is_taken(event):
                self.lost += 1
            self._queue.task_done()

    def _is_taken(self, event: tuple[Any, ...]) -> bool:
        for _ in range(TRIES):
            with contextlib.suppress(Exception):  # an event that cannot be told is lost, and nothing else
                self._post(*event)
                return True
        self._away_until = time.monotonic() + AWAY_SECONDS
        return False


_announcer: Announcer | None = None
_lock = threading.Lock()


def has_server() -> bool:
    """Whether there is a server to tell."""
    return bool(os.environ.get("PREFECT_API_URL"))


def announce(event: str, authority: str, *, key: str = "", **payload: Any) -> None:
    """Tell that something happened; returns at once and never fails. Equal `key`s are one event."""
    if has_server():
        _put([_event(event, authority, resource(authority), authority, payload, key)])


def _event(
    event: str, authority: str, about: str, name: str, payload: Mapping[str, Any], key: str = ""
) -> dict[str, Any]:
    """An event as Prefect takes it: about a thing, of an authority, in the run this process does, if it does one."""
    related = [{"prefect.resource.id": resource(authority), "prefect.resource.role": "authority"}]
    if run := os.environ.get(RUN_VARIABLE):
        related.append({"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"})
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{event} {authority} {key}") if key else uuid.uuid4()
    return {
        "occurred": datetime.now(UTC).isoformat(), "event": event, "payload": {"authority": authority, **payload},
        "id": str(identity),
        "resource": {"prefect.resource.id": about, "prefect.resource.name": name, **_labels(payload)},
        "related": related,
    }  # fmt: skip


def _labels(payload: Mapping[str, Any]) -> dict[str, str]:
    """By which an automation tells events of one name apart: it sees the labels of what they are about alone."""
    return {f"kehila.{name}": str(payload[name]) or "-" for name in ("source", "verdict") if name in payload}


def _put(events: list[dict[str, Any]]) -> None:
    global _announcer
    with _lock:
        if _announcer is None:
            _announcer = Announcer(post)
            atexit.register(finish)
    _announcer.put(events)


def finish(seconds: float = FINISH_SECONDS) -> None:
    """For a process that is about to end: give what waits a moment."""
    if _announcer is not None:
        _announcer.finish(seconds)


def post(events: list[dict[str, Any]]) -> None:
    """Give events to the server PREFECT_API_URL names. Raises OSError when it does not take them in time.

    Two calls and no client: loading Prefect's own takes longer than a refresh, and it would try for minutes. A server
    that guards its page against other pages wants a token first; one that does not answers 422 to that.
    """
    client = uuid.uuid4().hex
    headers = {"content-type": "application/json"}
    with contextlib.suppress(urllib.error.HTTPError):
        token = json.loads(_call(f"csrf-token?client={client}"))["token"]
        headers |= {"prefect-csrf-token": token, "prefect-csrf-client": client}
    _call("events", json.dumps(events).encode(), headers)


def _call(path: str, body: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    address = f"{os.environ['PREFECT_API_URL'].rstrip('/')}/{path}"
    request = urllib.request.Request(address, body, dict(headers))  # noqa: S310 (the address the operator configured)
    if user := os.environ.get("PREFECT_API_AUTH_STRING"):
        request.add_header("authorization", "Basic " + base64.b64encode(user.encode()).decode())
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
        found: bytes = answer.read(100_000)
        return found


# --- what is told ---------------------------------------------------------------------------
def landed(authority: str, streams: Iterable[str], months: Iterable[str] = ()) -> None:
    """Announce that a batch landed. `months` are those it may have changed; without any, it may have changed all."""
    if found := sorted(set(streams)):
        announce(LANDED, authority, streams=found[:MAX_NAMES], months=sorted(set(months))[-MAX_NAMES:])


def refreshed(authority: str, outcome: str, indicators: Mapping[str, Sequence[str]], seconds: float) -> None:
    """A refresh ended, `changed`, `same` or `failed`, after so many seconds: the indicators computed anew, and of which
    months."""
    months = sorted({month for found in indicators.values() for month in found})
    announce(
        REFRESHED, authority, outcome=outcome, indicators=sorted(indicators)[:MAX_NAMES], months=months[-MAX_NAMES:],
        seconds=round(seconds, 3),
    )  # fmt: skip


@dataclass(frozen=True)
class Materialised:
    """A fact's month that was stored anew or refused, with the rows stored now, the gate's verdict and its codes."""

    fact: str
    month: str  # '' for a batch that was refused as a whole
    rows: int
    verdict: str  # passed | doubted | refused
    codes: tuple[str, ...] = ()


def materialised(authority: str, made: Sequence[Materialised]) -> None:
    """Facts' months were made, or refused: an event each, those first that come first, and one of how many in all."""
    if not made or not has_server():
        return
    events = []
    for one in made[:MAX_ASSETS]:
        about = f"kehila://{authority}/{one.fact}/{one.month or 'batch'}"
        payload = {**asdict(one), "codes": list(one.codes)}
        name = f"{ASSET}.{'failed' if one.verdict == 'refused' else 'succeeded'}"
        events.append(_event(name, authority, about, f"{one.fact} {one.month}".strip(), payload))
    counts = {verdict: sum(one.verdict == verdict for one in made) for verdict in ("passed", "doubted", "refused")}
    more = {**counts, "told_one_by_one": len(events), "facts": sorted({one.fact for one in made})}
    _put([*events, _event(MATERIALISED, authority, resource(authority), authority, more)])


def checked(authority: str, source: str, verdict: str, counts: Mapping[str, int], codes: Mapping[str, int]) -> None:
    """A source was judged: the worst that stands against it, how often each verdict and code does.

    `source` is '' for the published figures themselves.
    """
    announce(CHECKED, authority, source=source, verdict=verdict, counts=dict(counts), codes=dict(codes))


def month_closed(authority: str, month: str, revision: int) -> None:
    """A month was closed, or closed again."""
    announce(CLOSED, authority, key=f"{month} {revision}", month=month, revision=revision)


def gap(authority: str, account: str, kind: str, since: datetime) -> None:
    """A source fell silent, or was not heard."""
    announce(GAP, authority, key=f"{account} {kind} {since.isoformat()}", account=account, kind=kind,
             since=since.isoformat())  # fmt: skip


def pulls_scheduled(authority: str, wishes: Iterable[tuple[AccountRef, Sequence[datetime]]]) -> None:
    """Webhooks asked for pulls: (account, instants). A meeting that ended is told by its own name."""
    for account, instants in wishes:
        if not instants:
            continue
        name = MEETING_ENDED if account.source == "zoom" else PULL_SCHEDULED
        due = [at.isoformat() for at in sorted(set(instants))]
        announce(name, authority, key=f"{account} {due}", account=str(account), due_at=due)


def accounts_changed(authority: str, told: Iterable[tuple[AccountRef, PushReport]]) -> None:
    """A service disabled, restricted or disconnected an account, or took that back: (account, what its event told)."""
    for account, report in told:
        for change in report.account_changes:
            announce(
                ACCOUNT, authority, key=f"{account} {change} {report.received_at}", account=str(account), change=change
            )


def months_between(since: datetime | None, until: datetime) -> list[str]:
    """The months of a window."""
    return [] if since is None else list(span(month_of(since.date()), month_of(until.date())))
