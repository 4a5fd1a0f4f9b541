"""The property through the real flow: what Google withheld stands at the indicator, and lines are closed after a pull."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collectors.ga4.questions import Question
from collectors.ga4.session import Session
from collectors.ga4.source import GoogleAnalytics
from collectors.service import Account, PullReport
from pipeline.collect.collect import collect
from pipeline.refresh.refresh import refresh
from simulator.services.ga4 import Property, RestServer, life
from tests.one_account import cell, town_with
from tests.unit.collectors.test_ga4 import SETTINGS, session_on
from town.store import TownStore

NOW = datetime(2026, 11, 12, 3, tzinfo=UTC)


@pytest.fixture
def played() -> Property:
    """A property that counts since September, of a town of sixty visitors."""
    one = Property(now=NOW)
    one.add(life(date(2026, 9, 15), 47))
    return one


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: Property) -> Iterator[TownStore]:
    monkeypatch.setenv("GA4_KEY", "unused on this machine")
    with RestServer(played) as server:
        given = {**SETTINGS, "transport": "rest"}
        section = {**given, "base_url": server.base_url, "secrets": {"credentials": "env:GA4_KEY"}}
        source = GoogleAnalytics()
        with town_with(source, "site", section, folder=tmp_path, now=NOW, monkeypatch=monkeypatch) as made:
            yield made


def read(store: TownStore) -> None:
    assert {one.status for one in collect(store, since=datetime(2026, 9, 1, tzinfo=UTC), until=NOW)} == {"done"}
    done = refresh(store)
    assert done.quarantined == 0 and not done.refused


def test_days_withheld_stand_at_the_indicator(store: TownStore, played: Property) -> None:
    played.threshold = 8  # the month is large enough to be shown, some days are not
    read(store)
    found = cell(store, "website.resident_users", "2026-10")
    assert found["value"] > 0 and "thresholded" in found["quality"].split()


def test_a_month_withheld_whole_is_missing_and_says_why(store: TownStore, played: Property) -> None:
    played.threshold = 1000
    read(store)
    found = cell(store, "website.resident_users", "2026-10")
    assert (found["value"], found["status"]) == (None, "missing")
    assert "thresholded" in found["quality"].split()


def test_what_a_pull_opened_is_closed_after_it(
    store: TownStore, played: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Session] = []
    closed: list[Session] = []

    def open_and_note(self: GoogleAnalytics, account: Account, report: PullReport) -> Session:
        opened.append(Session(account, report))
        return opened[-1]

    monkeypatch.setattr(GoogleAnalytics, "open", open_and_note)
    monkeypatch.setattr(GoogleAnalytics, "close", lambda self, session: closed.append(session))
    read(store)
    played.is_viewer = False  # a failure closes too
    assert "failed" in {one.status for one in collect(store)}
    assert opened and closed == opened


def test_a_closed_line_is_closed_and_the_next_call_opens_another() -> None:
    one = Property(now=NOW)
    one.add(life(date(2026, 9, 1), 3))
    question = Question(("activeUsers",), date(2026, 9, 1), date(2026, 9, 30))
    with session_on(one, "grpc") as session:
        session.ask(question)
        line = session._client
        GoogleAnalytics().close(session)
        with pytest.raises(ValueError, match="closed channel"):
            line.run_report({"property": "properties/123456"})
        assert session.ask(question).rows
        GoogleAnalytics().close(session)
        GoogleAnalytics().close(session)  # nothing is open any more
