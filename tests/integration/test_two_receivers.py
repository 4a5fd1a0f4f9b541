"""Receivers on machines of their own, with one warehouse: each has its inbox, and an event that came to two counts once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from pipeline.upkeep.verify import verify
from tests.integration.draining import bodies, content, drainer, facts, opened, received, talk
from tests.integration.receiving import town
from warehouse.events import MAIN
from warehouse.ledger import core
from warehouse.ledger_tables import InboxRow
from warehouse.store import transaction


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.more)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """One that several machines see. With SQLite they are folders of one machine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shared.db"
    made: Callable[[str], str] = request.getfixturevalue("postgres")
    return made("receivers")


def machines(tmp_path: Path, database: str, count: int) -> list[Path]:
    """Folders with the same configuration and keys, and nothing in common but the warehouse and the lake."""
    first = town(tmp_path / "machine0")
    store = f'\n[store]\nwarehouse = "{database}"\nlake = "{tmp_path / "lake"}"\n'
    first.write_text(first.read_text() + store)
    for number in range(1, count):
        shutil.copytree(tmp_path / "machine0", tmp_path / f"machine{number}")
    return [tmp_path / f"machine{number}" / "kehila.toml" for number in range(count)]


def test_what_comes_to_two_receivers_lands_once_and_each_inbox_is_drained_once(tmp_path: Path, database: str) -> None:
    alone = town(tmp_path / "alone")
    shutil.copy(tmp_path / "alone" / "keys" / "root.key", tmp_path / "root.key")
    sent = bodies(talk(24))
    received(alone, sent)
    drainer(alone).once()
    configs = machines(tmp_path, database, 2)
    for config in configs:
        shutil.copy(tmp_path / "root.key", config.parent / "keys" / "root.key")
    one, two = configs
    landed = seen = 0
    # Each is sent most of it, in batches that meet: what the other one took is known.
    for start in range(0, 24, 8):
        received(one, sent[start : start + 8], start=start)
        received(two, sent[max(0, start - 4) : start + 4], start=start)
        for config in (two, one):
            done = drainer(config).once().as_json()
            landed += done["landed"].get("whatsapp_cloud_message", 0) + done["landed"].get("whatsapp_cloud_status", 0)
            seen += done["seen_before"]
    assert [drainer(config).once().as_json()["seen_before"] for config in configs] == [0, 0]  # each is read once
    assert (landed, seen) == (24, 20)
    store = opened(one)
    assert facts(store) == facts(opened(alone))
    assert content(store) == content(opened(alone))
    with store.engine.connect() as connection:
        assert len(connection.execute(select(core(InboxRow).c.inbox)).all()) == 2
    for config in configs:
        assert drainer(config).inbox.depth().entries == 0
        assert not list((config.parent / "keys" / "inbox").glob("*.key"))
        assert verify(opened(config)).damaged == []


def test_the_position_of_an_earlier_release_is_still_where_it_was(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    sent = bodies(talk(12))
    received(config, sent[:8])
    drainer(config).drain()  # nothing is destroyed yet
    store = opened(config)
    with transaction(store.engine) as tx:
        row = tx.execute(select(core(InboxRow))).one()
        tx.execute(delete(core(InboxRow)))
        tx.execute(core(InboxRow).insert(), {"inbox": MAIN, "position": row.position})
    received(config, sent[8:], start=8)
    done = drainer(config).once().as_json()
    assert (sum(done["landed"].values()) > 0, done["seen_before"]) == (True, 0)
    assert drainer(config).once().as_json()["seen_before"] == 0
