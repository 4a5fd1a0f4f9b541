"""What a town says of exports of Facebook groups."""

from typing import Literal

from pydantic import Field

from collectors.settings import FormatSettings, TableSettings

Metric = Literal["members", "joined", "left", "posts", "comments", "reactions", "active_members", "views"]


class FacebookGroupSettings(TableSettings, FormatSettings):
    """`[facebook_group]`."""

    section = "facebook_group"

    group: str | None = Field(None, description="Name of the group, where the file does not say it")
    columns: dict[str, Literal[Metric, "date", "ignore"]] = Field(
        {}, description="Header or letter of a column -> metric, `date` or `ignore`"
    )
    period: Literal["day", "week", "month", "days_28"] | None = Field(
        None, description="What a row counts, where its dates do not say it"
    )
