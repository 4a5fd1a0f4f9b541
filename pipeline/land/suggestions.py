"""A mapping for a table whose columns have to be named, as the reader that understands most of it would write it."""

from __future__ import annotations

from pathlib import Path

from collectors.base import FileSettings, file_formats
from collectors.errors import RejectFile
from collectors.mapping_file import Suggestion
from transforms.questionnaire import questionnaire


def suggested_mapping(path: Path) -> Suggestion:
    """The mapping that fits best: of a likely format, with all that is needed, most columns understood.

    Raises RejectFile where the file is no table to be mapped.
    """
    if not path.is_file():
        raise RejectFile("no_file")
    settings = FileSettings(reader_options=questionnaire().reader_options())
    found = [one for reader in file_formats() if (one := reader.suggested(path, settings)) is not None]
    if not found:
        raise RejectFile("not_a_table")
    return max(found, key=lambda one: one.rank)
