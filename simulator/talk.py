"""What is said in a chat: conversations with openings, answers, staff who answer late or never.

Belongs here: chance and rhythm. Nothing here knows how sessions, answers or indicators are counted;
the books find that out from the log.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

import yaml

from simulator.calendar import FRIDAY, SATURDAY, Span, is_holiday, is_workday
from simulator.model import Kind, Rhythm, Utterance
from simulator.planted import Planted, factor

HOURS = ((7, 2), (8, 4), (9, 4), (10, 4), (11, 4), (12, 4), (13, 3), (14, 3), (15, 3), (16, 5), (17, 6), (18, 6),
         (19, 7), (20, 8), (21, 7), (22, 4))  # fmt: skip
_HOURS = [hour for hour, _ in HOURS]
_HOUR_WEIGHTS = list(accumulate(weight for _, weight in HOURS))
HOTLINE_CLOSES, EVENING = 17, 21
"""Until when staff answer on a workday: a hotline, and other groups, on which somebody has an eye in the evening."""
LAST_MINUTE = 23 * 60 + 55
"""Nobody writes from midnight to morning: nights in which the clock changes hold no message."""


@cache
def texts() -> Mapping[str, Any]:
    """The texts and keywords, read once."""
    loaded: Mapping[str, Any] = yaml.safe_load(files("simulator").joinpath("texts.yaml").read_text(encoding="utf-8"))
    return loaded


def poisson(rng: Random, mean: float) -> int:
    """A Poisson number; the mean is small."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def intensity(day: date, span: Span, rhythm: Rhythm) -> float:
    """How lively a day is, against an ordinary weekday."""
    lively = 1.0
    if day.weekday() == FRIDAY:
        lively = 0.7
    elif day.weekday() == SATURDAY or is_holiday(day):
        lively = 0.0 if rhythm.keeps_sabbath else 0.35
    if day.month == 8:
        lively *= 0.8
    first, last = span.emergency()
    if first <= day <= last:
        lively = max(lively, 0.3) * 3.5
    return lively


