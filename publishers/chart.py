"""Three years of one indicator as a picture, drawn once for page, PDF and whatever else shows SVG.

Months run from left (oldest) to right in every language, as on a calendar that numbers them. Colours stand in the
picture itself, so it looks the same where no style sheet reaches; figures and months on its edges are digits, so it is
the same in every language. What it shows in words is said beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from publishers.report import Cell, IndicatorReport, Report
from texts.values import number

WIDTH, HEIGHT = 260, 88
_LEFT, _RIGHT, _TOP, _BOTTOM = 5, 42, 8, 15
ACCENT, RANGE, EMERGENCY = "#0b5f6b", "#e2eff0", "#e4def2"
LATEST, QUIET, TICK = "#c25e00", "#5b6770", "#a8b3b8"
CARRIED = "carried"
YEAR = 12


@dataclass(frozen=True)
class Backdrop:
    """What a series is seen against.

    `usual` are the ends of the usual range, in the unit of the series; `emergencies` and `holidays` are months that
    had one; `target` is what its staff want.
    """

    usual: tuple[float, float] | None = None
    target: float | None = None
    emergencies: frozenset[str] = field(default_factory=frozenset)
    holidays: frozenset[str] = field(default_factory=frozenset)


def picture(report: Report, one: IndicatorReport) -> str:
    """The contents of an indicator's picture, against what its verdict found usual; '' of fewer than two values."""
    fields = one.conclusion.fields if one.conclusion else {}
    usual = (float(fields["lower"]), float(fields["upper"])) if {"lower", "upper"} <= fields.keys() else None
    target = float(fields["target"]) if "target" in fields else None
    back = Backdrop(usual, target, report.emergencies, report.holidays)
    unit = one.speaking_unit or one.unit
    return chart(report.months, one.series, unit, back, is_surveyed=one.method == "surveyed")


def is_break(cell: Cell | None) -> bool:
    """Whether a month is not to be compared with those before it."""
    return cell is not None and any(flag.startswith("series_break") for flag in cell.quality)


def drawn(series: Sequence[Cell | None]) -> list[float | None]:
    """The values of a line that stops at None: where a month has none, and before one that breaks the series."""
    values: list[float | None] = []
    for cell in series:
        values += [None] * is_break(cell)
        values.append(cell.value if cell else None)
    return values


def runs(series: Sequence[Cell | None]) -> list[list[int]]:
    """Places in the series whose values one line may join: a gap is a gap, and two sides of a break are never glued."""
    found: list[list[int]] = [[]]
    for place, cell in enumerate(series):
        if cell is None or cell.value is None or is_break(cell):
            found.append([])
        if cell is not None and cell.value is not None:
            found[-1].append(place)
    return [run for run in found if run]


def chart(
    months: Sequence[str], series: Sequence[Cell | None], unit: str, backdrop: Backdrop, *, is_surveyed: bool = False
) -> str:
    """The picture's contents, for an `svg` of WIDTH by HEIGHT; '' where fewer than two months have a value.

    A survey's waves are points with their intervals, and the months that carry one on are not drawn.
    """
    cells = [None if cell and is_surveyed and CARRIED in cell.quality else cell for cell in series]
    begins = next((place for place, cell in enumerate(cells) if _has(cell)), 0)
    begins = max(0, min(begins, len(cells) - YEAR))  # a young series fills the picture, a year of it at least
    months, cells = months[begins:], cells[begins:]
    known = [cell.value for cell in cells if cell is not None and cell.value is not None]
    if len(known) < 2:  # a single figure stands beside the picture already
        return ""
    draw = _Drawing(months, cells, known, backdrop, is_surveyed)
    return "".join([*draw.ground(), *draw.line(), *draw.edges(unit)])


