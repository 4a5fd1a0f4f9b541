"""The sections of `kehila.toml` that every town has: each key with what it is. `docs/configuration.md` prints them."""

from __future__ import annotations

import re
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from town.calendar import CalendarSettings
from town.codes import SHAPE_IN_WORDS, is_code, known_names, label, short_name, with_zeros
from transforms.surveys.population import own_margin
from warehouse.names import no_such
from warehouse.vocabulary import CUTS

DEFAULT_TIMEZONE = "Asia/Jerusalem"
"""Of a town that names none, and of a file looked at where no town is configured."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MIN_REASON = 3
"""Letters a reason has."""
LEADING = [
    "website.resident_users", "newsletter.open_rate", "zoom.attendees", "facebook.resident_comments",
    "whatsapp.responses", "whatsapp.resident_replies", "assets.renewal", "assets.answered_in_time",
    "whatsapp.trust", "resilience.index",
]  # fmt: skip
MIN_LEAD, MAX_LEAD = 10, 15
"""How many indicators a town may choose to lead: more are no choice, fewer leave out what is unwelcome."""
MAX_PERSONA, MIN_KINDS, MAX_KINDS = 40, 2, 3
"""Letters of a persona's name; kinds of groups it combines: of more kinds at once too few people are left."""
PRIVATE = "Those of them that lie on the town's own network, which are refused otherwise"


