"""Reading: all of it, again, by windows, after a wrong clock, and after the service changed its mind."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from collectors.service import PullReport, sources
from tests.contract.behaviour.case import A_DAY, SOME, Case
from tests.contract.behaviour.living import Living, read

Store = Callable[[Any], AbstractContextManager[Living]]


def test_every_stream_gives_what_it_declares(case: Case, server: Any) -> None:
    report = PullReport()
    rows = read(case, server, report=report)
    wanted = {stream.name for stream in sources()[case.source].streams}
    assert wanted <= {name for name, found in rows.items() if found}
    assert case.records(rows[case.counted]) == SOME
    assert report.calls and report.received_bytes
    assert report.rejected == [] and dict(report.drift) == {}  # the stand-in keeps the contract


def test_two_full_readings_are_the_same(case: Case, server: Any) -> None:
    assert read(case, server) == read(case, server)


def test_a_second_run_changes_no_fact(case: Case, server: Any, living: Store) -> None:
    with living(server) as store:
        assert {one.status for one in store.collect(case.now)} == {"done"}
        first = store.facts()
        assert first
        assert {one.status for one in store.collect(case.now)} == {"done"}
        assert store.facts() == first


def test_a_window_read_again_or_in_two_pieces_gives_the_same_facts(case: Case, server: Any, living: Store) -> None:
    since, middle = case.now - case.days * A_DAY, case.now - case.days / 2 * A_DAY
    with living(server) as store:

        def backfill(first: datetime, last: datetime | None = None) -> None:
            calls = len(server.calls)
            assert {one.status for one in store.collect(case.now, first, last)} == {"done"}
            assert len(server.calls) > calls  # it was asked again, not remembered

        backfill(since)
        whole = store.facts()
        assert whole
        backfill(since)
        assert store.facts() == whole
        store.forget()
        backfill(since, middle)
        backfill(middle)
        assert store.facts() == whole


def test_a_watermark_in_the_future_loses_nothing(case: Case, server: Any, living: Store) -> None:
    later = case.now + timedelta(hours=2)
    with living(server) as store:
        store.collect(case.now)
        store.mark(case.now + 9000 * A_DAY)
        pattern = case.restate(server)
        assert {one.status for one in store.collect(later)} == {"done"}
        told = store.facts()
        assert holds(told, pattern)
        store.collect(later)  # from the mark set right
        assert store.facts() == told


def test_what_is_restated_wins_as_if_it_had_never_been_otherwise(case: Case, server: Any, living: Store) -> None:
    later = case.now + timedelta(hours=2)
    with living(server) as store:
        store.collect(case.now)
        before = store.facts()
        pattern = case.restate(server)
        assert {one.status for one in store.collect(later)} == {"done"}
        after = store.facts()
        assert holds(after, pattern) and not holds(before, pattern)
        if not case.remembers:
            store.forget()
            store.collect(later)
            assert store.facts() == after


def holds(facts: Mapping[str, list[str]], pattern: str) -> bool:
    return any(re.search(pattern, row) for rows in facts.values() for row in rows)
