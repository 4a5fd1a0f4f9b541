"""Runs of letters of another language on a page, marked so: a voice that reads the page aloud must not guess."""

from __future__ import annotations

import re

from texts import Language

LETTERS = {
    "he": "\u0591-\u05f4\ufb1d-\ufb4f",
    "ar": "\u0610-\u061a\u0620-\u0669\u066e-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "ru": "\u0400-\u052f",
    "en": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f",  # the signs of times and division stand among them
}
"""Language -> the letters it is known by; of several languages in one script the one that towns here write."""
_WITHIN = r"[\s\d.,:'’/@+_()-]*"
_PIECE = re.compile(
    r"<(?P<kept>style|script|template|title)\b.*?</(?P=kept)>"  # no text a reader meets
    r"|(?P<opens><(?!html\b)(?P<own>\w+)[^<>]*\slang=\"(?P<tongue>\w+)\"[^<>]*>)"  # says its language
    r"(?P<within>.*?)</(?P=own)>"
    r"|<option(?P<option>[^<>]*)>(?P<choice>[^<]*)</option>"
    r"|<[^>]*>|(?P<text>[^<]+)",
    re.DOTALL,
)
_ENTITY = re.compile(r"(&#?\w+;)")


def voiced(html: str, language: Language) -> str:
    """The page with `lang` on every run of letters that are not those of its language, or of the element around."""
    return _voiced(html, language)


def _voiced(html: str, language: str) -> str:
    foreign = {name: letters for name, letters in LETTERS.items() if name != language}
    run = re.compile("|".join(f"(?P<{name}>[{its}]+(?:{_WITHIN}[{its}]+)*)" for name, its in foreign.items()))

    def marked(text: str) -> str:
        pieces = _ENTITY.split(text)
        for place in range(0, len(pieces), 2):  # entities stand between
            pieces[place] = run.sub(lambda at: f'<span lang="{at.lastgroup}">{at.group()}</span>', pieces[place])
        return "".join(pieces)

    def piece(at: re.Match[str]) -> str:
        if at["text"] is not None:
            return marked(at["text"])
        if at["choice"] is not None and (found := run.search(at["choice"])):  # nothing may stand in an option but text
            return f'<option{at["option"]} lang="{found.lastgroup}">{at["choice"]}</option>'
        if at["own"]:
            return f"{at['opens']}{_voiced(at['within'], at['tongue'])}</{at['own']}>"
        return at.group()

    return _PIECE.sub(piece, html)
