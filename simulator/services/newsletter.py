"""A newsletter as it really went: who was on the list, what was sent, who opened and clicked, and when.

Belongs here: what is true whatever service sends it, and the books counted from it. Does not: paths, pages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Member:
    """An address on the list from an instant to an instant; `how` it left: unsubscribed, cleaned or deleted."""

    address: str
    joined_at: datetime
    left_at: datetime | None = None
    how: str = "unsubscribed"


@dataclass(frozen=True)
class Opened:
    """An address opened; `is_machine` when a privacy proxy did."""

    address: str
    at: datetime
    is_machine: bool = False


@dataclass(frozen=True)
class Clicked:
    """An address followed a link. A click voided later was a scanner's; the service takes it out again."""

    address: str
    at: datetime
    url: str
    voided_at: datetime | None = None


@dataclass(frozen=True)
class Left:
    """An address unsubscribed through the campaign."""

    address: str
    at: datetime
    reason: str = ""


@dataclass
class Campaign:
    """A sending. `parent` names the campaign it is a combination of; `kind` is the service's type."""

    id: str
    sent_at: datetime
    recipients: tuple[str, ...]
    hard_bounces: frozenset[str] = frozenset()
    soft_bounces: frozenset[str] = frozenset()
    opened: list[Opened] = field(default_factory=list)
    clicked: list[Clicked] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    kind: str = "regular"
    parent: str = ""
    links: tuple[str, ...] = ()  # the service lists them before anybody follows one
    tells_machines: bool = True  # campaigns sent before the service told machine opens apart do not

    def clicks_by(self, now: datetime) -> list[Clicked]:
        """The clicks that count at an instant."""
        return [one for one in self.clicked if one.at <= now and not (one.voided_at and one.voided_at <= now)]


@dataclass
class Newsletter:
    """The list and its campaigns. Move `now` to let time pass; what lies after it has not happened yet."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    members: list[Member] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)

    def sent(self) -> list[Campaign]:
        """The campaigns sent by now, oldest first."""
        return sorted((one for one in self.campaigns if one.sent_at <= self.now), key=lambda one: (one.sent_at, one.id))

    def truth(self, timezone: str = "Asia/Jerusalem") -> dict[str, dict[str, int]]:
        """Local month -> what is true by now: recipients, delivered, opens, clickers, month_clickers, members."""
        zone = ZoneInfo(timezone)
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        people: dict[str, set[str]] = defaultdict(set)
        for one in self.sent():
            month = one.sent_at.astimezone(zone).strftime("%Y-%m")
            clickers = {click.address for click in one.clicks_by(self.now)}
            people[month] |= clickers
            if one.parent:
                continue
            opens = [event for event in one.opened if event.at <= self.now]
            row = found[month]
            row["campaigns"] += 1
            row["recipients"] += len(one.recipients)
            row["delivered"] += len(set(one.recipients) - one.hard_bounces - one.soft_bounces)
            row["unique_opens_all"] += len({event.address for event in opens})
            row["unique_opens"] += len({event.address for event in opens if not event.is_machine})
            row["clickers"] += len(clickers)
            row["month_clickers"] = len(people[month])
        for month, members in self.counted().items():
            found[month]["members"] = members
        return {month: dict(found[month]) for month in sorted(found)}

    def counted(self) -> dict[str, int]:
        """Month -> subscribers at its end, or now in the running one; the service's months are UTC's."""
        if not self.members:
            return {}
        first = min(one.joined_at for one in self.members).astimezone(UTC)
        year, month, found = first.year, first.month, {}
        while (year, month) <= (self.now.year, self.now.month):
            year_after, month_after = (year + 1, 1) if month == 12 else (year, month + 1)
            end = min(datetime(year_after, month_after, 1, tzinfo=UTC), self.now)
            found[f"{year}-{month:02d}"] = self.subscribed(end)
            year, month = year_after, month_after
        return found

    def subscribed(self, at: datetime) -> int:
        """Addresses on the list at an instant."""
        return sum(one.joined_at <= at and not (one.left_at and one.left_at <= at) for one in self.members)

    def gone(self, how: str, month: str = "") -> int:
        """Addresses that left that way by now, in a month of UTC or ever."""
        return sum(
            one.how == how
            and one.left_at is not None
            and one.left_at <= self.now
            and one.left_at.astimezone(UTC).strftime("%Y-%m").startswith(month)
            for one in self.members
        )
