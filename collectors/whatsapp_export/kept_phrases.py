"""What was put together from the phrase files, kept in a file beside Python's own compiled modules.

The file is named by the content of all it is made of, and holds the digest of what it says. One that is not there, cut
short or damaged is made again; of two processes that make it at once one is read, and they write the same.
Where nothing may be written, or Python itself keeps nothing, nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from collectors.whatsapp_export.phrases import LANGUAGES, PhraseTable, Template

PREFIX = "phrases-"
DIGITS = 20


@lru_cache(maxsize=1)
def standard_table() -> PhraseTable:
    """The table without additions: put together once for all processes, and once read in each."""
    folder = Path(__file__).parent
    made_of = [folder / "phrasebook" / f"{language}.yaml" for language in LANGUAGES]
    made_of += [folder / "phrases.py", folder / "marks.py", Path(__file__)]
    return _of_json(kept(made_of, lambda: _as_json(PhraseTable())))


def _as_json(table: PhraseTable) -> dict[str, Any]:
    """All of a table as JSON has it, for `_of_json`."""
    said = vars(table)
    templates = [*said["_anywhere"], *(one for found in said["_index"].values() for one in found)]
    at = {id(one): place for place, one in enumerate(templates)}
    sets = (set, frozenset)
    return {name: sorted(value) if isinstance(value, sets) else value for name, value in said.items()} | {
        "templates": [list(vars(one).values()) for one in templates],
        "_index": {word: [at[id(one)] for one in found] for word, found in said["_index"].items()},
        "_anywhere": [at[id(one)] for one in said["_anywhere"]],
    }


def _of_json(said: dict[str, Any]) -> PhraseTable:
    """The table that `_as_json` told of."""
    templates = [
        Template(event, tuple(literals), tuple(names), weight, spans, opening, rarest, tuple(map(tuple, middle)))
        for event, literals, names, weight, spans, opening, rarest, middle in said.pop("templates")
    ]
    table = PhraseTable.__new__(PhraseTable)
    vars(table).update({name: frozenset(value) if isinstance(value, list) else value for name, value in said.items()})
    table.events, table.openings = set(said["events"]), tuple(said["openings"])
    vars(table)["_index"] = {word: [templates[at] for at in found] for word, found in said["_index"].items()}
    vars(table)["_anywhere"] = [templates[at] for at in said["_anywhere"]]
    return table


def kept(sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """What `make` gives, as JSON has it: from the file made of these sources, or made now."""
    folder = Path(cache_from_source(str(Path(__file__)))).parent
    digest = hashlib.sha256(sys.version.encode())
    for path in sources:
        digest.update(path.read_bytes())
    place = folder / f"{PREFIX}{digest.hexdigest()[:DIGITS]}.json"
    found = _read(place)
    if found is None:
        found = json.dumps(make(), ensure_ascii=False)
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                _write(place, found)
    return json.loads(found)


def _read(place: Path) -> str | None:
    with suppress(OSError, ValueError):
        said, _, content = place.read_text("utf-8").partition("\n")
        if said == _digest(content):
            return content
    return None


def _write(place: Path, content: str) -> None:
    """Write it where it is read from: what is cut short, or not whole yet, is none by its digest."""
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    with place.open("x", encoding="utf-8") as file:
        file.write(f"{_digest(content)}\n{content}")
    for other in place.parent.glob(f"{PREFIX}*.json"):
        if other != place:
            other.unlink(missing_ok=True)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
