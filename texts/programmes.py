"""Where a programme's goals stand, in one sentence each, and of the programme in one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol

from texts.catalogue import text, word
from texts.verdicts import sentence
from texts.writing import Language

State = Literal["towards", "away", "steady", "early", "unknown"]
STATES: tuple[State, ...] = ("towards", "away", "steady", "early", "unknown")


class GoalLike(Protocol):
    """A goal in a month, as the warehouse holds it."""

    @property
    def month(self) -> str: ...
    @property
    def programme(self) -> str: ...
    @property
    def goal(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def better(self) -> str: ...
    @property
    def since(self) -> str: ...
    @property
    def target(self) -> float | None: ...
    @property
    def until(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def fields(self) -> str: ...
    @property
    def pace(self) -> str: ...


def state_of(one: GoalLike) -> State:
    """Where a goal stands: a rise is good or bad by what staff want; what is not judged cannot be said."""
    if one.word in ("real_rise", "real_fall"):
        return "towards" if (one.word == "real_rise") == (one.better == "higher") else "away"
    return "steady" if one.word == "no_signal" else "early" if one.word == "too_little_data" else "unknown"


def why(one: GoalLike, language: Language) -> str:
    """Why a goal stands so, with its numbers; by when, and who answers for it."""
    fields = json.loads(one.fields)
    has_any = fields.get("have", 1) or "value" in fields
    said = [sentence(one.reason, fields, one.unit, one.pace, language) if has_any else ""]
    said = [said[0] or text("programmes.nothing_said", language)]
    if one.until:
        day = date.fromisoformat(one.until)
        is_over = one.until < f"{one.month}-31" and not fields.get("is_reached")
        said.append(text("programmes.over" if is_over else "programmes.until", language, day=day))
    if one.owner:
        said.append(text("programmes.owner", language, owner=word("codes.owners", one.owner, language)))
    return " ".join(said)


def goal_in_words(one: GoalLike, language: Language) -> str:
    """A goal in a sentence or two."""
    state = word("programmes.states", state_of(one), language)
    return text("programmes.goal", language, goal=one.goal, state=state, why=why(one, language))


def programme_in_words(programme: str, goals: Iterable[GoalLike], language: Language) -> str:
    """How many of a programme's goals stand where."""
    counts = Counter(map(state_of, goals))
    parts = [
        text("programmes.counted", language, state=word("programmes.states", state, language), count=counts[state])
        for state in STATES
        if counts[state]
    ]
    states = text("programmes.separator", language).join(parts)
    return text("programmes.programme", language, programme=programme, states=states)


def in_words(goals: Iterable[GoalLike], language: Language) -> list[tuple[str, list[str]]]:
    """(sentence of a programme, sentences of its goals), a programme each."""
    by_name: dict[str, list[GoalLike]] = {}
    for one in goals:
        by_name.setdefault(one.programme, []).append(one)
    return [
        (programme_in_words(name, mine, language), [goal_in_words(one, language) for one in mine])
        for name, mine in sorted(by_name.items())
    ]
