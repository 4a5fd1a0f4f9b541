"""What page one says: what really moved, what to do about it, what not to rely on. Made once from a report.

The page, the workbook, the package and `kehila headline` say the same: they lay out a `FrontPage`, or its `Said`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from publishers import summary
from publishers.report import IndicatorReport, Report
from texts import Language, text, word
from texts.values import flags, reason
from texts.writing import Argument, pick

Opening = Literal["moved", "still", "emergency", "young", "silent"]
ACTIONS = 3
NEEDED = 24
"""Full months without which nothing is concluded of a month."""
WHEN = {"real_rise": "rise", "real_fall": "fall", "no_signal": "steady"}
HARMLESS = frozenset({"right_censored", "like_for_like"})
"""Flags that every month has for a while, or that a verdict has taken into account."""
GRAVE = frozenset(
    {
        "suspect", "series_break", "source_down", "stale", "partial_period", "lower_bound", "low_reliability",
        "truncated", "metric_withdrawn",
    }
)  # fmt: skip
"""Flags by which a lead indicator is not to be relied on this month."""


@dataclass(frozen=True)
class FrontPage:
    """Page one of a month, in no language yet. Each indicator is one that leads.

    `rises` and `falls` are what may be claimed, the surest first; `standing` is what moves as ever, short of its
    target; `actions` the indicators whose owners have something to do, the most urgent first; `doubts` those not to be
    relied on, also where something is claimed of them. `looked` counts those that could be examined.
    """

    opening: Opening
    rises: tuple[IndicatorReport, ...]
    falls: tuple[IndicatorReport, ...]
    standing: tuple[IndicatorReport, ...]
    actions: tuple[IndicatorReport, ...]
    doubts: tuple[IndicatorReport, ...]
    looked: int


def front_page(report: Report) -> FrontPage:
    """Page one of a report."""
    leads = sorted((one for one in report.indicators if one.lead), key=lambda one: one.lead)
    claimed = sorted((one for one in leads if _claim(one)), key=_claim)
    standing = [one for one in leads if _word(one) == "no_signal" and _fields(one).get("is_reached") is False]
    rest = [one for one in leads if _word(one) == "no_signal" and one not in standing and not _is_reached(one)]
    bad, good = ([one for one in claimed if is_good(one) is way] for way in (False, True))
    looked = sum(one.conclusion is not None and one.conclusion.p is not None for one in leads)
    doubts = [one for one in leads if _doubt(one)]
    opening: Opening = "moved" if claimed else "still" if looked else "young" if _months(leads) else "silent"
    if any(_word(one) == "exceptional_month" for one in leads):
        opening = "emergency"
    return FrontPage(
        opening,
        rises=tuple(one for one in claimed if _word(one) == "real_rise"),
        falls=tuple(one for one in claimed if _word(one) == "real_fall"),
        standing=tuple(standing),
        actions=tuple([*bad, *standing, *good, *rest][:ACTIONS]),
        doubts=tuple(doubts),
        looked=looked,
    )


def is_good(one: IndicatorReport) -> bool:
    """Whether what moved went where it should."""
    return (_word(one) == "real_rise") == (one.better == "higher")


def advice(one: IndicatorReport, language: Language) -> str:
    """What to do, by the verdict and by whether the target is reached.

    An indicator's own words for the verdict come first; what went the wrong way or stands still is mended by its
    general advice, and what went the right way is kept up as befits its aspect.
    """
    said = _word(one)
    if said == "no_signal" and _is_reached(one):
        return text("front.reached", language)
    own = pick(one.when.get(WHEN.get(said, ""), {}), language)
    if own or said not in ("real_rise", "real_fall") or not is_good(one):
        return own or pick(one.advice, language)
    return word("front.better", one.aspect, language)


class Line(NamedTuple):
    """A sentence, with what the eye is to meet first apart."""

    head: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.head} {self.rest}".strip()


@dataclass(frozen=True)
class Said:
    """Page one in one language: the opening, a list of sentences under each heading, and two lines below.

    `headings` bear the names of the lists; one whose list is empty is left out, or bears the sentence that says so.
    """

    opening: str
    sections: tuple[tuple[str, str, tuple[Line, ...]], ...]  # code, heading, sentences
    complete: str
    chance: str


def said(front: FrontPage, report: Report, language: Language) -> Said:
    """Page one in a language."""
    lists: dict[str, tuple[Line, ...]] = {
        "rises": tuple(_moved(one, language) for one in front.rises),
        "falls": tuple(_moved(one, language) for one in front.falls),
        "standing": tuple(_standing(one, language) for one in front.standing),
        "actions": tuple(_action(one, language) for one in front.actions),
        "doubts": tuple(_doubted(one, report, language) for one in front.doubts),
    }
    if front.opening == "moved":
        for kind in ("rises", "falls"):
            lists[kind] = lists[kind] or (Line(text(f"front.none.{kind}", language)),)
    return Said(
        opening_text(front, report, language),
        tuple((kind, text(f"front.headings.{kind}", language), found) for kind, found in lists.items() if found),
        summary.head(report, language)["shown"],
        text("front.chance", language) if front.opening == "moved" else "",
    )


def opening_text(front: FrontPage, report: Report, language: Language) -> str:
    """The sentence page one opens with."""
    leads = [one for one in report.indicators if one.lead]
    began = next((_fields(one)["day"] for one in leads if "day" in _fields(one)), "")
    told: dict[str, Argument] = {
        "looked": front.looked, "leads": len(leads), "rises": len(front.rises), "falls": len(front.falls),
        "have": _months(leads), "need": NEEDED, "day": date.fromisoformat(began) if began else "",
    }  # fmt: skip
    return text(f"front.openings.{front.opening}", language, **told)


def five_lines(report: Report, language: Language) -> list[str]:
    """The month in five lines to forward: town and month, what moved, what to do, what not to rely on, completeness."""
    front = front_page(report)
    head = summary.head(report, language)
    moved = [
        _list(f"front.headings.{kind}", found, language)
        for kind, found in (("rises", front.rises), ("falls", front.falls))
        if found
    ]
    first = next((str(_action(one, language)) for one in front.actions), "")
    lines = [
        f"{head['authority']}, {head['month']}. {head['shown']}.",
        opening_text(front, report, language),
        " ".join(moved) if front.opening == "moved" else "",
        f"{text('front.headings.actions', language)}: {first}" if first else "",
        _list("front.headings.doubts", front.doubts, language) if front.doubts else "",
    ]
    return [line for line in lines if line]


def rows(report: Report) -> list[dict[str, str | int]]:
    """Page one as rows, for machines: section, place in it, indicator ('' of the opening), its sentences."""
    front = front_page(report)
    in_all = {language: said(front, report, language) for language in ("he", "ar", "en")}
    found = [_row("opening", 1, "", {name: one.opening for name, one in in_all.items()})]
    for number, (kind, _, sentences) in enumerate(in_all["en"].sections):
        names = [one.indicator for one in getattr(front, kind)]
        for place in range(len(sentences)):
            told = {name: str(one.sections[number][2][place]) for name, one in in_all.items()}
            found.append(_row(kind, place + 1, names[place] if names else "", told))
    return found


def _row(section: str, place: int, indicator: str, told: dict[str, str]) -> dict[str, str | int]:
    sentences = {f"sentence_{name}": sentence for name, sentence in told.items()}
    return {"section": section, "place": place, "indicator": indicator, **sentences}


def _list(heading: str, found: tuple[IndicatorReport, ...], language: Language) -> str:
    names = text("front.separator", language).join(pick(one.title, language) for one in found)
    return f"{text(heading, language)}: {names}."


def _moved(one: IndicatorReport, language: Language) -> Line:
    way = word("front.ways", "good" if is_good(one) else "bad", language)
    return Line(
        text("front.moved", language, named=_named(one, language), way=way), summary.conclusion_text(one, language)
    )


def _standing(one: IndicatorReport, language: Language) -> Line:
    return Line(f"{_named(one, language)}.", summary.conclusion_text(one, language))


def _named(one: IndicatorReport, language: Language) -> str:
    unit = pick(one.unit_words, language)
    return (
        text("front.named", language, title=pick(one.title, language), unit=unit) if unit else pick(one.title, language)
    )


def _action(one: IndicatorReport, language: Language) -> Line:
    told = advice(one, language).rstrip(".")
    rest = text("front.action", language, advice=told, title=pick(one.title, language))
    owner = word("codes.owners", one.owner, language)
    return Line(f"{owner[:1].upper()}{owner[1:]}:", rest)


def _doubted(one: IndicatorReport, report: Report, language: Language) -> Line:
    cell = one.speaks
    if cell.value is None:
        why = reason(cell.reason, language) or word("codes.statuses", cell.status, language)
    else:
        grave = [flag for flag in cell.quality if flag.partition(":")[0] in {*GRAVE, "incomplete"}]
        why = text("front.separator", language).join(flags(tuple(grave), language, report.spaces)) or word(
            "codes.status_notes", cell.status, language
        )
    return Line(f"{pick(one.title, language)}:", why)


def _doubt(one: IndicatorReport) -> bool:
    """Whether the month's own figure is not to be relied on: none, in doubt, or still to change."""
    cell = one.speaks
    kinds = {flag.partition(":")[0] for flag in cell.quality}
    is_late = cell.status == "provisional" and not kinds & HARMLESS
    return cell.status != "not_applicable" and (cell.value is None or is_late or bool(kinds & GRAVE))


def _word(one: IndicatorReport) -> str:
    return one.conclusion.word if one.conclusion else ""


def _fields(one: IndicatorReport) -> dict[str, Any]:
    return dict(one.conclusion.fields) if one.conclusion else {}


def _claim(one: IndicatorReport) -> int:
    return one.conclusion.claim if one.conclusion else 0


def _is_reached(one: IndicatorReport) -> bool:
    return _fields(one).get("is_reached") is True


def _months(leads: list[IndicatorReport]) -> int:
    """Full months the longest series of those that lead has so far."""
    return max((int(_fields(one).get("have", 0)) for one in leads if _fields(one).get("need") == NEEDED), default=0)
