"""The package's tables: their columns and types, written as CSV and Parquet, the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from publishers.front_words import rows
from publishers.personas_sheet import personas
from publishers.report import Cell, Goal, IndicatorReport, Report
from texts import LANGUAGES, Language, group, texts_of
from texts.cuts import cut_name
from texts.programmes import goal_in_words

ARROW = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64(), "date": pa.date32()}

FORMULA_START = re.compile(r"(?m)^(?=[\s\u00a0\u200b-\u200f\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")
"""The beginning of a line a spreadsheet could take for a formula, whatever blank stands before the sign."""


@dataclass(frozen=True)
class Table:
    """A table of the package."""

    name: str
    title: dict[str, str]
    columns: Mapping[str, str]  # name -> type
    key: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]


VALUE_COLUMNS = {
    "authority": "string", "name_he": "string", "name_ar": "string", "name_en": "string", "month": "string",
    "indicator": "string", "title_he": "string", "title_ar": "string", "title_en": "string", "cut": "string",
    "space": "string", "space_title": "string", "part": "string", "part_title_he": "string",
    "part_title_ar": "string", "part_title_en": "string", "value": "number", "numerator": "number",
    "denominator": "number", "n": "integer", "lo": "number", "hi": "number", "unit": "string", "status": "string",
    "quality": "string", "reason": "string", "verdict": "string", "verdict_reason": "string", "revision": "integer",
    "definition_version": "string", "as_of": "date",
}  # fmt: skip
SPOKEN = ("title", "question", "unit_words", "advice", "when_rise", "when_fall", "when_steady", "definition")
DICTIONARY_COLUMNS = {
    "indicator": "string", "family": "string", "outcome": "integer", "aspect": "string", "method": "string",
    "unit": "string", "better": "string", "headline": "string", "lead": "integer",
    **{f"{name}_{language}": "string" for name in SPOKEN for language in LANGUAGES},
    "owner": "string", "since": "string", "definition_version": "string",
}  # fmt: skip
FRONT_COLUMNS = {
    "section": "string", "place": "integer", "indicator": "string",
    **{f"sentence_{language}": "string" for language in LANGUAGES},
}  # fmt: skip
CODE_COLUMNS = {"kind": "string", "code": "string", "word_he": "string", "word_ar": "string", "word_en": "string"}
CUT_COLUMNS = {"cut": "string", "name_he": "string", "name_ar": "string", "name_en": "string"}
PERSONA_COLUMNS = {
    "authority": "string", "month": "string", **CUT_COLUMNS, "indicator": "string", "title_he": "string",
    "title_ar": "string", "title_en": "string", "value": "number", "n": "integer", "lo": "number", "hi": "number",
    "unit": "string", "status": "string", "quality": "string", "reason": "string", "town_value": "number",
}  # fmt: skip
GOAL_COLUMNS = {
    "authority": "string", "month": "string", "programme": "string", "goal": "string", "indicator": "string",
    "better": "string", "since": "string", "target": "number", "until": "string", "owner": "string", "unit": "string",
    "verdict": "string", **{f"sentence_{language}": "string" for language in LANGUAGES},
}  # fmt: skip
CODE_KINDS = (
    "statuses", "quality", "breaks", "reasons", "verdicts", "units", "methods", "aspects", "families", "outcomes",
)  # fmt: skip


def tables(report: Report) -> list[Table]:
    """Values of the month, personas, goals, the dictionary of indicators and the words for the codes."""
    return [
        Table(
            "values",
            texts_of("report")["values_title"].labels,
            VALUE_COLUMNS,
            ("authority", "month", "indicator", "cut", "space", "part"),
            [value_row(report, one.title, cell) for one in report.indicators for cell in (one.whole, *one.beside)],
        ),
        Table(
            "indicators",
            texts_of("report")["indicators_title"].labels,
            DICTIONARY_COLUMNS,
            ("indicator",),
            [
                {
                    **{name: getattr(one, name) for name in DICTIONARY_COLUMNS if not name.endswith(LANGUAGES_END)},
                    **spread("title", one.title),
                    **spread("question", one.question),
                    **spread("unit_words", one.unit_words),
                    **spread("advice", one.advice),
                    **spread("when_rise", one.when.get("rise", {})),
                    **spread("when_fall", one.when.get("fall", {})),
                    **spread("when_steady", one.when.get("steady", {})),
                    **spread("definition", one.definition),
                }
                for one in report.indicators
            ],
        ),
        Table(
            "headline", texts_of("report")["headline_title"].labels, FRONT_COLUMNS, ("section", "place"), rows(report)
        ),
        Table(
            "cuts",
            texts_of("report")["cuts_title"].labels,
            CUT_COLUMNS,
            ("cut",),
            [
                {"cut": cut, **{f"name_{language}": cut_name(cut, language) for language in LANGUAGES}}
                for cut in sorted({cell.cut for one in report.indicators for cell in one.beside if cell.cut})
            ],
        ),
        Table(
            "personas",
            texts_of("report")["personas_title"].labels,
            PERSONA_COLUMNS,
            ("cut", "indicator"),
            [persona_row(report, one, cell) for _, one, cell in personas(report)],
        ),
        Table(
            "goals",
            texts_of("report")["goals_title"].labels,
            GOAL_COLUMNS,
            ("programme", "goal"),
            [goal_row(report, one) for one in report.programmes],
        ),
        Table(
            "codes",
            texts_of("report")["codes_title"].labels,
            CODE_COLUMNS,
            ("kind", "code"),
            [
                {"kind": kind, "code": code, **spread("word", word.labels)}
                for kind in CODE_KINDS
                for code, word in group(f"codes.{kind}").items()
            ],
        ),
    ]


LANGUAGES_END = tuple(f"_{language}" for language in LANGUAGES)


def spread(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    """A text in three columns."""
    return {f"{name}_{language}": labels.get(language, "") for language in LANGUAGES}


def value_row(report: Report, title: Mapping[str, str], cell: Cell) -> dict[str, Any]:
    """A cell with the names a reader needs beside the codes."""
    own = {name: getattr(cell, name) for name in VALUE_COLUMNS if name in Cell.__dataclass_fields__}
    return {
        **own,
        "authority": report.authority,
        **spread("name", report.name),
        **spread("title", title),
        "space_title": report.spaces.get(cell.space, ""),
        **spread("part_title", report.parts.get((cell.indicator, cell.part), {})),
        "quality": " ".join(cell.quality),
    }


def persona_row(report: Report, one: IndicatorReport, cell: Cell) -> dict[str, Any]:
    """What is known of a persona, with the figure of the whole town beside it."""
    row = value_row(report, one.title, cell)
    names = {f"name_{language}": cut_name(cell.cut, language) for language in LANGUAGES}
    return {**row, **names, "town_value": one.whole.value}


def goal_row(report: Report, one: Goal) -> dict[str, Any]:
    """A goal of a programme, with where it stands in a sentence."""
    own = {name: getattr(one, name) for name in GOAL_COLUMNS if name in Goal.__dataclass_fields__}
    sentences = {f"sentence_{language}": goal_in_words(one, language) for language in LANGUAGES}
    return {**own, "authority": report.authority, "verdict": one.word, **sentences}


def safe_text(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before anything that could begin a formula, on every line."""
    return FORMULA_START.sub("'", text)


def csv_field(value: Any) -> str:
    """A field of a CSV line; numbers stay numbers, and nothing is an empty field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else repr(value)


def csv_bytes(table: Table) -> bytes:
    """RFC 4180: UTF-8, CRLF, quotes doubled; begins with the mark without which Excel garbles Hebrew."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([csv_field(row[name]) for name in table.columns] for row in table.rows)
    return out.getvalue().encode()


def parquet_bytes(table: Table) -> bytes:
    """The same rows with types, texts as they are."""
    described = {"title": table.title["en"], "authority_codes": "strings"}
    schema = pa.schema([(name, ARROW[kind]) for name, kind in table.columns.items()], metadata=described)
    out = io.BytesIO()
    rows = [{name: row[name] for name in table.columns} for row in table.rows]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out, compression="zstd")
    return out.getvalue()


def field_titles(name: str) -> dict[str, str]:
    """The title of a column in three languages."""
    return texts_of("columns")[name].labels


def joined(labels: Mapping[str, str], order: Iterable[Language] = LANGUAGES) -> str:
    """One line in all languages, for formats that hold one text."""
    return " | ".join(labels[language] for language in order if labels.get(language))
