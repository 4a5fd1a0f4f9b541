"""The books of the stand-in of Graph: true monthly figures counted from its state, not from its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Protocol


@dataclass
class Month:
    """What was true of a month. Comments and answers leave out hidden ones; metrics are sums of Pacific days."""

    posts: int = 0
    visitor_posts: int = 0
    comments: int = 0
    answers: int = 0
    replies_between: int = 0  # comments by one resident to what another wrote
    hidden: int = 0
    reactions: int = 0  # so far, under the month's posts
    people: set[str] = field(default_factory=set)
    followers: int | None = None  # on the last day there was a count
    metrics: dict[str, int] = field(default_factory=dict)


class _Post(Protocol):
    id: str
    created: datetime
    author: str | None
    is_published: bool
    reactions: Mapping[date, int]


class _Comment(Protocol):
    id: str
    post: str
    created: datetime
    author: str | None
    parent: str | None
    is_hidden: bool


class _Metric(Protocol):
    name: str
    values: Mapping[date, Any]


def monthly(
    posts: Sequence[_Post],
    comments: Sequence[_Comment],
    followers: Mapping[date, int],
    metrics: Mapping[str, _Metric],
    now: datetime,
    zone: tzinfo,
) -> dict[str, Month]:
    """Month (local, YYYY-MM) to its figures, up to now."""
    truth: dict[str, Month] = {}

    def of(day: date) -> Month:
        return truth.setdefault(f"{day:%Y-%m}", Month())

    for post in posts:
        if post.created > now or not post.is_published:
            continue
        month = of(post.created.astimezone(zone).date())
        month.reactions += sum(count for day, count in post.reactions.items() if day <= now.date())
        if post.author is None:
            month.posts += 1
        else:
            month.visitor_posts += 1
            month.people.add(post.author)
    authors = {post.id: post.author for post in posts} | {one.id: one.author for one in comments}
    for one in comments:
        if one.created <= now:
            _count(one, authors.get(one.parent or one.post), of(one.created.astimezone(zone).date()))
    for day, count in sorted(followers.items()):
        if day <= now.astimezone(zone).date():
            of(day).followers = count
    for metric in metrics.values():
        for day, value in metric.values.items():
            if day < now.date() and isinstance(value, int):
                month = of(day)
                month.metrics[metric.name] = month.metrics.get(metric.name, 0) + value
    return truth


def _count(one: _Comment, answered: str | None, month: Month) -> None:
    if one.is_hidden:
        month.hidden += 1
    elif one.author is None:
        month.answers += 1
    else:
        month.comments += 1
        month.people.add(one.author)
        month.replies_between += answered not in (None, one.author)
