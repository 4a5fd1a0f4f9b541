"""What a page says, in one language: what templates ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from publishers import summary
from publishers.chart import is_break
from publishers.front import advice
from publishers.report import Cell, IndicatorReport, Report
from texts import Language, composition, follow_up, programmes, text, word
from texts.cuts import cut_name
from texts.values import figure, flags, interval, number, reason
from texts.verdicts import rounded_figure
from texts.writing import Argument, day_text, direction, isolated, month_alone, month_name, pick
from warehouse.calendar import shift

READING = ("reading_1", "reading_2", "reading_3")
PROVISIONAL_MARK, BREAK_MARK = "*", "†"
NEIGHBOURHOOD = "neighbourhood="


class Localizer:
    """What the template asks for, in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.language = language
        self.direction = direction(language)
        self.head = summary.head(report, language)
        self.absences = summary.absences(report, language)
        self.neighbourhoods = sorted({name for one in report.indicators for name in self._neighbourhoods(one)})
        verdicts = {one.speaks.verdict for one in report.indicators}
        self.choices = [
            ("outcome", "filter_outcome", self._outcomes()),
            ("family", "asset", self._named("families", [one.family for one in report.indicators])),
            ("owner", "owner", self._named("owners", sorted({one.owner for one in report.indicators}))),
            ("near", "filter_neighbourhood", [(str(at), name) for at, name in enumerate(self.neighbourhoods)]),
            ("verdict", "filter_verdict", self._named("verdicts", sorted(verdicts))),
        ]
        self.separator = text("front.separator", language)
        self.reading = [text(f"report.{key}", language) for key in READING]
        self.changes = [summary.change_text(change, report, language) for change in report.changes]
        self.events = [summary.event_text(event, language) for event in report.events]
        self.programmes = programmes.in_words(report.programmes, language)
        self.programmes_heading = text("programmes.heading", language)
        self.sources = summary.source_texts(report.sources, language)

    def _named(self, kind: str, codes: list[str]) -> list[tuple[str, str]]:
        return [(code, self.word(kind, code)) for code in dict.fromkeys(codes)]

    def _outcomes(self) -> list[tuple[str, str]]:
        known = sorted({one.outcome for one in self.report.indicators})
        return [(str(one), f"{one}. {self.word('outcomes', one)}") for one in known]

    def _neighbourhoods(self, one: IndicatorReport) -> set[str]:
        served = {self.report.neighbourhoods.get(cell.space, "") for cell in one.beside}
        asked = {cell.cut.removeprefix(NEIGHBOURHOOD) for cell in one.beside if cell.cut.startswith(NEIGHBOURHOOD)}
        return (served | asked) - {""}

    def near(self, one: IndicatorReport) -> str:
        """The numbers of the neighbourhoods it tells of, as a choice has them, with spaces around each."""
        return "".join(f" {self.neighbourhoods.index(name)} " for name in sorted(self._neighbourhoods(one)))

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

    def pick(self, labels: Mapping[str, str]) -> str:
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
        if cell.unit == "share" and cell.numerator is not None and cell.denominator is not None:
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
        return " · ".join([*summary.place(cell, self.report, self.language), *group]) or self.say("whole")

    def in_words(self, one: IndicatorReport) -> str:
        """The figure that speaks, what it is a figure of, how sure it is, and the same month a year before."""
        cell, unit = one.speaks, self.pick(one.unit_words)
        shown = self.value(cell)
        shown = text("front.named", self.language, title=shown, unit=unit) if unit and cell.value is not None else shown
        sure = interval(cell.lo, cell.hi, cell.unit, cell.quality, self.language)
        said = [self.say("in_words", month=self.month(self.report.month), figure=shown), f"{sure}." if sure else ""]
        return " ".join(filter(None, [*said, self.year_before(one)]))

    def year_before(self, one: IndicatorReport) -> str:
        """The same month a year before, and whether it may be compared; '' of a month before the first."""
        then, cell = shift(self.report.month, -12), one.year_ago
        if cell is None:
            return ""
        is_apart = any(is_break(between) for between in one.year)
        key = "year_before_apart" if is_apart and cell.value is not None else "year_before"
        return self.say(key, month=self.month(then), value=self.value(cell))

    def months_table(self, one: IndicatorReport) -> tuple[list[str], list[tuple[str, list[str]]], list[str]]:
        """The months of the picture: years, (month of the year, a value for each year), and what the marks mean."""
        at = {month: cell for month, cell in zip(self.report.months, one.series, strict=True) if cell is not None}
        if not at:
            return [], [], []
        years = sorted({month[:4] for month in self.report.months if month >= min(at)})
        marks: set[str] = set()
        rows = []
        for number_of in range(1, 13):
            cells = [at.get(f"{year}-{number_of:02d}") for year in years]
            rows.append((month_alone(number_of, self.language), [self._of_month(cell, marks) for cell in cells]))
        meaning = {BREAK_MARK: "mark_break", PROVISIONAL_MARK: "mark_provisional"}
        return years, rows, [f"{mark} {self.say(meaning[mark])}" for mark in sorted(marks)]

    def _of_month(self, cell: Cell | None, marks: set[str]) -> str:
        if cell is None:
            return ""
        found = [BREAK_MARK] * is_break(cell) + [PROVISIONAL_MARK] * (cell.status == "provisional")
        marks.update(found)
        return " ".join([self.value(cell), *found])

    def origin(self, one: IndicatorReport) -> list[str]:
        """Where the month's figure comes from: sources and what each gave, how it is known, of how many places."""
        own = {part: title for (of, part), title in self.report.parts.items() if of == one.indicator}
        parts = {part: self.pick(title) for part, title in own.items()}
        told = composition.in_brief(one.composition, self.language, parts, self.report.assets)
        read = [source for source in one.sources if source[1] != "coverage"]
        if any(piece.kind == "space" for piece in one.composition):  # of what several give its places tell
            givers = Counter(fact for _, fact in read)
            read = [source for source in read if givers[source[1]] == 1]
        return [*summary.source_texts(tuple(read), self.language), *told]

    def staff(self, one: IndicatorReport) -> list[tuple[str, str]]:
        """What staff do about it: what each is, and their words."""
        unit = one.speaking_unit or one.unit
        return follow_up.lines(one.follow_up, unit, self.language) if one.follow_up else []

    def defined(self, one: IndicatorReport) -> tuple[str, str]:
        """Its definition, and the language that is in where it is another one."""
        own = one.definition.get(self.language, "")
        return (own, "") if own else (self.pick(one.definition), "" if self.language == "en" else "en")

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
