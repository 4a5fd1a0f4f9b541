"""Rows that are missing: of days, of people, of a file, of everything."""

from __future__ import annotations

from tests.e2e.bad_batches.plants import Plant, Row, every, first_half, gone, plants, put
from tests.e2e.bad_town import CLOSED


def _of_one_file() -> Plant:
    segments = set[str]()

    def lost(row: Row) -> Row | None:
        segments.add(row["segment"])
        return row if len(segments) == 1 and row["segment"] in segments else None

    streams = {"facebook_group_metric": lost}
    return Plant("what one file gave is lost", "facebook_group", "held", "membership.rows", streams)


def _nothing(name: str, source: str, rule: str, *facts: str) -> Plant:
    return Plant(name, source, "held", rule, facts=dict.fromkeys(facts, gone))


PLANTS = (
    *plants("website", "half of the days", "visit.days", first_half("day"), ["ga4_day"]),
    *plants("facebook_page", "half of the comments", "message.rows", every(2), ["facebook_comment"]),
    *plants("whatsapp", "half of the messages", "message.rows", first_half("sent_local"), ["whatsapp_chat_message"]),
    *plants("hotline_106", "half of the requests", "request.rows", every(2), ["hotline_106_request"]),
    *plants("zoom", "half of the people", "attendance.rows", every(2), facts=["attendance"]),
    *plants("facebook_group", "half of the days", "platform_metric.rows", first_half("period_start"), ["facebook_group_metric"]),
    *plants("whatsapp_cloud", "half of the days", "platform_metric.rows", first_half("day"), ["whatsapp_cloud_metric"]),
    *plants("hotline_106", "a month heard less", "coverage.full", put(extent="part"), facts=["coverage"], months=[CLOSED]),
    *plants("zoom", "a month heard no more", "coverage.full", lambda row: None if row["fact"] == "gathering" else row, facts=["coverage"], months=[CLOSED]),
    Plant("half of the respondents", "survey", "held", "survey_response.rows", {"survey_answer": lambda row: row if row["wave"] != "2026-09" or row["respondent"] % 2 else None}),
    Plant("a whole chat gone", "whatsapp", "held", "message.messages", facts={"message": lambda row: None if row["space"] == "wa-gefen" else row}),
    Plant("all campaigns gone", "newsletter", "held", "mailing.announced", {"mailchimp_campaign": gone}),
    _nothing("nothing staged of what landed", "newsletter", "mailing.announced", "mailing", "membership", "publication"),
    _nothing("nothing staged of chats", "whatsapp", "message.announced", "message", "membership"),
    _nothing("nothing staged of meetings", "zoom", "gathering.announced", "gathering", "attendance", "message"),
    _of_one_file(),
)  # fmt: skip
