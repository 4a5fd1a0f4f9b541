"""`[notify]`: who is told what was refused, doubted, failed or fell silent; nobody until an address is given."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from warehouse.keys import REFERENCES, SCHEMES

Topic = Literal["sources", "figures", "months", "machine"]
"""What a notice is about: services and files; what the gate refused or doubts; deliveries; disk, parts and runs."""
TOPICS: tuple[Topic, ...] = get_args(Topic)
_FIGURES, _MONTHS = ("gate_refused", "gate_held", "gate_doubted", "refused", "doubted"), ("not_pushed",)
_MACHINE = ("not_drained", "disk", "receiver_down", "failed")


def topic_of(code: str) -> Topic:
    """The topic of a condition of a town's store, or of a notice of an event, by its code."""
    if code in _FIGURES:
        return "figures"
    return "months" if code in _MONTHS else "machine" if code in _MACHINE else "sources"


class Addresses(BaseModel):
    """Where somebody is told, by reference: whoever knows a webhook's address may write there."""

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


class Recipient(Addresses):
    """Somebody who answers for a part: told of that alone, in one language. NAME is the town's own, a role best."""

    language: Literal["he", "ar", "en"] = Field("he", description="In which this one is told")
    about: list[Topic] = Field(list(TOPICS), description="What this one is told of", min_length=1)


class NotifySettings(Addresses):
    """Who is told of everything, in the town's languages: addresses by reference, since they are secrets."""

    to: dict[str, Recipient] = Field({}, description="Others who are told of a part, each in a section of its own")

    @property
    def is_given(self) -> bool:
        """Whether there is anybody to tell."""
        return any(one.webhook or one.mail for one in (self, *self.to.values()))
