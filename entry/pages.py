"""The form's pages as text: templates with everything escaped, one style and one script known by their digests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from entry.words import Words
from operations.pages import digest
from publishers.tongues import voiced
from texts import LANGUAGES, text
from texts.writing import NAMES

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Templates with escaping on for everything: what was typed is anything."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def inline(name: str) -> Markup:
    """Our own style or script."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())  # noqa: S704 (our own file)


@cache
def policy() -> str:
    """The content security policy: nothing from elsewhere, forms to this form only, in nobody's frame."""
    style, script = digest(inline("form.css")), digest(inline("form.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def page(template: str, words: Words, **values: Any) -> str:
    """A page in a language. `here` is its address without the language."""
    made = environment().get_template(template)
    shown = made.render(w=words, languages=NAMES, style=inline("form.css"), script=inline("form.js"), **values)
    return voiced(shown, words.language)


def notice(name: str) -> str:
    """A plain page that says what is wrong and what to do, for a reader of any language."""
    said = {language: text(f"entry.notices.{name}", language) for language in LANGUAGES}
    return environment().get_template("notice.html.j2").render(said=said, style=inline("form.css"))
