"""What a town says of a Mailchimp account."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from collectors.settings import SPACE, SourceSettings, SpaceCode, WhenReplaced

ProcessKind = Literal[
    "planning", "education", "events", "tenders", "legislation", "budget", "residents_meeting", "other"
]


def _kinds(value: Any) -> Any:
    """Paths alone are of kind `other`."""
    is_paths = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return dict.fromkeys(value, "other") if is_paths else value


ProcessPaths = Annotated[dict[str, str], BeforeValidator(_kinds, json_schema_input_type=dict[str, str] | list[str])]


class MailchimpSettings(SourceSettings):
    """`[source.mailchimp.ACCOUNT]`."""

    source = "mailchimp"
    secret_names = {"key": "API key. It has full rights: keep it so"}
    webhook_secrets = {
        "webhook": "Last part of the webhook's address, made up by the town",
        "webhook_signing": "Signing secret of the webhook, where Mailchimp gives one",
    }

    list: str = Field(description="The Audience ID", min_length=1)
    space: SpaceCode = Field(description=SPACE)
    process_paths: ProcessPaths = Field(
        {}, description="Path of the town's site -> kind of municipal process its links lead to; or a list of paths"
    )
    webhook_old_until: WhenReplaced = None
    webhook_signing_old_until: WhenReplaced = None
