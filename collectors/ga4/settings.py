"""What a town says of a GA4 property."""

import ipaddress
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator

from collectors.settings import SourceSettings

Kind = Literal["payment", "registration", "update", "application", "contact", "keeping_up"]
PageTopic = Literal["service", "contact", "process", "keeping_up"]
LARGEST_PAGE = 250_000


def _number(value: object) -> object:
    return value.removeprefix("properties/") if isinstance(value, str) else value


def loopback(base_url: str) -> str | None:
    """host:port of an address on this machine; None for any other."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return parts.netloc if is_here and parts.port and not parts.username else None


class Ga4Settings(SourceSettings):
    """`[source.ga4.ACCOUNT]`."""

    source = "ga4"
    is_alone_in_its_space = True  # two properties see the same people, and neither says whom
    secret_names = {"credentials": "JSON key of a service account that may read the property"}

    property: Annotated[str, BeforeValidator(_number)] = Field(
        description="The number under Admin, Property details; G-... and UA-... are other identifiers",
        pattern=r"^[0-9]{1,20}$",
        examples=["123456789"],
    )
    space: str = Field(
        "", description="The town's code of the site; of `space` and `app_space` one is needed", examples=["site"]
    )
    app_space: str = Field("", description="The town's code of the app")
    stream_ids: tuple[str, ...] = Field((), description="Data streams of the site; without them, platform web")
    app_stream_ids: tuple[str, ...] = Field((), description="Data streams of the app; without them, Android and iOS")
    resident_city_ids: tuple[str, ...] = Field((), description="Cities, by GA4's numbers, whose users are residents")
    key_events: dict[str, Kind] = Field(
        {}, description="Name of a key event -> what it settles; `keeping_up` is to read news or alerts on purpose"
    )
    page_rules: dict[str, PageTopic] = Field(
        {}, description="Path prefix -> topic of the pages below it; who reads `keeping_up` pages keeps up"
    )
    newsletter_campaigns: tuple[str, ...] = Field((), description="Campaigns by which the newsletter sends people")
    newsletter_mediums: tuple[str, ...] = Field((), description="Mediums by which the newsletter sends people")
    transport: Literal["grpc", "rest"] = Field("grpc", description="How the service is called")
    page_size: int = Field(10_000, description="Rows asked for at once", ge=1, le=LARGEST_PAGE)

    @field_validator("base_url")
    @classmethod
    def _is_here(cls, value: str | None) -> str | None:
        if value is not None and loopback(value) is None:
            raise ValueError("leave it out, or give an address on this machine: the key is sent to Google only")
        return value

    def spaces(self) -> frozenset[str]:
        """The codes of the site and of the app."""
        return frozenset({self.space, self.app_space} - {""})

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if not (self.space or self.app_space):
            raise ValueError("give `space`, the town's code of the site, or `app_space`, that of the app")
        return self
