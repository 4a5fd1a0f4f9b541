"""The monthly snapshot: one immutable folder a revision, with the package, workbooks, page and definitions used."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from publishers.package import package
from publishers.page import pages
from publishers.pictures import pictures
from publishers.placing import (
    MANIFEST,
    checked_files,
    json_bytes,
    manifest_bytes,
    place_folder,
    place_of,
    read_manifest,
)
from publishers.reading import read_report
from publishers.report import Report
from publishers.sheet import sheets
from publishers.summary import changes_json
from publishers.workbook import workbook
from texts import LANGUAGES
from warehouse.files import new_file


def snapshot_files(report: Report) -> dict[str, bytes]:
    """Every file of a snapshot but the manifest. The same report gives the same bytes."""
    files, drawn = package(report), pictures(report)
    for language in LANGUAGES:
        files[f"workbook-{language}.xlsx"] = workbook(report, language, drawn)
    files |= {f"page-{language}.pdf": content for language, content in sheets(report, LANGUAGES).items()}
    files |= pages(report, LANGUAGES, "page")
    files["definitions.json"] = json_bytes(
        [
            {
                "indicator": one.indicator,
                "definition_version": one.whole.definition_version,
                "title": one.title,
                "question": one.question,
                "definition": one.definition,
                "unit": one.unit,
                "better": one.better,
                "method": one.method,
                "aspect": one.aspect,
                "outcome": one.outcome,
                "owner": one.owner,
                "since": one.since,
            }
            for one in report.indicators
        ]
    )
    files["changes.json"] = changes_json(report)
    return files


def build_snapshot(
    engine: Engine, authority: str, month: str, timezone: str, revision: int, closed_at: datetime, folder: Path
) -> str:
    """Build authority/month/r<revision> below `folder` and give the digest of its manifest.

    A function of the warehouse content and `closed_at` (UTC) alone. A revision that is there already is
    checked against its own manifest and never touched, whatever the warehouse says by now.
    """
    final = folder / place_of(authority, month, revision)
    if not final.exists() or not any(final.iterdir()):
        report = read_report(
            engine, authority, month, timezone, revision=revision, closed_at=closed_at, with_history=True
        )
        files = snapshot_files(report)

        def fill(working: Path) -> None:
            for name, content in sorted(files.items()):
                new_file(working / name, content, synced=True)
            manifest = manifest_bytes(files, authority, month, revision, report.closed_at or closed_at)
            new_file(working / MANIFEST, manifest, synced=True)

        place_folder(final, fill)
    manifest = read_manifest(final)
    checked_files(final, manifest)
    return manifest.sha256
