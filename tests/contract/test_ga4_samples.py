"""Published answers of the true service, and its own description of its fields, against the collector."""

import json
import re
from datetime import date
from typing import Any

import pytest
from google.analytics.data_v1beta import types
from google.protobuf import json_format

from collectors.ga4.errors import BUCKETS
from collectors.ga4.plan import Only
from collectors.ga4.questions import Answer, Question
from collectors.service import PullReport
from tests.conftest import shared

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def sample(name: str) -> Any:
    text = shared("contracts", "ga4", "samples", name).read_text(encoding="utf-8")
    response = types.RunReportResponse()
    json_format.Parse(text, types.RunReportResponse.pb(response), ignore_unknown_fields=True)
    return response


def test_an_empty_report_has_neither_rows_nor_their_number() -> None:
    response = sample("runReport_no_rows_no_rowCount.json")
    answer, report = Answer(Question(("eventCount",), *OCTOBER, ("date", "eventName"))), PullReport()
    answer.take(response, report)
    assert (answer.rows, response.row_count, answer.time_zone) == ([], 0, "Europe/Warsaw")
    assert not report.drift and not report.rejected


def test_figures_are_text_and_are_read_by_their_type() -> None:
    answer, report = Answer(Question(("active28DayUsers",), *OCTOBER, ("pagePath",))), PullReport()
    answer.take(sample("runReport_pagePath_totals.json"), report)
    assert [row["active28DayUsers"] for row in answer.rows] == [790, 767]
    assert answer.flags == set() and not report.drift and not report.rejected


def test_a_request_is_what_the_description_allows() -> None:
    described = json.loads(shared("contracts", "ga4", "discovery", "analyticsdata.v1beta.json").read_text("utf-8"))
    schemas = described["schemas"]
    clauses = ((Only("cityId", ("1",)),), (Only("pagePath", ("/a", "/b"), begins=True), Only("sessionMedium", ("m",))))
    request = Question(("sessions",), *OCTOBER, ("date",), clauses).request("properties/1", 0, 10)

    def walk(value: Any, schema: dict[str, Any]) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"]]
        if isinstance(value, list):
            for one in value:
                walk(one, schema["items"])
        elif isinstance(value, dict):
            for key, one in value.items():
                assert key in schema["properties"], key
                walk(one, schema["properties"][key])
        elif "enum" in schema:
            assert value in schema["enum"]

    sent = json_format.MessageToDict(types.RunReportRequest.pb(request))
    assert len(sent["dimensionFilter"]["andGroup"]["expressions"]) == 2
    walk(sent, {"$ref": "RunReportRequest"})


@pytest.mark.parametrize("bucket", BUCKETS)
def test_every_bucket_is_a_bucket_of_the_service(bucket: str) -> None:
    proto = shared("contracts", "ga4", "data.proto").read_text(encoding="utf-8")
    body = proto.split("message PropertyQuota {")[1].split("\n}")[0]
    assert set(re.findall(r"QuotaStatus (\w+) =", body)) == set(BUCKETS)
    assert bucket in types.PropertyQuota.meta.fields
