"""Typst in a process of its own, `python -m publishers.typeset`: a job on standard input, the documents on its output.

Its threads do not outlive a fork, and what it takes of memory goes with it.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.refused import Refused

TEMPLATE = Path(__file__).parent / "templates" / "page.typ"
FONT = "Rubik"
"""One family for Hebrew, Arabic and Latin script."""
SECONDS = 120
"""After which setting a few sheets has failed."""


class NotTypeset(Refused):
    """The process that sets pages ended without them. The message says how."""


def typeset(documents: Mapping[str, Mapping[str, Any]], timestamp: int, kind: str = "pdf") -> dict[str, bytes]:
    """Each document's data -> the document, a PDF or a picture (`png`). `timestamp` (Unix seconds) stands in a PDF.

    Raises NotTypeset.
    """
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
    return {name: base64.b64decode(content) for name, content in json.loads(done.stdout).items()}


def main() -> None:
    """Set what standard input asks for."""
    import fontpkg
    import typst

    job = json.load(sys.stdin.buffer)
    fonts = [Path(fontpkg.path(FONT)).parent]
    made = {}
    for name, told in job["documents"].items():
        content = typst.compile(
            TEMPLATE,
            format=job["kind"],
            ppi=110,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
            timestamp=job["timestamp"],
        )
        made[name] = base64.b64encode(content).decode()
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
