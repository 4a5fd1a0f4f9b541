"""axe-core, which finds what hinders people who read with other means: where it is kept, how it is fetched and run.

It lives in the user's cache folder and never in the repository. `make ci-more` fetches it; without it the tests that
need it skip, counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PACKAGE, VERSION = "axe-core", "4.14.1"
REMEDY = "axe-core is fetched by `make ci-more` (Node.js with npm)"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (levels) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: levels }, resultTypes: ["violations"] });
  return found.violations.map((one) => one.id + " (" + one.impact + "): " + one.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(" | "));
}"""


def script() -> Path:
    """Its one file, whether it exists or not."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "kehila" / f"axe-{VERSION}" / "node_modules" / PACKAGE / "axe.min.js"


def install() -> None:
    """Fetch it with npm when it is not there. Raises SystemExit naming what is missing."""
    if script().exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not on this machine; install Node.js, then run again")
    folder = script().parents[2]
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run([npm, "install", *quiet, "--prefix", str(folder), f"{PACKAGE}@{VERSION}"], check=False)
    if done.returncode or not script().exists():
        raise SystemExit(f"npm could not fetch {PACKAGE}@{VERSION}; see its words above")


def violations(tab: Any) -> list[str]:
    """What it finds on a page, at any level; skips, counted, where it is not there."""
    if not script().exists():
        pytest.skip(REMEDY)
    tab.evaluate(script().read_text(encoding="utf-8"))
    found: list[str] = tab.evaluate(_RUN, LEVELS)
    return found
