"""The town's own books: what every indicator must come to, counted from the town's event log in plain Python.

Nothing here reads the written files or uses the product's SQL or staging, so the books are an
independent truth to compare with. Where the mission leaves freedom, the `definition` in the header
of an indicator's .sql file is followed.
"""

from __future__ import annotations

from simulator import truth_chats as books_chats
from simulator import truth_communities as books_communities
from simulator import truth_facebook as books_facebook
from simulator import truth_known as books_known
from simulator import truth_measuring as books_measuring
from simulator import truth_registers as books_registers
from simulator import truth_responding as books_responding
from simulator import truth_societies as books_societies
from simulator import truth_staff as books_staff
from simulator import truth_surveys as books_surveys
from simulator import truth_town as books_town
from simulator import truth_whatsapp as books_whatsapp
from simulator.model import Town
from simulator.truth_pages import GroundTruth, Pages

__all__ = ["GroundTruth", "record_truth"]


def record_truth(town: Town) -> GroundTruth:
    """Count everything."""
    pages = Pages(town)
    accounts = tuple(books_chats.account(chat, town) for chat in town.chats)
    books_whatsapp.enter(pages, accounts)
    books_town.enter(pages, accounts)
    books_facebook.enter(pages)
    books_staff.enter(pages)
    books_registers.enter(pages)
    books_surveys.enter(pages)
    books_measuring.enter(pages)
    books_societies.enter(pages, accounts)
    books_communities.enter(pages)  # goals read other figures, so they come last
    books_responding.enter(pages, accounts)
    books_known.enter(pages, accounts)
    return pages.truth()
