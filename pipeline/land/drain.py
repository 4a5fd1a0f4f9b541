"""Draining: the inbox into facts, and a changed indicator within seconds of a webhook.

A `Drainer` lives long and stays warm. It notices that the inbox grew, lands what is new, and when nothing more
comes for a moment brings the facts and indicators it touched up to date. Killed at any instant and started
again it lands nothing twice and loses nothing: the place in the inbox moves with what was read, the inbox
forgets only what is durable, and facts are brought up to date by what they were last made of.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event as Flag
from typing import Any

from pipeline.land.events import INFRASTRUCTURE_ERRORS, LandingResult, land_events, noop_move, retry
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from pipeline.refresh.warm import Warm
from receiver.events import Event, events, open_inbox
from town.config import Config
from town.faults import describe
from town.log import Say
from town.store import TownStore, open_store
from warehouse.calendar import day_in
from warehouse.events import MovedElsewhere, move, position
from warehouse.inbox import InboxDamaged, Position
from warehouse.keys import Keys, load_root_key
from warehouse.lake import Lake
from warehouse.ledger import now
from warehouse.proof import LakeDamaged
from warehouse.store import transaction

LOOK_SECONDS = 0.02
"""How often to look whether the inbox grew: two system calls."""
QUIET_SECONDS, MAX_SECONDS = 0.06, 1.5
"""Facts follow when no event came for the first, and under constant load after the second. What comes while they are
made is one group, however short the first is."""
MAX_EVENTS, MAX_BYTES = 1_000, 16_000_000
"""Of one landing."""
TEND_SECONDS = 10.0
"""How often what is drained is destroyed, and what waits is tried again."""
KEPT_BYTES = 400_000_000
"""Of the lake's files, which never change, in memory: reading a year of small segments anew takes seconds."""
PAUSE_SECONDS = 5.0
"""After the disk or the database refused."""

OnLanded = Callable[[str, Sequence[str], Sequence[str]], None]
"""Called with an authority, the streams that landed, and the months of indicators computed anew for it."""


def noop_landed(_authority: str, _streams: Sequence[str], _months: Sequence[str]) -> None:
    """Nobody wants to know."""


@dataclass
class Drained:
    """What a round came to."""

    taken: LandingResult = field(default_factory=LandingResult)
    refreshed: dict[str, Refreshed] = field(default_factory=dict)  # authority -> what became of it
    forgotten: list[int] = field(default_factory=list)  # segments destroyed

    def as_json(self) -> dict[str, Any]:
        """The object `kehila drain --json` prints."""
        return {
            "landed": dict(sorted(self.taken.streams.items())),
            "seen_before": self.taken.seen,
            "quarantined": len(self.taken.quarantined),
            "held_back": self.taken.held,
            "segments_forgotten": len(self.forgotten),
            "refreshed": {code: one.as_json() for code, one in sorted(self.refreshed.items())},
        }


