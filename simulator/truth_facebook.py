"""What Facebook comes to: followers, members, the groups' own numbers."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.model import FacebookGroup, Place, Town
from simulator.truth_pages import Pages, divided, last_counts, residents_at
from simulator.truth_staff import entered, is_complete, listed_in

NOT_CONNECTED = ("facebook.resident_comments", "facebook.resident_replies", "facebook.answers")
"""Read from messages, which the town has none of: exports give numbers only."""

INTERACTIONS = ("posts", "comments", "reactions")


def enter(pages: Pages) -> None:
    """The Facebook family as far as exports and entries tell."""
    for month in pages.town.months:
        _followers(pages, month)
        _groups(pages, month)
        _process_posts(pages, month)
    pages.missing(
        (
            "facebook.follower_share",
            "facebook.group_share",
            "facebook.engagement_rate",
            "facebook.process_posts",
            *NOT_CONNECTED,
        )
    )


def relevant(pages: Pages, place: Place) -> int:
    """The residents a place could reach, as registered."""
    return round(max(pages.town.residents.values()) * place.relevant_share)


def _followers(pages: Pages, month: str) -> None:
    page = next(place for place in pages.town.places if place.kind == "page")
    for space, count in last_counts(pages.town, month).items():
        if space == page.code:
            share = divided(count.members, residents_at(pages.town, month))
            for where in ("", page.code):
                pages.put("facebook.follower_share", month, share, where, n=round(residents_at(pages.town, month)))


def pages_counted(town: Town, month: str) -> bool:
    """Whether somebody counted the page's followers in the month itself."""
    page = next(place.code for place in town.places if place.kind == "page")
    return last_counts(town, month)[page].month == month


def month_of_group(group: FacebookGroup, month: str) -> Mapping[str, int] | None:
    """A group's month: sums of what happened, members at the end; None when the export does not speak of it."""
    days = [day for day in group.days if day.day.isoformat()[:7] == month]
    if not days:
        return None
    sums = {name: sum(day.amounts[name] for day in days) for name in INTERACTIONS}
    return {**sums, "members": days[-1].amounts["members"]}


def _groups(pages: Pages, month: str) -> None:
    known = {group.place: found for group in pages.town.groups if (found := month_of_group(group, month))}
    if not known:
        return
    for place, one in known.items():
        share = divided(one["members"], relevant(pages, place))
        pages.put("facebook.group_share", month, share, place.code, n=relevant(pages, place))
        acts = sum(one[name] for name in INTERACTIONS)
        rate = divided(acts, one["posts"] * one["members"])
        for part in ("", "by_interactions"):
            pages.put("facebook.engagement_rate", month, rate, place.code, part, n=one["posts"] * one["members"])
    members = sum(one["members"] for one in known.values())
    share = divided(members, sum(relevant(pages, place) for place in known))
    pages.put("facebook.group_share", month, share, n=sum(relevant(pages, place) for place in known))
    acts = sum(one[name] for one in known.values() for name in INTERACTIONS)
    possible = sum(one["posts"] * one["members"] for one in known.values())
    rate = divided(acts, possible)
    for part in ("", "by_interactions"):
        pages.put("facebook.engagement_rate", month, rate, part=part, n=possible)


def _process_posts(pages: Pages, month: str) -> None:
    """Posts about a process: those listed one by one, otherwise those counted."""
    indicator = "facebook.process_posts"
    listed = [p for p in listed_in(pages.town, month) if p.asset == "facebook" and p.topic == "process"]
    sums = entered(pages.town, indicator, month)
    if listed:
        posts, calls = float(len(listed)), float(sum(item.calls for item in listed))
    elif sums:
        posts, calls = sums["process"], sums["calls"]
    elif is_complete(pages.town, indicator, month):
        posts, calls = 0.0, 0.0
    else:
        return
    pages.put(indicator, month, posts)
    pages.put(indicator, month, calls, part="calls")
    pages.put(indicator, month, divided(calls, posts), part="calls_share", n=round(posts))
