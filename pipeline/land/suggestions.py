"""A mapping for a table whose columns have to be named, as the reader that understands most of it would write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from collectors.base import FileFormat, FileSettings, file_formats
from collectors.errors import RejectFile
from collectors.mapping_file import Suggestion
from pipeline.land.files import format_of
from transforms.questionnaire import questionnaire
from warehouse.people import may_be_personal

TABLES = (".csv", ".tsv", ".xlsx")
MAX_HEADER = 300
"""Characters of a header; a question of a survey is one."""


def suggested_mapping(path: Path) -> Suggestion:
    """The mapping that fits best: of a likely format, with all that is needed, most columns understood.

    Raises RejectFile where the file is no table to be mapped, or is known for what it is without one: nothing of its
    content is said then.
    """
    settings = FileSettings(reader_options=questionnaire().reader_options())
    readers: Sequence[FileFormat] = file_formats()
    try:
        known = format_of(path, readers)
    except RejectFile as problem:
        if problem.code != "unknown_format":
            raise
        if path.suffix.lower() not in TABLES:  # a chat that is damaged is a text that no reader knows
            raise RejectFile("not_a_table") from None
    else:
        readers = [known]
    found = [one for reader in readers if (one := reader.suggested(path, settings)) is not None]
    if not found and len(readers) == 1:
        raise RejectFile("needs_no_mapping", format=readers[0].name)
    if not found or not any(map(_has_headers, found)):
        raise RejectFile("not_a_table")
    return max(filter(_has_headers, found), key=lambda one: one.rank)


def _has_headers(one: Suggestion) -> bool:
    """Whether the columns are called something: the first line of a text that is no table is somebody's words."""
    headers = [header for header, _ in one.columns]
    return len(headers) > 1 and not any(len(header) > MAX_HEADER or may_be_personal(header) for header in headers)
