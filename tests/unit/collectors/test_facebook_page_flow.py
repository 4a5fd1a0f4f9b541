"""The page through the real flow: collected, landed, gated, computed; nothing personal in the lake, nothing half."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.facebook.source import FacebookPage
from pipeline.collect.collect import collect
from pipeline.collect.doctor import doctor
from pipeline.refresh.refresh import refresh
from simulator.services.facebook import FacebookGraph
from tests.one_account import cell, town_with
from tests.unit.transforms.test_facebook_page_staging import lived
from town.landed import landed_tables
from town.store import TownStore

NOW = datetime(2025, 12, 20, 12, tzinfo=UTC)


@pytest.fixture
def graph() -> Iterator[FacebookGraph]:
    with lived() as one:
        one.now = NOW
        yield one


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: FacebookGraph) -> Iterator[TownStore]:
    monkeypatch.setenv("PAGE_TOKEN", graph.token)
    section = {
        "page": graph.page, "space": "page", "base_url": graph.base_url, "process_words": ['תב"ע'],
        "metrics": ["page_post_engagements", "page_fans"], "secrets": {"token": "env:PAGE_TOKEN"},
    }  # fmt: skip
    with town_with(FacebookPage(), "town", section, folder=tmp_path, now=NOW, monkeypatch=monkeypatch) as made:
        yield made


def test_collected_twice_the_indicators_are_the_books(store: TownStore, graph: FacebookGraph) -> None:
    done = collect(store)
    assert {one.status for one in done} == {"done"}
    first = refresh(store)
    assert first.quarantined == 0 and not first.refused
    assert {one.status for one in collect(store)} == {"done"}
    again = refresh(store)
    assert again.quarantined == 0 and again.partitions_changed == 0
    for month in ("2025-03", "2025-07", "2025-11"):
        book = graph.truth()[month]
        assert cell(store, "facebook.resident_replies", month)["value"] == book.replies_between
        processes = [p for p in graph.posts if p.author is None and p.is_published and 'תב"ע' in (p.message or "")]
        mine = [p for p in processes if f"{(p.created + timedelta(hours=2.5)):%Y-%m}" == month]
        assert cell(store, "facebook.process_posts", month)["value"] == len(mine)
    kept = b"".join(path.read_bytes() for path in store.lake.root.rglob("*") if path.is_file())
    for canary in (graph.token, "Resident", "Visitor", "הצגה ביום", "מתי?"):
        assert canary.encode() not in kept
    assert graph.token not in json.dumps([one.as_json() for one in done])


def test_a_failure_lands_nothing_and_claims_nothing(store: TownStore, graph: FacebookGraph) -> None:
    graph.refuse(190, 463, times=99, path="/comments")
    done = {one.ref.stream: one for one in collect(store)}
    assert {name for name, one in done.items() if one.status == "failed"} == {"facebook_comment"}
    assert done["facebook_comment"].code == "token_expired"
    landed = landed_tables(store, ["facebook_comment", "facebook_post", "facebook_pull"])
    assert landed["facebook_comment"].num_rows == 0 and landed["facebook_post"].num_rows > 0
    # Only the pieces of the first read from before the page had a comment are said to be covered.
    pulls = landed["facebook_pull"].to_pylist()
    assert max(one["until"] for one in pulls if one["stream"] == "facebook_comment") < datetime(2025, 1, 1, tzinfo=UTC)
    assert max(one["until"] for one in pulls if one["stream"] == "facebook_post") == NOW


def test_the_doctor_speaks_through_the_flow(store: TownStore) -> None:
    assert {finding.what for _, finding in doctor(store)} >= {"token", "page", "read_insights"}
