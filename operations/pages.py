"""The page as text: one template, one style, one short script, each known to the browser by its digest."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from operations.actions import Action
from operations.localizer import Localizer
from operations.state import State
from operations.towns import TownRow
from publishers.tongues import voiced
from texts import LANGUAGES, Language, text
from texts.writing import NAMES, pick

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Templates with escaping on for everything: reasons and names are not ours."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def inline(name: str) -> Markup:
    """Our own style or script."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())  # noqa: S704 our own file


def digest(content: str) -> str:
    """A text as the content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@cache
def policy() -> str:
    """The content security policy: nothing from elsewhere, forms to this page only, in nobody's frame."""
    style, script = digest(inline("page.css")), digest(inline("page.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def page(state: State, localizer: Localizer, deed: Action | None, token: str, *, has_towns: bool = False) -> str:
    """The page of one authority; `token` is what its forms carry. Where there are others it `has_towns` to go to."""
    needs = sum(one.status != "done" for one in state.accounts) + len(state.quarantine_groups) + len(state.checks)
    needs += sum(one.why == "file" for one in state.gaps) + sum(one.state == "restated" for one in state.months)
    made = (
        environment()
        .get_template("page.html.j2")
        .render(
            s=state,
            w=localizer,
            has_towns=has_towns,
            name=pick(state.names, localizer.language) or state.authority,
            needs=needs,
            languages=NAMES,
            style=inline("page.css"),
            script=inline("page.js"),
            deed=deed,
            running=deed is not None and deed.status == "running",
            suspects=state.suspects(),
            token=token,
        )
    )
    return voiced(made, localizer.language)


def towns_page(rows: Sequence[TownRow], language: Language, at: datetime) -> str:
    """The page of all towns, in the order given; instants as each town's clock has them."""
    zones = [(row, Localizer(language, row.town.timezone, at)) for row in rows]
    return (
        environment()
        .get_template("towns.html.j2")
        .render(
            rows=[(row, own, pick(row.town.names, language) or row.town.code) for row, own in zones],
            w=Localizer(language, rows[0].town.timezone, at),
            needs=sum(row.state != "ok" for row in rows),
            languages=NAMES,
            style=inline("page.css"),
            script=inline("page.js"),
        )
    )


def notice(name: str, recorded: str = "") -> str:
    """A plain page that says what is wrong and what to do, without the town's state, for a reader of any language.

    `recorded` is what was recorded of a fault, in English.
    """
    said = {language: text(f"operations.notices.{name}", language) for language in LANGUAGES}
    return environment().get_template("notice.html.j2").render(said=said, recorded=recorded, style=inline("page.css"))
