"""`python -m tests.sbom FILE`: whether a bill of materials names every locked package this machine installs, and no other."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

OURS = "kehila"


def locked() -> Iterator[tuple[str, str]]:
    """Name and version of each package of the lock file that this Python and machine take."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for line in re.findall(r"^([a-z0-9][^ ]*==[^\\\n]+?)\s*\\?$", text, re.MULTILINE | re.IGNORECASE):
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate():
            yield canonicalize_name(one.name), str(one.specifier).removeprefix("==")


def told(path: Path) -> Iterator[tuple[str, str]]:
    """Name and version of each component."""
    for one in json.loads(path.read_text(encoding="utf-8"))["components"]:
        yield canonicalize_name(one["name"]), one["version"]


def differences(path: Path) -> list[str]:
    """What the lock file and the bill of materials do not have in common, in words."""
    ours, theirs = set(locked()), {one for one in told(path) if one[0] != OURS}
    return [f"not in it: {' '.join(one)}" for one in sorted(ours - theirs)] + [
        f"not locked: {' '.join(one)}" for one in sorted(theirs - ours)
    ]


if __name__ == "__main__":
    found = differences(Path(sys.argv[1]))
    print("\n".join(found) or f"{sys.argv[1]}: every locked package, {len(set(locked()))} of them")
    raise SystemExit(bool(found))
