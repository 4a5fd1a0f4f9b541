"""Who writes on a Facebook page, and what its pulls spoke for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from transforms.staging.coverage import Instants, Part, common, coverage_row, joined, parts_of_all, whole_days
from transforms.staging.records import Row
from transforms.staging.town import Town
from warehouse.calendar import last_day, month_of

POSTS, VISITORS, COMMENTS = "facebook_post", "facebook_visitor_post", "facebook_comment"


def role(record: Row, town: Town) -> str:
    """The page speaks for the authority, and so does staff on its days; whoever else is known is a resident."""
    if record["is_page"]:
        return "authority"
    if record["author"] is None:
        return "unknown"
    # What landed before names were taken has no column of them.
    known = {record["author"], record.get("author_name")}
    return "authority" if town.is_staff(known, town.local_day(record["created_at"])) else "resident"


def by_name(written: Iterable[Row], town: Town) -> set[tuple[str, str]]:
    """(month, space) in which somebody counts as staff whom only her name declares."""
    return {
        (town.local_month(one["created_at"]), one["space"])
        for one in written
        if not one["is_page"]
        and role(one, town) == "authority"
        and role({**one, "author_name": None}, town) != "authority"
    }


def coverage(pulls: list[Row], days: list[Row], written: list[Row], town: Town) -> Iterator[Row]:
    """What the pulls spoke for. Messages need posts, visitors' posts and comments of the same stretch.

    Of several pages of one space each has to be read.
    """
    first = min((one["created_at"] for one in written), default=None)
    named = by_name(written, town)
    known = [] if town.staff else ["estimated"]
    pages: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for pull in pulls:
        if pull["subject"] == "":
            pages[pull["space"]][pull["page_id"]].append(pull)

    def of(stream: str, mine: list[Row], *words: str) -> Instants:
        rows = [p for p in mine if p["stream"] == stream and all(p.get(word) for word in words)]
        return joined((p["since"] or first or p["until"], p["until"]) for p in rows)

    def parts(each: Iterable[Instants]) -> list[Part]:
        return parts_of_all(whole_days(stretches, town.timezone) for stretches in each)

    for space, of_page in sorted(pages.items()):
        each = list(of_page.values())
        for part in parts(common([of(stream, mine) for stream in (POSTS, VISITORS, COMMENTS)]) for mine in each):
            yield _covered("platform_metric", space, part, part.flags)
            names = ["by_name"] if (part.month, space) in named else []
            yield _covered("message", space, part, [*part.flags, *names, *known], knows=("author", "role", "reply"))
        calling = list(parts(of(POSTS, mine, "is_classified", "has_call_words") for mine in each))
        for part in parts(of(POSTS, mine, "is_classified") for mine in each):
            # Calls are known where the town's words for them were there whenever the posts were read.
            calls = ["calls"] if part in calling else []
            yield _covered("publication", space, part, part.flags, knows=("process", "language", *calls))
    counts: dict[tuple[str, str], dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for row in days:
        counts[row["space"], month_of(row["day"])][row["page_id"]].append(row["day"])
    for (space, month), found in sorted(counts.items()):
        # Followers are a stock: a month is told by its last day, whatever was missed before.
        last = min(max(own) for own in found.values())
        part = Part(month, min(min(own) for own in found.values()), last, is_full=last == last_day(month))
        yield _covered("membership", space, part, part.flags)


def _covered(fact: str, space: str, part: Part, flags: Iterable[str], knows: Iterable[str] = ()) -> Row:
    return coverage_row(fact, part, asset="facebook", space=space, knows=knows, flags=flags, basis="api")
