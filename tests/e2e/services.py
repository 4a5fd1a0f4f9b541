"""The command line pointed at the played services, and what it leaves in the ledger, the lake and the warehouse."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.facebook.session import FacebookSession
from collectors.ga4.session import Session as GoogleSession
from collectors.http import HttpSession
from collectors.zoom.source import Zoom
from pipeline.collect import collect as collecting
from simulator.services.server import Answer, Call, Server
from tests.e2e.command_line import Ran, Run
from tests.e2e.played import NOW, SECRETS, TEXTS, Played
from tests.staged import stage_whole
from town.config import load
from town.landed import landed_tables
from town.staged import staging_modules
from town.store import open_store
from transforms.staging import staff
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3

FIRST_READ = timedelta(days=100)
"""Longer than most streams look back, so that a second reading reaches no further than the first."""
PEOPLE = ("person", "author", "reply_to_author", "attendee", "clicker", "respondent_key")
KEY: dict[str, bytes] = {}
"""The key of every town of this process, so that the same place has the same name in all of them."""


def toml(value: Any) -> str:
    """A plain setting as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{name}" = {toml(one)}' for name, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def write_town(folder: Path, playing: Played, only: tuple[str, ...] = (), **changed: Mapping[str, Any]) -> Path:
    """kehila.toml, the key and the secrets of a town that reads these stand-ins (or only some of them)."""
    (folder / "secrets").mkdir(parents=True)
    text = '[[authority]]\ncode = "T1"\nname_he = "עיר"\n'
    for source, settings in playing.sections().items():
        if only and source not in only:
            continue
        settings = {**settings, **changed.get(source, {})}
        names = [name for name in SECRETS if name.startswith(f"{source}.")]
        for name in names:
            (folder / "secrets" / name).write_text(SECRETS[name], encoding="utf-8")
        secrets = {name.partition(".")[2]: f"file:secrets/{name}" for name in names}
        lines = "".join(f"{name} = {toml(value)}\n" for name, value in settings.items())
        text += f"[source.{source}.town]\n{lines}" + (f"secrets = {toml(secrets)}\n" if secrets else "")
    (folder / "kehila.toml").write_text(text, encoding="utf-8")
    key = folder / "keys" / "root.key"
    new_key_file(key)
    key.write_bytes(KEY.setdefault("root", key.read_bytes()))
    return folder


@contextmanager
def without_waiting(patched: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The day is NOW, waits are written down instead of being waited, and a first read goes back two months."""
    waited: list[float] = []
    for maker in (HttpSession, FacebookSession, GoogleSession, Zoom):
        names = maker.__init__.__kwdefaults__ or {}
        if "sleep" in names:
            patched.setitem(names, "sleep", waited.append)
        else:
            *rest, _ = maker.__init__.__defaults__ or ()
            patched.setattr(maker.__init__, "__defaults__", (*rest, waited.append))
    patched.setattr(collecting, "FIRST_READ", FIRST_READ)
    with time_machine.travel(NOW, tick=False):
        yield waited


@dataclass
class Town:
    """A town's folder and the command line on it."""

    folder: Path
    run: Run
    waited: list[float]

    def kehila(self, *arguments: str) -> Ran:
        """A command, as on the day of NOW."""
        return self.run("--config", self.folder / "kehila.toml", "--today", f"{NOW:%Y-%m-%d}", *arguments)


Change = Callable[[Call, Any], Any]


def spoil(server: Server, change: Change) -> None:
    """Let `change` see each JSON answer of a stand-in on its way out, and give the body that goes out instead."""

    def altered(call: Call, answer: Answer) -> Answer:
        if not answer.body or not re.search("json|javascript", answer.content_type):
            return answer
        body = change(call, json.loads(answer.body))
        # Numbers that JSON has no word for go out as Python writes them.
        return replace(answer, body=json.dumps(body, ensure_ascii=False).encode())

    server.alter = altered


def streams(ran: Ran) -> dict[str, dict[str, Any]]:
    """`source.stream` -> what `kehila collect --json` says of it."""
    return {f"{one['source']}.{one['stream']}": one for one in json.loads(ran.out)["streams"]}


def rows(town: Town, query: str) -> list[tuple[Any, ...]]:
    """What the warehouse answers."""
    with closing(sqlite3.connect(town.folder / "warehouse.db")) as warehouse:
        return warehouse.execute(query).fetchall()


def values(town: Town) -> list[tuple[Any, ...]]:
    """Every cell of the warehouse with what it says of itself."""
    names = "indicator, month, space, part, cut, value, numerator, denominator, n, quality, status, reason"
    return rows(town, f"select {names} from indicator_value order by 1, 2, 3, 4, 5")


def marks(town: Town) -> dict[str, datetime]:
    """`source.account stream` -> up to when it is read."""
    told = rows(town, "select account, stream, reached_at from ledger_watermark")
    return {
        f"{account} {stream}": datetime.fromisoformat(reached).replace(tzinfo=UTC) for account, stream, reached in told
    }


def balanced(town: Town) -> bool:
    """In every run of the ledger, what was received was landed in its segments or put aside."""
    runs = rows(town, "select run, received, loaded, quarantined from ledger_run where kind = 'collect'")
    landed = dict(rows(town, "select run, sum(records) from ledger_segment where stream <> 'people' group by 1"))
    return bool(runs) and all(
        (received, loaded) == (loaded + aside, landed.get(run, 0)) for run, received, loaded, aside in runs
    )


class Trap(Server):
    """A server nobody has any business to call."""

    def missing(self, call: Call) -> Answer:
        """Everything is welcome here."""
        return Answer.json({})


def told_nothing(ran: Ran) -> bool:
    """No secret and no canary stands in what a command printed."""
    said = ran.out + ran.err
    return not any(canary in said for canary in (*SECRETS.values(), *TEXTS))


def facts(town: Town) -> dict[str, list[tuple[str, ...]]]:
    """Every fact as it stands when what landed is staged, people left out: their numbers tell the order they came in."""
    store = open_store(load(town.folder / "kehila.toml"), today=NOW.date())
    known = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    found: dict[str, list[tuple[str, ...]]] = {}
    for module in staging_modules():
        for fact, table in stage_whole(module, landed_tables(store, module.STREAMS), known).items():
            names = [name for name in table.column_names if name not in PEOPLE and table.num_rows]
            lines = zip(*(table[name].to_pylist() for name in names), strict=True)
            found[f"{module.SOURCE} {fact}"] = sorted(tuple(map(str, line)) for line in lines)
    store.engine.dispose()
    return found
