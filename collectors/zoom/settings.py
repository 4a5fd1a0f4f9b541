"""What a town says of a Zoom account."""

from typing import Literal

from pydantic import Field

from collectors.settings import SPACE, SourceSettings, SpaceCode, WhenReplaced

MeetingKind = Literal["participation", "residents", "community", "internal", "other"]


class ZoomSettings(SourceSettings):
    """`[source.zoom.ACCOUNT]`."""

    source = "zoom"
    secret_names = {
        "account": "Account ID of the server-to-server OAuth app",
        "client_id": "Client ID of the app",
        "client_secret": "Client secret of the app",
    }
    webhook_secrets = {"webhook": "Secret token of the app's event subscription"}

    space: SpaceCode = Field(description=SPACE)
    account: str = Field("", description="The Account ID, where it is not among the secrets (webhooks alone)")
    kind_field: str = Field("", description="Tracking field in Zoom that says what a meeting is for")
    kinds: dict[str, MeetingKind] = Field({}, description="Value of that field -> kind of meeting")
    users: tuple[str, ...] = Field((), description="Addresses of the users whose meetings are read; without it, all")
    resident_hosts: tuple[str, ...] = Field((), description="Addresses of users who call meetings as residents")
    heard_via_question: str = Field("", description="Question of the registration form that asks how one heard of it")
    heard_via_answers: dict[str, str] = Field({}, description="Answer to that question -> digital asset")
    webhook_old_until: WhenReplaced = None
