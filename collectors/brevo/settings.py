"""What a town says of a Brevo account."""

from pydantic import Field

from collectors.settings import SPACE, SourceSettings, SpaceCode


class BrevoSettings(SourceSettings):
    """`[source.brevo.ACCOUNT]`."""

    source = "brevo"
    secret_names = {"key": "API key: Settings, SMTP & API, API keys"}

    list: str = Field(description="The list's number", min_length=1)
    space: SpaceCode = Field(description=SPACE)
