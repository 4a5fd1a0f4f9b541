"""Twenty towns of thirty-six months of which nothing is wrong: hardly a doubt, and nothing held.

At the level of profiles: what months amount to is drawn, and judged by the suites of each source. Towns have a summer,
holidays and a fast that move, an emergency, groups that grow, open and close, a campaign; every third is small.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date

import numpy as np
import pytest

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
    "zoom": ("gathering", "attendance", "message"), "hotline_106": ("request",),
}  # fmt: skip
Amounts = dict[str, float]


class Town:
    """What a town's months amount to, by a chance of its own."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
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
            posts = self.drawn(14 * season)
            told = {"square": {"rows": posts, "publications": posts}} if posts else {}
            talk = {"square": self.talk(60 * big, month)}
            return {"message": {k: v for k, v in talk.items() if v}, "membership": {"square": member},
                    "platform_metric": {"square:reach": reach}, "publication": told}  # fmt: skip
        if source == "website":
            users = self.drawn(400 * big * season * grown * (1.5 if stirred > 1 else 1.0))
            sessions = users + self.drawn(users * 0.9)
            pages = self.drawn(9 * season)
            use = {
                "rows": 31.0, "users": users, "day_users": users * 1.6, "top_day": users * 0.12 + 1, "sessions": sessions,
                "day_sessions": sessions, "days": 30.0, "seconds_each": 180 + float(self.chance.normal(0, 25)),
            }  # fmt: skip
            told = {"site": {"rows": pages, "publications": pages}} if pages else {}
            return {"visit": {"site": use, "site:resident": use}, "publication": told}
        if source == "newsletter":
            sent = float(self.chance.integers(1, 4)) + (3 if stirred > 1 else 0)
            letters = {
                "rows": sent, "campaigns": sent, "recipients": members * 0.97, "delivered_share": 0.97,
                "open_share": 0.4 + float(self.chance.normal(0, 0.05)), "click_share": 0.05, "twice": 0.0,
            }  # fmt: skip
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
    doubts = Counter[str]()
    for source in SOURCES:
        own = {fact: suites.of(source, fact) for fact in FACTS}
        new = {
            (fact, month): Profile("", spaces)
            for n, month in enumerate(MONTHS)
            for fact, spaces in town.facts(source, n).items()
            if spaces
        }
        judged = check_months(new, MonthsContext(own, new, {}, MONTHS, (), date(2026, 11, 5), {"square"}))
        assert not [one for _, one in judged.found if isinstance(one, Refused)]
        # What somebody looks at, and accepts, is a month of a fact, whatever is said of it.
        for _, month in {place for place, _ in judged.found}:
            doubts[f"{month[:4]}-{(int(month[5:]) + 2) // 3}"] += 1
    assert max(doubts.values(), default=0) <= 1, doubts
