"""The sentence of a verdict: why it is what it is, with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from texts.catalogue import group, text, texts_of, word
from texts.values import figure
from texts.writing import Argument, Language, month_name

FIGURES = ("value", "plain", "centre", "lower", "upper", "before")
SHARES = ("effect", "minimum")
MONTHS = ("since", "last", "before_month")


def sentence(reason: str, fields: Mapping[str, Any], unit: str, pace: str, language: Language) -> str:
    """One plain sentence or two, by the verdict's reason and fields; figures in the indicator's unit.

    `pace` is month, quarter or wave. A reason without a text is shown as it is: it must not stop a publication.
    """
    found = group("verdicts.sentences").get(reason)
    if found is None:
        return reason
    effect, count = float(fields.get("effect", 0.0)), int(fields.get("count", 0))
    way = "lower" if effect < 0 else "higher"
    said: dict[str, Argument] = {
        "month": _when(str(fields["month"]), pace, language),
        "span": text(f"verdicts.spans.{pace}", language, count=count),
        "steps": text(f"verdicts.steps.{pace}", language),
        "change": text(f"verdicts.{way}.{pace}", language, effect=figure(abs(effect), "share", language)),
        "have": int(fields.get("have", 0)),
        "need": int(fields.get("need", 0)),
        "why": word("codes.breaks", str(fields.get("why", "")), language),
        "flaw": _flaw(str(fields.get("flaw", "")), language),
    }
    said |= {name: rounded_figure(float(fields[name]), unit, language) for name in FIGURES if name in fields}
    said |= {name: figure(float(fields[name]), "share", language) for name in SHARES if name in fields}
    said |= {name: month_name(str(fields[name]), language) for name in MONTHS if fields.get(name)}
    # A share of a quarter is of all its months together, anything else of one of them.
    how = "quarter_whole" if pace == "quarter" and unit == "share" else pace
    said["compared"] = text(f"verdicts.compared.{how}", language, **{"plain": "", **said})
    if said["compared"] and fields.get("value") == 0 and pace == "month":
        said["compared"] = text("verdicts.compared.none", language)  # of none nothing can be taken out for the season
    if reason == "steady" and is_outside(fields):
        found = texts_of("verdicts")["outside_limits"]
    if "day" in fields:
        said["day"] = date.fromisoformat(str(fields["day"]))
    return f"{found.render(language, said)}{_target(fields, unit, language)}"


def is_outside(fields: Mapping[str, Any]) -> bool:
    """Whether the step that was looked at lies outside the limits."""
    known = {name: float(fields[name]) for name in ("plain", "lower", "upper") if name in fields}
    return len(known) == 3 and not known["lower"] <= known["plain"] <= known["upper"]


def rounded_figure(value: float, unit: str, language: Language) -> str:
    """A figure of a verdict: a mean or a limit of a count is no fraction of people."""
    return figure(float(round(value)) if unit == "count" and abs(value) >= 10 else value, unit, language)


def _when(month: str, pace: str, language: Language) -> str:
    """The step that ends with a month: it, or the quarter by its name; a wave by the month it is of."""
    if pace != "quarter":
        return month
    return text(f"verdicts.quarters.{(int(month[5:]) + 2) // 3}", language, year=month[:4])


def _target(fields: Mapping[str, Any], unit: str, language: Language) -> str:
    """Whether the figure reaches what its staff set, '' where they set nothing."""
    if "target" not in fields:
        return ""
    kind = "reached" if fields.get("is_reached") else "not_reached"
    return f" {word('verdicts.target', kind, language, target=figure(float(fields['target']), unit, language))}"


def _flaw(code: str, language: Language) -> str:
    """Why a month is not complete: a status of its value, or a flag."""
    kind = "statuses" if code in group("codes.statuses") else "quality"
    return word(f"codes.{kind}", code, language, subject="").rstrip(": ")
