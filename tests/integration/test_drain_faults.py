"""Draining among faults: kills, bodies nobody can read, disks that refuse, senders nobody knows."""

import json
import logging
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from collectors.base import Page
from collectors.whatsapp_cloud.source import WhatsAppCloud
from pipeline.land import events as landing_events
from pipeline.land.events import MAX_TRIES, retry
from pipeline.land.quarantine import replay
from tests.children import child, ended
from tests.conftest import shared
from tests.integration import pushed
from tests.integration.draining import bodies, drainer, landed_rows, names, opened, received, tables_in, talk
from tests.integration.receiving import town
from tests.said import said
from texts import error_texts
from warehouse import events as ledger_of_events
from warehouse.accounts import AccountRef
from warehouse.ledger import now

STREAMS = ("whatsapp_cloud_message", "whatsapp_cloud_status", "facebook_change", "zoom_event")
PERSONAL = ("user_id", "wa_id", "author", "author_name", "account", "registrant", "email", "guest")


def landed(config: Path) -> dict[str, list[str]]:
    """Every landed row of the pushed streams, people by their hashes, in order."""
    store = opened(config)
    known = names(store)
    found = {}
    for stream in STREAMS:
        rows = [row for one in store.ledger.segments([stream]) for row in store.lake.read([one.path]).to_pylist()]
        plain = [{n: known[v] if n in PERSONAL and v is not None else v for n, v in row.items()} for row in rows]
        found[stream] = sorted(json.dumps(row, sort_keys=True, default=str) for row in plain)
    return found


def into(config: Path, month: list[pushed.Pushed]) -> None:
    for start, one in enumerate(month):
        received(config, [one.body], one.hook, (one.account,), start=start)


# --- killed at any instant -------------------------------------------------------------------
def drain_in_a_child(config: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Drain in a process of its own, six events a landing, so that there are many instants to be killed at."""

    def work() -> None:
        monkeypatch.setattr("pipeline.land.drain.MAX_EVENTS", 6)
        worker = drainer(config)
        worker.drain()
        worker.forget()

    return child(work)


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.long)])
def test_killed_at_random_instants(tmp_path: Path, kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(kills)
    month = pushed.month(4)
    quiet = town(tmp_path / "quiet")
    into(quiet, month)
    began = time.monotonic()
    assert ended(drain_in_a_child(quiet, monkeypatch), 120)
    length = time.monotonic() - began
    truth = landed(quiet)
    assert sum(map(len, truth.values())) > 70
    killed = number = 0
    while killed < kills:
        number += 1
        config = town(tmp_path / f"town{number}")
        (config.parent / "keys" / "root.key").write_bytes((quiet.parent / "keys" / "root.key").read_bytes())
        into(config, [*month, *rng.sample(month, len(month) // 4)])
        while not ended(drain_in_a_child(config, monkeypatch), rng.uniform(0.02, length)):
            killed += 1
            if killed % 4 == 0:
                break
        assert ended(drain_in_a_child(config, monkeypatch), 120)
        assert landed(config) == truth
        # Nothing of what was drained is left in the inbox, and no position points behind it.
        assert list(drainer(config).inbox.read()) == []


# --- poison ----------------------------------------------------------------------------------
@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Bodies that hold `wamid.7` break our reader, until `mended`."""
    state = {"mended": False}
    reads = WhatsAppCloud.pages_of_event

    def breaks(self: WhatsAppCloud, body: bytes, account: Any, report: Any) -> Iterator[Page]:
        if b'"wamid.7"' in body and not state["mended"]:
            raise RuntimeError(f"a value of the body: {body!r}")
        return reads(self, body, account, report)

    monkeypatch.setattr(WhatsAppCloud, "pages_of_event", breaks)
    return state


def test_one_event_that_cannot_be_read_holds_up_nobody(
    tmp_path: Path, poisoned: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk(24)))
    worker = drainer(config)
    with caplog.at_level(logging.DEBUG):
        done = worker.drain()
    assert done.held == 1
    store = opened(config)
    assert landed_rows(store, "whatsapp_cloud_message") + landed_rows(store, "whatsapp_cloud_status") == 23
    assert worker.forget()  # the rest need not wait for it: it lies sealed in the vault
    later = now()
    for attempt in range(2, MAX_TRIES + 1):
        assert retry(store, later).held == 0, "not before its time"
        (row,) = ledger_of_events.waiting(store.ledger, later + timedelta(days=1))
        assert row.attempts == attempt - 1
        later = row.next_try_at
        done = retry(store, later)
    assert len(done.quarantined) == 1
    (item,) = store.ledger.quarantine()
    assert item.code == "unreadable_event"
    assert (store.lake.root / item.sealed_path).exists()
    assert item.sealed_path in store.ledger.listed_paths()
    assert "wamid" not in item.arguments + caplog.text
    assert replay(store, lambda _: store).resolved == 0
    poisoned["mended"] = True
    assert replay(store, lambda _: store).resolved == 1
    assert store.ledger.quarantine() == []
    assert landed_rows(store, "whatsapp_cloud_message") + landed_rows(store, "whatsapp_cloud_status") == 24


def test_what_can_be_read_at_the_second_try_is_landed_then(tmp_path: Path, poisoned: dict[str, bool]) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk(10)))
    worker = drainer(config)
    assert worker.drain().held == 1
    poisoned["mended"] = True
    store = opened(config)
    assert sum(retry(store, now() + timedelta(hours=1)).streams.values()) == 2
    assert store.ledger.quarantine() == []
    assert not list(store.lake.root.rglob("*.sealed"))
    received(config, bodies(talk(10)), start=1_000)
    assert worker.drain().seen == 10


