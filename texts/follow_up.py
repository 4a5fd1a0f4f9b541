"""What staff do about an indicator, as lines of what each is and what they typed."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from texts.catalogue import text, word
from texts.values import figure
from texts.writing import Language, day_text, month_name


class FollowUpLike(Protocol):
    """What staff wrote, as the warehouse holds it."""

    @property
    def month(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def review_day(self) -> date | None: ...
    @property
    def target(self) -> float | None: ...
    @property
    def target_day(self) -> date | None: ...


def cells(one: FollowUpLike, unit: str, language: Language) -> dict[str, str]:
    """Column -> what stands in it, '' where staff said nothing; the target is in `unit`."""
    target = "" if one.target is None else figure(one.target, unit, language)
    if target and one.target_day:
        target = text("follow_up.target", language, target=target, day=one.target_day)
    return {
        "note": one.note,
        "action": one.action,
        "owner": word("codes.owners", one.owner, language) if one.owner else "",
        "review_day": day_text(one.review_day, language) if one.review_day else "",
        "target": target,
        "month": month_name(one.month, language),
    }


def lines(one: FollowUpLike, unit: str, language: Language) -> list[tuple[str, str]]:
    """(what it is, what staff said), of what they said."""
    said = cells(one, unit, language)
    return [(text(f"follow_up.columns.{name}", language), it) for name, it in said.items() if it]
