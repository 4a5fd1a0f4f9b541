"""Lines that were not sent and stand on another page than the one that is looked at: where, of what, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from collectors.staff_workbook.layout import SHEETS
from entry.book import PERIODS
from entry.checking import Checked
from entry.fields import shown, titles_of
from entry.lines import Line
from entry.town import FormTown
from entry.words import Words


@dataclass(frozen=True)
class Away:
    """A line on another page: its address after the language, the sheet's title, what it is of, and what to do."""

    address: str
    sheet: str
    what: str
    why: str


def elsewhere(
    town: FormTown, month: str, known: Mapping[str, Line], read: Mapping[str, Checked], here: Collection[str],
    words: Words,
) -> list[Away]:  # fmt: skip
    """The drafts of a month that sending leaves where they are, but for those `here`; of a list all are on its page."""
    found = []
    for line in known.values():
        if not month or not line.is_draft or line.name in here or line.sheet not in SHEETS:
            continue
        row = shown(0, line, town, words, read.get(line.name))
        whys = [f"{one.fault}." for one in row.fields if one.fault] + [row.doubt] * bool(row.doubt)
        if line.is_contested:
            whys.append(words.say("contested", who=words.role(line.title), at=words.at(line.sent_at)))
        if whys:
            layout = SHEETS[line.sheet]
            titles = titles_of(layout, line.values or line.sent or {}, town, words)
            what = " · ".join(titles[name] for name in ("indicator", "part", "space") if name in titles)
            page = f"?month={month}" if line.sheet == PERIODS else f"sheet/{line.sheet}?month={month}"
            found.append(Away(page, words.of(layout.title), what, " ".join(whys)))
    return found
