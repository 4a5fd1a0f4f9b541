"""What a town says of a Facebook page."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from collectors.settings import SPACE, SourceSettings, SpaceCode, WhenReplaced


def _words(value: Any) -> Any:
    """A text with commas is a list of words."""
    return value.split(",") if isinstance(value, str) else value


class FacebookSettings(SourceSettings):
    """`[source.facebook.ACCOUNT]`."""

    source = "facebook"
    secret_names = {"token": "A page token, or one of a system user"}
    optional_secrets = {"app_secret": "Proves that the token is used by its own app"}
    webhook_secrets = {
        "verify_token": "Word of the town's own that Meta asks for when the webhook is subscribed",
        "app_secret": "Secret of the app, by which Meta signs",
    }

    page: str = Field(
        description="The page's number, not its name; it stands under About, Page transparency",
        pattern=r"^[0-9]+$",
        examples=["100064000000000"],
    )
    space: SpaceCode = Field(description=SPACE)
    version: str = Field("26.0", description="Version of Graph to ask")
    process_words: Annotated[tuple[str, ...], BeforeValidator(_words, json_schema_input_type=list[str] | str)] = Field(
        (), description="A post with one of these words is about a municipal process"
    )
    call_words: Annotated[tuple[str, ...], BeforeValidator(_words, json_schema_input_type=list[str] | str)] = Field(
        (), description="A post with one of these words calls residents to influence; a question mark is no call"
    )
    metrics: tuple[str, ...] = Field((), description="Metrics to read instead of those known to live")
    app_secret_old_until: WhenReplaced = None
    verify_token_old_until: WhenReplaced = None
