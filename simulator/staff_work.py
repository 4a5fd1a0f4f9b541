"""What the staff of the generated town typed: figures, registers, publications, months declared complete.

Some months are left out or not declared on purpose: missing, zero and entered are three things.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import date, timedelta
from random import Random

from simulator.calendar import HOLIDAYS, Span, first_of, last_of
from simulator.measuring import TOPIC, focus_groups, measuring_entries, months_complete
from simulator.model import Place
from simulator.planted import Planted, factor, is_forgotten
from simulator.responding import matters, request_entries
from simulator.talk import poisson
from simulator.work import (
    CommunityChange,
    Entry,
    Goal,
    MemberCount,
    PublicationItem,
    RoleHeld,
    Routine,
    StaffWork,
    UnusualDays,
)

TOPICS = (
    "initiatives", "arrivals", "publications", "conversation", "members", "training", "investment", "routines",
    "roles", "communities", "goals",
)  # fmt: skip
LISTED_FROM = 6 / 36
"""Before this share of the time publications were counted, after it they are listed one by one."""

COUNTED = (
    ("facebook.initiatives", ("neighbours_event", "help_older", "mutual_help", "culture", "environment"), 0.5, 1.3),
    ("facebook.business_ties", ("group_buy", "local_shop", "marketing"), 0.3, 0.7),
    ("whatsapp.meetups", ("digital", "in_person"), 0.8, 2.2),
    ("policy.initiatives", ("business", "philanthropic", "local"), 0.4, 0.8),
    ("ethics.virtual_initiatives", ("participation_meetings", "discussions", "message_answers", "promoted"), 2.0, 5.0),
    ("website.event_arrivals", ("arrived", "joined", "opened"), 9.0, 16.0),
    ("newsletter.event_arrivals", ("arrived", "joined"), 7.0, 9.0),
    ("newsletter.site_and_mail_arrivals", ("",), 22.0, 38.0),
    ("newsletter.responses", ("mail", "registered", "discussion"), 8.0, 14.0),
    ("zoom.staff_in_resident_meetings", ("",), 1.2, 3.0),
    ("zoom.resident_interactions", ("",), 12.0, 22.0),
)
"""Indicator, kinds, mean a month and kind at the beginning and at the end."""

TOPIC_OF = {
    "facebook.initiatives": "initiatives", "facebook.business_ties": "initiatives", "whatsapp.meetups": "initiatives",
    "policy.initiatives": "initiatives", "ethics.virtual_initiatives": "initiatives",
    "website.event_arrivals": "arrivals", "newsletter.event_arrivals": "arrivals",
    "newsletter.site_and_mail_arrivals": "arrivals", "newsletter.responses": "arrivals",
    "zoom.staff_in_resident_meetings": "conversation", "zoom.resident_interactions": "conversation",
    "zoom.followups": "conversation", "facebook.resident_posts": "conversation",
    "facebook.staff_in_resident_groups": "conversation", "website.service_pages": "publications",
    "website.process_publications": "publications", "newsletter.process_items": "publications",
    "facebook.process_posts": "publications", "policy.resilience_use": "publications", "ethics.training": "training",
    "resilience.reach_depth": "members", "policy.investment": "investment", "ethics.policy_investment": "investment",
    "societies.language_investment": "investment", "policy.routines": "routines", "ethics.routines": "routines",
    "ethics.cross_department": "routines", "policy.role_holder": "roles", "community": "communities",
    "programme_goal": "goals",
}  # fmt: skip


def make_staff_work(
    seed: int, span: Span, places: Sequence[Place], scale: float, planted: Sequence[Planted] = ()
) -> StaffWork:
    """All that was typed over the town's time."""
    rng = Random(f"{seed}:staff")
    entries = [entry for number in range(len(span.months)) for entry in _month(rng, span, number, planted)]
    entries += [*measuring_entries(span, scale), *request_entries(seed, span)]
    complete = {month: frozenset(topic for topic in TOPICS if rng.random() < 0.86) for month in span.months}
    for month, topics in complete.items():
        forgotten = {TOPIC_OF[one] for one, *_ in COUNTED if is_forgotten(planted, one, month, span)}
        complete[month] = topics - forgotten
    whole = months_complete(seed, span)
    complete = {month: topics | ({TOPIC} if month in whole else set()) for month, topics in complete.items()}
    return StaffWork(
        entries=tuple(entries),
        investment=tuple(_investment(rng, span)),
        routines=_routines(span),
        roles=_roles(span),
        communities=_communities(span),
        goals=_goals(rng, span),
        publications=tuple(_publications(rng, span, scale, {place.code for place in places})),
        members=tuple(_members(rng, span, scale)),
        events=tuple(_events(span)),
        assets={"website": True, "newsletter": True, "facebook": True, "whatsapp": True, "zoom": True, "app": False},
        complete=complete,
        focus_groups=tuple(focus_groups(seed, span)),
        matters=tuple(matters(seed, span)),
    )


