"""What the exports yield: posts, and results of days."""

from dataclasses import replace

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, count, day, instant, number, text

_SPACE = Column("space", FIXED, text, "The town's code of the place, where the configuration says it")
_SPACE_KEY = Column("space_key", FIXED, text, "Keyed digest of the page's name")


class ListedPost(Stream):
    """A page's own post with its counts since it was published."""

    name = "meta_listed_post"
    columns = (
        Column("post_id", FIXED, text, "Page's and post's number, as Graph names a post", key=True),
        _SPACE,
        _SPACE_KEY,
        Column("created_at", FIXED, instant, "When it was published, UTC"),
        Column("is_process", FIXED, boolean, "It is about a municipal process, by the town's words"),
        Column("is_call", FIXED, boolean, "It calls on residents, by the town's words; null where there are none"),
        Column("is_classified", FIXED, boolean, "The town gave words by which posts on processes are known"),
        Column("language", FIXED, text, "Language by its script"),
        Column("reach", FIXED, count, "People it reached; null where the export counts by day"),
        Column("reactions", FIXED, count, "Reactions to it"),
        Column("comments", FIXED, count, "Comments under it, whenever they were written"),
        Column("shares", FIXED, count, "How often it was shared"),
    )
    facts = ("publication", "platform_metric", "coverage")


class ListedResult(Stream):
    """A number of the page on a day."""

    name = "meta_listed_result"
    columns = (
        Column("metric", FIXED, text, "reach, views, visits, follows, unfollows, interactions, link_clicks", key=True),
        Column("day", FIXED, day, "Day it counts, as the export names it", key=True),
        _SPACE,
        replace(_SPACE_KEY, description="Keyed digest of the name by which a file without a page's name is registered"),
        Column("amount", FIXED, number, "The number as exported"),
    )  # fmt: skip
    facts = ("platform_metric",)
