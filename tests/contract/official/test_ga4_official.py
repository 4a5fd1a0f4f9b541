"""GA4: every published answer, and answers drawn from Google's description, over gRPC and REST to the real client.

No mock server reads Google's discovery document, so the two doors are our own; the bytes are the client's.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.analytics.data_v1beta import types
from google.protobuf import json_format

from collectors.errors import SourceChanged
from collectors.ga4.questions import Answer, Question
from collectors.ga4.session import Session
from collectors.ga4.streams import DailyUse, MonthlyUse, PageViews
from collectors.service import PullReport, Window
from simulator.services.ga4 import GrpcServer, Property, RestServer
from tests.accounts import account_of
from tests.conftest import SHARED, shared
from tests.contract.official.specification import Specification
from tests.contract.official.values import Walker
from texts import error_texts

FOLDER = SHARED / "contracts" / "ga4" / "samples"
SAMPLES = sorted(path.name for path in FOLDER.glob("*.json"))
ABSENT = [pytest.param("", marks=pytest.mark.skip("shared material not present"))]
SERVERS = {"grpc": GrpcServer, "rest": RestServer}
SETTINGS: dict[str, Any] = {
    "property": "123456",
    "space": "site",
    "resident_city_ids": ["1"],
    "key_events": {"pay": "payment"},
    "page_rules": {"/": "service"},
    "newsletter_mediums": ["email"],
}
MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))


class Canned(Property):
    """A property that gives prepared answers, whatever it is asked."""

    def __init__(self, prepare: Any) -> None:
        super().__init__()
        self.prepare = prepare

    def answer(self, request: Any) -> Any:
        """The prepared answer, in the client's own type."""
        response = types.RunReportResponse()
        json_format.ParseDict(self.prepare(request), types.RunReportResponse.pb(response), ignore_unknown_fields=True)
        return response


@contextmanager
def session_on(played: Property, transport: str) -> Iterator[Session]:
    """A session that speaks with it, and waits for nothing."""
    with SERVERS[transport](played) as server:
        account = account_of(
            "ga4", "town", {**SETTINGS, "transport": transport}, {"credentials": "{}"}, server.base_url
        )
        yield Session(account, PullReport(), sleep=lambda seconds: None)


def asked_for(document: dict[str, Any]) -> Question:
    """The question whose answer a sample is, by its own headers; an empty one has none."""
    names = [one["name"] for one in document.get("dimensionHeaders", ())]
    metrics = [one["name"] for one in document.get("metricHeaders", ())]
    return Question(tuple(metrics) or ("sessions",), date(2026, 3, 1), date(2026, 3, 31), tuple(names))


@pytest.mark.parametrize("transport", SERVERS)
@pytest.mark.parametrize("name", SAMPLES or ABSENT)
def test_a_published_answer_arrives_whole(name: str, transport: str) -> None:
    document = json.loads(shared("contracts", "ga4", "samples", name).read_text(encoding="utf-8"))
    rows = document.get("rows", [])
    # An excerpt: it announces the rows of the whole report and holds some of them.
    whole = {**document, "rowCount": len(rows)} if rows else document
    with session_on(Canned(lambda request: whole), transport) as session:
        answer: Answer = session.ask(asked_for(document))
    assert answer.received == len(rows) and len(answer.rows) == len(rows)
    assert answer.time_zone == document.get("metadata", {}).get("timeZone", "")
    for row, sent in zip(answer.rows, rows, strict=True):
        keys = [one["name"] for one in document["dimensionHeaders"]]
        assert [row[key] for key in keys] == [one["value"] for one in sent["dimensionValues"]]
        figures = [row[one["name"]] for one in document["metricHeaders"]]
        assert figures == [float(one["value"]) for one in sent["metricValues"]]
    assert not session.report.rejected and not session.report.drift


@pytest.mark.parametrize("transport", SERVERS)
@pytest.mark.parametrize("name", SAMPLES or ABSENT)
@pytest.mark.parametrize("stream", [MonthlyUse, DailyUse, PageViews])
def test_an_answer_to_another_question_stops_or_is_empty(name: str, transport: str, stream: Any) -> None:
    document = json.loads(shared("contracts", "ga4", "samples", name).read_text(encoding="utf-8"))
    with session_on(Canned(lambda request: document), transport) as session:
        if document.get("metricHeaders"):
            with pytest.raises(SourceChanged) as stopped:
                list(stream().pages(session, MARCH))
            assert stopped.value.code == "field_missing"
        else:
            pages = list(stream().pages(session, MARCH))
            assert sum(page.rows.num_rows for page in pages if page.stream is stream) == 0
            assert sum(page.rows.num_rows for page in pages) > 0  # what was asked and found empty is told


def drawn_from(specification: Specification, seed: int) -> Any:
    """A maker of answers to any question: headers as asked, all else as Google's description allows."""
    walker = Walker(specification, seed, MARCH.since or MARCH.until, MARCH.until)
    schemas = specification.document["schemas"]
    kinds = schemas["MetricHeader"]["properties"]["type"]["enum"]
    dates = iter(range(10**6))

    def make(request: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"metadata": walker.record(schemas["ResponseMetaData"], 1)}
        if walker.chance.random() < 0.5:
            found["propertyQuota"] = walker.record(schemas["PropertyQuota"], 1)
            for status in found["propertyQuota"].values():
                if isinstance(status, dict):
                    status["remaining"] = 10**6
        names = [one.name for one in request.dimensions]
        found["dimensionHeaders"] = [{"name": name} for name in names]
        found["metricHeaders"] = [{"name": one.name, "type": walker.chance.choice(kinds)} for one in request.metrics]
        count = walker.chance.choice([0, 1, 5]) if names else walker.chance.choice([0, 1])
        figures = ["0", "7", "3.5", "", "1e3", "-1", "NaN", "9" * 25]
        found["rows"] = [
            {
                "dimensionValues": [
                    {"value": f"202603{next(dates) % 28 + 1:02d}" if name == "date" else f"{name} {next(dates)}"}
                    for name in names
                ],
                "metricValues": [{"value": walker.chance.choice(figures)} for _ in request.metrics],
            }
            for _ in range(count)
        ]
        if count:
            found["rowCount"] = count
        return found

    return make


@pytest.mark.parametrize("transport", SERVERS)
def test_whatever_the_description_allows(transport: str) -> None:
    document = json.loads(shared("contracts", "ga4", "discovery", "analyticsdata.v1beta.json").read_text("utf-8"))
    described = Specification(by_pointer(document))
    kept = aside = 0
    for seed in range(12):
        with session_on(Canned(drawn_from(described, seed)), transport) as session:
            for stream in (MonthlyUse, DailyUse, PageViews):
                for page in stream().pages(session, MARCH):
                    assert page.rows.schema == page.stream.schema
                    kept += page.rows.num_rows
            aside += len(session.report.rejected)
            assert all(one.code in error_texts() for one in session.report.rejected)
    assert kept > 0 and aside > 0


def by_pointer(node: Any) -> Any:
    """A discovery document whose references are JSON pointers, as in OpenAPI."""
    if isinstance(node, list):
        return [by_pointer(one) for one in node]
    if isinstance(node, dict):
        return {
            name: f"#/schemas/{one}" if name == "$ref" and isinstance(one, str) else by_pointer(one)
            for name, one in node.items()
        }
    return node
