"""What a town says of a WhatsApp business account."""

from pydantic import Field

from collectors.settings import SourceSettings, WhenReplaced


class WhatsAppCloudSettings(SourceSettings):
    """`[source.whatsapp_cloud.ACCOUNT]`."""

    source = "whatsapp_cloud"
    secret_names = {"token": "Token of a system user with whatsapp_business_management"}
    webhook_secrets = {
        "verify_token": "Word of the town's own that Meta asks for when the webhook is subscribed",
        "app_secret": "Secret of the app, by which Meta signs",
    }

    business_account: str = Field(description="Number of the WhatsApp business account", min_length=1)
    places: dict[str, str] = Field(
        {}, description="Telephone number (`+9725...`) or its identifier -> name of the place in the staff workbook"
    )
    version: str = Field("", description="Version of Graph to ask; without it the newest known")
    app_secret_old_until: WhenReplaced = None
    verify_token_old_until: WhenReplaced = None
