"""The validation report of a run: one offline HTML page in three languages, and JSON.

Its first part is for staff: source by source what came, what was taken, and what is to be mended, in words. Behind it
every check stands for technicians.

Great Expectations' Data Docs load pages from public networks. This page loads nothing, and is made
of codes, counts and column names only: keys of rows stand in the quarantine, not here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup

import texts
from publishers.page import environment, inline
from publishers.tongues import voiced
from texts import LANGUAGES
from texts.values import LeftOut, left_out_in_words
from texts.writing import NAMES
from warehouse.files import replace_file
from warehouse.gate_tables import CheckRow

Document = dict[str, Any]
Labels = dict[str, str]


class Finding(Protocol):
    """What the gate found, once for some rows: quarantined or refused rows, or a warning."""

    @property
    def code(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, str | int | date]: ...
    @property
    def rows(self) -> int: ...


class Check(Protocol):
    """One check and how it went."""

    @property
    def check(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def success(self) -> bool: ...
    @property
    def crashed(self) -> bool: ...
    @property
    def unexpected_count(self) -> int: ...
    @property
    def unexpected_percent(self) -> float: ...


class Judged(Protocol):
    """The gate's answer for one fact."""

    @property
    def fact(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def quarantined(self) -> Sequence[Finding]: ...
    @property
    def refused(self) -> Sequence[Finding]: ...
    @property
    def warnings(self) -> Sequence[Finding]: ...
    @property
    def outcomes(self) -> Sequence[Check]: ...
    def counts(self) -> dict[str, int]: ...


def document(
    results: Mapping[str, Sequence[Judged]], *, authority: str, at: datetime, timezone: str,
    left_out: Iterable[LeftOut] = (), standing: Iterable[CheckRow] = (),
) -> Document:  # fmt: skip
    """The report of one run as plain values; `at` is shown in local time, `results` are the gate's of each source.

    `left_out` are landed records that became no fact, and so were never judged; `standing` is what stands against
    months, in this run or since an earlier one.
    """
    of_source = {source: [_fact(source, one) for one in found] for source, found in sorted(results.items())}
    sources = [_source(source, found) for source, found in of_source.items()]
    standing_now = [_standing(one, ZoneInfo(timezone)) for one in standing]
    lost = [{"code": one.code, "month": one.month, "rows": one.records, "message": _said(one)} for one in left_out]
    facts = [fact for found in of_source.values() for fact in found]
    return {
        "authority": authority,
        "checked_at": at.astimezone(ZoneInfo(timezone)).isoformat(timespec="minutes"),
        "counts": _counted(facts),
        "sources": sources,
        "has_to_mend": bool(standing_now or lost or any(one["to_mend"] for one in sources)),
        "facts": facts,
        "standing": standing_now,
        "left_out": lost,
    }


STATES = ("crashed", "refused", "quarantined", "warned", "passed")
"""What became of a fact, the worst first."""


def _counted(facts: Sequence[Document]) -> dict[str, int]:
    return {
        name: sum(one["counts"][name] for one in facts) for name in ("received", "passed", "quarantined", "refused")
    }


def _source(source: str, facts: Sequence[Document]) -> Document:
    """What staff are to know of a source: how it went, and each reason once with its rows over all its facts."""
    status = min((one["status"] for one in facts), key=STATES.index, default="passed")
    reasons: dict[tuple[str, str], Document] = {}
    for one in (reason for fact in facts for kind in ("refused", "quarantined", "warnings") for reason in fact[kind]):
        known = reasons.setdefault((one["code"], one["message"]["en"]), {**one, "rows": 0})
        known["rows"] += one["rows"]
    return {
        "source": source, "title": _labels("codes.sources", source), "status": status,
        "status_words": _labels("validation.states", status), "counts": _counted(facts),
        "to_mend": list(reasons.values()),
    }  # fmt: skip


def _standing(row: CheckRow, zone: ZoneInfo) -> Document:
    of = f"{row.fact} {row.month}".rstrip()
    return {
        "source": row.source, "title": _labels("codes.sources", row.source) if row.source else None, "fact": row.fact,
        "month": row.month, "space": row.space, "verdict": row.verdict,
        "code": row.code, "rows": row.rows, "since": row.first_seen_at.astimezone(zone).date().isoformat(),
        "of": f"{row.source}: {of}" if row.source else of,
        "verdict_words": _labels("operations.verdicts", row.verdict),
        "message": {language: texts.kept_error(row.code, row.arguments, language) for language in LANGUAGES},
    }  # fmt: skip


def _said(row: LeftOut) -> Labels:
    return {language: left_out_in_words(row, language) for language in LANGUAGES}


def _fact(source: str, result: Judged) -> Document:
    return {
        "source": source,
        "fact": result.fact,
        "title": _labels("codes.facts", result.fact),
        "status": result.status,
        "status_words": _labels("validation.states", result.status),
        "counts": result.counts(),
        "quarantined": _grouped(result.quarantined),
        "refused": _grouped(result.refused),
        "warnings": _grouped(result.warnings),
        "checks": [_check(one) for one in result.outcomes],
        "checks_passed": sum(one.success for one in result.outcomes),
    }


def _labels(group: str, code: str) -> Labels:
    return {language: texts.word(group, code, language) for language in LANGUAGES}


def _grouped(findings: Sequence[Finding]) -> list[Document]:
    """Equal reasons with equal words once, with their rows; in order of first appearance."""
    groups: dict[tuple[str, str], Document] = {}
    for one in findings:
        said = {language: texts.error(one.code, language, **one.arguments) for language in LANGUAGES}
        new = {"code": one.code, "month": getattr(one, "month", ""), "rows": 0, "message": said}
        groups.setdefault((one.code, said["en"]), new)["rows"] += one.rows
    return list(groups.values())


def _check(one: Check) -> Document:
    return {
        "check": one.check,
        "title": _labels("validation.checks", one.check),
        "column": one.column,
        "code": "" if one.success else one.code,
        "severity": one.severity,
        "success": one.success,
        "crashed": one.crashed,
        "unexpected_count": one.unexpected_count,
        "unexpected_percent": one.unexpected_percent,
    }


def as_json(report: Document) -> str:
    """The report for machines."""
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_html(report: Document) -> str:
    """The report for people: one file, nothing loaded, Hebrew first, Arabic and English beside it."""
    style, digest = inline("validation.css")
    policy = f"default-src 'none'; style-src {digest}; base-uri 'none'; form-action 'none'"
    made = (
        environment()
        .get_template("validation.html.j2")
        .render(
            report=report,
            at=datetime.fromisoformat(report["checked_at"]),
            policy=Markup(policy),  # noqa: S704 a digest only
            style=style,
            languages=LANGUAGES,
            say=texts.text,
            names=NAMES,
            number=lambda count: f"{count:,}",
        )
    )
    return voiced(made, "he")


def write_report(report: Document, folder: Path) -> tuple[Path, Path]:
    """Write `validation.html` and `validation.json` into a folder; gives both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, machine = folder / "validation.html", folder / "validation.json"
    for path, text in ((page, as_html(report)), (machine, as_json(report))):
        replace_file(path, text.encode(), synced=False)
    return page, machine
