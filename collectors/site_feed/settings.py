"""What a town says of its own site."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from collectors.settings import SPACE, SourceSettings, SpaceCode

TOPICS = ("process", "service", "contact", "learning", "work", "finance", "rights", "culture", "emergency", "other")
PROCESS_KINDS = ("planning", "education", "events", "tenders", "legislation", "budget", "residents_meeting", "other")
STAGES = ("idea", "draft", "decision", "done")
Language = Literal["he", "ar", "en", "ru", "am", "yi", "uk", "fr", "es"]
LANGUAGES = get_args(Language)


@dataclass(frozen=True)
class Topic:
    """What a rule says of a page: topic, and of a process its kind and the stage it is shared at."""

    topic: str = "other"
    process_kind: str | None = None
    stage: str | None = None


def _topic(value: Any) -> Topic:
    """`service`, `process:planning` or `process:planning:draft`."""
    topic, kind, stage = (*str(value).split(":"), "", "")[:3]
    known = topic in TOPICS and kind in ("", *PROCESS_KINDS) and stage in ("", *STAGES)
    if not known or (kind and topic != "process") or str(value).count(":") > 2:
        raise ValueError(
            f"a topic among {', '.join(TOPICS)}; of a process also `process:KIND` or `process:KIND:STAGE` "
            f"({', '.join(PROCESS_KINDS)}; {', '.join(STAGES)})"
        )
    return Topic(topic, (kind or "other") if topic == "process" else None, stage or None)


def _address(value: str) -> str:
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise ValueError("the site's own address, such as https://www.town.example")
    return value


Path = Annotated[str, Field(min_length=1)]


class SiteSettings(SourceSettings):
    """`[source.site.ACCOUNT]`."""

    source = "site"
    is_alone_in_its_space = (
        True  # what one site lists for the first time would be new because the other was read before
    )

    site: Annotated[str, AfterValidator(_address)] = Field(
        description="The site's own address", examples=["https://www.town.example"]
    )
    space: SpaceCode = Field(description=SPACE)
    sitemaps: tuple[Path, ...] = Field(("sitemap.xml",), description="Paths of sitemaps on the site")
    feeds: tuple[Path, ...] = Field((), description="Paths of RSS or Atom feeds on the site")
    page_rules: dict[str, Annotated[Topic, BeforeValidator(_topic, json_schema_input_type=str)]] = Field(
        {},
        description="Path prefix -> topic of the pages below it, `process:KIND` or `process:KIND:STAGE`",
        examples=[{"/plans": "process:planning"}],
    )
    language_rules: dict[str, Language] = Field({}, description="Path prefix -> language of the pages below it")
    language: Language = Field("he", description="Language of pages that do not say theirs")
    response_paths: tuple[Path, ...] | None = Field(
        None, description="Path prefixes of pages that call for a response; without it nobody can tell"
    )

    @model_validator(mode="after")
    def _lists_something(self) -> Self:
        if not (self.sitemaps or self.feeds):
            raise ValueError("name a sitemap under `sitemaps` or a feed under `feeds`")
        return self
