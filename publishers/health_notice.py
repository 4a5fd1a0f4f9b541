"""What began to fail and what is well again, as a notice says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from texts import Language, text
from texts.values import condition
from texts.writing import Argument


class ConditionLike(Protocol):
    """What fails or is to be looked at."""

    @property
    def code(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def since(self) -> date | datetime | None: ...
    @property
    def arguments(self) -> Mapping[str, Argument]: ...


def health_notice(
    begun: Sequence[ConditionLike], over: Sequence[str], languages: Sequence[Language], timezone: str
) -> str:
    """A line for each in every language; `over` are the names of what is well again."""
    lines = []
    for language in languages:
        for one in begun:
            said = condition(one.code, language, ZoneInfo(timezone), one.since, one.arguments)
            lines.append(f"{one.about}: {said}")
        lines += [text("health.ended", language, about=about) for about in over]
    return "\n".join(lines)


def subject(name: str, language: Language) -> str:
    """The subject of a notice of a town."""
    return text("notices.subject", language, town=name)
