"""All that writes, at once and by itself: import, collect, drain, refresh, close, erase, rebuild, sweep and tend, each in a
process that does it again and again, while somebody reads. Nobody meets anything but "busy", and nothing is lost.
"""

import json
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, text

from pipeline.land.drain import Drainer
from pipeline.land.files import files_under, import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.upkeep import rebuild
from receiver.events import open_inbox
from simulator.channels.life import make_life
from simulator.channels.served import Served
from tests.conftest import ROOT
from tests.e2e import hostile
from tests.e2e.test_readers import needs_sound_sqlite, reader
from tests.e2e.test_reconcile import ACCOUNTS, new_town
from tests.e2e.test_town_lock import agree
from town.config import load
from town.store import open_store
from warehouse.inbox import Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.ledger import core
from warehouse.ledger_tables import CondemnedFile
from warehouse.store import canonical_dump

LONG = 600
SQLITE = "sqlite:///warehouse.db"
KINDS = ("import", "collect", "drain", "refresh", "close", "erase", "rebuild", "sweep", "tend")
LOOP = """
import json, sys, time
from datetime import datetime
from pathlib import Path
import time_machine
from pipeline.collect.collect import collect
from pipeline.land.drain import Drainer
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.land.files import files_under, import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.upkeep import rebuild, sweep, tend
from tests.e2e import hostile
from town.config import load
from town.faults import describe, trace_place
from town.store import open_store
from warehouse.patience import be_patient

kind, config, at, month, seconds = sys.argv[1:]
config, at, people = Path(config), datetime.fromisoformat(at), ["דנה", "אורי", "רות"]

def bring(number, store):
    path = config.parent / f"{number}" / f"WhatsApp Chat with Yard {number % 3}.txt"
    path.parent.mkdir()
    path.write_text(hostile.chat(name=f"Neighbour {number}"), encoding="utf-8")
    assert import_file(store, path).status == "read"

def pull(number, store):
    odd = [one.code for one in collect(store, "mailchimp") if one.status != "done"]
    assert not odd, odd

works = {
    "import": bring,
    "collect": pull,
    "drain": lambda number, store: Drainer(store.config, today=at.date()).once(),
    "refresh": lambda number, store: refresh(store),
    "close": lambda number, store: close(store, month, again=True, is_forced=True),
    "erase": lambda number, store: erase(store, [f"Neighbour {number}"], "chat_sender"),
    "rebuild": lambda number, store: rebuild(store),
    "sweep": lambda number, store: sweep(store),
    "tend": lambda number, store: tend(store),
}
be_patient(kind, float(seconds) / 3)
print("ready", flush=True)
input()
done, busy, odd = 0, 0, []
until = time.perf_counter() + float(seconds)
number = 0
with time_machine.travel(at, tick=True):
    while time.perf_counter() < until:
        number += 1
        try:
            works[kind](number, open_store(load(config), today=at.date()))
            done += 1
        except Exception as problem:
            said = describe(problem).sentence
            if "busy" in said:
                busy += 1
            else:
                odd.append(f"{said} {trace_place(problem)} {problem if isinstance(problem, AssertionError) else ''}")
print(json.dumps({"done": done, "busy": busy, "odd": odd}))
"""


@pytest.mark.parametrize(
    "seconds", [pytest.param(60, marks=pytest.mark.long), pytest.param(LONG, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("database", [pytest.param("sqlite", marks=needs_sound_sqlite), "postgresql"])
def test_all_writers_at_once(tmp_path: Path, postgres: Any, database: str, seconds: int) -> None:
    life = make_life(7, 1, 24)
    with Served(life, is_travelling=True) as served:
        town = new_town(tmp_path, life, served)
        if database == "postgresql":
            said = town.config.read_text(encoding="utf-8")
            assert said.count(SQLITE) == 1
            town.config.write_text(said.replace(SQLITE, postgres("all")), encoding="utf-8")
        served.at(town.end)
        sent = [one for one in town.sent if one.at < town.end]
        writer = InboxWriter(open_inbox(load(town.config)))
        config, today = load(town.config), town.end.date()
        store = open_store(config, today=today)
        for path in files_under([tmp_path / "files"]):
            assert import_file(store, path).status == "read"
        chat = tmp_path / "WhatsApp Chat with Yard 0.txt"
        chat.write_text(hostile.chat(), encoding="utf-8")
        assert import_file(store, chat).status == "read"
        refresh(store)
        first = len(list(files_under([tmp_path / "files"]))) + 1
        month = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
        command = [sys.executable, "-c", LOOP]
        given = [str(town.config), town.end.isoformat(), month, str(seconds)]
        with reader(tmp_path / "warehouse.db") if database == "sqlite" else nullcontext([]) as told:
            loops = [
                subprocess.Popen([*command, kind, *given], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                for kind in KINDS
            ]  # fmt: skip
            for one in loops:
                assert one.stdout and one.stdout.readline() == "ready\n"
            for one in loops:
                assert one.stdin
                one.stdin.write("\n")
                one.stdin.flush()
            until = time.perf_counter() + seconds
            while sent and time.perf_counter() < until:  # webhooks come in all the while
                some, sent = sent[:20], sent[20:]
                come = [
                    Entry(one.hook, (ACCOUNTS[one.source],), int(one.at.timestamp() * 1000), one.body) for one in some
                ]
                writer.append(come)
                time.sleep(0.2)
            ended = [one.communicate(timeout=seconds + 400)[0] for one in loops]
    found = {kind: json.loads(out) for kind, out in zip(KINDS, ended, strict=True)}
    print(found)
    assert {kind: one["odd"] for kind, one in found.items() if one["odd"]} == {}
    assert all(found[kind]["done"] for kind in ("import", "collect", "sweep")), found
    assert all(one["done"] + one["busy"] for one in found.values()), found
    # Who waits longest comes next: nobody hears nothing but "busy", where there is time for each of them.
    assert seconds < LONG or [kind for kind, one in found.items() if one["busy"] and not one["done"]] == []
    if told:
        assert told[0] == "ok"
    listed = {path for path in store.ledger.listed_paths() if path}
    assert [path for path in listed if not (store.lake.root / path).exists()] == []
    with store.engine.connect() as connection:
        landed = connection.execute(text("select count(*) from ledger_file where status = 'read'")).scalar()
    brought = found["import"]
    assert brought["done"] <= landed - first <= brought["done"] + brought["busy"]
    with time_machine.travel(town.end, tick=True):
        assert Drainer(config, today=today).once().taken.held == 0
    refresh(store)
    before = list(canonical_dump(store.engine))
    rebuild(store)
    assert list(canonical_dump(store.engine)) == before
    with store.engine.connect() as connection:
        assert connection.execute(select(core(CondemnedFile))).all() == []
    if found["close"]["done"]:
        assert agree(store)
