"""Every record of every number of pages, and a service that never ends its list."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from collectors.errors import CollectorError, RetryLater, SourceChanged
from collectors.records import value_at
from collectors.service import PullReport
from simulator.services.server import Answer, Call
from tests.contract.behaviour.case import Case, changed
from tests.contract.behaviour.living import counted, read
from tests.said import said

PAGING = {"offset", "after", "pageToken", "next_page_token"}
MAX_CALLS = 400


@pytest.mark.parametrize("records", [0, 1, 4, 5, 6])
def test_every_record_whatever_the_edge_of_the_page(case: Case, records: int) -> None:
    with case.play(records) as server:
        assert counted(case, server) == records


@pytest.mark.long
def test_ten_thousand_records(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    one = type(case)(page=case.largest)
    if one.sized:
        monkeypatch.setattr(one.sized, one.page)
    with one.play(10_000) as server:
        assert counted(one, server) == 10_000
        print(f"\n{one.source}: 10,000 records in {len(server.calls)} calls")


def outcome(
    case: Case, server: Any, alter: Callable[[Call, Answer], Answer], report: PullReport | None = None
) -> int | CollectorError:
    """Records read or the error, and never more calls than many readings take."""
    calls = 0

    def bounded(call: Call, answer: Answer) -> Answer:
        nonlocal calls
        calls += 1
        return alter(call, answer) if calls <= MAX_CALLS else Answer(418, b"", {}, "text/html")

    server.alter = bounded
    try:
        found: int | CollectorError = counted(case, server, report)
    except CollectorError as problem:
        found = problem
    assert calls <= MAX_CALLS, "it does not end"
    return found


def test_the_same_page_again_and_again_ends_clearly_or_gives_everything(case: Case) -> None:
    """Whatever is asked, the first page of it comes. Who asks no pages gets everything."""
    first: dict[str, Answer] = {}
    report = PullReport()

    def again(call: Call, answer: Answer) -> Answer:
        return first.setdefault(_asked(call), answer)

    with case.play(14) as server:
        whole = counted(case, server)
        found = outcome(case, server, again, report)
    is_told = isinstance(found, (SourceChanged, RetryLater)) or bool(report.passed_over)
    assert found == whole or is_told, found
    assert is_told or not case.cursor


def test_a_cursor_handed_out_twice_ends_clearly(case: Case) -> None:
    """The pages differ and the cursor does not, as when a service loses its place."""
    if "cursor" in case.without:
        assert case.without["cursor"]
        return
    kept: dict[str, Any] = {}

    def same(told: Any) -> None:
        for path in case.cursor:
            *steps, last = path.split(".")
            holder = value_at(told, ".".join(steps)) if steps else told
            if isinstance(holder, dict) and holder.get(last):
                holder[last] = kept.setdefault(path, holder[last])

    with case.play(14) as server:
        found = outcome(case, server, changed(same))
    assert kept
    assert isinstance(found, (SourceChanged, RetryLater)), found
    assert len(said(found).split()) > 5


def test_a_list_that_loses_a_record_while_it_is_read_loses_no_other(case: Case) -> None:
    """Asked by offset, the record at the edge of a page would be skipped: whenever it happens, what is read is
    the list as it was before or as it is after."""
    if "lose" in case.without:
        assert case.without["lose"]
        return
    with case.play(14) as server:
        before = read(case, server, [case.counted])
        moments = len(server.calls)
    assert moments >= 3
    for moment in range(1, moments + 1):
        with case.play(14) as server:
            calls = itertools.count(1)

            def losing(_call: Call, answer: Answer, at: int = moment, calls: Iterator[int] = calls) -> Answer:
                if next(calls) == at:
                    case.lose(server)
                return answer

            server.alter = losing
            found = read(case, server, [case.counted])
            assert found in (before, read(case, server, [case.counted])), moment


def test_a_number_of_records_far_too_large_ends_clearly(case: Case) -> None:
    """Whoever announces how many there are may err; asking on to the announced end would spend every quota. What came
    is taken, and where that number should be true it is doubted: then the flow does not call it whole."""
    announced = {"count", "total_items", "rowCount", "total_records"}
    seen = set()

    def many(told: Any) -> None:
        for name in announced & set(told if isinstance(told, dict) else ()):
            told[name] = 2_000_000_000
            seen.add(name)

    with case.play(6) as server:
        whole = counted(case, server)
        report = PullReport()
        found = outcome(case, server, changed(many), report)
    assert isinstance(found, (SourceChanged, RetryLater)) or found == whole or report.passed_over
    is_doubted = isinstance(found, CollectorError) or bool(report.unsure or report.passed_over)
    assert is_doubted or case.source == "brevo" or not seen - {"total_records"}


def _asked(call: Call) -> str:
    """What a call asks, but for where in the list."""
    params = sorted((name, value) for name, value in call.params.items() if name not in PAGING)
    body: Any = call.body.decode("utf-8", "replace")
    if body.startswith("{"):
        body = {name: value for name, value in json.loads(body).items() if name not in {"offset", "id"}}
    return f"{call.path} {params} {body}"
