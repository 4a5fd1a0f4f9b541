"""What goes over several channels: levels of communication, ladder, ties, use, contact, languages, topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from simulator.calendar import month_of
from simulator.channels import truth_meetings as books_meetings
from simulator.channels import truth_newsletter as books_newsletter
from simulator.channels import truth_website as books_website
from simulator.channels.facebook_page import PAGE
from simulator.channels.life import Life
from simulator.channels.mailing_list import LIST
from simulator.channels.truth_page import Page, authors, neighbourly
from simulator.channels.website import SITE
from simulator.services.ga4_hits import sessions
from simulator.truth_pages import Pages, divided, residents_at

FULL = 1000.0
RESILIENCE = ("learning", "work", "finance", "rights")
SHOWN_LANGUAGES = ("ar", "yi", "ru", "am", "uk")


def enter(pages: Pages, life: Life, reads: Sequence[datetime]) -> None:
    """All months."""
    listed = life.mailing_list.newsletter(reads[-1]).counted()
    on_site, in_app = books_website.visits(life)
    for month in pages.town.months:
        page = Page.of(life.page, month)
        _level(pages, life, month, page)
        # Followers of a page are no members of a group: nobody here stands on a ladder or is tied to anybody.
        pages.put("assets.participation_ladder", month, None)
        pages.put("assets.tie_density", month, None)
        # Nor are they reached: the list alone is, and nobody writes but on the page.
        for part in ("", "upper_bound"):
            pages.put("policy.residents_in_contact", month, listed[month], part=part)
        use = {
            "website": sessions(on_site[month]),
            "app": sessions(in_app[month]),
            "newsletter": _mailed(life, month, reads[-1]),
            "facebook": sum(author is not None for author in page.authors()),
            "zoom": _met(life, month),
        }
        for part, acts in {**use, "": sum(use.values())}.items():
            pages.put("policy.resident_use", month, FULL * acts / residents_at(pages.town, month), part=part, n=acts)
        meetings = sum(books_meetings.kind(one) == "participation" for one in books_meetings.in_month(life, month))
        # No source tells which posts call for a response, and nothing is entered: of the whole only that it is no less.
        pages.put("ethics.virtual_initiatives", month, meetings or None)
        pages.put("ethics.virtual_initiatives", month, meetings, part="participation_meetings")
        _published(pages, life, month, page)


def _mailed(life: Life, month: str, now: datetime) -> int:
    """People who opened, campaign by campaign; machines too where the service does not tell them apart."""
    sent = books_newsletter.campaigns(life, month)
    return sum(len(books_newsletter.opened(one, now, is_told=one.tells_machines)) for one in sent)


def _met(life: Life, month: str) -> int:
    """Residents at meetings of any kind."""
    return sum(len(books_meetings.residents(one)) for one in books_meetings.in_month(life, month))


def _level(pages: Pages, life: Life, month: str, page: Page) -> None:
    wrote = authors(life.page)
    own = sum(author is None for author in page.authors())
    answers = [(one.author is None, wrote[one.parent or one.post] is None) for one in page.comments]
    across = sum(by_page != to_page for by_page, to_page in answers)
    pairs = {frozenset(pair) for pair in neighbourly(page)}
    messages = len(page.posts) + len(page.comments)
    own_posts = sum(one.author is None for one in page.posts)
    level = 1 if own + own_posts else 0
    if across >= 3 or (across and across * 20 >= messages):
        level = 2
    if len(pairs) >= 3 and own + own_posts:
        level = 3
    levels = {PAGE: level}
    if any(month_of(one.day) == month for one in life.agenda):
        levels[SITE] = 1
    if books_newsletter.items(life, month):
        levels[LIST] = 1
    for space, one in levels.items():
        pages.put("assets.communication_level", month, one, space)
    pages.put("assets.communication_level", month, sum(levels.values()) / len(levels))
    for number in (1, 2, 3):
        count = sum(one == number for one in levels.values())
        pages.put("assets.communication_level", month, count, part=f"spaces_level_{number}")


def _published(pages: Pages, life: Life, month: str, page: Page) -> None:
    """Pages and posts, these in Hebrew; of pages alone topics are known, and of what is mailed neither."""
    matters = [one for one in life.agenda if month_of(one.day) == month]
    topics = Counter(one.topic for one in matters if one.topic in RESILIENCE)
    pages.put("policy.resilience_use", month, sum(topics.values()))
    for topic, count in topics.items():
        pages.put("policy.resilience_use", month, count, part=topic)
    every = len(matters) + sum(one.author is None for one in page.posts)
    languages = Counter(one.language for one in matters if one.language != "he")
    pages.put("societies.language_investment", month, sum(languages.values()))
    for language in SHOWN_LANGUAGES:
        pages.put(
            "societies.language_investment",
            month,
            divided(languages[language], every),
            part=f"share_{language}",
            n=every,
        )
    other = sum(count for language, count in languages.items() if language not in SHOWN_LANGUAGES)
    pages.put("societies.language_investment", month, divided(other, every), part="share_other", n=every)
