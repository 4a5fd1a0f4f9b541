"""What a Facebook group insights export yields: one number a row."""

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import day, number, text


class GroupMetric(Stream):
    """A number the export gives for a day. Unknown numeric columns are kept under `column_<n>`."""

    name = "facebook_group_metric"
    columns = (
        Column("group_key", FIXED, text, "Keyed digest of the group's name, as in the town's list of spaces", key=True),
        Column(
            "metric", FIXED, text,
            "members, joined, left, posts, comments, reactions, active_members, views or column_<n>", key=True,
        ),
        Column("period", FIXED, text, "day, week, month or days_28", key=True),
        Column("period_start", FIXED, day, "First local day of the period", key=True),
        Column("amount", FIXED, number, "The number as exported"),
    )  # fmt: skip
    facts = ("platform_metric", "membership")
