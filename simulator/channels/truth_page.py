"""The Facebook page: followers, who took part, what was written below posts, what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.calendar import last_of, month_of, shifted
from simulator.channels.facebook_page import PAGE, PROCESS_WORD, ZONE, PageLife
from simulator.channels.life import Life
from simulator.services.facebook import Comment, Post
from simulator.truth_pages import Pages, divided, residents_at
from simulator.truth_responding import put_renewal
from simulator.truth_whatsapp import Waits
from simulator.working_time import Asked, WorkingTime, in_time

MAX_SPAN = timedelta(days=30)


@dataclass(frozen=True)
class Page:
    """The page in one month, as far as it is in the open."""

    posts: tuple[Post, ...]
    comments: tuple[Comment, ...]
    life: PageLife

    @classmethod
    def of(cls, life: PageLife, month: str) -> Page:
        """What was written in a month; hidden comments are out of it."""
        posts = tuple(one for one in life.posts if month_at(one.created) == month)
        shown = tuple(one for one in life.comments if month_at(one.created) == month and not one.is_hidden)
        return cls(posts, shown, life)

    def authors(self) -> list[str | None]:
        """Who wrote each post and comment."""
        return [one.author for one in self.posts] + [one.author for one in self.comments]

    def residents(self) -> set[str]:
        """Everybody but the page who wrote."""
        return {author for author in self.authors() if author is not None}


def month_at(at: datetime) -> str:
    """The local month of an instant."""
    return month_of(at.astimezone(ZONE).date())


def authors(life: PageLife) -> dict[str, str | None]:
    """Who wrote each post and comment; None is the page."""
    return {one.id: one.author for one in life.posts} | {one.id: one.author for one in life.comments}


def followers(life: PageLife, reads: Sequence[datetime]) -> dict[str, int]:
    """Followers by month, as of its last reading; the town's end is the last count there is."""
    found = {}
    for read in reads:
        day = read.astimezone(ZONE).date()
        if day < min(life.followers):
            continue
        found[month_of(day)] = life.followers[min(day, max(life.followers))]
    return found


def enter(pages: Pages, life: Life, reads: Sequence[datetime]) -> None:
    """All months."""
    counted, looked = followers(life.page, reads), reads[-1].astimezone(ZONE).date()
    for month in pages.town.months:
        page = Page.of(life.page, month)
        members = counted[month]
        own = [one for one in page.posts if one.author is None]
        acts = len(page.posts) + len(page.comments) + sum(sum(one.reactions.values()) for one in page.posts)
        for space in ("", PAGE):
            residents = residents_at(pages.town, month)
            pages.put("facebook.follower_share", month, members / residents, space, n=round(residents))
            by_people = len(page.residents()) / members
            for part in ("", "by_people"):
                pages.put("facebook.engagement_rate", month, by_people, space, part, n=members)
            by_acts = divided(acts, len(page.posts) * members)
            pages.put("facebook.engagement_rate", month, by_acts, space, "by_interactions", n=len(page.posts) * members)
            comments = _under_own(page, month)
            pages.put("facebook.resident_comments", month, comments, space)
            pages.put("facebook.resident_comments", month, divided(comments, len(own)), space, "per_post", n=len(own))
            pages.put("facebook.resident_replies", month, len(neighbourly(page)), space)
            _answers(pages, page, month, space, min(last_of(shifted(month, 1)), looked - timedelta(days=1)))
        _renewal(pages, life.page, month)
        process = [one for one in own if PROCESS_WORD in (one.message or "")]
        pages.put("facebook.process_posts", month, len(process))
        for part in ("calls", "calls_share"):  # Graph does not tell which post calls for a response
            pages.put("facebook.process_posts", month, None, part=part)


def _under_own(page: Page, month: str) -> int:
    """Comments of residents below posts of the page: any answer to the post itself, others for two months more."""
    posts = {one.id: one for one in page.life.posts if one.author is None}
    return sum(
        one.author is not None
        and one.post in posts
        and (one.parent is None or month_at(posts[one.post].created) >= shifted(month, -2))
        for one in page.comments
    )


def neighbourly(page: Page) -> list[tuple[str, str]]:
    """Who answered whom, residents both."""
    wrote = authors(page.life)
    found = []
    for one in page.comments:
        answered = wrote[one.parent or one.post]
        if one.author is not None and answered is not None and answered != one.author:
            found.append((one.author, answered))
    return found


def _answers(pages: Pages, page: Page, month: str, space: str, until: date) -> None:
    """What residents posted or asked in comments, and when the page first wrote below it."""
    clock, brought = WorkingTime(frozenset()), asked_of(page, month)
    waits = Waits(tuple(one.hours() for one in brought))
    worked = Waits(tuple(one.working_hours(clock) for one in brought))
    answered = sum(one.answered_at is not None for one in brought)
    pages.put("facebook.answers", month, answered, space)
    for part in ("share_answered", "share_questions_answered"):  # every matter asks something
        pages.put("facebook.answers", month, divided(answered, len(brought)), space, part)
    pages.put("facebook.answers", month, waits.within(5), space, "median_hours")
    pages.put("facebook.answers", month, waits.within(9), space, "p90_hours")
    pages.put("facebook.answers", month, worked.within(5), space, "median_working_hours")
    pages.put("facebook.answers", month, worked.within(9), space, "p90_working_hours")
    told, due = in_time(brought, clock, until)
    pages.put("facebook.answers", month, divided(told, due), space, "in_two_days")
    if space:
        for part in ("", "facebook"):
            pages.put("assets.answered_in_time", month, divided(told, due), part=part, n=due)


def _renewal(pages: Pages, life: PageLife, month: str) -> None:
    """Who wrote in the quarter, and who had in the year before it; Graph tells a page's whole past."""
    wrote: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for back in range(15):
        found = Page.of(life, shifted(month, -back)).authors()
        wrote[back < 3].update(author for author in found if author is not None)
    put_renewal(pages, month, wrote[True], wrote[False])


def asked_of(page: Page, month: str) -> list[Asked]:
    """What residents posted or asked in comments, with the instants of asking and of the page's first word below it."""
    said = [one for one in page.life.comments if one.author is None and not one.is_hidden]
    brought = [
        Asked(post.created, _first(post.created, month, [one for one in said if one.post == post.id]))
        for post in page.posts
        if post.author is not None
    ]
    for asked in page.comments:
        if asked.author is None or "?" not in asked.message:
            continue
        # Below it or, where it stands below a comment itself, below the same one and later.
        below = [one for one in said if one.parent == asked.id]
        if asked.parent is not None:
            below += [one for one in said if one.parent == asked.parent and one.created > asked.created]
        brought.append(Asked(asked.created, _first(asked.created, month, below)))
    return brought


def _first(raised: datetime, month: str, told: Sequence[Comment]) -> datetime | None:
    """The first of the page's words that still counts."""
    counted = [
        one.created
        for one in told
        if raised <= one.created <= raised + MAX_SPAN and month_at(one.created) <= shifted(month, 1)
    ]
    return min(counted, default=None)
