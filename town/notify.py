"""`[notify]`: where is told what was refused, doubted, failed or fell silent; nowhere until one is given."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from warehouse.keys import REFERENCES, SCHEMES


class NotifySettings(BaseModel):
    """Addresses by reference, since they are secrets: whoever knows a webhook's address may write there."""

    model_config = ConfigDict(extra="forbid")
    webhook: str = Field("", description="Holds `https://...`", examples=["file:keys/notify.webhook"])
    mail: str = Field(
        "",
        description="Holds `smtps://user:password@host:465/?from=ADDRESS&to=ADDRESS`",
        examples=["file:keys/notify.mail"],
    )

    @field_validator("webhook", "mail")
    @classmethod
    def _is_a_reference(cls, value: str) -> str:
        if value and (value.partition(":")[0] not in SCHEMES or not value.partition(":")[2]):
            raise ValueError(f"give the address by reference, {REFERENCES}, not itself: it is a secret")
        return value

    @property
    def is_given(self) -> bool:
        """Whether there is anywhere to tell it."""
        return bool(self.webhook or self.mail)
