"""`kehila.toml`: what a town configured. Secrets stand here by reference only."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from town.names import no_such

DEFAULT_TIMEZONE = "Asia/Jerusalem"
"""Of a town that names none, and of a file looked at where no town is configured."""


class ConfigProblem(Exception):
    """The configuration cannot be used; the message names the line's key and the remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Authority(_Strict):
    """One local authority this installation works for."""

    code: str = Field(min_length=1, max_length=8)
    name_he: str = ""
    name_ar: str = ""
    name_en: str = ""
    timezone: str = DEFAULT_TIMEZONE
    languages: list[Literal["he", "ar", "en"]] = ["he", "ar", "en"]
    population: dict[str, int] = {}  # year -> residents at its end; overrides the reference table

    @field_validator("code", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, int):
            raise ValueError('write the code in quotes: "0031" and 31 are two places')  # noqa: TRY004 (pydantic wants it)
        return value


class Store(_Strict):
    """Where things are kept, relative to the configuration file."""

    lake: str = "lake"
    warehouse: str = "sqlite:///warehouse.db"
    output: str = "output"


class KeysSection(_Strict):
    """The root key, by reference."""

    root: str = "file:keys/root.key"


class PushTarget(_Strict):
    """A place closed months are delivered to."""

    kind: str = Field(pattern="^(folder|http)$")
    path: str = ""
    url: str = ""
    secret: str = ""  # by reference
    allow_hosts: list[str] = []
    private_hosts: list[str] = []  # hosts on the town's own network


class Drop(_Strict):
    """A folder that is watched by `kehila serve`."""

    folder: str = "drop"
    authority: str = ""


class Receive(_Strict):
    """Where `kehila receive` listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8010, ge=1, le=65535)


class WhatsAppSection(_Strict):
    """How chat exports are read where the file itself does not say."""

    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    chat_name: str | None = None
    topics: dict[str, list[str]] = {}  # class -> words that begin with these letters
    phrases: dict[str, list[str]] = {}  # event -> phrases of a client the grammar does not know yet
    question_words: list[str] = []


class FacebookGroupSection(_Strict):
    """How Facebook group exports are read."""

    group: str | None = None
    columns: dict[str, str] = {}  # header or letter -> metric, `date` or `ignore`
    day_first: bool = True
    period: Literal["day", "week", "month", "days_28"] | None = None


class SourceSection(BaseModel):
    """One account of a service: `[source.NAME.ACCOUNT]`. Its plain settings are the source's own.

    Secrets are given by reference under `secrets`. `base_url` points the collector at another server.
    """

    model_config = ConfigDict(extra="allow")

    authority: str = ""  # which authority it belongs to, when several are configured
    base_url: str | None = None
    secrets: dict[str, str] = {}

    def settings(self) -> dict[str, Any]:
        """The settings the source itself understands."""
        return dict(self.model_extra or {})


class Config(_Strict):
    """The whole configuration."""

    authority: list[Authority] = Field(min_length=1)
    store: Store = Store()
    keys: KeysSection = KeysSection()
    whatsapp: WhatsAppSection = WhatsAppSection()
    survey: dict[str, Any] = {}
    facebook_group: FacebookGroupSection = FacebookGroupSection()
    source: dict[str, dict[str, SourceSection]] = {}  # service -> account -> section
    push: dict[str, PushTarget] = {}
    drop: Drop = Drop()
    receive: Receive = Receive()
    base: Path = Path()

    def the_authority(self, code: str | None = None) -> Authority:
        """The authority asked for, or the only one. ConfigProblem when that is not clear."""
        if code is None and len(self.authority) == 1:
            return self.authority[0]
        for one in self.authority:
            if one.code == code:
                return one
        codes = [one.code for one in self.authority]
        if code is None:
            raise ConfigProblem(f"several authorities are configured ({', '.join(codes)}); name one with --authority")
        raise ConfigProblem(no_such("authority", code, codes))

    def options(self, file_format: str) -> dict[str, Any]:
        """The section of a file format."""
        if file_format == "survey":
            return dict(self.survey)
        sections: dict[str, BaseModel] = {"whatsapp_chat": self.whatsapp, "facebook_group": self.facebook_group}
        section = sections.get(file_format)
        return section.model_dump(exclude_defaults=True) if section is not None else {}


def load(path: Path) -> Config:
    """Read and check the configuration. Raises ConfigProblem in plain words."""
    if not path.exists():
        raise ConfigProblem(f"{path.name} does not exist here; `kehila init` writes one, or name yours with --config")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConfigProblem(
            f"{path.name} cannot be read ({problem.strerror}); name a file this user may read"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigProblem(f"{path.name} is not valid TOML: {problem}") from None
    try:
        config = Config.model_validate(raw)
    except ValidationError as problem:
        lines = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in problem.errors(include_input=False)]
        raise ConfigProblem(f"{path.name}: " + "; ".join(lines)) from None
    config.base = path.resolve().parent
    return config


TEMPLATE = """\
# Kehila: what this town configured. Secrets are given by reference: file:PATH or env:NAME.
[[authority]]
code = "{code}"            # in quotes: "0031" and 31 are two places
timezone = "Asia/Jerusalem"
languages = ["he", "ar", "en"]
# [authority.population]    # newer figures than the reference table: year = residents at its end
# 2025 = 30000

[store]
lake = "lake"               # Parquet files, pseudonymised
warehouse = "sqlite:///warehouse.db"   # or postgresql+psycopg://user@host/database
output = "output"

[keys]
root = "file:keys/root.key" # keep a copy outside this machine; without it nothing can be joined again

[drop]
folder = "drop"             # `kehila serve` imports what is put here

# [whatsapp.topics]         # classes of the town's own keyword list
# safety = ["פנס", "תאורה", "מצלמה"]

# [source.mailchimp.main]    # a service and the town's own name of the account; `kehila doctor` tries it
# list = "a1b2c3"
# space = "newsletter"
# secrets = {{ key = "env:MAILCHIMP_KEY" }}

# [push.archive]
# kind = "folder"
# path = "/srv/kehila/published"
"""
