"""What the tags of a site or app sent: events, and how many people and visits are behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

HOME, ELSEWHERE = "1008001", "1008999"
"""Identifiers of the town's city and of another."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An event as the tag sent it."""

    day: date
    arrives: datetime
    user: int
    session: int
    event: str
    path: str = "/"
    engaged: int = 0
    city: str = HOME
    platform: str = "web"
    campaign: str = "(not set)"
    medium: str = "(none)"
    people: int = 1  # how many users did just that; always as many for the same user


def users(hits: Iterable[Hit]) -> int:
    """How many there are behind events."""
    return sum({hit.user: hit.people for hit in hits}.values())


def sessions(hits: Iterable[Hit]) -> int:
    """How many times they came."""
    return sum({hit.session: hit.people for hit in hits}.values())
