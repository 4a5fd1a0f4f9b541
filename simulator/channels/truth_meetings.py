"""Zoom: meetings, who came, what they did there, and how they heard of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulator.calendar import month_of
from simulator.channels.life import Life
from simulator.channels.meetings import HEARD, KINDS, QUESTION, ZONE
from simulator.services.zoom_state import Held, Person
from simulator.truth_pages import Pages, divided

PUBLIC = ("participation", "residents")
STILL = timedelta(days=3)


def enter(pages: Pages, life: Life) -> None:
    """A meeting counts in the local month it began."""
    for month in pages.town.months:
        held = in_month(life, month)
        public = [one for one in held if kind(one) in PUBLIC]
        pages.put("zoom.public_meetings", month, len(public))
        for name in PUBLIC:
            pages.put("zoom.public_meetings", month, sum(kind(one) == name for one in public), part=name)
        came = [(one, person) for one in public for person in residents(one)]
        pages.put("zoom.attendees", month, len({person.email or (one.uuid, person.name) for one, person in came}))
        pages.put("zoom.attendees", month, len(came), part="attendances")
        _participation(pages, life, month, came)
        # No source of publications can say which meeting one follows up.
        pages.put("zoom.followups", month, None)
        visits = sum(month_of(one.started.astimezone(ZONE).date()) == month for one in life.meetings.elsewhere)
        pages.put("zoom.staff_in_resident_meetings", month, visits)
        _arrivals(pages, month, held)


def kind(one: Held) -> str:
    """What the meeting was for."""
    return KINDS[one.tracking["Purpose"]]


def in_month(life: Life, month: str) -> list[Held]:
    """The meetings begun in a local month."""
    return [one for one in life.meetings.held if month_of(one.started.astimezone(ZONE).date()) == month]


def residents(one: Held) -> list[Person]:
    """Who was inside, staff left out; once each, however often she came back."""
    return list(dict.fromkeys(stay.person for stay in one.stays if not stay.waited and not stay.person.is_staff))


def said(life: Life) -> Iterator[tuple[Person, datetime]]:
    """Who wrote in a recorded chat, and when."""
    for one in life.meetings.held:
        for person, seconds, _ in one.chat or () if one.is_recorded else ():
            yield person, one.started + timedelta(seconds=seconds)


def _participation(pages: Pages, life: Life, month: str, came: list[tuple[Held, Person]]) -> None:
    """Shares of those of whom Zoom tells: a chat that was not used says that nobody wrote, polls and questions
    that were not there say nothing."""
    lines = list(said(life))
    acts: dict[str, list[bool]] = {"wrote": [], "voted": [], "asked": [], "": []}
    for one, person in came:
        until = one.started + timedelta(minutes=one.minutes()) + STILL
        elsewhere = bool(person.email) and any(
            who.email == person.email and one.started <= at <= until for who, at in lines
        )
        wrote = any(who == person for who, _, _ in one.chat or ())
        told = {
            "wrote": elsewhere or wrote,
            "voted": None if not one.voters else person in one.voters,
            "asked": None if not one.askers else person in one.askers,
        }
        known = [done for done in told.values() if done is not None]
        for name, done in told.items():
            if done is not None:
                acts[name].append(done)
        if known:
            acts[""].append(any(known))
    for part, all_told in acts.items():
        if all_told or not part:
            pages.put("zoom.participation", month, divided(sum(all_told), len(all_told)), part=part, n=len(all_told))


def _arrivals(pages: Pages, month: str, held: list[Held]) -> None:
    """How people say they heard: registrants only, once a meeting."""
    heard = []
    for one in held:
        told = {registrant.identifier: registrant.answers.get(QUESTION) for registrant in one.registrants}
        for person in residents(one):
            answer = told.get(person.registrant)
            if answer:
                heard.append(HEARD[answer])
    if not heard:
        return
    counts = {asset: heard.count(asset) for asset in ("website", "newsletter")}
    for asset, count in counts.items():
        # Kinds that nobody entered may have come: of the whole only that it is no less.
        pages.put(f"{asset}.event_arrivals", month, count or None)
        pages.put(f"{asset}.event_arrivals", month, count, part="measured")
    for part in ("", "online"):
        pages.put("newsletter.site_and_mail_arrivals", month, sum(counts.values()), part=part)
    pages.put("newsletter.responses", month, counts["newsletter"], part="registered")
    if counts["newsletter"]:
        pages.put("newsletter.responses", month, counts["newsletter"])
