"""A month's page in one language: one self-contained file, nothing asked of a network, no font or script from outside.

What stands behind each indicator is in it compressed, opened when somebody asks, and plain in a second file beside it
for those who read without script (docs/adr/0036-a-page-a-language.md).
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from publishers import summary
from publishers.chart import HEIGHT, WIDTH, picture
from publishers.front import front_page
from publishers.front_words import said
from publishers.localizer import Localizer
from publishers.report import Report
from publishers.tongues import voiced
from texts import Language, texts_of
from texts.writing import NAMES

TEMPLATES = Path(__file__).parent / "templates"
DETAILS = "-details"


@cache
def environment() -> Environment:
    """Templates with escaping on for everything: names on the page are written by towns."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def inline(name: str) -> tuple[Markup, str]:
    """Our own style or script, and its digest for the content security policy."""
    text = (TEMPLATES / name).read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 our own file, nothing of a town's in it


def pages(report: Report, languages: Iterable[Language], stem: str) -> dict[str, bytes]:
    """File name -> content of the page in each language, `STEM-LANGUAGE.html`, and of the details beside it.

    The same report gives the same bytes.
    """
    wanted = tuple(languages)
    drawn = {one.indicator: Markup(picture(report, one)) for one in report.indicators}  # noqa: S704 figures only
    files: dict[str, bytes] = {}
    for language in wanted:
        same = _same(report, language, wanted, stem) | {"pictures": drawn}
        details = {
            one.indicator: Markup(_render("details.html.j2", {**same, "one": one}))  # noqa: S704 escaped by the template
            for one in report.indicators
        }
        packed = zlib.compress(voiced("".join(details.values()), language).encode(), 9)
        whole = _render("page.html.j2", {**same, "packed": base64.b64encode(packed).decode()})
        files[f"{stem}-{language}.html"] = voiced(whole, language).encode()
        plain = _render("details_page.html.j2", {**same, "details": details, "kind": DETAILS})
        files[f"{stem}-{language}{DETAILS}.html"] = voiced(plain, language).encode()
    return files


def _same(report: Report, language: Language, languages: tuple[Language, ...], stem: str) -> dict[str, Any]:
    """What all templates of a language are given."""
    style, style_digest = inline("page.css")
    script, script_digest = inline("page.js")
    policy = (
        f"default-src 'none'; style-src {style_digest}; script-src {script_digest}; base-uri 'none'; form-action 'none'"
    )
    front = front_page(report)
    return {
        "report": report,
        "language": language,
        "w": Localizer(report, language),
        "policy": Markup(policy),  # noqa: S704 digests only
        "style": style,
        "script": script,
        "languages": languages,
        "languages_label": " · ".join(texts_of("operations")["language"].labels.values()),
        "names": NAMES,
        "stem": stem,
        "kind": "",
        "groups": summary.groups(report),
        "front": front,
        "one_page": said(front, report, language),
        "leads": sorted((one for one in report.indicators if one.lead), key=lambda one: one.lead),
        "counts": summary.counts(report),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _render(template: str, given: dict[str, Any]) -> str:
    return environment().get_template(template).render(given)
