"""Mailchimp through the real landing: people become numbers, and no address or key reaches the disk or the ledger."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine

from collectors.mailchimp.settings import MailchimpSettings
from pipeline.collect.collect import collect
from pipeline.refresh.refresh import refresh
from simulator.services.mailchimp import MailchimpServer
from tests.unit.collectors.newsletter_life import NOW, small_life
from town.config import Config
from town.landed import landed_tables
from town.store import open_store
from transforms.staging.newsletter import STREAMS, stage
from transforms.staging.town import Town
from warehouse.keys import new_key_file
from warehouse.ledger import core
from warehouse.tables import IndicatorValue


def test_people_land_as_numbers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_key_file(tmp_path / "keys" / "root.key")
    config = Config.model_validate({"authority": [{"code": "T"}]})
    config.base = tmp_path
    with MailchimpServer(small_life()) as server, time_machine.travel(NOW):
        monkeypatch.setenv("MAILCHIMP_TEST_KEY", server.key)
        settings = {"list": server.list_id, "space": "mail", "base_url": server.api_url}
        section = {**settings, "secrets": {"key": "env:MAILCHIMP_TEST_KEY"}}
        config.source = {"mailchimp": {"main": MailchimpSettings.model_validate(section)}}
        store = open_store(config)
        first, second = collect(store), collect(store)
        assert {one.status for one in (*first, *second)} == {"done"}
        tables = landed_tables(store, [*STREAMS, "mailchimp_link", "mailchimp_unsubscribe"])
        store.engine.dispose()
    assert sorted({one for one in tables["mailchimp_clicker"].column("person").to_pylist() if one is not None}) == [
        0,
        1,
        2,
        3,
    ]
    mailing = stage(tables, Town("T"))["mailing"].to_pylist()
    assert [(one["clickers"], one["month_clickers"]) for one in mailing] == [(4, None), (0, 4)]
    assert not any("canary" in str(table.to_pylist()) for table in tables.values())
    for path in (one for one in tmp_path.rglob("*") if one.is_file()):
        content = path.read_bytes()
        assert b"canary" not in content and server.key.encode() not in content


def test_items_on_processes_reach_their_indicator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_key_file(tmp_path / "keys" / "root.key")
    config = Config.model_validate({"authority": [{"code": "T"}]})
    config.base = tmp_path
    life = small_life()
    with MailchimpServer(life) as server, time_machine.travel(NOW):
        monkeypatch.setenv("MAILCHIMP_TEST_KEY", server.key)
        settings = {"list": server.list_id, "space": "mail", "base_url": server.api_url}
        paths = {"process_paths": {"/plan": "planning"}}
        section = {**settings, **paths, "secrets": {"key": "env:MAILCHIMP_TEST_KEY"}}
        config.source = {"mailchimp": {"main": MailchimpSettings.model_validate(section)}}
        store = open_store(config)
        assert {one.status for one in collect(store)} == {"done"}
        refresh(store)
        table = core(IndicatorValue)
        mine = (table.c.indicator == "newsletter.process_items") & (table.c.part == "") & table.c.value.is_not(None)
        with store.engine.connect() as connection:
            found = {row["month"]: row["value"] for row in connection.execute(table.select().where(mine)).mappings()}
        store.engine.dispose()
    pages = {
        (campaign.id, urlsplit(click.url).path.rstrip("/"), campaign.sent_at)
        for campaign in life.campaigns
        for click in campaign.clicked
        if urlsplit(click.url).path.startswith("/plan")
    }
    true = Counter(f"{sent + timedelta(hours=2.5):%Y-%m}" for _, _, sent in pages)
    assert true and {month: value for month, value in found.items() if value} == true