def test_a_full_disk_is_no_fault_of_an_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk(10)))
    worker = drainer(config)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(landing_events.Landing, "land", full)
        with pytest.raises(OSError, match="space"):
            worker.drain()
    assert worker.forget() == []
    assert worker.drain().held == 0
    assert landed_rows(opened(config), "whatsapp_cloud_message") == 5


# --- what services publish -------------------------------------------------------------------
def samples() -> list[tuple[str, pushed.Pushed]]:
    places = (
        ("zoom", "zoom.main", shared("contracts", "zoom", "samples", "webhooks").glob("*.json")),
        ("meta", "whatsapp_cloud.hotline", shared("contracts", "whatsapp", "samples").glob("*/*.json")),
        ("mailchimp", "mailchimp.news", shared("contracts", "mailchimp", "samples", "webhooks-form").glob("*.form")),
    )
    return [
        (path.name, pushed.Pushed(hook, account, path.read_bytes().strip()))
        for hook, account, found in places
        for path in sorted(found)
        if "responses" not in path.parent.name
    ]


SILENT = (
    "account_update",
    "account_alerts",
    "template_",
    "user_marketing",
    "group_",
    "phone_number",
    "security",
    "system__identity",
)
"""Webhooks of the WhatsApp account itself, of which nothing is kept by design."""


def test_every_published_webhook_lands_or_is_put_aside_with_a_reason() -> None:
    quiet = []
    for name, one in samples():
        pages, report = pushed.read(one)
        if not any(page.rows.num_rows for page in pages) and not report.rejected and not report.pull_at:
            quiet.append(name)
        assert all(item.code in error_texts() and "…" not in said(item) for item in report.rejected), name
        if one.hook == "zoom":
            assert pages, name
            assert not report.rejected, name
    assert [name for name in quiet if not name.startswith(SILENT)] == []


def zoom_examples() -> list[tuple[str, dict[str, Any]]]:
    """The examples in Zoom's own document, those included that break their own schema."""
    path = shared("contracts", "zoom", "zoom-meetings-webhooks.trimmed.openapi31.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for name, hook in document["webhooks"].items():
        content = hook["post"]["requestBody"]["content"]["application/json"]
        for example in content.get("examples", {}).values():
            value = example.get("value", example)
            value = json.loads(value) if isinstance(value, str) else value
            if isinstance(value, dict) and "event" in value:
                found.append((name, value))
    return found


def test_zooms_own_examples_land() -> None:
    examples = zoom_examples()
    assert len(examples) >= 20
    for name, value in examples:
        one = pushed.Pushed("zoom", "zoom.main", json.dumps(value).encode())
        pages, report = pushed.read(one)
        assert [page.rows.num_rows for page in pages] == [1], name
        assert report.rejected == [], name


# --- nobody is left in what remains ----------------------------------------------------------
def test_nothing_of_a_body_is_left_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = town(tmp_path / "town")
    into(config, pushed.month(5))
    received(config, [json.dumps({"object": "page", "entry": pushed.CANARY}).encode()], start=9_000)
    with caplog.at_level(logging.DEBUG):
        worker = drainer(config)
        worker.once()
    assert pushed.CANARY not in caplog.text
    store = opened(config)
    lake = "\n".join(str(table.to_pylist()) for table in tables_in(store))
    assert len(lake) > 10_000
    for secret in (pushed.CANARY, "97255", "@example", "wamid"):
        assert secret not in lake
    with store.engine.connect() as connection:
        tables = connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
        for table in tables:
            for row in connection.execute(text(f'select * from "{table}"')):
                assert pushed.CANARY not in str(row)
    folder = config.parent
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".toml":
            assert pushed.CANARY.encode() not in path.read_bytes(), path
    assert not list((folder / "keys" / "inbox").glob("*.key"))
    assert all(path.stat().st_size == 0 for path in (folder / "inbox").glob("*.inbox"))


# --- wishes ----------------------------------------------------------------------------------
def test_a_meeting_that_ended_is_to_be_pulled_twice_and_a_list_soon(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    into(config, [*pushed.meetings(1), *pushed.mailing()])
    drainer(config).drain()
    ledger = opened(config).ledger
    ended = pushed.FIRST + timedelta(hours=11)
    assert ledger_of_events.due(ledger, ended) == {
        AccountRef("mailchimp", "news"): [pushed.FIRST + timedelta(minutes=5)]
    }
    zoom = AccountRef("zoom", "main")
    soon = ledger_of_events.due(ledger, ended + timedelta(minutes=32))
    assert soon[zoom] == [ended + timedelta(minutes=31)]
    ledger_of_events.done(ledger, zoom, soon[zoom])
    assert zoom not in ledger_of_events.due(ledger, ended + timedelta(minutes=32))
    assert len(ledger_of_events.due(ledger, ended + timedelta(days=2))[zoom]) == 1


def test_two_drainers_do_no_harm(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk(40)))
    first, second = drainer(config), drainer(config)
    batch, before = first._batch()
    second.drain()
    with pytest.raises(ledger_of_events.MovedElsewhere):
        first._take(batch, before)
    assert landed_rows(opened(config), "whatsapp_cloud_message") == 20
    assert first.drain().seen == 0


def test_a_drainer_that_is_overtaken_goes_on_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk(40)))
    first, second = drainer(config), drainer(config)
    take = first._take

    def overtaken(*given: Any) -> Any:
        second.drain()
        return take(*given)

    monkeypatch.setattr(first, "_take", overtaken)
    assert first.drain().held == 0
    assert landed_rows(opened(config), "whatsapp_cloud_message") == 20
