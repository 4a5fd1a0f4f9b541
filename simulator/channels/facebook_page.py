"""The Facebook page: posts on the town's matters, what residents write below and answer each other, followers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.calendar import Span, is_workday
from simulator.channels.agenda import Matter
from simulator.channels.crowd import Crowd
from simulator.channels.section import Section
from simulator.planted import Planted, factor
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post

PAGE = "fb-page"
"""The town's code of the page."""
PAGE_NAME = "Gefen town hall"
"""What the page is called on Facebook."""
ZONE = ZoneInfo("Asia/Jerusalem")
PROCESS_WORD = "תכנית"
ASKING = ("מתי זה מתחיל?", "איפה נרשמים?", "כמה זה עולה?")
SAYING = ("תודה רבה", "רעיון טוב מאוד", "גם אצלנו ברחוב")
COMMENTS = 3
"""Comments of residents below every post of a page of the demo town's size, and up to four more."""
METRIC = "page_post_engagements"


@dataclass(frozen=True)
class PageLife:
    """What was written, how many followed on each day, and what the page's insights say of a Pacific day."""

    posts: tuple[Post, ...]
    comments: tuple[Comment, ...]
    followers: dict[date, int]
    metrics: dict[str, Metric]


def make_page(
    rng: Random, span: Span, crowd: Crowd, agenda: Sequence[Matter], planted: Sequence[Planted] = ()
) -> PageLife:
    """A post for each matter told there and one now and then on culture; residents answer, and the page does."""
    posts: list[Post] = []
    comments: list[Comment] = []
    days = [span.first_day + timedelta(days=n) for n in range(span.days)]
    told = {day: [one for one in agenda if one.day == day and one.on_facebook] for day in days}
    for day in days:
        much = factor(planted, "facebook.resident_comments", day, span) if planted else 0.0
        for matter in told[day]:
            word = f"{PROCESS_WORD} חדשה" if matter.topic == "process" else "עדכון לתושבים"
            _post(rng, span, crowd, day, f"{word} {matter.number}", None, posts, comments, much)
        if rng.random() < 0.3 if not planted else day.toordinal() % 3 == 0:
            _post(rng, span, crowd, day, "תמונות מהאירוע", None, posts, comments, much)
        if rng.random() < 0.12:
            _post(rng, span, crowd, day, rng.choice(ASKING), crowd.some(rng, 1)[0], posts, comments, much)
    followers = {day: round(crowd.size * (6 + 4 * n / span.days)) + rng.randint(0, 3) for n, day in enumerate(days)}
    values = {day: rng.randint(20, 90) for day in days}
    early = {day: value - rng.randint(1, 15) for day, value in values.items()}
    return PageLife(tuple(posts), tuple(comments), followers, {METRIC: Metric(METRIC, values, early)})


def _post(
    rng: Random, span: Span, crowd: Crowd, day: date, text: str, author: int | None,
    posts: list[Post], comments: list[Comment], much: float,
) -> None:  # fmt: skip
    """A post and all that comes of it; nothing is written after the town's last day."""
    created = datetime.combine(day, time(9, rng.randrange(60)), ZONE).astimezone(UTC)
    identifier = f"10001_{len(posts):06d}"
    reactions = {
        day + timedelta(days=n): rng.randrange(6) for n in range(6) if day + timedelta(days=n) <= span.last_day
    }
    who = None if author is None else crowd.facebook(author)
    posts.append(Post(identifier, created, text, who, reactions=reactions))
    end = datetime.combine(span.last_day, time(22), ZONE)
    tops: list[tuple[Comment, int]] = []
    # One post in thirty wakes up again months later, as a page's posts do.
    for late in (0, *((rng.randint(95, 140),) if rng.random() < 0.03 else ())):
        few = rng.choice((0, 1, 2, 3, 4))
        for person in crowd.some(rng, round((COMMENTS + few) * much) if much else few):
            at = created + timedelta(days=late, minutes=round(min(rng.expovariate(1 / 9), 60) * 60))
            hidden = rng.random() < 0.03
            answered = rng.choice(tops) if tops and rng.random() < 0.35 else None
            parent = None if answered is None else answered[0]
            at = max(at, parent.created + timedelta(minutes=2)) if parent else at
            if at >= end:
                continue
            text = rng.choice(ASKING if rng.random() < 0.4 else SAYING)
            one = Comment(
                f"{identifier}_{len(comments):07d}", identifier, at, text, crowd.facebook(person),
                parent=parent.id if parent else None, is_hidden=hidden,
            )  # fmt: skip
            comments.append(one)
            if parent is None and not hidden:
                tops.append((one, person))
    waited = rng.randint(20, 3000)
    if author is not None and rng.random() < 0.7:
        _answer(created + timedelta(minutes=waited), identifier, None, end, comments)
    for one, _ in tops:
        if rng.random() < 0.4 and is_workday(one.created.date()):
            _answer(one.created + timedelta(minutes=rng.randint(12, 480)), identifier, one.id, end, comments)


def _answer(at: datetime, post: str, parent: str | None, end: datetime, comments: list[Comment]) -> None:
    """The page writes below a post or a comment."""
    if at < end:
        comments.append(Comment(f"{post}_{len(comments):07d}", post, at, "תודה, בודקים", parent=parent))


class PageDesk:
    """Graph, played for the page."""

    def __init__(self, life: PageLife) -> None:
        self.graph = FacebookGraph()
        self.graph.posts, self.graph.comments = list(life.posts), list(life.comments)
        self.graph.followers, self.graph.metrics = dict(life.followers), dict(life.metrics)
        self.servers = (self.graph,)

    def at(self, now: datetime) -> None:
        """Let it be that instant."""
        self.graph.now = now

    def sections(self) -> Iterator[Section]:
        """What a town writes into its configuration."""
        settings = {"page": self.graph.page, "space": PAGE, "process_words": [PROCESS_WORD], "metrics": [METRIC]}
        yield Section("facebook", "main", self.graph.base_url, settings, {"token": self.graph.token})
