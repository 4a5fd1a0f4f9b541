"""Webhook bodies of a town's life, as Zoom, Mailchimp and WhatsApp send them, each with its instant.

Belongs here: bodies and when they are sent. Does not: signatures, which are the senders' of the tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from simulator.services.newsletter import Campaign, Member
from simulator.services.whatsapp_cloud import Written, webhook
from simulator.services.zoom_state import Held, Stay, iso


@dataclass(frozen=True, order=True)
class Sent:
    """A body and the instant it is sent at; `hook` is the receiver's name of the sender."""

    at: datetime
    hook: str
    source: str
    body: bytes


def zoom_hooks(account: str, held: Iterable[Held]) -> Iterator[Sent]:
    """Beginnings, ends, and people who join and leave."""
    for one in held:
        yield _zoom(account, one, "meeting.started", one.started, {})
        yield _zoom(account, one, "meeting.ended", one.ended, {"end_time": iso(one.ended)})
        for number, stay in enumerate(one.stays):
            if stay.waited or stay.breakout:
                continue
            for name, at, when in (("joined", stay.joined, "join_time"), ("left", stay.left, "leave_time")):
                person = {**_person(stay, number), when: iso(at)}
                yield _zoom(account, one, f"meeting.participant_{name}", at, {"participant": person})


def _zoom(account: str, one: Held, event: str, at: datetime, more: dict[str, Any]) -> Sent:
    thing = {
        "id": str(one.number), "uuid": one.uuid, "host_id": "host", "topic": "A meeting", "type": 2,
        "start_time": iso(one.started), "timezone": "Asia/Jerusalem", "duration": 60, **more,
    }  # fmt: skip
    body = {"event": event, "event_ts": int(at.timestamp() * 1000), "payload": {"account_id": account, "object": thing}}
    return Sent(at, "zoom", "zoom", json.dumps(body).encode())


def _person(stay: Stay, number: int) -> dict[str, Any]:
    who = stay.person
    return {
        "user_id": str(16_778_240 + number), "user_name": who.name, "id": who.account, "participant_uuid": f"p{number}",
        "email": "" if who.is_guest else who.email, "registrant_id": who.registrant,
        "participant_user_id": who.account,
    }  # fmt: skip


def mailchimp_hooks(list_id: str, members: Iterable[Member], campaigns: Iterable[Campaign]) -> Iterator[Sent]:
    """Who came on the list, who left it and how, and campaigns that were sent."""
    kinds = {"unsubscribed": "unsubscribe", "cleaned": "cleaned", "deleted": "unsubscribe"}
    for number, one in enumerate(members):
        about = {"data[email]": one.address, "data[id]": f"m{number}"}
        yield _mailchimp(list_id, "subscribe", one.joined_at, about)
        if one.left_at is not None:
            yield _mailchimp(list_id, kinds[one.how], one.left_at, about)
    for campaign in campaigns:
        about = {"data[id]": campaign.id, "data[subject]": "News", "data[status]": "sent", "data[reason]": ""}
        yield _mailchimp(list_id, "campaign", campaign.sent_at, about)


def _mailchimp(list_id: str, kind: str, at: datetime, about: dict[str, str]) -> Sent:
    fired = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    form = {"type": kind, "fired_at": fired, "data[list_id]": list_id, **about}
    return Sent(at, "mailchimp", "mailchimp", urlencode(form).encode())


def whatsapp_hooks(written: Iterable[Written]) -> Iterator[Sent]:
    """Messages of residents, and what became of the answers."""
    for one in written:
        yield Sent(one.at, "meta", "whatsapp_cloud", json.dumps(webhook(one)).encode())
