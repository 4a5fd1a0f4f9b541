"""Rows that come twice under other ids, or many times."""

from __future__ import annotations

from tests.e2e.bad_batches.plants import Plant, again, copies, on_day, plants, twice

CHAT = again(position=lambda row: row["position"] + 10**6)
PERSON = again(respondent=lambda row: row["respondent"] + 10**6)
MEETINGS = ["gathering", "attendance"]

PLANTS = (
    Plant("ten times the pages", "website", "held", "publication.publications", {"site_page": copies(10, "page")}),
    *plants("newsletter", "campaigns twice under other ids", "mailing.twice", twice("campaign"), ["mailchimp_campaign"], rule_open="mailing.twice_at_most"),
    *plants("whatsapp", "a month twice", "message.twice", CHAT, ["whatsapp_chat_message"], rule_open="message.twice_at_most"),
    *plants("whatsapp", "a day twice", "message.twice", on_day(15, CHAT, "sent_local"), ["whatsapp_chat_message"]),
    *plants("zoom", "meetings twice under other ids", "gathering.twice", twice("gathering"), facts=MEETINGS, rule_open="gathering.twice_at_most"),
    *plants("hotline_106", "requests twice", "request.twice", twice("request"), ["hotline_106_request"]),
    *plants("staff", "twenty times the publications", "publication.publications", copies(20, "publication"), ["staff_publication"]),
    Plant("the wave twice", "survey", "held", "survey_response.again", {"survey_answer": lambda row: PERSON(row) if row["wave"] == "2026-09" else row}),
)  # fmt: skip
