"""What our stand-ins' records are made of, as `collectors/stand_ins.yaml` keeps it: `python -m tests.e2e.recorded_shapes`
writes that file again.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml

from collectors.shapes import SAYS_NOTHING, STAND_INS
from pipeline.collect import recorded
from tests.e2e.played import Played, at, played
from tests.e2e.services import without_waiting, write_town
from town.config import load
from town.store import open_store

SERVICES = ("brevo", "facebook", "mailchimp", "zoom")
"""Those whose streams read records of JSON."""
HEAD = """\
# Of each stream's records as our stand-ins send them: path -> kinds of value. `kehila doctor --record` says where a live
# account sends another kind. Made by `python -m tests.e2e.recorded_shapes`; a test compares it.
"""


def of_stand_ins(folder: Path, playing: Played) -> dict[str, dict[str, list[str]]]:
    """Stream -> path -> kinds that say something, of all that the stand-ins send of a month."""
    with (
        pytest.MonkeyPatch.context() as patched,
        without_waiting(patched),
        patch.object(recorded, "now", lambda: at(11, 1)),
    ):
        store = open_store(load(write_town(folder, playing, SERVICES) / "kehila.toml"))
        list(recorded.record(store))
        store.engine.dispose()
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted((folder / "output" / "shapes" / "T1").glob("*.json")):
        for name, one in json.loads(path.read_text(encoding="utf-8"))["streams"].items():
            kinds = {place: sorted(set(came) - set(SAYS_NOTHING)) for place, came in one["paths"].items()}
            found[name] = {place: some for place, some in kinds.items() if some}
    return found


def written(found: dict[str, dict[str, list[str]]]) -> str:
    """The file's text."""
    return HEAD + yaml.safe_dump(found, sort_keys=True, default_flow_style=None, width=120)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, played() as stand_ins:
        STAND_INS.write_text(written(of_stand_ins(Path(place) / "town", stand_ins)), encoding="utf-8")
