"""The site and the app: visits as their tags sent them, and the pages the site lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.calendar import Span
from simulator.channels.agenda import Matter, page_rules
from simulator.channels.crowd import Crowd
from simulator.channels.mailing_list import MailingList
from simulator.channels.section import Section
from simulator.planted import Planted, factor
from simulator.services.ga4 import KEY_EVENTS, GrpcServer, Property, RestServer
from simulator.services.ga4_hits import ELSEWHERE, HOME, Hit
from simulator.services.site import SitePage, SiteServer

SITE, APP = "site", "app"
"""The town's codes of the two."""
HOST = "https://town.example"
STANDING = ("/services/arnona", "/services/parking", "/contact/offices", "/culture/library", "/")
STEADY = 0.03
"""Share of the crowd that comes in a day to a site that does not grow but by what is planted."""
LATE = 0.06
"""Share of visits the service hears of one to three days later."""


@dataclass(frozen=True)
class WebsiteLife:
    """Visits in order of days; pages with the day they were put up."""

    hits: tuple[Hit, ...]
    pages: tuple[SitePage, ...]

    def property(self) -> Property:
        """The analytics property all of it was sent to."""
        played = Property()
        played.add(self.hits)
        return played


def make_website(
    rng: Random,
    span: Span,
    crowd: Crowd,
    agenda: Sequence[Matter],
    mailing_list: MailingList,
    planted: Sequence[Planted] = (),
) -> WebsiteLife:
    """A number of visits a day that grows, or that is as planted, and one for every link followed in a campaign."""
    before = span.first_day - timedelta(days=90)
    pages = [SitePage(path, before) for path in STANDING]
    pages += [SitePage(one.path, one.day, language=one.language) for one in agenda]
    return WebsiteLife(tuple(_hits(rng, span, crowd, agenda, mailing_list, planted)), tuple(pages))


def _hits(
    rng: Random, span: Span, crowd: Crowd, agenda: Sequence[Matter], mailing_list: MailingList,
    planted: Sequence[Planted],
) -> Iterator[Hit]:  # fmt: skip
    followed: dict[date, list[tuple[int, str]]] = {}
    for person, at, path in mailing_list.followed():
        followed.setdefault(at, []).append((person, path))
    session = 0
    for number in range(span.days):
        day = span.first_day + timedelta(days=number)
        recent = [one.path for one in agenda if day - timedelta(days=20) <= one.day <= day]
        share = 0.05 + 0.05 * number / max(span.days, 1)
        if planted:
            share = STEADY * factor(planted, "website.resident_users", day, span)
        visitors = crowd.some(rng, round(crowd.size * share * rng.uniform(0.7, 1.3)))
        visits = [(who, rng.choice((*STANDING, *recent)), False) for who in visitors]
        visits += [(who, path, True) for who, path in followed.get(day, ())]
        for who, path, is_mailed in visits:
            session += 1
            yield from _visit(rng, crowd, day, who, session, path, is_mailed)


def _visit(rng: Random, crowd: Crowd, day: date, who: int, session: int, path: str, is_mailed: bool) -> Iterator[Hit]:
    noon = datetime.combine(day, time(12), UTC)
    arrives = noon + timedelta(hours=rng.randint(30, 70) if rng.random() < LATE else 4)
    platform = "web" if who % 4 or is_mailed else rng.choice(("iOS", "Android"))
    told = {"campaign": "weekly", "medium": "email"} if is_mailed else {}
    events = ["page_view" if platform == "web" else "screen_view"] * rng.randint(1, 2)
    if rng.random() < 0.12:
        events.append(rng.choice((*KEY_EVENTS,)))
    where, people = HOME if crowd.is_resident(who) else ELSEWHERE, crowd.people(who)
    for event in events:
        yield Hit(day, arrives, who, session, event, path, rng.randint(5, 90), where, platform, **told, people=people)


class WebsiteDesk:
    """The analytics property and the site itself, played; gRPC knows no clock but the machine's, REST does."""

    def __init__(self, life: WebsiteLife, *, is_rest: bool) -> None:
        self.property = life.property()
        self.analytics = RestServer(self.property) if is_rest else GrpcServer(self.property)
        self._transport = "rest" if is_rest else "grpc"
        self.site = SiteServer(list(life.pages), host=HOST)
        self.servers = (self.analytics, self.site)

    def at(self, now: datetime) -> None:
        """Let it be that instant."""
        self.property.now = now
        self.site.now = now.astimezone(ZoneInfo("Asia/Jerusalem"))
        self.property.left = {"tokens_per_hour": 40_000, "tokens_per_day": 200_000}

    def sections(self) -> Iterator[Section]:
        """What a town writes into its configuration."""
        topics = {path: rule.split(":")[0] for path, rule in page_rules().items()}
        counted = {path: topic for path, topic in topics.items() if topic in ("process", "service", "contact")}
        settings = {
            "property": self.property.number, "transport": self._transport, "space": SITE, "app_space": APP,
            "resident_city_ids": [HOME], "key_events": KEY_EVENTS, "newsletter_mediums": ["email"],
            "page_rules": counted,
        }  # fmt: skip
        yield Section("ga4", "main", self.analytics.base_url, settings, {"credentials": "{}"})
        languages = {"/ar/": "ar", "/ru/": "ru"}
        settings = {"site": HOST, "space": SITE, "page_rules": page_rules(), "language_rules": languages}
        yield Section("site", "main", self.site.base_url, settings)
