"""A mapping of a table's columns, as `kehila import FILE --suggest-mapping` prints it."""

from __future__ import annotations

from pathlib import Path

import texts
from cli.answers import Answer
from cli.session import Misuse


def suggestion(paths: tuple[Path, ...]) -> Answer:
    """A mapping of one table's columns, to be saved as NAME.mapping.yaml beside it. Raises Misuse."""
    from collectors.errors import RejectFile
    from pipeline.land.suggestions import suggested_mapping

    if len(paths) != 1:
        raise Misuse("--suggest-mapping takes one file")
    try:
        found = suggested_mapping(paths[0])
    except RejectFile as problem:
        raise Misuse(texts.error(problem.code, "en", **problem.arguments)) from None
    columns = [{"header": header, "meaning": meaning} for header, meaning in found.columns]
    return Answer(
        {"format": found.format, "columns": columns, "valid": list(found.valid), "lacking": list(found.lacking)},
        lambda: found.as_yaml().splitlines(),
    )
