"""The WhatsApp number on the Business Platform: who wrote to it and was answered, and what the platform counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.calendar import Span
from simulator.channels.crowd import Crowd
from simulator.channels.section import Section
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer, Written

HOTLINE, HOTLINE_NAME = "wa-number", "מספר העירייה"
"""The town's code of the number, and its name in the town's list of spaces."""
ZONE = ZoneInfo("Asia/Jerusalem")
LINE = Line("106540352242922", "+972 3-555-0100")
TOKEN = "hotline-token"  # noqa: S105 (a stand-in's)


@dataclass(frozen=True)
class HotlineLife:
    """Messages in order, and the platform's own counts of them by its days."""

    written: tuple[Written, ...]
    days: tuple[LineDay, ...]
    templates: tuple[TemplateDay, ...]


def make_hotline(rng: Random, span: Span, crowd: Crowd) -> HotlineLife:
    """One to five residents a day write; most are answered within hours."""
    written: list[Written] = []
    for number in range(span.days):
        day = span.first_day + timedelta(days=number)
        for who in crowd.some(rng, rng.randint(1, 5)):
            at = datetime.combine(day, time(rng.randint(7, 20), rng.randrange(60), rng.randrange(60)), ZONE)
            asks = rng.random() < 0.7
            mark = f"wamid.{len(written):08d}"
            written.append(Written(mark, LINE, at, who, "מתי יתקנו את הפנס?" if asks else "תודה"))
            if rng.random() < 0.8:
                answered = at + timedelta(hours=rng.uniform(0.05, 30))
                written.append(Written(f"wamid.{len(written):08d}", LINE, answered, who, is_out=True, quotes=mark))
    written = sorted((one for one in written if one.at.date() <= span.last_day), key=lambda one: one.at)
    return HotlineLife(tuple(written), tuple(_days(written)), tuple(_templates(rng, span)))


def _days(written: list[Written]) -> Iterator[LineDay]:
    sent: Counter[date] = Counter()
    opened: Counter[date] = Counter()
    for one in written:
        (sent if one.is_out else opened)[one.at.astimezone(UTC).date()] += 1
    for day in sorted({*sent, *opened}):
        yield LineDay(LINE.digits, day, sent[day], sent[day], user_initiated=opened[day], service=sent[day])


def _templates(rng: Random, span: Span) -> Iterator[TemplateDay]:
    for number in range(0, span.days, 14):
        sent = rng.randint(20, 60)
        yield TemplateDay("100001", span.first_day + timedelta(days=number), sent, sent // 2, sent // 9)


class HotlineDesk:
    """The platform, played: its numbers; the messages themselves come by webhook only."""

    def __init__(self, life: HotlineLife) -> None:
        self._life = life
        self.platform = WhatsAppCloudServer(TOKEN, [LINE])
        self.servers = (self.platform,)

    def at(self, now: datetime) -> None:
        """Let it be that instant; the platform counts whole days of its own, UTC's."""
        today = now.astimezone(UTC).date()
        self.platform.days = [one for one in self._life.days if one.day < today]
        self.platform.templates = [one for one in self._life.templates if one.day < today]

    def sections(self) -> Iterator[Section]:
        """What a town writes into its configuration."""
        settings = {"business_account": BUSINESS, "places": {LINE.identifier: HOTLINE_NAME}}
        yield Section("whatsapp_cloud", "main", self.platform.base_url, settings, {"token": TOKEN})
