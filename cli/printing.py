"""How a command prints: whatever stands in a line, it stays one line, steers no terminal and fills no screen.

Names of files, groups, places and people come from anywhere. Where one stands in a line it is `visible`; and every line
is made harmless once more as it is printed, whoever wrote it.
"""

from __future__ import annotations

import unicodedata

import click

NAME_LENGTH = 120
"""So much of a name is shown."""
LINE_LENGTH = 4_000
"""And so much of a line, which holds several, or a list of ours."""
CONTROLS = frozenset({"Cc", "Zl", "Zp", "Cs"})
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e")
"""Marks that turn the text around until somebody ends them. Isolates, which our own texts set around numbers, stay as
long as each is closed in its line."""
OPENS, CLOSES = frozenset("\u2066\u2067\u2068"), "\u2069"


def visible(name: object, most: int = NAME_LENGTH) -> str:
    """A name from elsewhere: one line that neither steers a terminal nor turns the text around, shortened."""
    text = str(name)
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:most])
    return shown if len(text) <= most else f"{shown}…"


def harmless(line: str, most: int = LINE_LENGTH) -> str:
    """A line without what steers a terminal, turned marks or unclosed isolates, and not longer than `most`."""
    whole, open_marks, kept = line, 0, list[str]()
    for c in whole[:most]:
        if c in OPENS:
            open_marks += 1
        elif c == CLOSES:
            if not open_marks:
                continue
            open_marks -= 1
        elif c in TURNS or (c != "\t" and unicodedata.category(c) in CONTROLS):
            c = f"\\u{ord(c):04x}"
        kept.append(c)
    return "".join(kept) + ("…" if len(whole) > most else "") + CLOSES * open_marks


def printed(text: str, *, err: bool = False) -> None:
    """Print a line for people. What machines read is not shortened, and goes without."""
    click.echo(harmless(text), err=err)
