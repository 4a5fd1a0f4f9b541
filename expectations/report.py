"""Our own validation report of a run: one offline HTML page, JSON, and Markdown for an orchestrator.

Great Expectations' Data Docs load pages from public networks. This page loads nothing, and is made
of codes, counts and column names only: keys of rows stand in the quarantine, not here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from expectations.report_words import check_words, fact_words, status_words
from expectations.results import GateResult, Message, Notice, Outcome, Quarantined, Refused

HERE = Path(__file__).parent

Document = dict[str, Any]


def document(results: Iterable[GateResult], *, authority: str, run: str, at: datetime, timezone: str) -> Document:
    """The report of one run as plain values; `at` is shown in local time."""
    facts = [_fact(result) for result in results]
    books = {
        name: sum(fact["counts"][name] for fact in facts) for name in ("received", "passed", "quarantined", "refused")
    }
    return {
        "authority": authority,
        "run": run,
        "checked_at": at.astimezone(ZoneInfo(timezone)).isoformat(timespec="minutes"),
        "counts": books,
        "facts": facts,
    }


def _fact(result: GateResult) -> Document:
    return {
        "fact": result.fact,
        "title": fact_words(result.fact),
        "status": result.status,
        "status_words": status_words(result.status),
        "counts": result.counts(),
        "quarantined": _grouped(result.quarantined),
        "refused": _grouped(result.refused),
        "warnings": _grouped(result.warnings),
        "checks": [_check(one) for one in result.outcomes],
        "checks_passed": sum(one.success for one in result.outcomes),
    }


def _grouped(entries: Sequence[Quarantined | Refused | Notice]) -> list[Document]:
    """Equal reasons with equal words once, with their rows; in order of first appearance."""
    groups: dict[tuple[str, str], Document] = {}
    for one in entries:
        words: Message = one.message
        month = "" if isinstance(one, Quarantined) else one.month
        new = {"code": one.code, "month": month, "rows": 0, "message": dict(words)}
        groups.setdefault((one.code, words["en"]), new)["rows"] += one.rows
    return list(groups.values())


def _check(one: Outcome) -> Document:
    return {
        "check": one.check,
        "title": check_words(one.check),
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
    """The report for people: one file, nothing loaded, Hebrew first and English beside it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Autoescape is on for every template, whatever its name ends with.
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = (HERE / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html").render(report=report, style=style, style_digest=digest)


def as_markdown(report: Document) -> str:
    """The report as an artifact of an orchestrator."""
    counts = report["counts"]
    lines = [
        f"# Validation of {_plain(report['authority'])}",
        "",
        f"{_plain(report['checked_at'])} · run {_plain(report['run'])} · received {counts['received']}, passed "
        f"{counts['passed']}, put aside {counts['quarantined']}, refused {counts['refused']}",
        "",
        "| fact | status | received | passed | put aside | refused | checks passed |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for fact in report["facts"]:
        books = fact["counts"]
        lines.append(
            f"| {_plain(fact['title']['en'])} | {_plain(fact['status_words']['en'])} | {books['received']} | "
            f"{books['passed']} | {books['quarantined']} | {books['refused']} | "
            f"{fact['checks_passed']} of {len(fact['checks'])} |"
        )
    for fact in report["facts"]:
        for kind, title in (("refused", "refused"), ("quarantined", "put aside"), ("warnings", "warning")):
            for one in fact[kind]:
                rows = f", {one['rows']} rows" if one["rows"] else ""
                words = _plain(one["message"]["en"])
                lines.append(f"\n- **{_plain(fact['title']['en'])}, {title}**: {words} (`{_plain(one['code'])}`{rows})")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text that can neither start markup nor leave its table cell."""
    return "".join(f"\\{sign}" if sign in "\\`*[]<>|#!" else " " if sign in "\r\n" else sign for sign in str(text))


def write_report(report: Document, folder: Path) -> tuple[Path, Path]:
    """Write `validation.html` and `validation.json` into a folder; gives both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, machine = folder / "validation.html", folder / "validation.json"
    for path, text in ((page, as_html(report)), (machine, as_json(report))):
        unfinished = path.with_suffix(path.suffix + ".tmp")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    return page, machine
