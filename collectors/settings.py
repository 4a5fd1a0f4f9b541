"""What a town may write in `kehila.toml` of a source or a file format: one class each, found by itself.

A class stands in `settings.py` of its folder and is light to import: the configuration is checked, unknown
names and all, before anything of a collector is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails

from collectors.discovery import load_only, named

SpaceCode = Annotated[str, Field(min_length=1)]
"""The town's own code of a place, as in its list of spaces."""
SPACE = "The town's code of the place, as in its list of spaces"


def _instant(value: Any) -> Any:
    """A day stands for its first moment; one without a zone is UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


WhenReplaced = Annotated[
    datetime | None,
    BeforeValidator(_instant),
    Field(description="Until when the secret that was replaced counts too, `secrets.*_old`"),
]
"""Of `NAME_old_until`: a webhook's secret is replaced without a moment in which neither counts."""


class Settings(BaseModel):
    """Every field has a description: `docs/sources.md` prints them."""

    # A number where a text belongs is that text: identifiers of services are often digits.
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    def given(self) -> dict[str, object]:
        """What was written, without what was left out."""
        return self.model_dump(exclude_unset=True)

    def spaces(self) -> frozenset[str]:
        """The town's codes of the places that are spoken of, as far as the section names them."""
        return frozenset({getattr(self, "space", None) or ""} - {""})


class SourceSettings(Settings):
    """One account of a service: `[source.NAME.ACCOUNT]`. A source adds its own fields to these.

    Of each secret is said what it is: of those needed to pull, of those that may be left out, of those that
    webhooks are known by. Each of the last may be replaced: `NAME_old` beside it counts until `NAME_old_until`.
    """

    source: ClassVar[str] = ""
    secret_names: ClassVar[Mapping[str, str]] = {}
    optional_secrets: ClassVar[Mapping[str, str]] = {}
    webhook_secrets: ClassVar[Mapping[str, str]] = {}
    is_alone_in_its_space: ClassVar[bool] = False
    """Whether what two accounts tell of one space can neither be added nor told apart, so that two are refused."""

    authority: str = Field(
        "", description="Whose account it is; needed when several authorities are configured", examples=["0070"]
    )
    base_url: str | None = Field(
        None, description="Another server to call instead of the service's own", examples=["http://127.0.0.1:8080"]
    )
    secrets: dict[str, str] = Field(
        {}, description="Secrets by reference: `file:PATH`, `env:NAME` or `credential:NAME`", examples=[{}]
    )

    @classmethod
    def known_secrets(cls) -> list[str]:
        """Every name that may stand under `secrets`."""
        replaced = [f"{name}_old" for name in cls.webhook_secrets]
        return sorted({*cls.secret_names, *cls.optional_secrets, *cls.webhook_secrets, *replaced})

    @field_validator("secrets")
    @classmethod
    def _are_known(cls, secrets: dict[str, str]) -> dict[str, str]:
        if unknown := [
            InitErrorDetails(type="extra_forbidden", loc=(name,), input=None)
            for name in secrets.keys() - set(cls.known_secrets())
        ]:
            raise ValidationError.from_exception_data("secrets", unknown)
        return secrets


class FormatSettings(Settings):
    """How files of one format are read where the file itself does not say: `[SECTION]`, below the class's `section`."""

    section: ClassVar[str] = ""


class TableSettings(Settings):
    """Settings of every format whose files are tables with days written in them."""

    day_first: bool | None = Field(
        None, description="Whether 1/2/2026 is the first of February, where nothing in a file tells"
    )


def source_settings() -> dict[str, type[SourceSettings]]:
    """The settings of every source, by its name."""
    load_only("*/settings.py")
    return named(SourceSettings, lambda cls: cls.source, "source")


def format_settings() -> dict[str, type[FormatSettings]]:
    """The settings of every file format that has some, by section."""
    load_only("*/settings.py")
    return named(FormatSettings, lambda cls: cls.section, "section of kehila.toml")
