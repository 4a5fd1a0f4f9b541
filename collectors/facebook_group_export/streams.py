"""What a Facebook group insights export yields: one number a row."""

import pyarrow as pa

from collectors.base import Stream


class GroupMetric(Stream):
    """A number the export gives for a day. Unknown numeric columns are kept under `column_<n>`."""

    name = "facebook_group_metric"
    schema = pa.schema(
        [
            ("group_key", pa.string()),  # keyed hash of the group's name, see collectors.base.source_key
            (
                "metric",
                pa.string(),
            ),  # members | joined | left | posts | comments | reactions | active_members | views | column_<n>
            ("period", pa.string()),  # day | week | month | days_28
            ("period_start", pa.date32()),
            ("amount", pa.float64()),
        ]
    )
    key = ("group_key", "metric", "period", "period_start")
    facts = ("platform_metric", "membership")
