"""How surely the live channels let each figure be known, by what each service tells and when the town looked.

A service that shows its present only is known as of the last look. What people may still do about a month (open, click,
answer) is open until its time has passed and somebody has looked since. What only staff could add was never entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.calendar import last_of
from simulator.channels import truth_meetings as books_meetings
from simulator.channels import truth_newsletter as books_newsletter
from simulator.channels.life import Life
from simulator.channels.mailing_list import ZONE
from simulator.truth_known import MEASURED, UNSURE
from simulator.truth_pages import Known, Pages, Place

STILL_OPEN = {
    "newsletter.clickers": timedelta(days=60),
    "newsletter.open_rate": timedelta(days=60),
    "facebook.answers": timedelta(days=30),
}
"""How long after its month something may still come to a figure."""

FOLLOWED = "facebook.follower_share"
"""It rests on followers, counted as of the last look, before the month's end."""

KINDS_LACK = (
    "ethics.virtual_initiatives",
    "newsletter.event_arrivals",
    "newsletter.responses",
    "newsletter.site_and_mail_arrivals",
    "policy.resident_use",
    "website.event_arrivals",
)
"""Sums of kinds of which services tell one and staff would enter the others, or say that the asset is not used."""

LEFT_OUT = (
    "assets.answered_in_time",
    "assets.communication_level",
    "assets.renewal",
    "facebook.answers",
    "facebook.resident_replies",
)
BEGUN = ("app.residents", "policy.resident_use")
"""The app is heard of from its first visit on: the month of it may be told of in part."""


def enter(pages: Pages, life: Life, reads: Sequence[datetime]) -> None:
    """Say it of every figure there is."""
    today = reads[-1].astimezone(ZONE).date()
    for place, value in pages.values.items():
        if value is not None and place[0] not in LEFT_OUT:
            indicator, month, _, _ = place
            known = _known(place, life)
            until = last_of(month) + STILL_OPEN.get(indicator, timedelta(0))
            if indicator in STILL_OPEN and today <= until:
                known = replace(known, is_final=False, must=known.must | {"right_censored"}, never=frozenset())
            pages.known[place] = known


def _known(place: Place, life: Life) -> Known:
    indicator, month, _, part = place
    sure = replace(MEASURED, never=UNSURE | {"entered_by_hand", "source_down"})
    if indicator == FOLLOWED:
        return replace(MEASURED, is_final=False, must=frozenset({"partial_period"}))
    if (indicator, part) == ("policy.residents_in_contact", "upper_bound"):
        return replace(MEASURED, is_final=False, must=frozenset({"incomplete:app"}))  # who has it nobody counts
    if indicator in KINDS_LACK and not part:
        return replace(MEASURED, is_final=False, must=frozenset({"lower_bound"}))
    if indicator in BEGUN and month == life.span.months[0]:
        return replace(MEASURED, is_final=None)
    if (indicator, part) in (("newsletter.open_rate", ""), ("policy.resident_use", "newsletter")):
        is_told = all(one.tells_machines for one in books_newsletter.campaigns(life, month))
        flag = frozenset({"machine_opens_included"})
        return replace(sure, never=sure.never | flag) if is_told else replace(sure, must=flag)
    if indicator in ("zoom.attendees", "zoom.participation"):
        people = [person for one in books_meetings.in_month(life, month) for person in books_meetings.residents(one)]
        return replace(sure, must=frozenset({"by_name"} if any(person.is_guest for person in people) else ()))
    if indicator.startswith("website.resident_"):
        return replace(sure, must=frozenset({"estimated"}))  # who lives in the town is the service's guess
    return sure
