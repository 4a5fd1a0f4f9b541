"""What a rule for reading again is worth when services restate: `python -m tests.bench restated`.

A town is read every night by three rules from the same stand-ins: Kehila's own (each stream's lookback), that of
connectors that append from the last day on, and that of a fixed two-day window. Of rows read twice the later
stands, under every rule. The truth is the town's own record of what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import time_machine

from collectors.service import PullReport, ServiceStream, Source, Window, sources
from simulator.channels.facebook_page import METRIC
from simulator.channels.life import Life, make_life
from simulator.channels.mailing_list import ZONE
from simulator.channels.served import Served
from tests.accounts import account_of

NIGHT = timedelta(hours=3, minutes=15)
AFTER = 12
"""Nights of reading after the last day: what a rule can still mend, it may."""

Row = Mapping[str, Any]
Rule = Callable[[type[ServiceStream], datetime], datetime]


def own(stream: type[ServiceStream], now: datetime) -> datetime:
    """Since the last night, less the stream's own lookback."""
    return now - timedelta(days=1) - stream.lookback


def append(_stream: type[ServiceStream], now: datetime) -> datetime:
    """From the day after the last one read: yesterday."""
    return midnight(now.date() - timedelta(days=1))


def two_days(_stream: type[ServiceStream], now: datetime) -> datetime:
    """Yesterday and the day before, whatever the service."""
    return midnight(now.date() - timedelta(days=2))


RULES: Mapping[str, Rule] = {"kehila": own, "append": append, "two days": two_days}


@dataclass(frozen=True)
class Figure:
    """A figure of one stream: which rows and column make it, and what is true."""

    title: str
    source: str
    stream: str
    column: str
    truth: float
    holds: Callable[[Row], bool] = lambda _row: True

    def key(self, row: Row) -> tuple[Any, ...]:
        """What names a row, the instant of its reading left out."""
        names = next(s.key for s in sources()[self.source].streams if s.name == self.stream)
        return tuple(row[name] for name in names if name != "read_at")


def midnight(day: date) -> datetime:
    """The local beginning of a day."""
    return datetime.combine(day, datetime.min.time(), ZONE)


def figures(life: Life) -> tuple[Figure, ...]:
    """Sessions on the site, clicks in campaigns, engagement on the page: over the town's whole time."""
    end = midnight(life.span.last_day + timedelta(days=AFTER)) + NIGHT
    sent = [one for one in life.mailing_list.campaigns if not one.parent]
    return (
        Figure("visits of the site", "ga4", "ga4_day", "sessions",
               len({hit.session for hit in life.website.hits if hit.platform == "web"}),
               lambda row: (row["place"], row["event_name"], row["asset"]) == ("all", "", "website")),
        Figure("people who clicked, by campaign", "mailchimp", "mailchimp_campaign", "clickers",
               sum(len({click.address for click in one.clicks_by(end)}) for one in sent),
               lambda row: not row["parent"]),
        Figure("engagement on the page", "facebook", "facebook_insight", "amount",
               sum(life.page.metrics[METRIC].values.values())),
    )  # fmt: skip


def nightly(life: Life, served: Served, rule: Rule, figure: Figure) -> float:
    """The figure after every night's reading by a rule."""
    source: Source = sources()[figure.source]
    stream = next(one for one in source.streams if one.name == figure.stream)
    sections = [one for desk in served.desks for one in desk.sections()]
    section = next(one for one in sections if one.source == figure.source)
    account = account_of(section.source, section.account, section.settings, section.secrets, section.base_url)
    kept: dict[tuple[Any, ...], Row] = {}
    for number in range(1, life.span.days + AFTER + 1):
        now = midnight(life.span.first_day + timedelta(days=number)) + NIGHT
        served.at(now)
        with time_machine.travel(now, tick=False):
            session = source.open(account, PullReport())
            window = Window(rule(stream, now), now)
            rows = [row for page in stream().pages(session, window) if page.stream is stream
                    for row in page.rows.to_pylist()]  # fmt: skip
            kept |= {figure.key(row): row for row in rows if figure.holds(row)}
    first, last = life.span.first_day, life.span.last_day
    inside = [row for row in kept.values() if not isinstance(row.get("period_start"), date)
              or first <= row["period_start"] <= last]  # fmt: skip
    return float(sum(row[figure.column] or 0 for row in inside))


def compared(seed: int = 7, months: int = 2, people: int = 120) -> Iterator[tuple[Figure, dict[str, float]]]:
    """Each figure by each rule."""
    life = make_life(seed, months, people)
    with Served(life, is_travelling=True) as served:
        for figure in figures(life):
            yield figure, {name: nightly(life, served, rule, figure) for name, rule in RULES.items()}


def main() -> None:
    """Print the table."""
    print(f"| figure over two months | true | {' | '.join(RULES)} |")
    print("|---|---|" + "---|" * len(RULES))
    for figure, found in compared():
        cells = [f"{value:,.0f} ({100 * (value - figure.truth) / figure.truth:+.1f} %)" for value in found.values()]
        print(f"| {figure.title} | {figure.truth:,.0f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
