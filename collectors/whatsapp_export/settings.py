"""What a town says of WhatsApp chat exports."""

from typing import Literal

from pydantic import Field

from collectors.settings import FormatSettings


class WhatsAppSettings(FormatSettings):
    """`[whatsapp]`."""

    section = "whatsapp"

    date_order: Literal["dmy", "mdy", "ymd"] | None = Field(None, description="Order of day, month and year")
    chat_name: str | None = Field(None, description="Name of the chat, where the file's name does not say it")
    topics: dict[str, list[str]] = Field(
        {}, description="Class of the town's own -> words that begin with these letters"
    )
    phrases: dict[str, list[str]] = Field({}, description="Event -> phrases of a client the reader does not know yet")
    question_words: tuple[str, ...] = Field((), description="More words that make a message a question")
