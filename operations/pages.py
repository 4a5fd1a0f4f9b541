"""The page as text: one template, one style, one short script, each known to the browser by its digest."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from operations.actions import Action
from operations.localizer import Localizer
from operations.state import State
from texts import LANGUAGES, text
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


def page(state: State, localizer: Localizer, towns: list[str], deed: Action | None, token: str) -> str:
    """The page of one authority; `towns` are the codes of all that are configured, `token` what its forms carry."""
    needs = sum(one.status != "done" for one in state.accounts) + len(state.quarantine_groups) + len(state.checks)
    needs += sum(one.why == "file" for one in state.gaps) + sum(one.state == "restated" for one in state.months)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            s=state,
            w=localizer,
            towns=towns,
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


def notice(name: str, recorded: str = "") -> str:
    """A plain page that says what is wrong and what to do, without the town's state, for a reader of any language.

    `recorded` is what was recorded of a fault, in English.
    """
    said = {language: text(f"operations.notices.{name}", language) for language in LANGUAGES}
    return environment().get_template("notice.html.j2").render(said=said, recorded=recorded, style=inline("page.css"))
