"""Twenty towns of thirty-six months of which nothing is wrong: hardly a doubt, and nothing held.

At the level of profiles: what months amount to is drawn, and judged by the suites of each source. Towns have a summer,
holidays and a fast that move, an emergency, groups that grow, open and close, a campaign; every third is small. What
days, meetings and requests say is drawn, too, of as few different things as a small place has.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date

import numpy as np
import pytest

from expectations.copies import Sketch, sketch_of
from expectations.lines import MonthsContext
from expectations.months import check_months
from expectations.profile import Profile
from expectations.results import Refused
from expectations.suites import Suites
from warehouse.calendar import shift
from warehouse.facts import FACTS

MONTHS = [shift("2023-11", n) for n in range(36)]
TISHREI = {"2024-10", "2025-10", "2026-09"}
RAMADAN = {"2024-03", "2025-03", "2026-02"}
SOURCES = {
    "whatsapp": ("message", "membership"), "facebook_page": ("message", "membership", "platform_metric", "publication"),
    "website": ("visit", "publication"), "newsletter": ("mailing", "membership"),
    "facebook_group": ("membership", "platform_metric"),
    "zoom": ("gathering", "attendance", "message"), "hotline_106": ("request",),
}  # fmt: skip
Amounts = dict[str, float]
METRICS = {
    "facebook_page": {"page_media_view": 3000.0, "page_post_engagements": 160.0, "page_video_views": 90.0},
    "facebook_group": {"posts": 22.0, "comments": 85.0, "reactions": 190.0, "views": 2600.0, "active_members": 240.0},
}
"""What a platform reports of a page and of a group: how much of it there is in a month."""


def sketch(said: Iterable[tuple[int, ...]], minimum: int = 20) -> Sketch:
    return sketch_of(Counter(hash(one) for one in said), minimum)


class Town:
    """What a town's months amount to, by a chance of its own."""

    def __init__(self, seed: int) -> None:
        self.chance, self.beside = np.random.default_rng(seed), np.random.default_rng(1000 + seed)
        self.size = (0.15, 1.0, 3.0)[seed % 3]
        self.emergency = MONTHS[int(self.chance.integers(14, 34))]
        self.campaign = MONTHS[int(self.chance.integers(8, 34))]
        self.new_channel = int(self.chance.integers(8, 20))
        self.closed_group = int(self.chance.integers(20, 32))

    def season(self, month: str) -> float:
        quiet = 0.6 if month[5:] == "08" else 0.65 if month in TISHREI else 0.8 if month in RAMADAN else 1.0
        return quiet * (4.0 if month == self.emergency else 1.0)

    def drawn(self, mean: float) -> float:
        """A count about a mean, scattered more than by chance alone."""
        return float(self.chance.poisson(mean * math.exp(self.chance.normal(0, 0.15)))) if mean > 0 else 0.0

    def talk(self, mean: float, month: str) -> Amounts:
        count = self.drawn(mean * self.season(month))
        if not count:
            return {}
        found = {"rows": count, "messages": count, "authors": max(1.0, round(min(count, 3 * count**0.6)))}
        found["days"] = float(len(set(self.chance.integers(0, 30, int(count)).tolist())))
        for name, part, least in (
            ("unknown_authors", 0.05, 20), ("unknown_roles", 0.1, 20), ("staff_share", 0.2, 20), ("replies", 0.4, 30),
            ("twice", 0.005, 20),
        ):  # fmt: skip
            if count >= least:
                found[name] = float(self.chance.binomial(int(count), part)) / int(count)
        if count >= 20:
            found["clock"] = float(14 + self.chance.normal(0, 4) / math.sqrt(count))
        if count >= 150:
            found["hour"] = found["clock"]
        return found

    def next_to(self, mean: float, scatter: float = 0.15) -> float:
        """A count that stands beside another one: it goes with that, and by a chance of its own."""
        return float(self.beside.poisson(mean * math.exp(self.beside.normal(0, scatter)))) if mean > 0 else 0.0

    def metrics(self, source: str, month: str, stirred: float) -> dict[str, Amounts]:
        common = self.size * self.season(month) ** 0.8 * stirred
        return {
            f"square:{name}": {"rows": 30.0, "amount": self.next_to(mean * common), "days": 30.0}
            for name, mean in METRICS[source].items()
        }

    def contents(self, fact: str, amounts: dict[str, Amounts]) -> dict[str, dict[str, Sketch]]:
        """What as many rows say as a month amounts to; {} of facts of which nothing is drawn."""
        draw = self.beside
        if fact == "message":
            counts = {name: int(one["messages"]) for name, one in amounts.items()}
            return {"said": {
                name: sketch(zip(draw.integers(0, 3600, n).tolist(), draw.geometric(0.03, n).tolist(), strict=True))
                for name, n in counts.items()
            }}  # fmt: skip
        if fact == "platform_metric":
            runs = list[tuple[int, ...]]()
            for at, one in enumerate(amounts.values()):
                days = draw.poisson(one["amount"] / 30, 30).tolist()
                runs += [(at, *days[n : n + 3]) for n in range(28) if sum(days[n : n + 3]) >= 10]
            return {"told": {"square": sketch(runs)}}
        if fact == "visit":
            days = [one for one in draw.poisson(amounts["site"]["day_users"] / 30, 30).tolist() if one >= 10]
            said = [(one, one + int(draw.poisson(one * 0.3)), one * int(draw.integers(30, 90))) for one in days]
            return {"told": {"site": sketch(said, 15)}}
        if fact == "gathering":
            held = int(amounts["hall"]["meetings"])
            minutes, people = draw.integers(50, 75, held), draw.poisson(amounts["hall"]["attendees"], held)
            told = [one for one in zip(minutes.tolist(), people.tolist(), strict=True) if one[0] % 15 and one[1] >= 4]
            return {"told": {"hall": sketch(told, 5)}}
        if fact == "request":
            # Opened at a whole minute, answered and closed in as many days, of a handful of topics.
            ways = [
                draw.integers(low, high, int(amounts[""]["requests"])).tolist()
                for low, high in ((1, 60), (0, 3), (0, 8))
            ]
            return {"told": {"": sketch(zip(*ways, strict=True))}}
        return {}

    def facts(self, source: str, n: int) -> dict[str, dict[str, Amounts]]:
        month, big = MONTHS[n], self.size
        season, grown = self.season(month), 1.03**n
        members = round(300 * big * grown)
        stirred = 5.0 if month == self.campaign else 1.0
        groups = {"square": 250.0, "school": 120.0 * grown, "elders": 30.0}
        if n >= self.new_channel:
            groups["new"] = 90.0
        if n >= self.closed_group:
            del groups["elders"]
        member = {
            "members": float(members), "rows": 30.0, "joined": self.drawn(9 * big * stirred), "left": self.drawn(3 * big),
        }  # fmt: skip
        if source == "whatsapp":
            talk = {name: self.talk(mean * big, month) for name, mean in groups.items()}
            return {"message": {k: v for k, v in talk.items() if v}, "membership": dict.fromkeys(talk, member)}
        if source == "facebook_page":
            reach = {"rows": 30.0, "amount": self.drawn(900 * big * season * stirred), "days": 30.0}
            metrics = {"square:reach": reach, **self.metrics(source, month, stirred)}
            posts = self.drawn(14 * season)
            told = {"square": {"rows": posts, "publications": posts}} if posts else {}
            talk = {"square": self.talk(60 * big, month)}
            return {"message": {k: v for k, v in talk.items() if v}, "membership": {"square": member},
                    "platform_metric": metrics, "publication": told}  # fmt: skip
        if source == "facebook_group":
            return {"membership": {"square": member}, "platform_metric": self.metrics(source, month, 1.0)}
        if source == "website":
            users = self.drawn(400 * big * season * grown * (1.5 if stirred > 1 else 1.0))
            sessions = users + self.drawn(users * 0.9)
            pages = self.drawn(9 * season)
            use = {
                "rows": 31.0, "users": users, "day_users": users * 1.6, "top_day": users * 0.12 + 1, "sessions": sessions,
                "day_sessions": sessions, "days": 30.0, "seconds_each": 180 + float(self.chance.normal(0, 25)),
            }  # fmt: skip
            use["seconds"] = users * use["seconds_each"]
            use["day_seconds"] = use["seconds"] * math.exp(self.beside.normal(0, 0.02))
            told = {"site": {"rows": pages, "publications": pages}} if pages else {}
            return {"visit": {"site": use, "site:resident": use}, "publication": told}
        if source == "newsletter":
            sent = float(self.chance.integers(1, 4)) + (3 if stirred > 1 else 0)
            letters = {
                "rows": sent, "campaigns": sent, "recipients": members * 0.97, "delivered_share": 0.97,
                "open_share": 0.4 + float(self.chance.normal(0, 0.05)), "click_share": 0.05, "twice": 0.0,
            }  # fmt: skip
            letters["sent"] = round(letters["recipients"] * sent)
            letters["opened"] = self.next_to(letters["sent"] * letters["open_share"], 0.05)
            letters["opened_all"] = letters["opened"] + self.next_to(letters["sent"] * 0.15)
            letters["clicked"] = min(self.next_to(letters["opened"] * 0.12), letters["opened"])
            letters["answered"] = self.next_to(2.0 * sent)
            return {"mailing": {"letters": letters}, "membership": {"letters": member}}
        if source == "zoom":
            meetings = self.drawn(4 * season ** (0.5))
            if not meetings:
                return {}
            people = self.drawn(12 * meetings * big**0.5) + meetings
            held = {
                "rows": meetings, "meetings": meetings, "attendees": people / meetings, "present": people,
                "minutes": 60 + float(self.chance.normal(0, 8)), "longest": 95.0,
            }  # fmt: skip
            held["time"] = round(held["minutes"] * meetings)
            there = {"rows": people, "attendances": people, "in_meeting": 94.0, "of_meetings": meetings}
            return {"gathering": {"hall": held}, "attendance": {"hall": there}}
        asked = self.drawn(180 * big * season)
        found = {"rows": asked, "requests": asked, **({"answered": 0.9, "twice": 0.0} if asked >= 20 else {})}
        if asked >= 150:
            found["hour"] = 11 + float(self.chance.normal(0, 0.2))
        return {"request": {"": found}}


