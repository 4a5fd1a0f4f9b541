"""Page one as one sheet of A4: what the page says first, for those who read on paper. Set by Typst."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from publishers import summary
from publishers.chart import ACCENT, QUIET, picture
from publishers.front import front_page
from publishers.front_words import Said, said
from publishers.localizer import Localizer
from publishers.pictures import svg
from publishers.report import IndicatorReport, Report
from publishers.typeset import typeset
from texts import Language, text, word
from texts.writing import direction, pick

BARS = {"emergency": "#57418a", "young": QUIET, "silent": QUIET}
"""Colour of the bar beside the opening, where it is none of the usual kind: as on the page."""


def sheets(report: Report, languages: Iterable[Language]) -> dict[Language, bytes]:
    """Language -> the PDF. The same report gives the same bytes; it is tagged, for those who listen to it.

    No standard of PDF is claimed: each refuses a document for one sign its letters lack, and names of groups hold any.
    Raises NotTypeset.
    """
    made = report.closed_at or datetime(int(report.month[:4]), int(report.month[5:]), 1, tzinfo=UTC)
    wanted = tuple(languages)
    found = typeset({str(one): sheet_data(report, one) for one in wanted}, int(made.timestamp()))
    return {one: found[one] for one in wanted}


def sheet_data(report: Report, language: Language) -> dict[str, Any]:
    """What the template lays out."""
    head, one_page = summary.head(report, language), said(front_page(report), report, language)
    localizer = Localizer(report, language)
    leads = sorted((one for one in report.indicators if one.lead), key=lambda one: one.lead)
    return {
        "language": language,
        "rtl": direction(language) == "rtl",
        "title": f"{text('report.report_title', language)} · {head['authority']} · {head['month']}",
        "keywords": f"{report.authority} {report.month} r{report.revision}",
        "authority": head["authority"],
        "month": head["month"],
        "state": " · ".join(filter(None, (head["state"], head["revision"], head["closed_on"]))),
        "question": head["in_question"],
        "opening": one_page.opening,
        "bar": BARS.get(front_page(report).opening, ACCENT),
        "caution": one_page.caution,
        "sections": _sections(one_page),
        "leads_heading": text("report.leads_heading", language),
        "leads": [_lead(one, report, localizer) for one in leads],
        "legend": text("report.picture_legend", language),
        "complete": f"{one_page.complete}. {one_page.chance}".strip(),
    }


def _sections(one_page: Said) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "title": title, "lines": [line._asdict() for line in lines]}
        for kind, title, lines in one_page.sections
    ]


def _lead(one: IndicatorReport, report: Report, localizer: Localizer) -> dict[str, str]:
    drawing = picture(report, one)
    return {
        "title": pick(one.title, localizer.language),
        "value": localizer.value(one.speaks),
        "verdict": word("codes.verdicts", one.speaks.verdict, localizer.language),
        "picture": svg(drawing) if drawing else "",
        "pictured": localizer.pictured(one),
    }
