"""What a town says of exports of Meta Business Suite."""

from pydantic import Field

from collectors.settings import SPACE, FormatSettings, TableSettings


class MetaSuiteSettings(TableSettings, FormatSettings):
    """`[meta_suite]`."""

    section = "meta_suite"

    space: str | None = Field(
        None,
        description=f"{SPACE}; without it, the place registered by the page's name, or, of results, the only page",
    )
    process_words: tuple[str, ...] = Field(
        (), description="A post with one of these words is about a municipal process"
    )
    call_words: tuple[str, ...] = Field(
        (), description="A post with one of these words calls residents to influence; a question mark is no call"
    )
