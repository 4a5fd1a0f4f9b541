"""Amounts, answers and shares that are not what they were."""

from __future__ import annotations

from datetime import date

from tests.e2e.bad_batches.plants import Change, Plant, Row, on_day, plants, put, times
from tests.e2e.bad_town import CLOSED, OPEN, RUNNING

EVERY = (CLOSED, OPEN, RUNNING)
OPENS = ("opens", "unique_opens", "opens_all", "unique_opens_all")
METRICS = {
    "members": "active_members", "active_members": "members", "posts": "comments", "comments": "posts",
    "reactions": "posts_seen",
}  # fmt: skip
BACKWARDS = put(in_force_from=date(2026, 10, 9), in_force_to=date(2026, 9, 9))
MONTH, DAY, LETTERS = ["ga4_month"], ["ga4_day"], ["mailchimp_campaign"]


def _wave(name: str, rule: str, change: Change) -> Plant:
    def changed(row: Row) -> Row | list[Row] | None:
        return change(row) if row["wave"] == "2026-09" else row

    return Plant(name, "survey", "held", f"survey_response.{rule}", {"survey_answer": changed})


PLANTS = (
    *plants("website", "users x10", "visit.users", times(10, "users", "sessions", "engaged_seconds"), MONTH, months=EVERY),
    *plants("website", "users x0.1", "visit.users", times(0.1, "users", "sessions"), MONTH),
    *plants("website", "negative users", "visit.out_of_range", times(-1, "users"), MONTH, verdict="aside"),
    *plants("website", "no users, only sessions", "visit.users", put(users=None), MONTH),
    *plants("website", "users x4 of days", "visit.day_users", times(4, "users", "sessions"), DAY, rule_open="visit.sessions_agree"),
    *plants("website", "sessions x1.6 of days", "visit.sessions_agree", times(1.6, "sessions"), DAY),
    *plants("website", "users x3, sessions as before", "visit.users", times(3, "users"), MONTH),
    *plants("website", "users x5, days as before", "visit.month_within_its_days", times(5, "users", "sessions"), MONTH),
    *plants("website", "a day busier than its month", "visit.day_within_its_month", on_day(9, times(40, "users"), "day"), DAY),
    *plants("newsletter", "opens x3", "mailing.opens_within_delivered", times(3, *OPENS), LETTERS),
    *plants("newsletter", "no opens", "mailing.open_share", put(**dict.fromkeys(OPENS)), LETTERS),
    *plants("newsletter", "more clickers than recipients", "mailing.clicks_within_delivered", put(clickers=lambda row: row["recipients"] * 2), LETTERS),
    *plants("newsletter", "subscribers -90 %", "membership.members", times(0.1, "members"), ["mailchimp_month"]),
    *plants("newsletter", "subscribers +900 %", "membership.members", times(10, "members"), ["mailchimp_month"]),
    *plants("newsletter", "more delivered than the list has", "mailing.recipients", times(5, "recipients", "delivered", *OPENS), LETTERS, rule_open="mailing.recipients_within_list"),
    *plants("facebook_page", "figures x100", "platform_metric.amount", times(100, "amount"), ["facebook_insight"]),
    *plants("facebook_page", "negative figures", "platform_metric.amount_possible", times(-1, "amount"), ["facebook_insight"], verdict="aside"),
    *plants("whatsapp", "members jump", "membership.changes_within_members", put(delta=lambda row: row["delta"] and row["delta"] * 60), ["whatsapp_chat_event"]),
    *plants("staff", "figures x100", "report.amount", times(100, "amount"), ["staff_report"]),
    *plants("staff", "ends before it begins", "report.ends_after_it_began", BACKWARDS, facts=["report"], months=(OPEN,)),
    *plants("staff", "members entered x10", "membership.members", times(10, "members"), ["staff_membership"], months=(OPEN,)),
    *plants("facebook_group", "figures x100", "platform_metric.amount", times(100, "amount"), ["facebook_group_metric"]),
    *plants("facebook_group", "figures x2", "membership.members", times(2, "amount"), ["facebook_group_metric"]),
    *plants("facebook_group", "negative figures", "platform_metric.amount_possible", times(-1, "amount"), ["facebook_group_metric"], verdict="aside"),
    *plants("facebook_group", "columns swapped", "platform_metric.amount", put(metric=lambda row: METRICS.get(row["metric"], row["metric"])), ["facebook_group_metric"]),
    *plants("whatsapp_cloud", "figures x100", "platform_metric.amount", times(100, "amount"), ["whatsapp_cloud_metric"]),
    *plants("hotline_106", "nothing was answered", "request.answered", put(answered_at=None, closed_at=None), ["hotline_106_request"]),
    Plant("followers of today x10", "facebook_page", "doubted", "membership.members", {"facebook_page_day": times(10, "followers")}),
    _wave("all answers are fives", "mean", put(answer=5)),
    _wave("one answer to everything", "straight_lined", put(answer=lambda row: 1 + row["respondent"] % 5)),
    _wave("the scale the other way round", "highest", put(answer=lambda row: row["answer"] and 6 - row["answer"])),
)  # fmt: skip
