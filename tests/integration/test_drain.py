"""The inbox into facts: once however often and in whatever order events come, nothing lost, nothing left behind."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.land.quarantine import replay
from pipeline.upkeep.upkeep import rebuild
from simulator.services.whatsapp_cloud import Written
from tests.integration import pushed
from tests.integration.draining import (
    FIRST,
    LINE,
    bodies,
    content,
    drainer,
    facts,
    landed_rows,
    opened,
    received,
    talk,
)
from tests.integration.receiving import receiving, town
from transforms import compute
from transforms.catalogue import Indicator
from transforms.inputs import Inputs, Partition


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
    # Another process looks at everything, since it cannot know where the one before was killed; and finds nothing.
    assert drainer(config).once().as_json()["refreshed"]["0070"]["cells_written"] == 0


@pytest.fixture
def config(tmp_path: Path, drained: Path) -> Path:
    """The configuration of a town of its own that drained October and November."""
    return shutil.copytree(drained, tmp_path / "town") / "kehila.toml"


def test_the_same_event_in_another_batch_lands_nothing(config: Path) -> None:
    before = facts(opened(config))
    assert len(before["message"]) == 40
    received(config, bodies(talk(40, minutes=24 * 60)), start=5_000)
    done = drainer(config).once().as_json()
    assert done["seen_before"] == 40
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
    found = replay(store, lambda _: store).as_json()
    assert (found["events"], found["replayed"]) == (2, 0)
    config.write_text(settings)
    store = opened(config)
    found = replay(store, lambda _: store).as_json()
    assert (found["events"], found["replayed"]) == (2, 2)
    assert store.ledger.quarantine() == []
    assert landed_rows(store, "whatsapp_cloud_message") == 1
    assert landed_rows(store, "whatsapp_cloud_status") == 1


@pytest.mark.long
def test_little_by_little_is_the_same_as_at_once(tmp_path: Path) -> None:
    """What is judged and computed for the changed months only equals what is judged and computed as a whole."""
    month = pushed.month(6)
    slow, quick = town(tmp_path / "slow"), town(tmp_path / "quick")
    (quick.parent / "keys" / "root.key").write_bytes((slow.parent / "keys" / "root.key").read_bytes())
    worker = drainer(quick)
    judged = []
    for part in (month[:40], month[40:-2], month[-2:]):
        for number, one in enumerate(part, start=len(judged)):
            received(quick, [one.body], one.hook, (one.account,), start=60 * 86_400_000 + number)
        done = worker.once()
        judged.append({source for one in done.refreshed.values() for source in one.checks})
    for number, one in enumerate(month):
        received(slow, [one.body], one.hook, (one.account,), start=60 * 86_400_000 + number)
    drainer(slow).drain()
    store = opened(slow)
    rebuild(store)
    assert facts(opened(quick)) == facts(store)
    assert content(opened(quick)) == content(store)
    assert judged[0] == {"facebook_page", "whatsapp_cloud"}
    assert judged[2] == set(), "what tells of the list only is a wish, and judges nothing"


def test_only_the_month_that_changed_is_judged_and_computed(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = drainer(config)
    worker.once()  # a process looks at everything once, since it cannot know where the one before was killed
    late = Written("wamid.late", LINE, FIRST + timedelta(days=20), 3, "תודה")
    received(config, bodies([late]), start=5_000)
    looked_at: list[tuple[Indicator, set[tuple[str, str]]]] = []

    def fingerprint(indicator: Indicator, inputs: Inputs, read: Sequence[Partition], *rest: str) -> str:
        looked_at.append((indicator, {(part.fact, part.month) for part in read}))
        return real(indicator, inputs, read, *rest)

    real = compute.fingerprint
    monkeypatch.setattr(compute, "fingerprint", fingerprint)
    done = worker.once().refreshed["0070"]
    (result,) = done.checks["whatsapp_cloud"]
    stored = [part for part in opened(config).ledger.partitions() if part.fact == "message"]
    assert {part.month for part in stored} == {"2026-10", "2026-11"}
    assert result.fact == "message"
    assert result.received == 1, "the rows of the month that were let through before are not judged again"
    assert done.changed == {"message": {"2026-10"}}
    assert "whatsapp.answers" in done.indicators
    # Of all indicators and months only those were fingerprinted that read October's messages, or others' values.
    by_facts = [(one.id, read) for one, read in looked_at if "computed" not in one.header.inputs]
    assert by_facts
    assert [one for one, read in by_facts if ("message", "2026-10") not in read] == []
