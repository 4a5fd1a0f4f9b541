"""What Facebook comes to: followers, members, the groups' own numbers."""

from __future__ import annotations

from simulator.books_pages import Pages


def enter(pages: Pages) -> None:
    """The Facebook family as far as exports and entries tell."""
