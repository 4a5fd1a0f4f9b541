"""The newsletter: subscribers, opens, people who clicked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from simulator.calendar import month_of
from simulator.channels.agenda import Matter
from simulator.channels.life import Life
from simulator.channels.mailing_list import LIST, ZONE
from simulator.channels.truth_website import process
from simulator.services.newsletter import Campaign
from simulator.truth_pages import Pages, divided


def enter(pages: Pages, life: Life, now: datetime) -> None:
    """Campaigns count in the month they were sent, with what came of them by now."""
    members = life.mailing_list.newsletter(now).counted()
    for month in pages.town.months:
        sent = campaigns(life, month)
        clicked = {click.address for one in sent for click in one.clicks_by(now)}
        reached = sum(delivered(one) for one in sent)
        opens = sum(len(opened(one, now, is_told=one.tells_machines)) for one in sent)
        everything = sum(len(opened(one, now, is_told=False)) for one in sent)
        for space in ("", LIST):
            pages.put("newsletter.subscribers", month, members[month], space)
            for part, count in (("", opens), ("with_machine_opens", everything)):
                pages.put("newsletter.open_rate", month, divided(count, reached), space, part, n=reached)
            pages.put("newsletter.clickers", month, len(clicked), space)
        process(pages, "newsletter.process_items", month, items(life, month))


def campaigns(life: Life, month: str) -> list[Campaign]:
    """Campaigns sent in a local month, combinations left out."""
    every = life.mailing_list.campaigns
    return [one for one in every if not one.parent and month_of(one.sent_at.astimezone(ZONE).date()) == month]


def items(life: Life, month: str) -> list[Matter]:
    """Matters on processes the month's campaigns linked to; a link does not tell the stage."""
    carried = [matter for one in campaigns(life, month) for matter in life.mailing_list.carried[one.id]]
    return [replace(matter, stage="") for matter in carried if matter.topic == "process"]


def delivered(one: Campaign) -> int:
    """Addresses reached."""
    return len(set(one.recipients) - one.hard_bounces - one.soft_bounces)


def opened(one: Campaign, now: datetime, *, is_told: bool) -> set[str]:
    """Who opened by now; machines are left out where the service tells them apart."""
    return {event.address for event in one.opened if event.at <= now and not (is_told and event.is_machine)}
