"""The whole life of a town's channels, made from a seed: the same seed, the same life."""

from __future__ import annotations

from collections.abc import Sequence
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
from simulator.planted import Planted, since

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
    seed: int = 7, months: int = 36, people: int = 400, residents: int = 30_000, last_month: str = LAST_MONTH,
    planted: Sequence[Planted] = (), each: int = 1, counted_to: str = "",
) -> Life:  # fmt: skip
    """The life of a town of whom so many people use its channels. Each channel has its own chance.

    With `planted` nothing grows but what it names, up to `counted_to` (the last month, where none is said); of each who
    comes to the site there are `each`, or up to half as many more.
    """
    span = Span(months_until(last_month, months))
    crowd = Crowd(people, each)
    planted = since(planted, span, counted_to or last_month)

    def chance(name: str) -> Random:
        return Random(f"{seed}:channels:{name}")

    agenda = tuple(make_agenda(chance("agenda"), span))
    mailing_list = make_mailing_list(chance("newsletter"), span, crowd, agenda, planted)
    return Life(
        seed, span, residents, crowd, agenda, mailing_list,
        make_website(chance("website"), span, crowd, agenda, mailing_list, planted),
        make_page(chance("facebook"), span, crowd, agenda, planted),
        make_meetings(chance("zoom"), span, crowd, agenda),
        make_hotline(chance("whatsapp"), span, crowd),
    )  # fmt: skip
