"""The town's own books: what every indicator must come to, counted from the town's event log in plain Python.

Nothing here reads the written files or uses the product's SQL or staging, so the books are an
independent truth to compare with. Where the mission leaves freedom, the `definition` in the header
of an indicator's .sql file is followed.
"""

from __future__ import annotations

from simulator import (
    books_chats,
    books_communities,
    books_facebook,
    books_registers,
    books_societies,
    books_staff,
    books_surveys,
    books_town,
    books_whatsapp,
)
from simulator.books_pages import Books, Pages
from simulator.model import Town

__all__ = ["Books", "keep_books"]


def keep_books(town: Town) -> Books:
    """Count everything."""
    pages = Pages(town)
    accounts = tuple(books_chats.account(chat, town) for chat in town.chats)
    books_whatsapp.enter(pages, accounts)
    books_town.enter(pages, accounts)
    books_facebook.enter(pages)
    books_staff.enter(pages)
    books_registers.enter(pages)
    books_surveys.enter(pages)
    books_societies.enter(pages, accounts)
    books_communities.enter(pages)  # goals read other figures, so they come last
    return Books(town, pages.values, pages.why_none)