class Section(BaseModel):
    """A key nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class Authority(Section):
    """A local authority this installation works for. Several are several sections, each with its own code."""

    code: str = Field(description="Its code among local authorities, in quotes; it names folders", examples=["0070"])
    name_he: str = Field("", description="Its name in Hebrew, instead of the reference table's", examples=["אשדוד"])
    name_ar: str = Field("", description="Its name in Arabic", examples=["أشدود"])
    name_en: str = Field("", description="Its name in English", examples=["Ashdod"])
    timezone: str = Field(DEFAULT_TIMEZONE, description="By which its days and months begin")
    languages: list[Literal["he", "ar", "en"]] = Field(
        ["he", "ar", "en"], description="Of reports and notices, the first one first"
    )
    population: dict[str, int] = Field(
        {}, description="Year -> residents at its end, instead of the reference table's", examples=[{"2025": 30000}]
    )
    margins: dict[str, dict[str, float]] = Field(
        {},
        description=(
            "What surveys are weighed by, before the reference table: sex, age_band, neighbourhood or society -> group "
            "-> adults of it, or their share"
        ),
        examples=[
            {"neighbourhood": {"north": 8200, "south": 5100}, "age_band": {"18-34": 0.3, "35-64": 0.5, "65+": 0.2}}
        ],
    )
    rebase: dict[str, dict[str, str]] = Field(
        {},
        description="Acts by which a usual level is drawn anew: indicator, or family, -> month it begins -> why",
        examples=[{"website.resident_sessions": {"2026-03": "a new site"}}],
    )
    lead: list[str] = Field(
        [],
        description="The 10 to 15 indicators page one looks at, in its order, instead of the twelve it begins with",
        examples=[LEADING],
    )
    targets: dict[str, float] = Field(
        {},
        description="Indicator -> what its headline is to reach; of a share 0.9 is 90 %. What staff set in their "
        "workbook goes before it",
        examples=[{"assets.answered_in_time": 0.9}],
    )
    personas: dict[str, list[str]] = Field(
        {},
        description="Name of a persona -> the groups of people it is made of: of one kind any, of several kinds all",
        examples=[{"Women over 65": ["sex=female", "age_band=65-74", "age_band=75+"]}],
    )
    minimum_effect: dict[str, float] = Field(
        {},
        description="Indicator -> smallest change over a year that counts, as a share, instead of its own",
        examples=[{"website.resident_users": 0.05}],
    )
    calendar: CalendarSettings = Field(CalendarSettings(), description="Hours and holidays, in a section of its own")

    @field_validator("code", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, int):
            raise ValueError('write the code in quotes: "0031" and 31 are two places')  # noqa: TRY004 (pydantic wants it)
        if not is_code(value):
            raise ValueError(SHAPE_IN_WORDS)
        if near := with_zeros(value):
            raise ValueError(f"there is no authority {value}; did you mean {label(near)}?")
        return value

    @field_validator("margins")
    @classmethod
    def _are_groups(cls, value: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for cut, figures in value.items():
            own_margin(cut, figures)
        return value

    @field_validator("rebase")
    @classmethod
    def _are_acts(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for month, why in (one for acts in value.values() for one in acts.items()):
            if not _MONTH.fullmatch(month):
                raise ValueError(f'write months like "2026-03", unlike {month!r}')
            if len(why.strip()) < MIN_REASON:
                raise ValueError(f"say in a few words why the usual level is drawn anew in {month}")
        return value

    @field_validator("lead")
    @classmethod
    def _are_few(cls, value: list[str]) -> list[str]:
        if twice := sorted({one for one in value if value.count(one) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there twice")
        if value and not MIN_LEAD <= len(value) <= MAX_LEAD:
            raise ValueError(
                f"choose {MIN_LEAD} to {MAX_LEAD} indicators, not {len(value)}; leave the key out for ours"
            )
        return value

    @field_validator("personas")
    @classmethod
    def _are_combinations(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for name, groups in value.items():
            kinds = {one.partition("=")[0] for one in groups}
            if not 0 < len(name.strip()) <= MAX_PERSONA or not name.isprintable() or set(name) & set("=&"):
                raise ValueError(f"write a name of 1 to {MAX_PERSONA} letters without = and &, unlike {name!r}")
            if unknown := sorted(kinds - set(CUTS)):
                raise ValueError(f"{name}: {no_such('kind of group', unknown[0], CUTS)}")
            if any(not one.partition("=")[2] for one in groups):
                raise ValueError(f"{name}: write groups like sex=female")
            if not MIN_KINDS <= len(kinds) <= MAX_KINDS:
                raise ValueError(f"{name}: combine {MIN_KINDS} or {MAX_KINDS} kinds of groups")
        return value

    @field_validator("minimum_effect")
    @classmethod
    def _are_shares(cls, value: dict[str, float]) -> dict[str, float]:
        if odd := [name for name, one in value.items() if not 0 < one < 1]:
            raise ValueError(f"{odd[0]}: write a share between 0 and 1; 0.05 is 5 %")
        return value

    @property
    def label(self) -> str:
        """Code and names, for sentences in any language."""
        return label(self.code, self.name_he, self.name_en)

    @property
    def name(self) -> str:
        """The name people know it by; the code where none is known."""
        return short_name(self.code, self.name_he, self.name_en)

    @property
    def names(self) -> dict[str, str]:
        """Language -> its name there, its own before the reference table's; '' where none is known."""
        return {"he": self.name_he, "ar": self.name_ar, "en": self.name_en} | {
            language: name for language, name in known_names(self.code).items() if not getattr(self, f"name_{language}")
        }

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(no_such("time zone", value, available_timezones(), f"{DEFAULT_TIMEZONE} is one"))
        return value

    @field_validator("population")
    @classmethod
    def _are_years(cls, value: dict[str, int]) -> dict[str, int]:
        if any(not re.fullmatch(r"(19|20)\d\d", year) for year in value):
            raise ValueError("it has years on the left, of four digits, and residents on the right")
        return value


class Store(Section):
    """Where things are kept; paths are taken from the folder of `kehila.toml`."""

    lake: str = Field(
        "lake",
        description="Folder of the lake's Parquet files, which holds nothing else, or `s3://BUCKET/PLACE`",
        examples=["s3://towns/lake"],
    )
    warehouse: str = Field(
        "sqlite:///warehouse.db",
        description="The database: a file of SQLite, or `postgresql+psycopg://user@host/database`",
    )
    output: str = Field("output", description="Folder of reports and closed months")


