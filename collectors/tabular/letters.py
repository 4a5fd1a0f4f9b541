"""The letters by which people call a column of a sheet."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(20_000)
def column_letter(number: int) -> str:
    """The letters of a column, counted from 1: A, Z, AA.

    The library's own would load all of it, a quarter of a second, for every command that looks at a declaration.
    """
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
