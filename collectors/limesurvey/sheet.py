"""An export of responses as a sheet: question codes made into question texts, nothing personal kept."""

from __future__ import annotations

import base64
import binascii
import csv
import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from collectors.casts import FIRST_YEAR
from collectors.errors import SourceChanged
from collectors.survey_answers.answers import ILLEGIBLE
from collectors.tabular import Cell, Row, Sheet, plain_text

OWN_COLUMNS = ("submitdate", "startlanguage", "interviewtime")
"""What LimeSurvey itself tells of a response that we read; token, address and name are not among them."""

OTHER_COLUMNS = frozenset(
    "id token lastpage seed startdate datestamp ipaddr refurl firstname lastname email completed".split()  # noqa: SIM905
)
"""What it also tells of a response and we leave aside."""
_BESIDE = re.compile(r"attribute_\d+|.*(?:Time|\[(?:other|comment|filecount)\])")
"""The participant's own attributes, timings, and what is written beside an answer."""

Response = Mapping[str, Any]
_TAG = re.compile(r"<[^<>]*>")


def responses_of(document: Any) -> list[Response]:
    """The responses of an export, JSON or CSV inside base64, in the order of their numbers."""
    try:
        text = base64.b64decode(str(document), validate=False).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        raise _wrong() from None
    listed = _from_json(text) if text.lstrip().startswith(("{", "[")) else _from_csv(text)
    return sorted(listed, key=number_of)


def _from_json(text: str) -> list[Response]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong() from None
    listed = found.get("responses") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise _wrong()
    plain: list[Response] = []
    for one in listed:
        if not isinstance(one, dict):
            raise _wrong()
        # Older versions wrap each response by its number: {"7": {...}}.
        inner = list(one.values())
        plain.append(inner[0] if len(inner) == 1 and isinstance(inner[0], dict) else one)
    return plain


def _from_csv(text: str) -> list[Response]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        if "id" not in (table.fieldnames or ()):
            raise _wrong()
        return list(table)
    except csv.Error:
        raise _wrong() from None


def titles_of(questions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Column code -> the question's text; a row of an array is `code[row]`, its text the row's own."""
    listed = [one for one in questions if isinstance(one, Mapping)]
    codes = {str(one.get("qid")): str(one.get("title", "")) for one in listed}
    titles = {}
    for one in listed:
        parent = codes.get(str(one.get("parent_qid") or 0))
        code = str(one.get("title", ""))
        titles[f"{parent}[{code}]" if parent else code] = bare(str(one.get("question", "")))
    return titles


def bare(text: str) -> str:
    """A question's text without its markup."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def columns_of(codes: Iterable[str], titles: Mapping[str, str], items: Iterable[str]) -> dict[str, str]:
    """Header -> item where the code itself says so: codes hold no underscore, so trust1 and trust[1] are trust_1."""
    by_code = {_joined(item): item for item in items}
    return {header_of(code, titles): by_code[_joined(code)] for code in codes if _joined(code) in by_code}


def unasked(responses: Iterable[Response], titles: Mapping[str, str]) -> list[str]:
    """Columns of the responses that belong to no question the survey lists."""
    codes = dict.fromkeys(code for response in responses for code in response)
    known = {*titles, *OWN_COLUMNS, *OTHER_COLUMNS}
    return [code for code in codes if code not in known and not _BESIDE.fullmatch(code)]


def header_of(code: str, titles: Mapping[str, str]) -> str:
    """What stands above a column: the code, and the question as the respondent saw it."""
    if code in OWN_COLUMNS:
        return code
    return f"{code}. {titles[code]}" if titles.get(code) else code


def sheet_of(responses: list[Response], titles: Mapping[str, str]) -> Sheet:
    """One row a completed response; only questions of the survey and our own columns are taken.

    Where one bears no date the others' are left out too: a row without a date is one that was not sent.
    """
    own = [code for code in OWN_COLUMNS if code != "submitdate" or not any(map(is_undated, responses))]
    codes = [code for code in own if any(code in response for response in responses)]
    codes += [code for code in titles if not responses or any(code in response for response in responses)]
    rows = [Row(1, [Cell(f"question {code}", header_of(code, titles)) for code in codes])]
    for place, response in enumerate(responses, start=1):
        cells = [Cell(f"response {place}, {code}", _value(response.get(code))) for code in codes]
        rows.append(Row(place + 1, cells))
    return Sheet("", rows)


def submitted(response: Response) -> datetime | None:
    """When it was sent by the server's own clock; None when it was not, or cannot be told."""
    try:
        at = datetime.fromisoformat(str(response.get("submitdate") or ""))
    except ValueError:
        return None
    at = at.replace(tzinfo=None)
    return at if at.year >= FIRST_YEAR else None


def is_undated(response: Response) -> bool:
    """Whether it was sent and the service keeps no date of it: it bears one from before there was any service."""
    year = str(response.get("submitdate") or "")[:4]
    return year.isdigit() and int(year) < FIRST_YEAR


def _value(value: Any) -> str | int | float | None:
    if isinstance(value, str):
        # LimeSurvey writes {question_not_shown} where a condition left a question out.
        return None if not value.strip() or plain_text(value) == "{question_not_shown}" else html.unescape(value)
    return value if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) else ILLEGIBLE


def _joined(code: str) -> str:
    return "".join(c for c in code.casefold() if c.isalnum())


def number_of(response: Response) -> int:
    """Its number in the survey; 0 where it has none."""
    value = str(response.get("id"))
    return int(value) if value.isdigit() else 0


def _wrong() -> SourceChanged:
    return SourceChanged("wrong_shape", where="export_responses")
