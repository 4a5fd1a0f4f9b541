"""Page one in words: its opening, its lists of sentences, the lines to forward by message, its rows for machines.

The page, the PDF, the workbook, the package and `kehila headline` say the same: they lay out a `Said`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from publishers import summary
from publishers.front import GRAVE, NEEDED, FrontPage, advice, fields_of, front_page, full_months, is_good
from publishers.report import IndicatorReport, Report
from texts import LANGUAGES, Language, text, word
from texts.values import figure, flags, reason
from texts.verdicts import rounded_figure
from texts.writing import Argument, month_name, pick

OPT_IN = "opt_in_sample"


class Line(NamedTuple):
    """A sentence, `head` and `rest`, and the same in brief: `name` and `short`, '' where there is nothing briefer."""

    head: str
    rest: str = ""
    name: str = ""
    short: str = ""
    indicator: str = ""

    def __str__(self) -> str:
        return f"{self.head} {self.rest}".strip()


@dataclass(frozen=True)
class Said:
    """Page one in one language: the opening, a list of sentences under each heading, and lines beside them.

    `headings` bear the names of the lists; one whose list is empty is left out, or bears the sentence that says so.
    """

    opening: str
    sections: tuple[tuple[str, str, tuple[Line, ...]], ...]  # code, heading, sentences
    caution: str
    complete: str
    chance: str


def said(front: FrontPage, report: Report, language: Language) -> Said:
    """Page one in a language."""
    lists: dict[str, tuple[Line, ...]] = {
        "rises": tuple(_moved(one, language, one in front.doubts) for one in front.rises),
        "falls": tuple(_moved(one, language, one in front.doubts) for one in front.falls),
        "standing": tuple(_standing(one, language) for one in front.standing),
        "actions": tuple(_action(one, language, is_due=one in front.due) for one in front.actions),
        "doubts": tuple(_doubted(one, report, language) for one in front.doubts),
    }
    if front.opening == "moved":
        for kind in ("rises", "falls"):
            lists[kind] = lists[kind] or (Line(text(f"front.none.{kind}", language)),)
    if not lists["actions"]:
        kind = "actions_emergency" if front.opening == "emergency" else "actions"
        lists["actions"] = (Line(text(f"front.none.{kind}", language)),)
    return Said(
        opening_text(front, report, language),
        tuple((kind, _heading(kind, report, language), found) for kind, found in lists.items() if found),
        text("front.caution", language, count=len(front.doubts)) if front.doubts else "",
        summary.head(report, language)["shown"],
        text("front.chance", language) if front.opening == "moved" else "",
    )


def _heading(kind: str, report: Report, language: Language) -> str:
    return text(f"front.headings.{kind}", language, day=report.next_day)


def opening_text(front: FrontPage, report: Report, language: Language) -> str:
    """The sentence page one opens with."""
    leads = [one for one in report.indicators if one.lead]
    began = next((fields_of(one)["day"] for one in leads if "day" in fields_of(one)), "")
    counts: dict[str, Argument] = {
        "looked": front.looked, "leads": len(leads), "rises": len(front.rises), "falls": len(front.falls),
        "have": full_months(leads), "need": NEEDED, "day": date.fromisoformat(began) if began else "",
    }  # fmt: skip
    return text(f"front.openings.{front.opening}", language, **counts)


def five_lines(report: Report, language: Language) -> list[str]:
    """The month in five lines to forward: town and month, what moved, what to do, what not to rely on, completeness."""
    front = front_page(report)
    head = summary.head(report, language)
    moved = [
        _list(_heading(kind, report, language), [_brief(one, one in front.doubts, language) for one in found], language)
        for kind, found in (("rises", front.rises), ("falls", front.falls))
        if found
    ]
    state = "" if report.state == "closed" else f"{head['state']}. "
    actions = [_action(one, language, is_due=one in front.due) for one in front.actions]
    doubts = [pick(one.title, language) for one in front.doubts]
    lines = [
        f"{text('front.place', language, authority=head['authority'], month=head['month'])} {state}{head['shown']}.",
        opening_text(front, report, language),
        " ".join(moved) if front.opening == "moved" else "",
        _list(_heading("actions", report, language), [f"{one.head} {one.short}" for one in actions], language)
        if actions
        else "",
        _list(_heading("doubts", report, language), doubts, language) if doubts else "",
    ]
    return [line for line in lines if line]


def rows(report: Report) -> list[dict[str, str | int]]:
    """Page one as rows, for machines: section, place in it, indicator ('' of the opening), its sentences."""
    front = front_page(report)
    in_all = {language: said(front, report, language) for language in LANGUAGES}
    found = [_row("opening", 1, "", {name: one.opening for name, one in in_all.items()})]
    for number, (kind, _, sentences) in enumerate(in_all["en"].sections):
        for place, sentence in enumerate(sentences):
            same = {name: str(one.sections[number][2][place]) for name, one in in_all.items()}
            found.append(_row(kind, place + 1, sentence.indicator, same))
    return found


def _row(section: str, place: int, indicator: str, same: Mapping[Language, str]) -> dict[str, str | int]:
    sentences = {f"sentence_{name}": sentence for name, sentence in same.items()}
    return {"section": section, "place": place, "indicator": indicator, **sentences}


def _list(heading: str, found: list[str], language: Language) -> str:
    return f"{heading}: {text('front.separator', language).join(one.rstrip('.') for one in found)}."


def _moved(one: IndicatorReport, language: Language, is_doubted: bool) -> Line:
    way = word("front.ways", "good" if is_good(one) else "bad", language)
    head = text("front.moved", language, named=_named(one, language), way=way)
    more = [*_compared(one, language), way]
    if is_doubted and not _other_month(one, language):  # a doubt is of the report's own month
        more.append(text("front.short.doubted", language))
    return Line(head, _why(one, language), pick(one.title, language), _short(one, more, language), one.indicator)


def _standing(one: IndicatorReport, language: Language) -> Line:
    target = rounded_figure(float(fields_of(one)["target"]), one.speaking_unit or one.unit, language)
    more = [*_other_month(one, language), text("front.short.target", language, target=target)]
    name = pick(one.title, language)
    return Line(f"{_named(one, language)}.", _why(one, language), name, _short(one, more, language), one.indicator)


def _why(one: IndicatorReport, language: Language) -> str:
    """The verdict's sentence; of people who chose to answer, with that."""
    why = summary.conclusion_text(one, language)
    return f"{why} {word('codes.quality', OPT_IN, language)}." if OPT_IN in one.speaks.quality else why