@pytest.mark.parametrize("seed", range(20))
def test_clean_months_are_hardly_doubted_and_never_held(seed: int) -> None:
    town, suites = Town(seed), Suites()
    doubts, asked, said = Counter[str](), set[tuple[str, ...]](), set[tuple[str, ...]]()
    for source in SOURCES:
        own = {fact: suites.of(source, fact) for fact in FACTS}
        new = {
            (fact, month): Profile("", spaces, town.contents(fact, spaces))
            for n, month in enumerate(MONTHS)
            for fact, spaces in town.facts(source, n).items()
            if spaces
        }
        judged = check_months(new, MonthsContext(own, new, {}, MONTHS, (), date(2026, 11, 5), {"square"}))
        assert not [one for _, one in judged.found if isinstance(one, Refused)]
        asked |= {(source, fact, one.check) for fact, outcomes in judged.outcomes.items() for one in outcomes}
        said |= {
            (fact, name) for (fact, _), one in new.items() for name, by in one.contents.items() if any(by.values())
        }
        # What somebody looks at, and accepts, is a month of a fact, whatever is said of it.
        for _, month in {place for place, _ in judged.found}:
            doubts[f"{month[:4]}-{(int(month[5:]) + 2) // 3}"] += 1
    assert max(doubts.values(), default=0) <= 1, doubts
    rules = ((source, fact, suites.of(source, fact)) for source, facts in SOURCES.items() for fact in facts)
    assert {(source, fact, f"months: {rule}") for source, fact, suite in rules for rule in suite.swaps} <= asked
    few = {("gathering", "told")} if town.size < 1 else set()
    assert {(fact, "told") for fact in ("platform_metric", "visit", "gathering", "request")} - few <= said