def _grown(first: float, last: float, span: Span, number: int) -> float:
    return first + (last - first) * number / max(len(span.months) - 1, 1)


def _is_listed(span: Span, month: str) -> bool:
    return first_of(month) >= first_of(span.month_at(LISTED_FROM))


def _month(rng: Random, span: Span, number: int, planted: Sequence[Planted]) -> Iterator[Entry]:
    month = span.months[number]
    for indicator, parts, first, last in COUNTED:
        if rng.random() < 0.12:
            continue  # nobody got round to it
        for part in parts:
            amount = poisson(rng, _grown(first, last, span, number))
            if amount and not is_forgotten(planted, indicator, month, span):
                named = "קבלת שבת שכונתית" if part == "neighbours_event" else ""
                space = "fb-town" if indicator.startswith("facebook.") else ""
                yield Entry(month, indicator, amount, part, space, named, "פרוטוקול" if rng.random() < 0.5 else "")
    yield Entry(month, "website.service_pages", round(_grown(84, 131, span, number)), "live")
    yield Entry(month, "website.service_pages", poisson(rng, 1.6), "added")
    if not _is_listed(span, month):
        for indicator in ("website.process_publications", "newsletter.process_items"):
            for stage in ("idea", "draft", "decision", "done"):
                yield Entry(month, indicator, poisson(rng, 1.1), stage)
        process = poisson(rng, 6)
        yield Entry(month, "facebook.process_posts", process, "process")
        yield Entry(month, "facebook.process_posts", min(poisson(rng, 3), process), "calls")
        for topic in ("learning", "work", "finance", "rights"):
            yield Entry(month, "policy.resilience_use", poisson(rng, 1.0), topic)
    if rng.random() < 0.9:
        posts = round((20 + poisson(rng, 9)) * factor(planted, "facebook.resident_posts", first_of(month), span))
        yield Entry(month, "facebook.resident_posts", posts, "", "fb-town")
        yield Entry(month, "facebook.staff_in_resident_groups", poisson(rng, 3.5), "", "fb-residents")
    meetings = poisson(rng, 2.2)
    if meetings:
        yield Entry(month, "zoom.followups", meetings, "meetings")
        yield Entry(month, "zoom.followups", min(poisson(rng, 1.4), meetings), "followed")
    if rng.random() < 0.6:
        people = 4 + poisson(rng, 7)
        subject = rng.choice(("שיח מכבד ברשת", "חירום ברשת", "מענה בערבית"))
        yield Entry(month, "ethics.training", people * 2.5, "person_hours", subject=subject)
        yield Entry(month, "ethics.training", people, "people", subject=subject)
    if number % 3 == 2:
        for group, population in (("משפחות צעירות", 5200), ("בני 65 ומעלה", 3900), ("עולים חדשים", 1800)):
            weekly = int(population * _grown(0.06, 0.13, span, number) * rng.uniform(0.8, 1.2))
            yield Entry(month, "resilience.reach_depth", weekly, "weekly", subject=group)
            yield Entry(month, "resilience.reach_depth", population, "population", subject=group)


