"""Newsletters for tests: a small one with canaries, a year of one, and landing in memory as the flow does it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from collectors.service import Account, PullReport, Source, Window
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from warehouse.people import People, landed_schema

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
WINDOW = Window(datetime(2026, 1, 1, tzinfo=UTC), NOW)
URLS = ("https://town.example/plan/north", "https://town.example/?id=7", "https://town.example/events")


def people(count: int, first: int = 0) -> tuple[str, ...]:
    return tuple(f"canary{n}@resident.example" for n in range(first, first + count))


def small_life(first: str = "c0ffee0001", second: str = "c0ffee0002") -> Newsletter:
    """Twenty members and two campaigns; of the second, the service does not tell machine opens apart."""
    joined = datetime(2025, 12, 5, tzinfo=UTC)
    at = datetime(2026, 3, 5, 7, tzinfo=UTC)
    hour = timedelta(hours=1)
    life = Newsletter(now=NOW, members=[Member(one, joined) for one in people(20)])
    life.campaigns = [
        Campaign(
            first,
            at,
            people(20),
            hard_bounces=frozenset(people(1, 19)),
            opened=[Opened(one, at + hour, is_machine=n % 2 == 0) for n, one in enumerate(people(10))],
            clicked=[Clicked(one, at + hour, url) for one in people(4) for url in URLS[:2]],
            left=[
                Left(people(1)[0], at + hour, "None given"),
                Left(people(1, 1)[0], at + hour, "call me, I am canary"),
            ],
        ),
        Campaign(second, at + 24 * hour, people(20), tells_machines=False),
    ]
    return life


def year(seed: int = 1, *, digits: bool = False) -> Newsletter:
    """March 2025 to March 2026: people come and go, open and click for six weeks, and clicks are voided."""
    chance = random.Random(seed)
    start = datetime(2025, 3, 1, tzinfo=UTC)
    life = Newsletter(now=start)
    for address in people(90):
        joined = start + timedelta(hours=chance.randrange(9000))
        left = joined + timedelta(hours=chance.randrange(24, 9000)) if chance.random() < 0.3 else None
        life.members.append(Member(address, joined, left, chance.choice(["unsubscribed", "cleaned", "deleted"])))
    for number in range(40):
        sent = start + timedelta(days=5 + number * 9.5, hours=chance.randrange(24))
        group = tuple(
            one.address for one in life.members if one.joined_at <= sent and not (one.left_at and one.left_at <= sent)
        )
        if not group:
            continue  # no service sends to nobody
        one = Campaign(f"{number:04d}" if digits else f"c{number:09d}", sent, group, tells_machines=number > 5)
        one.hard_bounces = frozenset(address for address in group if chance.random() < 0.04)
        for address in sorted(set(group) - one.hard_bounces):
            for _ in range(chance.choice([0, 0, 1, 1, 2])):
                one.opened.append(
                    Opened(address, sent + timedelta(hours=chance.randrange(1, 1000)), chance.random() < 0.4)
                )
            if chance.random() < 0.25:
                at = sent + timedelta(hours=chance.randrange(1, 900))
                voided = at + timedelta(days=2) if chance.random() < 0.1 else None
                one.clicked.append(Clicked(address, at, chance.choice(URLS), voided))
        life.campaigns.append(one)
    return life


class Landed:
    """Pulls landed in memory: windows from marks with lookback, people as ordinals, segments in order."""

    def __init__(self, source: Source, account: Account) -> None:
        self.source, self.account = source, account
        self.tables: dict[str, pa.Table] = {}
        self.report = PullReport()
        self._marks: dict[str, datetime] = {}
        self._people = People(b"k" * 32)
        self._segments = 0

    def collect(self, now: datetime, first: datetime) -> None:
        """One run: every stream, from its mark less its lookback up to now."""
        for stream in self.source.streams:
            mark = self._marks.get(stream.name)
            since = mark - stream.lookback if mark else first
            while since < now:
                until = min(since + stream.max_window, now)
                self._land(stream().pages(self.source.open(self.account, self.report), Window(since, until)))
                since = until
            self._marks[stream.name] = now

    def _land(self, pages: Iterator[Any]) -> None:
        for page in pages:
            self._segments += 1
            rows = self._people.replace(page.rows, page.stream.personal_fields)
            rows = rows.cast(landed_schema(page.stream.schema, page.stream.personal_fields))
            rows = rows.append_column("segment", pa.array([f"s{self._segments}"] * rows.num_rows, pa.string()))
            rows = rows.append_column("landed_order", pa.array([self._segments] * rows.num_rows, pa.int64()))
            name = page.stream.name
            self.tables[name] = pa.concat_tables([self.tables[name], rows]) if name in self.tables else rows
