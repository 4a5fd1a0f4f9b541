"""What a town says of Mailchimp's table of campaigns."""

from pydantic import Field

from collectors.settings import SPACE, FormatSettings, TableSettings


class MailchimpCampaignsSettings(TableSettings, FormatSettings):
    """`[mailchimp_campaigns]`."""

    section = "mailchimp_campaigns"

    space: str | None = Field(None, description=f"{SPACE}; without it, the place registered by the list's name")