class Bucket(Section):
    """How a bucket is reached, of a service that is listed here."""

    endpoint: str = Field("", description="Address of the bucket's service", examples=["https://s3.example.org"])
    region: str = Field("us-east-1", description="Region of the bucket, where its service has several")
    access_key: str = Field("", description="Access key of the bucket, by reference", examples=["env:BUCKET_ACCESS"])
    secret_key: str = Field("", description="Its secret key, by reference", examples=["env:BUCKET_SECRET"])
    allow_hosts: list[str] = Field([], description="Hosts that may be spoken to", examples=[["s3.example.org"]])
    private_hosts: list[str] = Field([], description=PRIVATE, examples=[["s3.example.org"]])

    @property
    def references(self) -> dict[str, str]:
        """Key -> its reference, of what is secret and given."""
        return {name: one for name in ("access_key", "secret_key") if (one := getattr(self, name))}


class LakeBucket(Bucket):
    """How the lake's bucket is reached, where `lake` of [store] names one ([many machines](machines.md))."""


class KeysSection(Section):
    """The root key. Keep a copy of it outside this machine: without it nothing can be joined again."""

    root: str = Field("file:keys/root.key", description="The key, by reference")


class PushTarget(Section):
    """A place closed months are delivered to; the section bears the town's own name of it ([push](push.md))."""

    kind: Literal["folder", "http", "s3", "mail"] = Field(
        description="A folder, a server that takes files by HTTP, a bucket, or readers by mail"
    )
    path: str = Field("", description="The folder, of kind `folder`", examples=["/srv/kehila/published"])
    url: str = Field("", description="The address, of kind `http`", examples=["https://bi.town.example/kehila"])
    secret: str = Field("", description="What deliveries are signed with, by reference", examples=["env:PUSH_SECRET"])
    to: str = Field("", description="`s3://BUCKET/PLACE`, of kind `s3`", examples=["s3://published/kehila"])
    endpoint: str = Field("", description="Address of the bucket's service", examples=["https://s3.example.org"])
    region: str = Field("us-east-1", description="Region of the bucket, where its service has several")
    access_key: str = Field("", description="Access key of the bucket, by reference", examples=["env:PUSH_ACCESS"])
    secret_key: str = Field("", description="Its secret key, by reference", examples=["env:PUSH_KEY"])
    mail: str = Field(
        "",
        description="By reference, of kind `mail`: `smtps://user:password@host:465/?from=ADDRESS&to=ADDRESS&to=ADDRESS`",
        examples=["file:keys/push.mail"],
    )
    link: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Where all files can be fetched; the mail names it",
        examples=["https://bi.town.example/kehila"],
    )
    allow_hosts: list[str] = Field([], description="Hosts that may be sent to", examples=[["bi.town.example"]])
    private_hosts: list[str] = Field([], description=PRIVATE, examples=[["bi.town.example"]])

    @property
    def references(self) -> dict[str, str]:
        """Key -> its reference, of what is secret and given."""
        return {name: one for name in ("secret", "access_key", "secret_key", "mail") if (one := getattr(self, name))}


class Backup(Bucket):
    """Where `kehila backup` puts its copies: a folder, or a bucket."""

    to: str = Field("", description="A folder, or `s3://BUCKET/PLACE`", examples=["/mnt/backups"])


class Drop(Section):
    """The folder that `kehila serve` imports from."""

    folder: str = Field("drop", description="The folder; of several towns each has one of its code in it")
    authority: str = Field("", description="Whose it is, where one of several towns owns all of it", examples=["0070"])


class Retention(Section):
    """How long originals are kept as they came: sealed ones, and files of the drop folder that were dealt with."""

    days: int = Field(90, ge=1, description="After so many days they are destroyed")


class Receive(Section):
    """Where `kehila receive` listens; a proxy that speaks HTTPS stands in front."""

    host: str = Field("127.0.0.1", description="Address it listens on")
    port: int = Field(8010, ge=1, le=65535, description="Port it listens on")


class Entry(Section):
    """The web form of staff: `kehila serve` serves it once people's address of it is given."""

    public_url: str = Field(
        "",
        pattern=r"^(https://[^/\s?#]+/?)?$",
        description="Where people open it: the address at which the proxy that speaks HTTPS takes it",
        examples=["https://entry.town.example"],
    )
    host: str = Field("127.0.0.1", description="Address it listens on")
    port: int = Field(8030, ge=1, le=65535, description="Port it listens on")
    remind_days: int = Field(
        5, ge=0, le=28, description="So many days after a month [notify] is told what is still due of it; 0: never"
    )
