"""One self-contained HTML page of a month, in three languages: no network, no font or script from outside."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from publishers import summary
from publishers.chart import HEIGHT, WIDTH, picture
from publishers.front import advice, front_page
from publishers.front_words import said
from publishers.report import Cell, IndicatorReport, Report
from texts import LANGUAGES, Language, programmes, text, texts_of, word
from texts.cuts import cut_name
from texts.values import figure, flags, interval, number, reason
from texts.verdicts import rounded_figure
from texts.writing import NAMES, Argument, day_text, direction, isolated, month_name, pick

TEMPLATES = Path(__file__).parent / "templates"
READING = ("reading_1", "reading_2", "reading_3")


@cache
def environment() -> Environment:
    """Templates with escaping on for everything: names on the page are written by towns."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def inline(name: str) -> tuple[Markup, str]:
    """Our own style or script, and its digest for the content security policy."""
    text = (TEMPLATES / name).read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 our own file, nothing of a town's in it


def page(report: Report) -> str:
    """The page as text. The same report gives the same text."""
    style, style_digest = inline("page.css")
    script, script_digest = inline("page.js")
    policy = (
        f"default-src 'none'; style-src {style_digest}; script-src {script_digest}; base-uri 'none'; form-action 'none'"
    )
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            policy=Markup(policy),  # noqa: S704 digests only
            style=style,
            script=script,
            languages=LANGUAGES,
            languages_label=" · ".join(texts_of("operations")["language"].labels.values()),
            names=NAMES,
            groups=summary.groups(report),
            front=front_page(report),
            leads=sorted((one for one in report.indicators if one.lead), key=lambda one: one.lead),
            counts=summary.counts(report),
            localizer=Localizer,
            said=said,
            pictures={one.indicator: Markup(picture(report, one)) for one in report.indicators},  # noqa: S704 figures only
            width=WIDTH,
            height=HEIGHT,
        )
    )


class Localizer:
    """What the template asks for, in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.language = language
        self.direction = direction(language)
        self.head = summary.head(report, language)
        self.absences = summary.absences(report, language)
        self.choices = [
            ("owner", "owner", self._named("owners", {one.owner for one in report.indicators})),
            ("verdict", "filter_verdict", self._named("verdicts", {one.speaks.verdict for one in report.indicators})),
        ]
        self.separator = text("front.separator", language)
        self.reading = [text(f"report.{key}", language) for key in READING]
        self.changes = [summary.change_text(change, report, language) for change in report.changes]
        self.events = [summary.event_text(event, language) for event in report.events]
        self.programmes = programmes.in_words(report.programmes, language)
        self.programmes_heading = text("programmes.heading", language)
        self.sources = summary.source_texts(report.sources, language)

    def _named(self, kind: str, codes: set[str]) -> list[tuple[str, str]]:
        return sorted(((code, self.word(kind, code)) for code in codes), key=lambda one: one[1])

    def say(self, key: str, **values: Argument) -> str:
        """A sentence."""
        return text(f"report.{key}", self.language, **values)

    def word(self, kind: str, code: object) -> str:
        """The word for a code."""
        return word(f"codes.{kind}", str(code), self.language)

    def advice(self, one: IndicatorReport) -> str:
        """What to do, by its verdict."""
        return advice(one, self.language)

    def concluded(self, one: IndicatorReport) -> str:
        """Why its verdict is what it is."""
        return summary.conclusion_text(one, self.language)

    def pick(self, labels: dict[str, str]) -> str:
        """A text of the warehouse."""
        return pick(labels, self.language)

    def month(self, month: str) -> str:
        """A month by its name."""
        return month_name(month, self.language)

    def value(self, cell: Cell | None) -> str:
        """The value, or the word for its absence."""
        if cell is None:
            return self.word("statuses", "missing")
        return summary.cell_text(cell.value, cell.status, cell.unit, self.language)

    def flags(self, cell: Cell) -> list[str]:
        """Quality flags in words."""
        return flags(cell.quality, self.language, self.report.spaces)

    def why(self, cell: Cell) -> str:
        """Why there is no value."""
        return reason(cell.reason, self.language)

    def whole_number(self, amount: float) -> str:
        """A count of people or events."""
        return isolated(number(amount, "count"), self.language)

    def notes(self, cell: Cell) -> list[str]:
        """Fraction, interval and day behind a value."""
        notes = []
        if cell.numerator is not None and cell.denominator is not None:
            notes.append(
                self.say("fraction", above=self.whole_number(cell.numerator), below=self.whole_number(cell.denominator))
            )
        if sure := interval(cell.lo, cell.hi, cell.unit, cell.quality, self.language):
            notes.append(sure)
        if cell.as_of is not None:
            notes.append(f"{self.say('as_of')} {day_text(cell.as_of, self.language)}")
        return notes

    def asked(self, one: IndicatorReport) -> str:
        """How much a survey's figure rests on."""
        return summary.asked_text(one, self.language)

    def place(self, cell: Cell) -> str:
        """Space, part and group of a cell."""
        group = [cut_name(cell.cut, self.language)] if cell.cut else []
        return " · ".join([*summary.place(cell, self.report, self.language), *group])

    def sources_of(self, one: IndicatorReport) -> list[str]:
        """Where a value was computed from."""
        return summary.source_texts(one.sources, self.language)

    def pictured(self, one: IndicatorReport) -> str:
        """What the picture of an indicator shows, in words."""
        values = [cell.value if cell else None for cell in one.series]
        known = [value for value in values if value is not None]
        if not known:
            return self.say("picture_empty")
        unit = one.speaking_unit or one.unit
        low, high = (figure(value, unit, self.language) for value in (min(known), max(known)))
        pieces = [
            self.say(
                "picture", count=len(known), month=self.month(self.report.month), low=low, high=high,
                last=self.value(one.speaks),
            )
        ]  # fmt: skip
        begins = next(place for place, value in enumerate(values) if value is not None)
        if gaps := values[begins:].count(None):
            pieces.append(self.say("picture_gaps", count=gaps))
        fields = one.conclusion.fields if one.conclusion else {}
        if {"lower", "upper"} <= fields.keys():
            ends = (rounded_figure(float(fields[name]), unit, self.language) for name in ("lower", "upper"))
            pieces.append(self.say("usual_range", **dict(zip(("low", "high"), ends, strict=True))))
        return " ".join(pieces)
