"""The pictures of a report for what shows no SVG, and the sheet of the workbook that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from publishers import summary
from publishers.book import ACCENT, Book
from publishers.chart import HEIGHT, WIDTH, picture
from publishers.localizer import Localizer
from publishers.report import Report
from publishers.typeset import FONT, POINTS_A_POINT, painted
from texts import word
from texts.writing import pick

Pictures = Mapping[str, bytes]
"""Indicator -> its picture as PNG."""

_BESIDE = (36, 51, 56)
"""Widths: what it is of, the picture, what is concluded of it."""
_SCALE = 96 / 72 / POINTS_A_POINT
"""A workbook takes a picture without a measure for one of 96 points an inch."""
_ROW_POINTS = HEIGHT + 6


def svg(drawing: str) -> str:
    """A drawing as a document of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}">{drawing}</svg>'
    )


def pictures(report: Report) -> Pictures:
    """The pictures there are, the same in every language. Raises NotTypeset."""
    drawn = {one.indicator: drawing for one in report.indicators if (drawing := picture(report, one))}
    return dict(zip(drawn, painted([svg(one) for one in drawn.values()], WIDTH, HEIGHT), strict=True))


def write_pictures(book: Book, drawn: Pictures) -> None:
    """The lead indicators, then the others in the order of the report: title, picture, what is concluded."""
    sheet = book.sheet(book.say("sheet_pictures"), list(_BESIDE), landscape=False)
    book.header(sheet, 0, [book.say(name) for name in ("indicator", "pictured", "verdict")])
    localizer = Localizer(book.report, book.language)
    ordered = [one for _, families in summary.groups(book.report) for _, group in families for one in group]
    ordered.sort(key=lambda one: (not one.lead, one.lead))
    row = 1
    for one in ordered:
        if one.indicator not in drawn:
            continue
        title = pick(one.title, book.language)
        book.text(sheet, row, 0, f"{title}\n{localizer.value(one.speaks)}", bold=bool(one.lead), bottom=1)
        said = [word("codes.verdicts", one.speaks.verdict, book.language), summary.conclusion_text(one, book.language)]
        book.text(sheet, row, 2, "\n".join(filter(None, said)), bottom=1)
        sheet.write_blank(row, 1, None, book.look(bottom=1))
        sheet.insert_image(
            row, 1, f"{one.indicator}.png",
            {"image_data": BytesIO(drawn[one.indicator]), "x_scale": _SCALE, "y_scale": _SCALE, "object_position": 1,
             "x_offset": 4, "y_offset": 3, "description": localizer.pictured(one)},
        )  # fmt: skip
        book.grow(sheet, row, _ROW_POINTS)
        row += 1
    book.text(sheet, row, 0, book.say("picture_legend"), font_color=ACCENT, over=len(_BESIDE))