def _investment(rng: Random, span: Span) -> Iterator[Entry]:
    for number, month in enumerate(span.months):
        if rng.random() < 0.1:
            continue
        for asset in ("website", "whatsapp", "facebook"):
            yield Entry(month, "policy.investment", float(rng.randrange(2_000, 9_000, 50)), "ils", subject=asset)
        yield Entry(month, "policy.investment", round(_grown(1.5, 2.5, span, number) * 4) / 4, "posts")
        yield Entry(month, "policy.investment", float(rng.randint(10, 40)), "hours")
        if rng.random() < 0.4:
            yield Entry(month, "ethics.policy_investment", float(rng.randint(2, 20)), "hours")
            yield Entry(month, "ethics.policy_investment", float(rng.randrange(0, 6_000, 100)), "ils")
        for language in ("ar", "ru", "yi"):
            if rng.random() < 0.6:
                amount = float(rng.randrange(300, 2_500, 50))
                yield Entry(month, "societies.language_investment", amount, "ils", subject=language)


def _routines(span: Span) -> tuple[Routine, ...]:
    def at(share: float) -> date:
        return span.day_at(share)

    return (
        Routine("ישיבת מענה שבועית", "policy.routines", "routine", True, at(0)),
        Routine("נוהל מענה בתוך יום עבודה", "policy.routines", "policy", False, at(0.2)),
        Routine("לוח פרסומים משותף", "policy.routines", "routine", True, at(0.4), at(0.85)),
        Routine("כללי שיח בקבוצות", "ethics.routines", "policy", False, at(0.1)),
        Routine("בדיקת שפה ונגישות", "ethics.routines", "routine", True, at(0.55)),
        Routine("צוות דיגיטל בין-אגפי", "ethics.cross_department", "project", True, at(0.3)),
        Routine("ישיבת מענה שבועית", "ethics.cross_department", "routine", True, at(0.6)),
    )


def _roles(span: Span) -> tuple[RoleHeld, ...]:
    return (
        RoleHeld("מנהל/ת קהילות דיגיטליות", 0.5, "department_head", span.day_at(0.12), span.day_at(0.5)),
        RoleHeld("מנהל/ת קהילות דיגיטליות - משרה מלאה", 1.0, "chief_executive", span.day_at(0.62)),
    )


def _communities(span: Span) -> tuple[CommunityChange, ...]:
    at = span.month_at
    return (
        CommunityChange(at(0), "גינה קהילתית", "in_person", "entry", volunteers=4),
        CommunityChange(at(0.2), "גינה קהילתית", "hybrid", "engagement"),
        CommunityChange(at(0.7), "גינה קהילתית", "", "intervention", volunteers=9, is_ready=False),
        CommunityChange(at(0), "הורים ברמת אלון", "functional_digital", "engagement"),
        CommunityChange(at(0.5), "הורים ברמת אלון", "hybrid", "intervention", is_ready=True),
        CommunityChange(at(0.1), "אמהות אחרי לידה", "unmet_need", "entry"),
        CommunityChange(at(0.45), "אמהות אחרי לידה", "functional_digital", "engagement"),
        CommunityChange(at(0.3), "דוברי רוסית", "opinion_leaders", "entry"),
        CommunityChange(at(0.6), "דוברי רוסית", "functional_digital", "engagement"),
        CommunityChange(at(0), "אהאלי אל-חי", "in_person", "entry"),
        CommunityChange(at(0.25), "אהאלי אל-חי", "hybrid", "entry"),
        CommunityChange(at(0.2), "מועדון שחמט", "in_person", "upkeep", volunteers=2),
        CommunityChange(at(0.55), "מועדון שחמט", ended=True),
        CommunityChange(at(0.8), "מועדון שחמט", "in_person", "entry"),
        CommunityChange(at(0.35), "ותיקים בקהילה", "hybrid", "intervention"),
        CommunityChange(at(0.9), "ותיקים בקהילה", "", "upkeep", volunteers=14, is_ready=True),
    )


