"""What a town says of exports of Facebook groups."""

from typing import Literal

from pydantic import Field

from collectors.settings import FormatSettings

Metric = Literal["members", "joined", "left", "posts", "comments", "reactions", "active_members", "views"]


class FacebookGroupSettings(FormatSettings):
    """`[facebook_group]`."""

    section = "facebook_group"

    group: str | None = Field(None, description="Name of the group, where the file does not say it")
    columns: dict[str, Metric | Literal["date", "ignore"]] = Field(
        {}, description="Header or letter of a column -> metric, `date` or `ignore`"
    )
    day_first: bool = Field(True, description="Whether 1/2/2026 is the first of February")
    period: Literal["day", "week", "month", "days_28"] | None = Field(
        None, description="What a row counts, where its dates do not say it"
    )
