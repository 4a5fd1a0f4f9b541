"""What a town says of registers of requests: of its 106 line, or of another system of its own."""

from typing import Literal

from pydantic import Field

from collectors.settings import FormatSettings, TableSettings

RegisterField = Literal["number", "opened", "answered", "closed", "kind", "topic", "channel", "rating", "ignore"]


class HotlineSettings(TableSettings, FormatSettings):
    """`[hotline_106]`. `NAME.mapping.yaml` beside a file, with `format: hotline_106`, says the same of it alone."""

    section = "hotline_106"

    columns: dict[str, RegisterField] = Field(
        {}, description="Header or letter of a column -> what it is, or `ignore`; a number and an opening are needed"
    )