def _goals(rng: Random, span: Span) -> tuple[Goal, ...]:
    def series(first: float, last: float, share: float) -> dict[str, float]:
        months = [m for m in span.months if rng.random() < share]
        return {m: round(_grown(first, last, span, span.months.index(m)) + rng.uniform(-1, 1), 1) for m in months}

    at = span.month_at
    return (
        Goal("שכנים טובים", "יותר מפגשי שכנים", at(0), "higher", 2.0, linked="whatsapp.meetups"),
        Goal(
            "שכנים טובים",
            "פחות סכסוכי חניה",
            at(0),
            "lower",
            14.0,
            measure="פניות למוקד",
            values=series(14, 8, 0.8),
            target=9.0,
            until=date(2027, 6, 30),
            owner="community worker",
        ),
        Goal("עיר נקייה", "פחות מפגעי אשפה", at(0.1), "lower", 60.0, measure="מפגעים", values=series(60, 66, 0.7)),
        Goal(
            "קהילה נגישה",
            "יותר משתתפים עם מוגבלות",
            at(0.3),
            "higher",
            10.0,
            measure="משתתפים",
            values=series(9, 25, 0.6),
        ),
        Goal("קהילה נגישה", "יוזמות תושבים", at(0.3), "higher", 1.0, linked="facebook.initiatives"),
        Goal("ילדים בסיכון", "מתנדבים קבועים", at(0.5), "higher", None, measure="מתנדבים", values=series(12, 18, 0.5)),
    )


def _publications(rng: Random, span: Span, scale: float, known: Container[str]) -> Iterator[PublicationItem]:
    everywhere = (("website", ""), ("newsletter", ""), ("facebook", "fb-page"), ("facebook", "fb-town"),
                  ("whatsapp", "wa-updates"))  # fmt: skip
    assets = [(asset, space) for asset, space in everywhere if not space or space in known]
    topics = ("process", "process", "service", "contact", "learning", "work", "finance", "rights", "culture", "other")
    kinds = ("planning", "education", "events", "tenders", "budget", "residents_meeting")
    number = 0
    for place, month in enumerate(span.months):
        if not _is_listed(span, month):
            continue
        for _ in range(poisson(rng, _grown(22, 34, span, place) * max(scale, 0.3))):
            number += 1
            asset, space = rng.choice(assets)
            topic = rng.choice(topics)
            is_process = topic == "process"
            yield PublicationItem(
                code=f"P-{number:05d}",
                title=f"פרסום לדוגמה {number}",
                day=first_of(month) + timedelta(days=rng.randrange(last_of(month).day)),
                asset=asset,
                space=space,
                topic=topic,
                language=rng.choices(("he", "ar", "ru", "yi"), (70, 17, 11, 2))[0],
                process_kind=rng.choice(kinds) if is_process else "",
                stage=rng.choice(("idea", "draft", "decision", "done", "")) if is_process else "",
                calls=is_process and rng.random() < 0.4,
            )


def _members(rng: Random, span: Span, scale: float) -> Iterator[MemberCount]:
    for number, month in enumerate(span.months):
        if rng.random() < 0.93:
            followers = round(_grown(7_400, 10_200, span, number) * scale) + rng.randint(0, 20)
            yield MemberCount(month, "fb-page", followers)
        if rng.random() < 0.9:
            yield MemberCount(
                month, "fb-residents", round(_grown(2_600, 3_100, span, number) * scale) + rng.randint(0, 9)
            )


def _events(span: Span) -> Iterator[UnusualDays]:
    first, last = span.emergency()
    yield UnusualDays("E-1", "emergency", "מצב חירום (לדוגמה)", first, last, "כל היישוב", "החלטת הנהלה")
    for number, (start, end, title) in enumerate(HOLIDAYS, start=1):
        begins, ends = date.fromisoformat(start), date.fromisoformat(end)
        if span.first_day <= begins and ends <= span.last_day:
            yield UnusualDays(f"H-{number}", "holiday", title, begins, ends, "כל היישוב", "לוח שנה")
