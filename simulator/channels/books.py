"""The books of the live channels: what every figure they feed must come to, counted from what happened.

Plain Python over the town's life; nothing here reads an answer of a stand-in, the product's SQL or its
staging. `reads` are the instants at which the town's collectors looked: what a service shows of the
present only, such as followers, is known as of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from simulator.books_pages import Books, Pages
from simulator.channels import books_across, books_meetings, books_newsletter, books_page, books_website
from simulator.channels.files import bare_town
from simulator.channels.life import Life


def keep_channel_books(life: Life, reads: Sequence[datetime]) -> Books:
    """Count everything as it stands at the last reading."""
    pages = Pages(bare_town(life))
    books_website.enter(pages, life)
    books_newsletter.enter(pages, life, reads[-1])
    books_page.enter(pages, life, reads)
    books_meetings.enter(pages, life)
    books_across.enter(pages, life, reads)
    return Books(pages.town, pages.values, pages.why_none)
