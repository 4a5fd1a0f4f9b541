"""The pages of this folder as a site that needs no network: `make site`, for operators, staff and contributors.

Links that leave the folder lead into the source, which the site does not hold: they become the words they were written
with. `contributing` is the file of that name at the top of the project.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

project = "Kehila · קהילה"
author = "Kehila"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "Kehila · קהילה"
html_show_sphinx = False
html_copy_source = False
html_css_files = ["site.css"]
html_static_path = ["site"]

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|`[^`]*`)+)\]\(([^)\s]+)\)")


def of_the_site(page: str, folder: str, target: str) -> str | None:
    """Where a link of a page leads within the site; None where it leaves it. `folder` is what it is relative to."""
    path, _, anchor = target.partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return target
    there = posixpath.normpath(posixpath.join(folder, path))
    if there in ("README.md", "CONTRIBUTING.md"):
        there = f"docs/{'index' if there == 'README.md' else 'contributing'}.md"
    if not there.startswith("docs/") or not there.endswith((".md", ".png")):
        return None
    inside = posixpath.relpath(there, posixpath.dirname(f"docs/{page}"))
    return f"{inside}#{anchor}" if anchor else inside


def within(page: str, folder: str, text: str) -> str:
    """The text of a page with links that lead somewhere on the site, and words where they led out of it."""

    def led(found: re.Match[str]) -> str:
        target = of_the_site(page, folder, found[2])
        return f"[{found[1]}]({target})" if target else found[1]

    return LINK.sub(led, text)


def read(_app: Any, page: str, source: list[str]) -> None:
    """What Sphinx reads in place of a page."""
    if page == "contributing":
        source[0] = within(page, "", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    else:
        source[0] = within(page, posixpath.dirname(f"docs/{page}"), source[0])


def in_its_language(_app: Any, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """A guide of staff is of its own language and runs from right to left; what stands around it is English."""
    found = re.fullmatch(r"staff_(he|ar)", page)
    if found:
        context["body"] = f'<div lang="{found[1]}" dir="rtl">{context["body"]}</div>'


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", read)
    app.connect("html-page-context", in_its_language)
