"""Rows that come twice under other ids, or many times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.e2e.bad_batches.plants import Change, Plant, Row, again, copies, month_of, on_day, plants, twice
from tests.e2e.bad_town import CLOSED, OPEN

CHAT = again(position=lambda row: row["position"] + 10**6)
PERSON = again(respondent=lambda row: row["respondent"] + 10**6)
LATER = timedelta(days=30)


def _copied(*names: str, **ids: Change) -> Change:
    """The published month once more a month later, under other ids, in the place of what was said of that one."""

    def changed(row: Row) -> Row | list[Row] | None:
        if month_of(row) != CLOSED:
            return None if month_of(row) == OPEN else row
        later = row | {name: row[name] + LATER for name in names if row.get(name) is not None}
        if "month" in row:
            later["month"] = OPEN
        return [row, later | {name: one(row) for name, one in ids.items() if row.get(name) is not None}]

    return changed


def _wave_again(wave: str, days: int, keeps: Callable[[Row], bool] = lambda row: True) -> Change:
    """The answers of a wave as those of another, by respondents of other numbers."""

    def changed(row: Row) -> Row | list[Row]:
        if row["wave"] != "2026-09" or not keeps(row):
            return row
        later = {name: row[name] + timedelta(days=days) for name in ("closed_day", "as_of")}
        own = {"wave": wave, "respondent": 10**6 - row["respondent"], "form": wave, "sent": row["sent"][::-1]}
        return [row, row | own | later]

    return changed


MEETINGS = ["gathering", "attendance"]
HELD = _copied("started_at", gathering=lambda row: f"{row['gathering']}-again")
ASKED = _copied("opened_at", "answered_at", "closed_at", request=lambda row: f"{row['request']}-again")

PLANTS = (
    Plant("ten times the pages", "website", "held", "publication.publications", {"site_page": copies(10, "page")}),
    *plants("newsletter", "campaigns twice under other ids", "mailing.twice", twice("campaign"), ["mailchimp_campaign"], rule_open="mailing.twice_at_most"),
    *plants("whatsapp", "a month twice", "message.twice", CHAT, ["whatsapp_chat_message"], rule_open="message.twice_at_most"),
    *plants("whatsapp", "a day twice", "message.twice", on_day(15, CHAT, "sent_local"), ["whatsapp_chat_message"]),
    *plants("zoom", "meetings twice under other ids", "gathering.twice", twice("gathering"), facts=MEETINGS, rule_open="gathering.twice_at_most"),
    *plants("hotline_106", "requests twice", "request.twice", twice("request"), ["hotline_106_request"]),
    *plants("staff", "twenty times the publications", "publication.publications", copies(20, "publication"), ["staff_publication"]),
    Plant("a month later the same wave", "survey", "doubted", "survey_response.answers", {"survey_answer": _wave_again("2026-10", 25)}),
    Plant("a month later the same wave less a question", "survey", "doubted", "survey_response.parts", {"survey_answer": _wave_again("2026-10", 25, lambda row: row["item"] != "trust_1")}),
    Plant("two months later most of a wave", "survey", "doubted", "survey_response.answers", {"survey_answer": _wave_again("autumn", 50, lambda row: bool(row["respondent"] % 10))}),
    Plant("last month's days once more", "website", "doubted", "visit.told", {"ga4_day": _copied("day")}),
    Plant("last month's campaigns once more", "newsletter", "doubted", "mailing.told", {"mailchimp_campaign": _copied("sent_at", campaign=lambda row: f"{row['campaign']}-again")}),
    Plant("last month's days once more", "facebook_group", "doubted", "platform_metric.told", {"facebook_group_metric": _copied("period_start")}),
    Plant("last month's days once more", "facebook_page", "doubted", "platform_metric.told", {"facebook_insight": _copied("period_start")}),
    Plant("last month's requests once more", "hotline_106", "doubted", "request.told", {"hotline_106_request": ASKED}),
    Plant("last month's people once more", "zoom", "doubted", "attendance.told", facts=dict.fromkeys(MEETINGS, HELD)),
    Plant("the wave twice", "survey", "held", "survey_response.again", {"survey_answer": lambda row: PERSON(row) if row["wave"] == "2026-09" else row}),
)  # fmt: skip
