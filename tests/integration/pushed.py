"""Bodies of a month on a town's pushed channels: the number, the page, the meetings, the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from collectors.hooks import hooks
from collectors.service import PushReport, sources
from simulator.services.whatsapp_cloud import Line, Written, webhook
from tests.accounts import account_of

LINE = Line("106540352242922", "+972 3-555-0100")
FIRST = datetime(2026, 10, 5, 8, tzinfo=UTC)
PAGE, POST = "1001", "1001_1"
CANARY = "canary-in-the-text"


class Pushed(NamedTuple):
    hook: str
    account: str  # source.name
    body: bytes


def month(days: int = 26) -> list[Pushed]:
    """Everything, in the order it happened."""
    return [*number(days * 4), *page(days), *meetings(days // 3), *mailing()]


def number(count: int = 100) -> Iterator[Pushed]:
    """Nine residents write to the number; most are answered, some by a word that quotes; a few react."""
    for place in range(count):
        at = FIRST + timedelta(hours=5 * place, minutes=place % 7)
        quotes = f"wamid.{place - 1}" if place % 6 == 1 else ""
        one = Written(
            f"wamid.{place}", LINE, at, place // 2 % 9, f"מתי? {CANARY}", is_out=place % 2 == 1, quotes=quotes,
            shows_number=place % 5 != 4,
        )  # fmt: skip
        yield Pushed("meta", "whatsapp_cloud.hotline", _json(webhook(one)))
        if place % 9 == 8:
            body = webhook(Written(f"wamid.r{place}", LINE, at + timedelta(minutes=1), place // 2 % 9))
            said = body["entry"][0]["changes"][0]["value"]["messages"][0]
            del said["text"]
            said |= {"type": "reaction", "reaction": {"message_id": f"wamid.{place - 2}", "emoji": "👍"}}
            yield Pushed("meta", "whatsapp_cloud.hotline", _json(body))


def change(at: datetime, item: str, verb: str, who: str, **more: Any) -> Pushed:
    """One change of the page, sent a second after it happened."""
    value = {"item": item, "verb": verb, "from": {"id": who, "name": f"Name {CANARY} {who}"}, "post_id": POST, **more}
    if verb in ("add", "edited"):
        value |= {"created_time": int(at.timestamp()), "message": f"מה שלומכם? {CANARY}" + "!" * (at.minute % 4)}
    entry = {"id": PAGE, "time": int(at.timestamp()) + 1, "changes": [{"field": "feed", "value": value}]}
    return Pushed("meta", "facebook.page", _json({"object": "page", "entry": [entry]}))


def page(days: int = 26) -> Iterator[Pushed]:
    """A post a day with comments, an answer of the page, edits, things hidden and removed."""
    for place in range(days):
        at, post = FIRST + timedelta(days=place), f"{PAGE}_{place}"
        yield change(at, "status", "add", PAGE, post_id=post, published=1)
        for number_of in range(3):
            when = at + timedelta(minutes=10 * number_of + 1)
            comment = {"post_id": post, "comment_id": f"{place}_{number_of}", "parent_id": post}
            yield change(when, "comment", "add", f"20{number_of}", **comment)
            answer = {**comment, "comment_id": f"{place}_{number_of}a", "parent_id": comment["comment_id"]}
            yield change(when + timedelta(minutes=3), "comment", "add", PAGE, **answer)
            verb = ("edited", "hide", "remove")[(place + number_of) % 3]
            yield change(when + timedelta(minutes=5), "comment", verb, f"20{number_of}", **comment)
            if verb == "hide" and place % 2:
                yield change(when + timedelta(minutes=6), "comment", "unhide", PAGE, **comment)
        yield change(at + timedelta(hours=1), "reaction", "add", "201", post_id=post, reaction_type="like")
    yield change(FIRST + timedelta(days=2), "post", "add", "209", post_id=f"{PAGE}_visitor")


def event(name: str, at: datetime, meeting: str, **more: Any) -> Pushed:
    thing = {"uuid": meeting, "id": "999", "host_id": "h", "topic": CANARY, **more}
    payload = {"account_id": "AAAAAABBBB", "object": thing}
    body = {"event": name, "event_ts": int(at.timestamp() * 1000), "payload": payload}
    return Pushed("zoom", "zoom.main", _json(body))


def meetings(count: int = 8) -> Iterator[Pushed]:
    """Evenings with five guests, one of whom loses her line and comes back."""
    for place in range(count):
        began, meeting = FIRST + timedelta(days=3 * place, hours=10), f"meeting{place}=="
        common = {"start_time": _iso(began)}
        yield event("meeting.started", began, meeting, **common)
        stays = [(who, 5 * who, 50) for who in range(4)] + [(4, 5, 20), (4, 25, 55)]
        for line, (who, came, went) in enumerate(stays):
            person = {"user_id": f"{place}{line}", "user_name": f"{CANARY} {who}", "email": f"p{who}@{CANARY}.org"}
            if who % 2:
                person = {"user_id": f"{place}{line}", "user_name": f"{CANARY} {who}"}
            joined, left = began + timedelta(minutes=came), began + timedelta(minutes=went)
            yield event(
                "meeting.participant_joined",
                joined,
                meeting,
                participant={**person, "join_time": _iso(joined)},
                **common,
            )
            yield event(
                "meeting.participant_left", left, meeting, participant={**person, "leave_time": _iso(left)}, **common
            )
        ended = began + timedelta(hours=1)
        yield event("meeting.ended", ended, meeting, end_time=_iso(ended), **common)


def mailing() -> Iterator[Pushed]:
    for place, kind in enumerate(("subscribe", "unsubscribe", "cleaned", "profile")):
        form = {"type": kind, "fired_at": f"2026-10-0{place + 5} 10:00:00", "data[list_id]": "a6b5da1054",
                "data[email]": f"{CANARY}{place}@example.org"}  # fmt: skip
        yield Pushed("mailchimp", "mailchimp.news", urlencode(form).encode())


ACCOUNTS = {
    "whatsapp_cloud.hotline": account_of("whatsapp_cloud", "hotline", {"business_account": "102290129340398"}),
    "facebook.page": account_of("facebook", "page", {"page": PAGE, "space": "f", "process_words": ["תכנית"]}),
    "zoom.main": account_of("zoom", "main", {"space": "z"}),
    "mailchimp.news": account_of("mailchimp", "news", {"list": "a6b5da1054", "space": "n"}),
}


def read(one: Pushed, received_at: datetime = FIRST) -> tuple[list[Any], PushReport]:
    """Pages of a body and the report, as draining reads it."""
    report = PushReport(received_at=received_at)
    pages = list(sources()[one.account.partition(".")[0]].pages_of_event(one.body, ACCOUNTS[one.account], report))
    return pages, report


def key(one: Pushed) -> str:
    """The permanent key of an event."""
    return next(hook for hook in hooks() if hook.name == one.hook).reading(one.body).key


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