class Drainer:
    """Drains one installation's inbox. One at a time works best; two do no harm."""

    def __init__(self, config: Config, *, today: date | None = None, on_landed: OnLanded = noop_landed) -> None:
        self._config, self._today, self._on_landed = config, today, on_landed
        first = open_store(config, config.authority[0].code, today)
        first.lake = Lake(first.lake.shelf, kept_bytes=KEPT_BYTES)
        root = load_root_key(config.keys.root, config.base)
        self.stores = {
            one.code: dataclasses.replace(first, authority=one, keys=Keys(root, one.code)) for one in config.authority
        }
        self.inbox = open_inbox(config)
        self._touched: dict[str, set[str]] = {}  # authority -> streams landed since its facts were made
        self._unsure = set(self.stores)  # authorities whose indicators may be behind their facts
        self._warm = {code: Warm() for code in self.stores}
        self._stood: object = None
        self._first = self._last = self._tended = 0.0

    def store(self, code: str) -> TownStore:
        """The store of an authority; what nobody owns is kept by the first."""
        found = self.stores.get(code) or self.stores[self._config.authority[0].code]
        found.today = self._today or day_in(found.authority.timezone)
        return found

    # --- inbox -> segments ------------------------------------------------------------------
    def drain(self) -> LandingResult:
        """Land all that is in the inbox. Raises InboxDamaged, once what lies before the damage is landed."""
        done = LandingResult()
        while True:
            batch, before = self._batch()
            if not batch:
                return done
            with suppress(MovedElsewhere):  # another drainer took them: on from where it came to
                done.add(self._take(batch, before))

    def pass_damage(self) -> list[str]:
        """Go on without what is damaged or gone in the inbox, landing the rest; gives what was passed by, in words."""
        passed = []
        while True:
            try:
                self.drain()
            except InboxDamaged as problem:
                with transaction(self.store("").engine) as tx:
                    move(tx, self._reached(), problem.resume)
                passed.append(problem.what)
            else:
                return passed

    def retry(self) -> LandingResult:
        """Try again the events that waited long enough."""
        done = LandingResult()
        for code, store in self.stores.items():
            one = retry(store, now())
            self._touched.setdefault(code, set()).update(one.streams)
            done.add(one)
        return done

    def forget(self) -> list[int]:
        """Destroy the segments that are drained, with their keys."""
        return self.inbox.forget(self._reached())

    def _reached(self) -> Position:
        return position(self.store("").engine, self.inbox.identity)

    def _batch(self) -> tuple[list[Event], Position]:
        """The next events, as many as one landing takes, and the place behind them."""
        before = after = self._reached()
        found: list[Event] = []
        size = 0
        try:
            for event in events(self._config, before):
                is_full = len(found) >= MAX_EVENTS or size >= MAX_BYTES
                if is_full and event.position != after:  # a body for several accounts is drained as a whole
                    break
                found.append(event)
                size += len(event.body)
                after = event.position
        except InboxDamaged:
            if not found:
                raise
        return found, before

    def _take(self, batch: Sequence[Event], before: Position) -> LandingResult:
        after = batch[-1].position
        groups: dict[str, list[Event]] = {}
        for event in batch:
            groups.setdefault(self.store(event.authority).authority.code, []).append(event)
        done = LandingResult()
        for number, (code, found) in enumerate(groups.items(), start=1):
            # Of several authorities the last one moves the position: what was landed before it is known as seen.
            last = number == len(groups)
            one = land_events(self.store(code), found, (lambda tx: move(tx, before, after)) if last else noop_move)
            self._touched.setdefault(code, set()).update(one.streams)
            done.add(one)
        return done

    # --- segments -> facts ------------------------------------------------------------------
    def refresh(self) -> dict[str, Refreshed]:
        """Bring up to date what landed touched; the first time, and after one that failed, whatever is left behind."""
        done = {}
        for code in self.stores:
            streams = self._touched.get(code, set())
            is_whole = code in self._unsure
            if not (streams or is_whole):
                continue
            # Facts may be made and indicators not, when it is broken off: then a look at what changed is not enough.
            self._unsure.add(code)
            done[code] = refresh(self.store(code), streams=None if is_whole else streams, warm=self._warm[code])
            self._unsure.discard(code)
            self._touched.pop(code, None)
            if streams:
                months = sorted({month for found in done[code].indicators.values() for month in found})
                self._on_landed(code, sorted(streams), months)
        return done

    @property
    def is_behind(self) -> bool:
        """Whether something landed of which no facts were made yet."""
        return any(self._touched.values()) or bool(self._unsure)

    def once(self) -> Drained:
        """All of it, once."""
        done = Drained(self.drain())
        done.taken.add(self.retry())
        done.refreshed = self.refresh()
        done.forgotten = self.forget()
        return done

    # --- living -----------------------------------------------------------------------------
    def watch(self, stop: Flag, say: Say) -> None:
        """Until told to stop: notice, land, and refresh when it is quiet."""
        warm_up(self.store("").today)
        while not stop.is_set():
            try:
                self.step()
            except (*INFRASTRUCTURE_ERRORS, InboxDamaged, LakeDamaged) as problem:
                why = describe(problem, self._config).sentence
                say(f"draining waits: {why}", "draining_waits", level=logging.WARNING)
                stop.wait(PAUSE_SECONDS)
            stop.wait(LOOK_SECONDS)

    def step(self) -> None:
        """Look once, and do what is due."""
        at = time.monotonic()
        stands = self._stands()
        if stands != self._stood:
            self._last, self._first = at, self._first or at
            self.drain()
            self._stood = stands  # as it was before: what came meanwhile is noticed next time
        if self.is_behind and (at - self._last >= QUIET_SECONDS or at - self._first >= MAX_SECONDS):
            self.refresh()
        if not self.is_behind:
            self._first = 0.0
        if at - self._tended >= TEND_SECONDS:
            self._tended = at
            self.retry()
            self.forget()

    def _stands(self) -> object:
        """What changes when the inbox grows."""
        newest = max(self.inbox.segments(), default=0)
        return newest, self.inbox.path(newest).stat().st_size if newest else 0


def run(
    config: Config,
    stop: Flag,
    say: Say,
    on_landed: OnLanded = noop_landed,
) -> None:
    """Drain until `stop` is set; the supervisor gives it a process of its own."""
    Drainer(config, on_landed=on_landed).watch(stop, say)


def warm_up(today: date) -> None:
    """Load what takes seconds, and let a row pass the gate, before the first event needs it."""
    from collectors.service import sources
    from expectations.gate import GateContext, check
    from town.seeded_days import seeds
    from warehouse.schemas import fact_table

    sources()
    seeds("jewish", "he")
    noon = datetime.combine(today, datetime.min.time(), UTC)
    text = {"authority": "0", "month": f"{today:%Y-%m}", "space": "warm", "asset": "whatsapp", "message": "warm",
            "author_role": "resident", "kind": "text", "root": "warm", "reply_basis": "none"}  # fmt: skip
    row: dict[str, Any] = {**text, "sent_at": noon, "local_hour": 12, "is_question": False, "length": 0}
    table = fact_table("message", {name: [value] for name, value in row.items()})
    check("message", table, GateContext("0", "UTC", frozenset({"warm"}), today))
