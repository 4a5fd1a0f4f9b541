"""What a town said about a survey: which wave it is, which columns are which items, words for answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collectors.mapping_file import invalid_mapping

CUTS = (
    "age_band",
    "sex",
    "neighbourhood",
    "society",
    "religiosity",
    "language",
    "workplace",
    "persona",
    "mode",
)
MODES = ("digital", "in_person", "phone")
AUDIENCES = ("residents", "staff", "meeting", "pulse")
OWN_CODE = "own_code"
SPECIAL = ("ignore", "submitted_at", "seconds", "status", "finished", "progress", OWN_CODE)

SAMPLES = ("probability", "opt_in")
STATED = ("wave", "audience", "sample_type", "closed_day", "held_as", "invited")
"""What may be told of a survey as a whole, and is worked out where it is not."""


@dataclass(frozen=True)
class SurveyMapping:
    """Checked settings of one survey file; every field has a working default."""

    wave: str | None = None
    instrument: str | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # oldest first -> the items each asks
    audience: str | None = None
    sample_type: str | None = None
    closed_day: date | None = None
    held_as: str | None = None
    invited: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cuts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    yes_no: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # item -> its words
    several: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # question -> its texts and items
    no_answer: tuple[str, ...] = ()
    staff_items: frozenset[str] = frozenset()
    meeting_items: frozenset[str] = frozenset()
    pulse_items: frozenset[str] = frozenset()
    own_code: Mapping[str, str] = field(default_factory=dict)  # the question after a respondent's own code, by language
    day_first: bool | None = None
    sheet: str | None = None
    stated: frozenset[str] = frozenset()  # of what all answers share, what the town said itself; and whether it `adds`

    def items_of(self, question: str) -> tuple[str, ...]:
        """The answers a question offers several of."""
        return tuple(self.several[question]["items"])

    def group_of(self, item: str) -> str | None:
        """The question of several answers an item is one of."""
        return next((name for name in self.several if item in self.items_of(name)), None)

    def instrument_of(self, items: set[str]) -> str:
        """What the town calls the questionnaire, else the oldest version of ours that asks all these items."""
        if self.instrument is not None:
            return self.instrument
        asked = {part for item in items for part in (self.items_of(item) if item in self.several else (item,))}
        return next((name for name, known in self.versions.items() if asked <= set(known)), "unknown")


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others over them: tables are joined, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = {**known, **value} if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def checked_mapping(merged: Mapping[str, Any]) -> SurveyMapping:
    """The settings, checked. Raises RejectFile `mapping_invalid` naming the key at fault and what may stand there."""
    audience, sample_type = merged.get("audience"), merged.get("sample_type")
    if audience not in (None, *AUDIENCES):
        raise invalid_mapping("audience", AUDIENCES)
    if sample_type not in (None, *SAMPLES):
        raise invalid_mapping("sample_type", SAMPLES)
    held_as, invited = merged.get("held_as"), merged.get("invited")
    if held_as not in (None, *MODES):
        raise invalid_mapping("held_as", MODES)
    if invited is not None and (isinstance(invited, bool) or not isinstance(invited, int) or invited < 1):
        raise invalid_mapping("invited", ["1, 2, 3 ..."])
    for key in ("columns", "answers", "items", "cuts"):
        if not isinstance(merged.get(key, {}), Mapping):
            raise invalid_mapping(key, ["KEY: VALUE"])
    items, cuts = merged.get("items", {}), merged.get("cuts", {})
    several = _of_items(merged.get("several", {}), items)
    columns = {str(header): str(meaning) for header, meaning in merged.get("columns", {}).items()}
    for header, meaning in columns.items():
        is_item = meaning in items or meaning in several if items else meaning[-1:].isdigit()
        if not (is_item or meaning in SPECIAL or meaning in CUTS):
            raise invalid_mapping(f"columns: {header}", meanings(items, several))
    answers = {}
    for word, score in merged.get("answers", {}).items():
        if isinstance(score, bool) or score not in (1, 2, 3, 4, 5):
            raise invalid_mapping(f"answers: {word}", "12345")
        answers[str(word)] = int(score)
    if not all(isinstance(texts, Mapping) for texts in (*items.values(), *cuts.values())):
        raise invalid_mapping("items or cuts", ["KEY: VALUE"])
    if not all(isinstance(item, str) for item in items):
        raise invalid_mapping("items", ["a text"])
    for name, cut in cuts.items():
        if not all(isinstance(cut.get(key, {}), Mapping) for key in ("options", "texts")):
            raise invalid_mapping(f"cuts: {name}", ["options: {KEY: VALUE}", "texts: {KEY: VALUE}"])
    for key in ("no_answer", "staff_items"):
        if not isinstance(merged.get(key) or (), (list, tuple, set, frozenset)):
            raise invalid_mapping(key, ["[a, list]"])
    wave, day_first = merged.get("wave"), merged.get("day_first")
    for key in ("day_first", "adds"):
        if not isinstance(merged.get(key), bool | None):
            raise invalid_mapping(key, ["true", "false"])
    sheet = merged.get("sheet")
    return SurveyMapping(
        wave=str(wave).strip() or None if wave is not None else None,
        instrument=str(merged["instrument"]) if merged.get("instrument") else None,
        versions={name: tuple(asked) for name, asked in merged.get("versions", {}).items()},
        audience=audience,
        sample_type=sample_type,
        closed_day=_day(merged.get("closed_day")),
        held_as=held_as,
        invited=invited,
        columns=columns,
        answers=answers,
        items=items,
        cuts=cuts,
        no_answer=tuple(str(word) for word in merged.get("no_answer") or ()),
        yes_no={item: words for item, words in merged.get("yes_no", {}).items() if item in items},
        several=several,
        staff_items=frozenset(merged.get("staff_items") or ()),
        meeting_items=frozenset(merged.get("meeting_items") or ()),
        pulse_items=frozenset(merged.get("pulse_items") or ()),
        own_code=merged.get("own_code", {}),
        day_first=day_first,
        sheet=str(sheet) if sheet is not None else None,
        stated=frozenset(
            [name for name in STATED if merged.get(name) is not None] + ["adds"] * bool(merged.get("adds"))
        ),
    )


def meanings(items: Iterable[str], several: Iterable[str]) -> list[str]:
    """All a column may be: an item or question of the questionnaire, a question about the respondent, or none of them.

    A questionnaire without items of its own takes every identifier that ends in a number.
    """
    return [*(sorted({*items, *several}) or ["NAME_1"]), *CUTS, *SPECIAL]


def _of_items(several: Mapping[str, Any], items: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The questions whose answers are all among the items in use: a town may have a questionnaire of its own."""
    return {name: one for name, one in several.items() if set(one["items"]) <= set(items)}


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise invalid_mapping("closed_day", ["2026-10-31"]) from None