class _Drawing:
    def __init__(
        self, months: Sequence[str], cells: Sequence[Cell | None], known: Sequence[float], back: Backdrop, waves: bool
    ) -> None:
        self.months, self.cells, self.back, self.is_waves = months, cells, back, waves
        ends = [end for cell in cells if cell and waves for end in (cell.lo, cell.hi) if end is not None]
        extent = [*known, *ends, *(back.usual or ()), *([back.target] if back.target is not None else [])]
        self.low, self.high = min(extent), max(extent)
        self.highest, self.lowest = max(known), min(known)
        self.step = (WIDTH - _LEFT - _RIGHT) / max(len(months) - 1, 1)

    def x(self, place: float) -> float:
        return round(_LEFT + place * self.step, 1)

    def y(self, value: float) -> float:
        rise = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(HEIGHT - _BOTTOM - rise * (HEIGHT - _TOP - _BOTTOM), 1)

    def ground(self) -> list[str]:
        """The usual range since the last break, emergencies, breaks, holidays, the target; zero further down."""
        wide, floor = round(self.step, 1), HEIGHT - _BOTTOM
        found = []
        breaks = [place for place, cell in enumerate(self.cells) if is_break(cell)]
        end = self.x(len(self.months) - 1)
        if self.back.usual:
            top, base = (self.y(value) for value in (max(self.back.usual), min(self.back.usual)))
            start = self.x(breaks[-1] if breaks else 0)
            tall = max(round(base - top, 1), 1)
            found.append(_box(start, top, round(end - start, 1), tall, RANGE))
        found += [
            _box(self.x(place - 0.5), _TOP - 4, wide, floor - _TOP + 4, EMERGENCY)
            for place, month in enumerate(self.months)
            if month in self.back.emergencies
        ]
        for place in breaks:
            at = self.x(place - 0.5)
            found.append(_line(at, _TOP - 4, at, floor, QUIET, dash="2 2"))
        ticks = "".join(
            f"M{self.x(place):g} {floor}v3" for place, month in enumerate(self.months) if month in self.back.holidays
        )
        found += [f'<path d="{ticks}" stroke="{TICK}"/>'] if ticks else []
        if self.low > 0 or self.high < 0:
            found.append(f'<path d="M0 {floor}l5-3m-5-1l5-3" fill="none" stroke="{QUIET}"/>')
        if self.back.target is not None:
            found.append(_line(_LEFT, self.y(self.back.target), end, self.y(self.back.target), LATEST, dash="5 3"))
        return found

    def line(self) -> list[str]:
        """The months: joined, or points with their intervals; the last is marked, hollow while it is not final."""
        found = []
        at = {
            place: (self.x(place), self.y(cell.value))
            for place, cell in enumerate(self.cells)
            if cell is not None and cell.value is not None
        }
        for run in runs(self.cells):
            if self.is_waves or len(run) == 1:
                found += [self._whisker(place) for place in run]
                found += [f'<circle cx="{at[p][0]}" cy="{at[p][1]}" r="2.2" fill="{ACCENT}"/>' for p in run]
            else:
                points = " ".join(f"{at[place][0]:g},{at[place][1]:g}" for place in run)
                found.append(
                    f'<polyline points="{points}" fill="none" stroke="{ACCENT}" stroke-width="1.8"'
                    ' stroke-linejoin="round" stroke-linecap="round"/>'
                )
        last = max(at)
        cell = self.cells[last]
        fill = LATEST if cell is not None and cell.status == "final" else "#fff"
        found.append(
            f'<circle cx="{at[last][0]}" cy="{at[last][1]}" r="3.2" fill="{fill}"'
            f' stroke="{LATEST}" stroke-width="1.5"/>'
        )
        return found

    def _whisker(self, place: int) -> str:
        cell = self.cells[place]
        if cell is None or cell.lo is None or cell.hi is None:
            return ""
        return _line(self.x(place), self.y(cell.lo), self.x(place), self.y(cell.hi), ACCENT)

    def edges(self, unit: str) -> list[str]:
        """The highest and the lowest value at their height, the first and the last month below."""
        right, base = WIDTH - _RIGHT + 6, HEIGHT - 3
        top, low = self.y(self.highest) + 3.5, self.y(self.lowest) + 3.5
        if 0 < low - top < 10:  # two figures must not lie on one another
            top, low = top - 5, low + 5
        marks = [(self.highest, top), (self.lowest, low)] if self.highest > self.lowest else [(self.highest, top)]
        found = [_text(right, round(y, 1), "start", number(_short(value), unit)) for value, y in marks]
        first, last = (f"{month[5:]}/{month[:4]}" for month in (self.months[0], self.months[-1]))
        found += [_text(_LEFT, base, "start", first), _text(self.x(len(self.months) - 1), base, "end", last)]
        # Left to right whatever stands around it: these are digits.
        return [f'<g font-size="10" fill="{QUIET}" direction="ltr">', *found, "</g>"]


def _has(cell: Cell | None) -> bool:
    return cell is not None and cell.value is not None


def _short(value: float) -> float:
    """Enough of a figure for the edge of a picture."""
    return float(round(value)) if abs(value) >= 1000 else value


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}"{dashed}/>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


def _text(x: float, y: float, anchor: str, text: str) -> str:
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}"{anchored}>{escape(text)}</text>'
