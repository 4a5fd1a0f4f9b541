"""The books of the live channels: what every figure they feed must come to, counted from what happened.

Plain Python over the town's life; nothing here reads an answer of a stand-in, the product's SQL or its
staging. `reads` are the instants at which the town's collectors looked: what a service shows of the
present only, such as followers, is known as of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from simulator.channels import truth_across as books_across
from simulator.channels import truth_known as books_known
from simulator.channels import truth_meetings as books_meetings
from simulator.channels import truth_newsletter as books_newsletter
from simulator.channels import truth_page as books_page
from simulator.channels import truth_website as books_website
from simulator.channels.files import bare_town
from simulator.channels.life import Life
from simulator.truth_pages import GroundTruth, Pages


def record_channel_truth(life: Life, reads: Sequence[datetime]) -> GroundTruth:
    """Count everything as it stands at the last reading."""
    pages = Pages(bare_town(life))
    books_website.enter(pages, life)
    books_newsletter.enter(pages, life, reads[-1])
    books_page.enter(pages, life, reads)
    books_meetings.enter(pages, life)
    books_across.enter(pages, life, reads)
    books_known.enter(pages, life, reads)
    return pages.truth()
