"""What a town says of downloads of Google Analytics 4."""

from typing import Literal

from pydantic import Field

from collectors.settings import SPACE, FormatSettings


class Ga4DownloadSettings(FormatSettings):
    """`[ga4_download]`."""

    section = "ga4_download"

    space: str | None = Field(
        None, description=f"{SPACE}; without it, the place registered by the property's name, or the only site"
    )
    cities: tuple[str, ...] = Field(
        (),
        description="Cities, as the download writes them, whose users are residents; people of several are added",
    )
    page_rules: dict[str, Literal["service", "contact", "process"]] = Field(
        {}, description="Path prefix -> topic of the pages below it"
    )
