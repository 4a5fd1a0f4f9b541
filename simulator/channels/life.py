"""The whole life of a town's channels, made from a seed: the same seed, the same life."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulator.calendar import LAST_MONTH, Span, months_until
from simulator.channels.agenda import Matter, make_agenda
from simulator.channels.crowd import Crowd
from simulator.channels.facebook_page import PageLife, make_page
from simulator.channels.hotline import HotlineLife, make_hotline
from simulator.channels.mailing_list import MailingList, make_mailing_list
from simulator.channels.meetings import MeetingsLife, make_meetings
from simulator.channels.website import WebsiteLife, make_website

TIMEZONE = "Asia/Jerusalem"


@dataclass(frozen=True)
class Life:
    """Everything that happens on a town's channels."""

    seed: int
    span: Span
    residents: int
    crowd: Crowd
    agenda: tuple[Matter, ...]
    mailing_list: MailingList
    website: WebsiteLife
    page: PageLife
    meetings: MeetingsLife
    hotline: HotlineLife


def make_life(
    seed: int = 7, months: int = 36, people: int = 400, residents: int = 30_000, last_month: str = LAST_MONTH
) -> Life:
    """The life of a town of whom so many people use its channels. Each channel has its own chance."""
    span = Span(months_until(last_month, months))
    crowd = Crowd(people)

    def chance(name: str) -> Random:
        return Random(f"{seed}:channels:{name}")

    agenda = tuple(make_agenda(chance("agenda"), span))
    mailing_list = make_mailing_list(chance("newsletter"), span, crowd, agenda)
    return Life(
        seed, span, residents, crowd, agenda, mailing_list,
        make_website(chance("website"), span, crowd, agenda, mailing_list),
        make_page(chance("facebook"), span, crowd, agenda),
        make_meetings(chance("zoom"), span, crowd, agenda),
        make_hotline(chance("whatsapp"), span, crowd),
    )  # fmt: skip
