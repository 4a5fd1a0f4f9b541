"""What an account's settings ask of a property: which uses are counted, as what, and of whom."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from collectors.errors import CollectorError, FixSettings
from collectors.service import Account

KINDS = ("payment", "registration", "update", "application", "contact")
ACTIONS = ("payment", "registration", "update", "application")
"""The kinds `any` is made of: to get in touch is no matter settled."""
PAGE_TOPICS = ("service", "contact", "process")
LARGEST_PAGE = 250_000


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
    """The settings, read and checked."""

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
        """What is counted over a month beside use as such: each kind of key event, any action, the newsletter."""
        cuts: list[tuple[str, tuple[Clause, ...]]] = [
            (kind, ((Only("eventName", names),),)) for kind in KINDS if (names := self.events_of(kind))
        ]
        if names := self.events_of(*ACTIONS):
            cuts.append(("any", ((Only("eventName", names),),)))
        if self.newsletter and use.asset == "website":
            cuts.append(("newsletter", (self.newsletter,)))
        return cuts

    def events_of(self, *kinds: str) -> tuple[str, ...]:
        """Names of the key events of these kinds."""
        return tuple(sorted(name for name, kind in self.key_events.items() if kind in kinds))

    def topic_of(self, path: str) -> str | None:
        """The topic of a page by the longest prefix that fits."""
        fitting = [prefix for prefix in self.page_rules if path.startswith(prefix)]
        return self.page_rules[max(fitting, key=len)] if fitting else None


def plan_of(account: Account) -> Plan:
    """The plan of an account; FixSettings names the setting that is wrong and what it should be."""
    settings = account.settings
    number = str(settings.get("property", "")).removeprefix("properties/")
    if not re.fullmatch(r"[0-9]{1,20}", number):
        raise wrong("property", "the number under Admin, Property details; G-... and UA-... are other identifiers")
    events = _words_of(settings, "key_events", KINDS)
    rules = _words_of(settings, "page_rules", PAGE_TOPICS)
    size = settings.get("page_size", 10_000)
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= LARGEST_PAGE:
        raise wrong("page_size", f"a number from 1 to {LARGEST_PAGE}")
    transport = settings.get("transport", "grpc")
    if transport not in ("grpc", "rest"):
        raise wrong("transport", "grpc or rest")
    campaigns, mediums = _texts(settings, "newsletter_campaigns"), _texts(settings, "newsletter_mediums")
    newsletter = tuple(
        Only(name, values)
        for name, values in (("sessionCampaignName", campaigns), ("sessionMedium", mediums))
        if values
    )
    cities = _texts(settings, "resident_city_ids")
    return Plan(f"properties/{number}", _uses(settings), cities, events, rules, newsletter, size, transport == "rest")


def _uses(settings: Mapping[str, Any]) -> tuple[Use, ...]:
    """The site, and the app when it has a place of its own. Streams told apart by their ids, else by platform."""
    space, app = str(settings.get("space") or ""), str(settings.get("app_space") or "")
    streams, app_streams = _texts(settings, "stream_ids"), _texts(settings, "app_stream_ids")
    uses = []
    if space:
        # Without an app the property is the site's alone; a filter could only lose something.
        only = Only("streamId", streams) if streams else Only("platform", ("web",)) if app else None
        uses.append(Use(space, "website", ((only,),) if only else ()))
    if app:
        only = Only("streamId", app_streams) if app_streams else Only("platform", ("Android", "iOS"))
        uses.append(Use(app, "app", ((only,),)))
    if not uses:
        raise wrong("space", "the code of the site among the town's spaces; app_space is that of the app")
    return tuple(uses)


def _texts(settings: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = settings.get(name, [])
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise wrong(name, 'a list, such as ["1", "2"]')
    return tuple(sorted({str(one) for one in found}))


def _words_of(settings: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> dict[str, str]:
    found = settings.get(name, {})
    if not isinstance(found, Mapping) or not set(map(str, found.values())) <= set(allowed):
        raise wrong(name, f"a table whose values are among {', '.join(allowed)}")
    return {str(key): str(value) for key, value in found.items()}


def wrong(name: str, wanted: str) -> CollectorError:
    """A setting that cannot be used."""
    return FixSettings("wrong_setting", name=name, wanted=wanted)


def loopback(base_url: str) -> str | None:
    """host:port of an address on this machine; None for any other."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return parts.netloc if is_here and parts.port and not parts.username else None
