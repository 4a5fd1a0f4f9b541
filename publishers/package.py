"""The month as a Frictionless Data Package: CSV and Parquet with explicit types, a dictionary, and a JSON-LD card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from publishers.history import file_name, history_bytes, title
from publishers.placing import json_bytes
from publishers.report import Report
from publishers.summary import source_texts
from publishers.tabular import Table, csv_bytes, field_titles, joined, parquet_bytes, tables
from texts import LANGUAGES, text
from texts.writing import month_name, pick

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
DESCRIPTOR, CARD = "datapackage.json", "dataset.jsonld"


def package(report: Report) -> dict[str, bytes]:
    """Every file of the package by name."""
    written = tables(report)
    files: dict[str, bytes] = {}
    for table in written:
        files[f"{table.name}.csv"] = csv_bytes(table)
    files["values.parquet"] = parquet_bytes(written[0])
    for name, table_of in report.history.items():
        files[file_name(name)] = history_bytes(table_of)
    files[DESCRIPTOR] = json_bytes(descriptor(report, written, files))
    files[CARD] = json_bytes(card(report, files))
    return files


def titles(report: Report) -> dict[str, str]:
    """Title of the package in three languages."""
    return {
        language: text(
            "report.package_title",
            language,
            authority=pick(report.name, language),
            month=month_name(report.month, language),
        )
        for language in LANGUAGES
    }


def descriptions() -> dict[str, str]:
    """Description of the package in three languages."""
    return {language: text("report.package_description", language) for language in LANGUAGES}


def sources(report: Report) -> list[dict[str, str]]:
    """Where the figures came from; the authority's own services when the ledger names none."""
    found = source_texts(report.sources, "en")
    return [{"title": one} for one in found or [text("report.unnamed_sources", "en", authority=report.authority)]]


def descriptor(report: Report, written: list[Table], files: Mapping[str, bytes]) -> dict[str, Any]:
    """datapackage.json: types are written, never guessed; codes are strings."""
    content: dict[str, Any] = {
        "profile": "data-package",
        "name": f"kehila-{report.authority.lower()}-{report.month}-r{report.revision}",
        "id": f"{report.authority}-{report.month}-r{report.revision}",
        "version": str(report.revision),
        "title": joined(titles(report)),
        "titles": titles(report),
        "description": joined(descriptions()),
        "descriptions": descriptions(),
        "licenses": [LICENCE],
        "sources": sources(report),
        "contributors": [{"title": pick(report.name, "he"), "role": "publisher"}],
        "keywords": ["community", "municipality", "indicators", "קהילה", "مجتمع"],
        "resources": [resource(table, files[f"{table.name}.csv"]) for table in written],
    }
    if report.closed_at is not None:
        content["created"] = report.closed_at.isoformat()
    content["resources"].append(_parquet("values.parquet", written[0].title, files))
    for name in report.history:
        named = {str(language): title(name, language) for language in LANGUAGES}
        content["resources"].append(_parquet(file_name(name), named, files))
    return content


def _parquet(path: str, titles: Mapping[str, str], files: Mapping[str, bytes]) -> dict[str, Any]:
    """A file and not a table: Parquet carries its own types, and frictionless reads null integers as broken ones."""
    return {
        "name": path.replace(".", "-"),
        "type": "file",
        "path": path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": joined(titles),
        "titles": dict(titles),
        "bytes": len(files[path]),
        "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
    }


def resource(table: Table, content: bytes) -> dict[str, Any]:
    """A CSV table with its schema."""
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": joined(table.title),
        "titles": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"csv": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True}},
        "schema": schema(table),
    }


def schema(table: Table) -> dict[str, Any]:
    """Columns and keys of a table."""
    content: dict[str, Any] = {
        "fields": [field(table, name, kind) for name, kind in table.columns.items()],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if table.name == "values":
        content["foreignKeys"] = [
            {"fields": ["indicator"], "reference": {"resource": "indicators", "fields": ["indicator"]}}
        ]
    return content


def field(table: Table, name: str, kind: str) -> dict[str, Any]:
    """A column: type, titles, and what holds for every row."""
    named = field_titles(name)
    content: dict[str, Any] = {"name": name, "type": kind, "title": joined(named), "titles": named}
    if kind == "string":
        # '' is a word of its own here ("the whole"), not a missing value; a leading apostrophe shields spreadsheets.
        content["missingValues"] = []
    if name in table.key:
        content["constraints"] = {"required": True}
    return content


def card(report: Report, files: Mapping[str, bytes]) -> dict[str, Any]:
    """A schema.org/Dataset description, for catalogues that harvest one."""

    def spoken(labels: Mapping[str, str]) -> list[dict[str, str]]:
        return [{"@language": language, "@value": labels[language]} for language in LANGUAGES if labels.get(language)]

    kinds = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "json": "application/json"}
    content: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "identifier": f"{report.authority}-{report.month}-r{report.revision}",
        "name": spoken(titles(report)),
        "description": spoken(descriptions()),
        "inLanguage": list(LANGUAGES),
        "license": LICENCE["path"],
        "version": str(report.revision),
        "isAccessibleForFree": True,
        "temporalCoverage": report.month,
        "spatialCoverage": {"@type": "AdministrativeArea", "name": spoken(report.name), "identifier": report.authority},
        "publisher": {"@type": "GovernmentOrganization", "name": spoken(report.name)},
        "variableMeasured": [
            {"@type": "PropertyValue", "propertyID": one.indicator, "name": spoken(one.title), "unitText": one.unit}
            for one in report.indicators
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": name,
                "encodingFormat": kinds[name.rsplit(".", 1)[1]],
                "contentSize": str(len(content)),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in sorted(files.items())
        ],
    }
    if report.closed_at is not None:
        content["datePublished"] = report.closed_at.isoformat()
    return content
