"""The command about places: which wait to be registered, and which are the town's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from cli.answers import Answer, answering
from cli.printing import visible
from cli.session import LANGUAGE, Misuse, Session
from texts import Language, text, word

if TYPE_CHECKING:
    from pipeline.upkeep.spaces import Place

SEVERAL = 3
"""Files of a place that are shown; `--json` has them all."""


@click.command()
@LANGUAGE
@click.option(
    "--files", "folder", type=click.Path(path_type=Path),
    help="Name the files of this folder that were imported: names stay on your own disk.",
)  # fmt: skip
@answering
def spaces(session: Session, language: Language, folder: Path | None) -> Answer:
    """The town's places; those that wait to be registered first.

    A group nobody registered counts nowhere until it stands in the sheet of spaces.

    \b
    Examples:
      kehila spaces
      kehila spaces --files exports/
    """
    from pipeline.upkeep.spaces import places

    if folder is not None and not folder.is_dir():
        raise Misuse(f"{visible(folder)} is no folder; name the one that holds the files you imported")
    store = session.store()
    on_disk: dict[str, str] = {}
    if folder:
        from pipeline.land.files import files_under

        on_disk = {store.import_fingerprint(path): str(path) for path in files_under([folder])}
    found = places(store, on_disk)
    zone = ZoneInfo(store.authority.timezone)
    return Answer({"spaces": [one.as_json() for one in found]}, lambda: list(in_words(found, language, zone, folder)))


def in_words(found: Sequence[Place], language: Language, zone: ZoneInfo, folder: Path | None = None) -> Iterator[str]:
    """The places in lines: what waits, with what to do, then the others."""
    waiting = [one for one in found if one.state == "waiting"]
    if not waiting:
        yield text("spaces.none_waits", language)
    for state in ("waiting", "account", "registered"):
        of_state = [one for one in found if one.state == state]
        if of_state:
            yield text(f"spaces.{state}", language, **({"count": len(of_state)} if state == "waiting" else {}))
        yield from (line(one, language, zone) for one in of_state)
        if state == "waiting" and of_state:
            yield text("spaces.remedy", language)
            if folder is None and any(one.files for one in of_state):
                yield text("spaces.which", language)


def line(one: Place, language: Language, zone: ZoneInfo) -> str:
    """A place with what was heard of it."""
    told = [visible(one.title), word("codes.families", one.asset, language)]
    if one.first_day and one.last_day:
        told.append(text("spaces.days", language, first=one.first_day, last=one.last_day))
    else:
        told.append(text("spaces.never", language))
    if one.messages is not None:
        told.append(text("spaces.messages", language, count=one.messages))
    for file in one.files[-SEVERAL:] if one.state == "waiting" else ():
        day = file.imported_at.astimezone(zone).date()
        told.append(" ".join([text("spaces.file", language, file=file.file, day=day), visible(file.path)]).strip())
    return f"  {visible(one.space)}  {' · '.join(part for part in told if part)}"
