"""What an account's settings ask of a property: which uses are counted, as what, and of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from collectors.ga4.settings import Ga4Settings, Kind

KINDS = get_args(Kind)
KEEPING_UP = "keeping_up"
ACTIVE = "active"
"""The cut of all kinds together, each person once."""


@dataclass(frozen=True)
class Only:
    """Keeps what has one of the values in a dimension; with `begins`, what begins with one of them."""

    dimension: str
    values: tuple[str, ...]
    begins: bool = False


Clause = tuple[Only, ...]
"""Alternatives, one of which must hold."""


@dataclass(frozen=True)
class Use:
    """A site or an app within the property: its place and asset at the town, and how to tell it apart."""

    space: str
    asset: str
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The settings as questions are made of them."""

    property: str
    uses: tuple[Use, ...]
    cities: tuple[str, ...] = ()
    key_events: Mapping[str, str] = field(default_factory=dict)  # event name -> kind
    page_rules: Mapping[str, str] = field(default_factory=dict)  # path prefix -> topic
    newsletter: Clause = ()
    page_size: int = 10_000
    is_rest: bool = False

    def places(self) -> list[tuple[str, tuple[Clause, ...]]]:
        """Everybody, and beside it those the platform places in the town."""
        places: list[tuple[str, tuple[Clause, ...]]] = [("all", ())]
        return places + ([("resident", ((Only("cityId", self.cities),),))] if self.cities else [])

    def cuts(self, use: Use) -> list[tuple[str, tuple[Clause, ...]]]:
        """What is counted over a month beside use as such: each kind of action, all of them, the newsletter."""
        cuts: list[tuple[str, tuple[Clause, ...]]] = [(kind, (acts,)) for kind in KINDS if (acts := self._acts(kind))]
        if acts := self._acts(*KINDS):
            cuts.append((ACTIVE, (acts,)))
        if self.newsletter and use.asset == "website":
            cuts.append(("newsletter", (self.newsletter,)))
        return cuts

    def _acts(self, *kinds: str) -> Clause:
        """What counts as one of these kinds: their key events, and pages one reads to keep up; () for neither."""
        pages = tuple(sorted(path for path, topic in self.page_rules.items() if topic == KEEPING_UP))
        events = (Only("eventName", names),) if (names := self.events_of(*kinds)) else ()
        return (*events, *((Only("pagePath", pages, begins=True),) if pages and KEEPING_UP in kinds else ()))

    def events_of(self, *kinds: str) -> tuple[str, ...]:
        """Names of the key events of these kinds."""
        return tuple(sorted(name for name, kind in self.key_events.items() if kind in kinds))

    def topic_of(self, path: str) -> str | None:
        """The topic of a page by the longest prefix that fits."""
        fitting = [prefix for prefix in self.page_rules if path.startswith(prefix)]
        return self.page_rules[max(fitting, key=len)] if fitting else None


def plan_of(settings: Ga4Settings) -> Plan:
    """What the settings of an account ask of its property."""
    newsletter = tuple(
        Only(name, _sorted(values))
        for name, values in (
            ("sessionCampaignName", settings.newsletter_campaigns),
            ("sessionMedium", settings.newsletter_mediums),
        )
        if values
    )
    return Plan(
        f"properties/{settings.property}", _uses(settings), _sorted(settings.resident_city_ids), settings.key_events,
        settings.page_rules, newsletter, settings.page_size, settings.transport == "rest",
    )  # fmt: skip


def _uses(settings: Ga4Settings) -> tuple[Use, ...]:
    """The site, and the app when it has a place of its own. Streams told apart by their ids, else by platform."""
    space, app = settings.space, settings.app_space
    streams, app_streams = _sorted(settings.stream_ids), _sorted(settings.app_stream_ids)
    uses = []
    if space:
        # Without an app the property is the site's alone; a filter could only lose something.
        only = Only("streamId", streams) if streams else Only("platform", ("web",)) if app else None
        uses.append(Use(space, "website", ((only,),) if only else ()))
    if app:
        only = Only("streamId", app_streams) if app_streams else Only("platform", ("Android", "iOS"))
        uses.append(Use(app, "app", ((only,),)))
    return tuple(uses)


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
