"""The inbox into facts: once however often and in whatever order events come, nothing lost, nothing left behind."""

from pathlib import Path

from flows.landing_events import replay_events
from tests.integration.draining import bodies, drainer, facts, landed_rows, opened, received, talk
from tests.integration.receiving import receiving, town


def test_whatsapp_from_the_signed_request_to_the_indicator(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    with receiving(config) as running:
        for body in (*bodies(talk()), *bodies(talk()[:7])):
            assert running.meta(body).status == 200
    worker = drainer(config)
    done = worker.once().as_json()
    assert done["landed"] == {
        "whatsapp_cloud_identity": 24, "whatsapp_cloud_message": 12, "whatsapp_cloud_status": 12
    }  # fmt: skip
    assert done["seen_before"] == 7
    assert done["quarantined"] == done["held_back"] == 0
    store = opened(config)
    assert len(facts(store)["message"]) == 24
    assert "whatsapp.answers" in done["refreshed"]["0070"]["recomputed"]
    # Drained is forgotten: neither segment nor key is left to read.
    assert worker.inbox.depth().entries == 0
    assert not list((tmp_path / "town" / "keys" / "inbox").glob("*.key"))
    assert sum(path.stat().st_size for path in (tmp_path / "town" / "inbox").glob("*.inbox")) == 0
    again = worker.once().as_json()
    assert again["landed"] == {}
    assert again["refreshed"] == {}


def test_the_same_event_in_another_batch_lands_nothing(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    received(config, bodies(talk()))
    worker = drainer(config)
    worker.once()
    before = facts(opened(config))
    received(config, bodies(talk()), start=5_000)
    done = worker.once().as_json()
    assert done["seen_before"] == 24
    assert done["landed"] == {}
    assert facts(opened(config)) == before


def test_an_event_for_nobody_is_kept_with_its_reason_until_somebody_owns_it(tmp_path: Path) -> None:
    config = town(tmp_path / "town")
    settings = config.read_text()
    config.write_text(settings.replace("102290129340398", "55555"))
    received(config, bodies(talk(2)))
    done = drainer(config).once().as_json()
    assert done["landed"] == {}
    assert done["quarantined"] == 2
    store = opened(config)
    assert {row.code for row in store.ledger.quarantine()} == {"no_owner"}
    assert replay_events(store, lambda _: store) == {"events": 2, "replayed": 0}
    config.write_text(settings)
    store = opened(config)
    assert replay_events(store, lambda _: store) == {"events": 2, "replayed": 2}
    assert store.ledger.quarantine() == []
    assert landed_rows(store, "whatsapp_cloud_message") == 1
    assert landed_rows(store, "whatsapp_cloud_status") == 1
