"""What a town says of Mailchimp's table of campaigns."""

from pydantic import Field

from collectors.settings import SPACE, FormatSettings


class MailchimpCampaignsSettings(FormatSettings):
    """`[mailchimp_campaigns]`."""

    section = "mailchimp_campaigns"

    space: str | None = Field(None, description=f"{SPACE}; without it, the place registered by the list's name")
    day_first: bool | None = Field(
        None, description="Whether 1/2/2026 is the first of February; without it, as the file itself shows"
    )