@dataclass
class Talk:
    """The sayings of one chat while it is generated."""

    rng: Random
    rhythm: Rhythm
    span: Span
    language: str
    staff: tuple[str, ...]
    by_minute: bool  # the export has no seconds, so neither has the log
    planted: Sequence[Planted] = ()
    log: list[Utterance] = field(default_factory=list)
    _talkers: dict[str, float] = field(default_factory=dict)
    _pool: tuple[list[str], list[float]] = field(default_factory=lambda: ([], []))
    _known: int = -1

    def meet(self, members: Mapping[str, None], changes: int) -> None:
        """Take note of the members; most never write. `changes` tells whether any came or went."""
        if changes == self._known:
            return
        self._known = changes
        for name in members:
            if name not in self._talkers:
                writes = name not in self.staff and self.rng.random() < 0.34
                self._talkers[name] = self.rng.paretovariate(1.1) if writes else 0.0
        pool = [(name, self._talkers[name]) for name in members if self._talkers[name] > 0]
        if not pool:
            pool = [(name, 1.0) for name in members if name not in self.staff]
        self._pool = [name for name, _ in pool], list(accumulate(min(weight, 25.0) for _, weight in pool))

    def live(self, day: date, passed: float) -> None:
        """A day's conversations; `passed` is the share of the chat's time that is over."""
        first, last = self.rhythm.talks
        mean = (first + (last - first) * passed) * intensity(day, self.span, self.rhythm)
        emergency = self.span.emergency()
        urgent = emergency[0] <= day <= emergency[1]
        answering = self.rhythm.staff_answers * (0.75 + 0.4 * passed)
        if self.planted:  # nothing grows but by what is planted
            answering = self.rhythm.staff_answers * factor(self.planted, "assets.answered_in_time", day, self.span)
        for _ in range(poisson(self.rng, mean) if mean > 0 else 0):
            self._conversation(day, urgent, answering)

    def greet(self, day: date) -> None:
        """Somebody says goodbye to the week; the log then reaches to its last day."""
        who = self.staff[0] if self.rhythm.only_staff else self._resident()
        self._say(datetime.combine(day, time(21, 30)), who, text=self._texts["greeting"])

    @property
    def _texts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = texts()["languages"][self.language]
        return found

    def _resident(self) -> str:
        names, weights = self._pool
        return self.rng.choices(names, cum_weights=weights)[0]

    def _conversation(self, day: date, urgent: bool, answering: float) -> None:
        by_staff = self.rhythm.only_staff or self.rng.random() < self.rhythm.staff_starts
        if by_staff and not is_workday(day) and not urgent and self.rng.random() < 0.8:
            return
        hour = self.rng.choices(_HOURS, cum_weights=_HOUR_WEIGHTS)[0]
        if by_staff and not urgent:
            hour = self.rng.randint(8, 16)
        if self.rhythm.keeps_sabbath and (day.weekday() == FRIDAY or is_holiday(day + timedelta(days=1))):
            hour = min(hour, 8 + hour % 5)  # nobody writes once candles are lit
        at = datetime.combine(day, time(hour, self.rng.randint(0, 59), self.rng.randint(0, 59)))
        opener = self.rng.choice(self.staff) if by_staff else self._resident()
        self._open(at, opener, by_staff, urgent)
        if self.rhythm.only_staff:
            return
        self._answers(at, opener)
        if not by_staff and self.rng.random() < answering:
            self._staff_answer(at)

    def _open(self, at: datetime, who: str, by_staff: bool, urgent: bool) -> None:
        chance = self.rng.random()
        if urgent and chance < 0.5:
            self._say(at, who, text=self._fill(self._texts["emergency"]))
        elif chance < 0.01:
            question, *options = self.rng.choice(self._texts["polls"])
            self._say(at, who, "poll", "\n".join([question, *options]), True)
        elif by_staff:
            asks = not self.rhythm.only_staff and self.rng.random() < 0.3
            self._say(at, who, text=self._fill(self._texts["staff_questions" if asks else "staff_news"]), asks=asks)
        else:
            asks = self.rng.random() < 0.6
            telling = "complaints" if self.rhythm.is_hotline else "statements"
            self._say(at, who, text=self._fill(self._texts["questions" if asks else telling]), asks=asks)

    def _answers(self, at: datetime, opener: str) -> None:
        moment, party = at, [opener]
        for _ in range(min(int(self.rng.expovariate(1 / max(self.rhythm.replies, 0.1))), 25)):
            moment += timedelta(seconds=int(self.rng.expovariate(1 / 420)) + 20)
            again = len(party) > 1 and self.rng.random() < 0.4
            who = self.rng.choice(party) if again else self._resident()
            if who not in party:
                party.append(who)
            chance = self.rng.random()
            if chance < 0.08:
                self._say(moment, who, "media")
            elif chance < 0.083:
                self._say(moment, who, "location")
            elif chance < 0.17:
                self._say(moment, who, text=self._fill(self._texts["asking_back"]), asks=True)
            else:
                self._say(moment, who, text=self._fill(self._texts["replies"]))
            if self.rng.random() < 0.03:  # the second thought of the same person
                self._say(moment + timedelta(minutes=1), who, text=self._fill(self._texts["replies"]))

    def _staff_answer(self, at: datetime) -> None:
        """In working hours soon, otherwise the next working morning."""
        moment = at + timedelta(minutes=int(self.rng.expovariate(1 / self.rhythm.staff_minutes)) + 2)
        closes = HOTLINE_CLOSES if self.rhythm.is_hotline else EVENING
        if not is_workday(moment.date()) or not 8 <= moment.hour < closes:
            day = moment.date() + timedelta(days=1 if moment.hour >= 8 else 0)
            while not is_workday(day):
                day += timedelta(days=1)
            moment = datetime.combine(day, time(8, self.rng.randint(0, 59), self.rng.randint(0, 59)))
        if moment.date() <= self.span.last_day:
            self._say(moment, self.rng.choice(self.staff), text=self._fill(self._texts["staff_replies"]))

    def _fill(self, choices: Sequence[str]) -> str:
        text = self.rng.choice(choices)
        return text.replace("{place}", self.rng.choice(self._texts["places"])) if "{place}" in text else text

    def _say(self, at: datetime, who: str, kind: Kind = "text", text: str = "", asks: bool = False) -> None:
        if at.hour < 7 or at.hour * 60 + at.minute > LAST_MINUTE or at.date() > self.span.last_day:
            return
        edited = kind == "text" and self.rng.random() < 0.015
        if kind == "text" and self.rng.random() < 0.012:
            kind, text, asks, edited = "deleted", "", False, False
        if self.by_minute:
            at = at.replace(second=0)
        self.log.append(Utterance(at, who, kind, text, asks, edited))
