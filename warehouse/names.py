"""A name nobody knows: said with the nearest that is known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MAX_SHOWN = 40


def shown(name: str) -> str:
    """What somebody wrote, so that it neither steers a terminal nor fills it."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain if len(plain) <= MAX_SHOWN else f"{plain[:MAX_SHOWN]}..."


def no_such(kind: str, name: str, known: Iterable[str], remedy: str = "") -> str:
    """`there is no source mailchip; did you mean mailchimp? known: brevo, ga4, mailchimp`.

    `remedy` stands in place of the list when the list is too long to be read.
    """
    names = sorted(known)
    near = nearest(name, names)
    guess = f"; did you mean {near}? " if near else "; "
    return f"there is no {kind} {shown(name)}{guess}{remedy or 'known: ' + (', '.join(names) or 'none')}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of the known names that is most like it; '' where none is like it."""
    return next(iter(get_close_matches(name, known, n=1)), "")
