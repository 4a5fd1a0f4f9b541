"""A town that is heard on everything: every asset, every kind of place twice, events all through one month.

What indicators say of it is the truth; what they say when some of it is taken away is held against that truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from transforms.case_rows import Row
from transforms.cases import Case

MONTH = "2026-03"
AROUND = ("2026-02", "2026-04", "2026-05")
"""Months of which all is heard and nothing happened, but that people were counted."""
DAYS = (5, 10, 25)
"""On each of them the same happens: one lies in a day that is left, another in the second half."""

PLACES: tuple[Row, ...] = (
    {"space": "site1", "asset": "website", "kind": "site"},
    {"space": "site2", "asset": "website", "kind": "site"},
    {"space": "list1", "asset": "newsletter", "kind": "mailing_list"},
    {"space": "list2", "asset": "newsletter", "kind": "mailing_list"},
    {"space": "page1", "asset": "facebook", "kind": "page"},
    {"space": "page2", "asset": "facebook", "kind": "page"},
    {"space": "fgroup1", "asset": "facebook", "kind": "group"},
    {"space": "fgroup2", "asset": "facebook", "kind": "group"},
    {"space": "fres1", "asset": "facebook", "kind": "group", "operated_by": "residents"},
    {"space": "fres2", "asset": "facebook", "kind": "group", "operated_by": "residents"},
    {"space": "open1", "asset": "whatsapp", "kind": "open", "society": "arab"},
    {"space": "open2", "asset": "whatsapp", "kind": "open", "society": "arab"},
    {"space": "open3", "asset": "whatsapp", "kind": "open", "society": "haredi"},
    {"space": "open4", "asset": "whatsapp", "kind": "open", "society": "haredi"},
    {"space": "cast1", "asset": "whatsapp", "kind": "broadcast"},
    {"space": "cast2", "asset": "whatsapp", "kind": "broadcast"},
    {"space": "hotline", "asset": "whatsapp", "kind": "hotline"},
    {"space": "zoom", "asset": "zoom", "kind": "meeting_room"},
    {"space": "app", "asset": "app", "kind": "app"},
)
OF_ASSET = {
    "website": ("visit", "request", "publication"),
    "newsletter": ("mailing", "membership", "message", "publication"),
    "facebook": ("message", "membership", "platform_metric", "publication"),
    "whatsapp": ("message", "membership"),
    "zoom": ("gathering", "attendance", "attendance:joined", "message"),
    "app": ("visit", "platform_metric", "gathering", "request", "membership"),
}


def at(day: int, hour: int) -> datetime:
    """An instant of the month."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def messages(place: Row, number: int) -> Iterator[Row]:
    """A resident asks, two residents and the authority answer; and the authority says something residents answer."""
    for day in DAYS:
        base = {"space": place["space"], "asset": place["asset"]}
        name = f"{place['space']}-{day}"
        one, two, three, staff = number * 100 + day, number * 100 + day + 1, 7, 9000
        asked = {"reply_to": name, "root": name, "reply_to_author": one, "reply_to_role": "resident"}
        said = {"reply_to": f"{name}s", "root": f"{name}s", "reply_to_author": staff, "reply_to_role": "authority"}
        by_staff, link = {"author": staff, "author_role": "authority"}, {"reply_basis": "explicit"}
        yield {**base, "message": name, "author": one, "is_question": True, "sent_at": at(day, 8)}
        yield {**base, **asked, **link, "message": f"{name}a", "author": two, "sent_at": at(day, 9)}
        yield {**base, **asked, **link, "message": f"{name}b", "author": three, "sent_at": at(day, 10)}
        yield {**base, **asked, **link, **by_staff, "message": f"{name}c", "sent_at": at(day, 11)}
        yield {**base, **by_staff, "message": f"{name}s", "sent_at": at(day, 12)}
        yield {**base, **said, **link, "message": f"{name}t", "author": two, "sent_at": at(day, 13)}
        yield {**base, **said, **link, "message": f"{name}u", "author": one, "kind": "reaction", "sent_at": at(day, 14)}


def visits(place: Row) -> Iterator[Row]:
    """The platform's month and its days, of residents, with what they did."""
    base = {"space": place["space"], "asset": place["asset"]}
    for kind in ("", "active", "payment", "registration", "update", "application", "contact"):
        figures = {"event_kind": kind, "users": 60, "sessions": 90, "engaged_seconds": 5400, "events": 60}
        yield {**base, **figures, "period": "month", "period_start": date(2026, 3, 1)}
        for day in DAYS:
            figures = {"event_kind": kind, "users": 20, "sessions": 30, "engaged_seconds": 1800, "events": 20}
            yield {**base, **figures, "period": "day", "period_start": date(2026, 3, day)}


