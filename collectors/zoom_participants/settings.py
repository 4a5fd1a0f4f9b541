"""What a town says of Zoom's reports as files."""

from typing import Literal

from pydantic import Field

from collectors.settings import SPACE, FormatSettings, TableSettings

MeetingKind = Literal["participation", "residents", "community", "internal", "other"]


class ZoomParticipantsSettings(TableSettings, FormatSettings):
    """`[zoom_participants]`."""

    section = "zoom_participants"

    space: str | None = Field(None, description=f"{SPACE}; without it, the town's only registered place on Zoom")
    kind_field: str = Field(
        "", description="Column that says what a meeting is for: a tracking field of the list of meetings, or Topic"
    )
    kinds: dict[str, MeetingKind] = Field({}, description="Value of that column -> kind of meeting")
