"""The form's texts in one language, and figures, days and months as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from collectors.remarks import Said
from collectors.staff_workbook.cells import WordError
from collectors.staff_workbook.layout import WORDS, Column, SheetLayout, Texts
from collectors.tabular import CellError
from entry.book import MONTH
from texts import Language, error, text, word
from texts.writing import Argument, direction, month_name, quoted, written


class Words:
    """What the templates say, in one language and time zone."""

    def __init__(self, language: Language, timezone: str = "UTC") -> None:
        self.language, self.zone, self.direction = language, ZoneInfo(timezone), direction(language)

    def say(self, key: str, **values: Argument) -> str:
        """A text of the form with its values filled in."""
        return text(f"entry.{key}", self.language, **values)

    def word(self, kind: str, code: str) -> str:
        """The word of the form for a code."""
        return word(f"entry.{kind}", code, self.language)

    def of(self, texts: Texts) -> str:
        """A text of the workbook's declaration."""
        return texts[self.language]

    def role(self, title: str) -> str:
        """What somebody is called: the title that was given, or the word for the role where none was."""
        return dict(self.options("owner")).get(title, title)

    def month(self, month: str) -> str:
        """A month by its name."""
        return month_name(month, self.language)

    def number(self, value: float) -> str:
        """A figure as the language writes it."""
        return written(int(value) if float(value).is_integer() else value, self.language)

    def at(self, when: str) -> str:
        """A local instant."""
        return written(datetime.fromisoformat(when).astimezone(self.zone), self.language)

    def fault(self, layout: SheetLayout, column: Column, fault: CellError) -> str:
        """What is wrong with a cell, and what to do."""
        said = error(fault.code, self.language, **{**fault.arguments, "column": column.title[self.language]})
        meant = ", ".join(map(quoted, fault.meant)) if isinstance(fault, WordError) else ""
        return f"{said}. {text('returned.meant', self.language, words=meant)}" if meant else said

    def remark(self, what: Said) -> str:
        """What is unlikely of a line, or how it was understood."""
        if what.code == "line_twice":
            return self.say("line_twice")
        told = {
            name: self.month(str(one)) if MONTH.fullmatch(str(one)) else one for name, one in what.arguments.items()
        }
        return text(f"remarks.{what.code}", self.language, **told)

    def options(self, words: str) -> list[tuple[str, str]]:
        """A drop-down of the workbook: code and word."""
        return [(code, texts[self.language]) for code, texts in WORDS[words].items()]