def publications(place: Row) -> Iterator[Row]:
    """Items on processes in every stage, and of the other topics, in several languages."""
    kinds = [("process", stage) for stage in ("idea", "draft", "decision", "done")]
    topics = ("service", "contact", "learning", "work", "finance", "rights")
    for day in DAYS:
        for topic, stage in (*kinds, *((topic, None) for topic in topics)):
            name = f"{place['space']}-{day}-{topic}-{stage}"
            about = {"topic": topic, "stage": stage, "process_kind": "planning" if stage else None, "basis": "api"}
            yield {
                "space": place["space"], "asset": place["asset"], "publication": name, **about, "language": "ar",
                "calls_for_response": True, "follows_up": "zoom-5" if day > 5 else None,
                "published_day": date(2026, 3, day),
            }  # fmt: skip


def gatherings(place: Row) -> Iterator[tuple[str, Row]]:
    """A meeting of the authority and one of residents a day, with who was there and what they did."""
    base = {"space": place["space"], "asset": place["asset"]}
    for day in DAYS:
        for who, kind in (("authority", "participation"), ("residents", "residents")):
            name = f"{place['space']}-{day}{'' if who == 'authority' else 'r'}"
            yield "gathering", {**base, "gathering": name, "started_at": at(day, 18), "kind": kind, "initiated_by": who}
            if place["asset"] != "zoom":
                continue
            for one in range(4):
                acts = dict.fromkeys(("has_spoken", "has_chatted", "has_voted", "has_asked"), one % 2 == 0)
                came = {"gathering": name, "attendee": f"{name}-{one}", "person": 7 if one == 3 else 8000 + day + one}
                role = "authority" if one == 0 else "resident"
                via = "website" if one % 2 else "newsletter"
                yield "attendance", {**base, **came, **acts, "role": role, "heard_via": via, "month": MONTH}


def requests(place: Row) -> Iterator[Row]:
    """Of every kind one a day, answered after hours."""
    for day in DAYS:
        for kind in ("request", "contact", "application", "payment", "registration", "update"):
            name = f"{place['space']}-{day}-{kind}"
            base = {"space": place["space"], "asset": place["asset"], "request": name, "kind": kind, "rating": 4}
            yield {**base, "opened_at": at(day, 8), "answered_at": at(day, 8 + DAYS.index(day) * 2 + 1)}


def town() -> Case:
    """All its facts, its coverage and registers, as a case."""
    case: dict[str, list[Row]] = {"space": [{"from_day": date(2025, 1, 1), "title": "x", **one} for one in PLACES]}
    case["population"] = [{"month": month, "residents": 10_000} for month in (MONTH, *AROUND)]
    for number, place in enumerate(PLACES, start=1):
        base = {"space": place["space"], "asset": place["asset"]}
        # Of Facebook only pages tell what the authority published.
        facts = tuple(one for one in OF_ASSET[place["asset"]] if (one, place["kind"]) != ("publication", "group"))
        for fact in facts:
            case.setdefault("coverage", []).extend({**base, "fact": fact, "month": one} for one in (MONTH, *AROUND))
        if "message" in facts:
            case.setdefault("message", []).extend(messages(place, number))
        if "membership" in facts:
            case.setdefault("membership", []).extend(
                {**base, "month": month, "members": 500 + number} for month in (MONTH, *AROUND)
            )
        if "visit" in facts:
            case.setdefault("visit", []).extend(visits(place))
        if "mailing" in facts:
            figures = {"unique_opens": 40, "unique_opens_all": 60, "clickers": 10, "replies": 3, "month_clickers": None}
            case.setdefault("mailing", []).extend(
                {**base, "campaign": f"{place['space']}-{day}", "sent_at": at(day, 8), **figures} for day in DAYS
            )
        if "request" in facts:
            case.setdefault("request", []).extend(requests(place))
        if "publication" in facts:
            case.setdefault("publication", []).extend(publications(place))
        if "gathering" in facts:
            for fact, row in gatherings(place):
                case.setdefault(fact, []).append(row)
        if "platform_metric" in facts:
            names = ("posts", "comments", "reactions") if place["asset"] == "facebook" else ("active_members",)
            period = {"period": "month", "period_start": date(2026, 3, 1), "amount": 30.0}
            case.setdefault("platform_metric", []).extend({**base, "metric": name, **period} for name in names)
    return {"months": [MONTH], **case}
