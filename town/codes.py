"""The code of an authority: what can be one, whose it is, and what somebody meant who wrote it otherwise.

A code names folders, so its shape is held wherever one enters. Whose it is the reference table knows, for local
authorities; a code that is not in it is a place of the installation's own.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from unicodedata import normalize

from warehouse.names import shown
from warehouse.reference import authorities, populations

ALL = "all"
"""What stands for every town that is configured, where a code is asked for: no town's own."""
_SHAPE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,7}")
SHAPE_IN_WORDS = f"a code is one to eight letters and digits, dashes between them allowed, but not {ALL!r}"
REGIONAL = "55"
"""Regional councils have numbers of two digits of their own; in the table this stands before them."""


def is_code(value: object) -> bool:
    """Whether a text can be the code of an authority: one to eight ASCII letters and digits, dashes after the first."""
    return isinstance(value, str) and _SHAPE.fullmatch(value) is not None and value != ALL


def label(code: str, name_he: str = "", name_en: str = "") -> str:
    """`0070 · NAME · Ashdod`, alike in all languages; the bare code where no name is known, `?` for what is no code.

    `name_he` and `name_en` are the town's own names, which go before the table's; '' where it has none.
    """
    if not is_code(code):
        return "?"  # it may be anything somebody typed
    known = authorities().get(code, {})
    return " · ".join(filter(None, (code, name_he or str(known.get("name_he", "")), name_en or _english(code))))


def short_name(code: str, name_he: str = "", name_en: str = "") -> str:
    """The town's name alone, in Hebrew where there is one, else in English; its code where no name is known."""
    return name_he or str(authorities().get(code, {}).get("name_he", "")) or name_en or _english(code) or code


def known_names(code: str) -> dict[str, str]:
    """Language -> the name the reference table knows a code by; {} for a place it does not know."""
    known = authorities().get(code)
    return {"he": str(known["name_he"]), "en": str(known["name_en"])} if known else {}


def residents(code: str) -> tuple[int, int] | None:
    """(year, residents at its end) of the latest year the table knows of a place; None where it knows none."""
    counted = [
        (row["year"], row["residents"]) for row in populations().get(code, []) if row["population_group"] == "all"
    ]
    return max(counted, default=None)


def with_zeros(value: str) -> str:
    """The code of the table of which the value is another writing, zeros before it left out or added; '' for none."""
    if not (value.isascii() and value.isdigit()) or value in authorities():
        return ""
    return next((code for code in authorities() if code.lstrip("0") == value.lstrip("0")), "")


def meant(value: str) -> list[str]:
    """Codes of the table somebody may have meant: by the number, else by the name of the place in either language."""
    plain = normalize("NFKC", value).strip()
    known = authorities()
    if plain.isascii() and plain.isdigit():
        found = [plain, with_zeros(plain), f"{REGIONAL}{plain:0>2}"]
        return [code for code in found if code in known and code != value]
    names = {str(row[name]).casefold(): code for code, row in known.items() for name in ("name_en", "name_he")}
    return list(dict.fromkeys(names[one] for one in get_close_matches(plain.casefold(), names, n=3, cutoff=0.75)))


def refusal(value: str, *, is_new_place: bool = False) -> str:
    """Why a town cannot begin under this code and what to do, in one sentence; '' where it can.

    `is_new_place`: it is wanted for a place that is no local authority.
    """
    if value in authorities():
        return (
            f"{label(value)} is a local authority; leave --new-place out, or choose another code"
            if is_new_place
            else ""
        )
    if is_new_place and is_code(value) and not with_zeros(value):
        return ""
    near = meant(value)
    said = f"there is no local authority with the code '{shown(value)}'"
    if not is_code(value):
        said += f" ({SHAPE_IN_WORDS})"
    if near:
        return f"{said}; did you mean {' or '.join(label(code) for code in near)}? write that code"
    return (
        f"{said}; write a town's name in its place to be told its code, or add --new-place for a place that is none of "
        f"the {len(authorities())} local authorities known here"
    )


def _english(code: str) -> str:
    return str(authorities().get(code, {}).get("name_en", ""))
