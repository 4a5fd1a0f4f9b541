"""Typst in a process of its own, `python -m publishers.typeset`: a job on standard input, the documents on its output.

Its threads do not outlive a fork, and what it takes of memory goes with it.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.refused import Refused

TEMPLATES = Path(__file__).parent / "templates"
FONT = "Rubik"
"""One family for Hebrew, Arabic and Latin script."""
_SCREEN, _POINTS_AN_INCH = 110, 72
POINTS_A_POINT = 1.5
"""How fine a picture is painted."""
SECONDS = 120
"""After which setting a few sheets has failed."""


class NotTypeset(Refused):
    """The process that sets pages ended without them. The message says how."""


def typeset(documents: Mapping[str, Mapping[str, Any]], timestamp: int, kind: str = "pdf") -> dict[str, bytes]:
    """Each document's data -> the document, a PDF or a picture (`png`). `timestamp` (Unix seconds) stands in a PDF.

    Raises NotTypeset.
    """
    told = {name: {"template": "page.typ", "told": one, "ppi": _SCREEN} for name, one in documents.items()}
    return {name: pages[0] for name, pages in _run(told, timestamp, kind).items()}


def painted(drawings: Sequence[str], width: int, height: int) -> list[bytes]:
    """Each SVG document as a PNG, `POINTS_A_POINT` of its points a point of `width` and `height`. Raises NotTypeset."""
    told = {"pictures": drawings, "width": width, "height": height}
    document = {"template": "pictures.typ", "told": told, "ppi": POINTS_A_POINT * _POINTS_AN_INCH}
    return _run({"pictures": document}, 0, "png")["pictures"] if drawings else []


def _run(documents: Mapping[str, Mapping[str, Any]], timestamp: int, kind: str) -> dict[str, list[bytes]]:
    """Name -> its pages where they are pictures, else the one document."""
    job = json.dumps({"documents": documents, "timestamp": timestamp, "kind": kind}, ensure_ascii=False)
    command = [sys.executable, "-m", "publishers.typeset"]
    try:
        done = subprocess.run(command, input=job.encode(), capture_output=True, timeout=SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise NotTypeset(f"setting page one on paper took more than {SECONDS} seconds; run it again") from None
    except subprocess.CalledProcessError as problem:
        # What it says may quote a town's names, so nothing of it is told.
        raise NotTypeset(
            f"page one could not be set on paper: the process ended with {problem.returncode}; run `make setup`, "
            "and see that 200 MB of memory are free"
        ) from None
    made: dict[str, list[str]] = json.loads(done.stdout)
    return {name: [base64.b64decode(page) for page in pages] for name, pages in made.items()}


def main() -> None:
    """Set what standard input asks for."""
    import fontpkg
    import typst

    job = json.load(sys.stdin.buffer)
    fonts = [Path(fontpkg.path(FONT)).parent]
    made = {}
    for name, document in job["documents"].items():
        content = typst.compile(
            TEMPLATES / document["template"],
            format=job["kind"],
            ppi=document["ppi"],
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"told": json.dumps(document["told"], ensure_ascii=False)},
            timestamp=job["timestamp"],
        )
        pages = content if isinstance(content, list) else [content]
        made[name] = [base64.b64encode(page).decode() for page in pages]
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