def _short(one: IndicatorReport, more: list[str], language: Language) -> str:
    """The figure, and in brackets what else there is to know of it."""
    told = text("front.separator", language).join(more)
    return text("front.short.brackets", language, value=_value(one, language), more=told)


def _brief(one: IndicatorReport, is_doubted: bool, language: Language) -> str:
    """What moved, with its figure, the month that is of, and whether there is a caveat: this line may stand alone."""
    month = str(fields_of(one).get("month", ""))
    is_of_it = month == one.speaks.month
    more = [_value(one, language)]
    more += [] if is_of_it else [text("front.short.of_month", language, month=month_name(month, language))]
    more += [text("front.short.doubted", language)] if is_doubted and is_of_it else []
    told = text("front.separator", language).join(more)
    return text("front.short.brackets", language, value=pick(one.title, language), more=told)


def _other_month(one: IndicatorReport, language: Language) -> list[str]:
    """Of which month the figure is, where that is not the report's."""
    month = str(fields_of(one).get("month", ""))
    if month == one.speaks.month:
        return []
    names = {"month": month_name(month, language), "report": month_name(one.speaks.month, language)}
    return [text("front.short.month", language, **names)]


def _compared(one: IndicatorReport, language: Language) -> list[str]:
    """Of which month the figure is, and how it stands to the year, or the wave, before."""
    fields, found = fields_of(one), _other_month(one, language)
    if "before" in fields:
        before = rounded_figure(float(fields["before"]), one.speaking_unit or one.unit, language)
        then = month_name(str(fields["before_month"]), language)
        found.append(text("front.short.wave", language, before=before, month=then))
    elif effect := float(fields.get("effect", 0.0)):
        way = "higher" if effect > 0 else "lower"
        found.append(text(f"front.short.{way}", language, effect=figure(abs(effect), "share", language)))
    return found


def _value(one: IndicatorReport, language: Language) -> str:
    return rounded_figure(float(fields_of(one)["value"]), one.speaking_unit or one.unit, language)


def _named(one: IndicatorReport, language: Language) -> str:
    unit = pick(one.unit_words, language)
    return (
        text("front.named", language, title=pick(one.title, language), unit=unit) if unit else pick(one.title, language)
    )


def _action(one: IndicatorReport, language: Language, *, is_due: bool) -> Line:
    found = one.follow_up
    if is_due and found is not None and found.review_day is not None:
        key, owner = "due_with" if found.action else "due", found.owner or one.owner
        said = {"title": pick(one.title, language), "action": found.action}
        short = rest = text(f"follow_up.{key}", language, day=found.review_day, **said)
    else:
        owner, short = one.owner, f"{advice(one, language).rstrip('.')}."
        rest = text("front.action", language, advice=short.rstrip("."), title=pick(one.title, language))
    name = word("codes.owners", owner, language)
    head = f"{name[:1].upper()}{name[1:]}:"
    return Line(head, rest, head, short, one.indicator)


def _doubted(one: IndicatorReport, report: Report, language: Language) -> Line:
    cell = one.speaks
    if cell.value is None:
        why = reason(cell.reason, language) or word("codes.statuses", cell.status, language)
    else:
        grave = [flag for flag in cell.quality if flag.partition(":")[0] in {*GRAVE, "incomplete"}]
        why = text("front.separator", language).join(flags(tuple(grave), language, report.spaces)) or word(
            "codes.status_notes", cell.status, language
        )
    name = pick(one.title, language)
    return Line(f"{name}:", why, name, "", one.indicator)
