"""`kehila.toml`: what a town configured. Secrets stand here by reference only."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any, Literal, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, create_model, field_validator
from pydantic_core import ErrorDetails

from collectors.settings import FormatSettings, SourceSettings, format_settings, source_settings
from town.calendar import CalendarSettings
from town.codes import SHAPE_IN_WORDS, is_code, label, short_name, with_zeros
from town.health import CheckSettings
from town.notify import NotifySettings
from town.schedule import ScheduleSettings
from warehouse.names import no_such

DEFAULT_TIMEZONE = "Asia/Jerusalem"
"""Of a town that names none, and of a file looked at where no town is configured."""


class ConfigProblem(Exception):
    """The configuration cannot be used; the message names the line's key and the remedy."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Authority(_Strict):
    """One local authority this installation works for."""

    code: str  # it names folders
    name_he: str = ""
    name_ar: str = ""
    name_en: str = ""  # names go before the reference table's
    timezone: str = DEFAULT_TIMEZONE
    languages: list[Literal["he", "ar", "en"]] = ["he", "ar", "en"]
    population: dict[str, int] = {}  # year -> residents at its end; overrides the reference table
    calendar: CalendarSettings = CalendarSettings()

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

    @property
    def label(self) -> str:
        """Code and names, for sentences in any language."""
        return label(self.code, self.name_he, self.name_en)

    @property
    def name(self) -> str:
        """The name people know it by; the code where none is known."""
        return short_name(self.code, self.name_he, self.name_en)

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(no_such("time zone", value, available_timezones(), f"{DEFAULT_TIMEZONE} is one"))
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


class Backup(_Strict):
    """Where `kehila backup` puts its copies: a folder, or a bucket of a service that is listed here."""

    to: str = ""  # a folder, or s3://BUCKET/PLACE
    endpoint: str = ""  # https address of the bucket's service
    access_key: str = ""  # by reference
    secret_key: str = ""  # by reference
    allow_hosts: list[str] = []
    private_hosts: list[str] = []  # hosts on the town's own network


class Drop(_Strict):
    """A folder that is watched by `kehila serve`."""

    folder: str = "drop"
    authority: str = ""


class Retention(_Strict):
    """How long originals are kept as they came."""

    days: int = Field(default=90, ge=1)


class Receive(_Strict):
    """Where `kehila receive` listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8010, ge=1, le=65535)


class Config(_Strict):
    """The whole configuration."""

    authority: list[Authority] = Field(min_length=1)
    store: Store = Store()
    keys: KeysSection = KeysSection()
    source: dict[str, dict[str, SourceSettings]] = {}  # service -> account -> its section
    push: dict[str, PushTarget] = {}
    backup: Backup = Backup()
    drop: Drop = Drop()
    receive: Receive = Receive()
    retention: Retention = Retention()
    check: CheckSettings = CheckSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    notify: NotifySettings = NotifySettings()
    expectations: dict[str, Any] = {}  # suite -> rule -> what changes; checked when the suites are read
    _base: Path = PrivateAttr(Path())

    @property
    def base(self) -> Path:
        """The folder the configuration stands in."""
        return self._base

    @base.setter
    def base(self, folder: Path) -> None:
        self._base = folder

    @field_validator("authority")
    @classmethod
    def _are_several(cls, value: list[Authority]) -> list[Authority]:
        codes = [one.code for one in value]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there twice; give each authority its own code, once")
        return value

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

    @field_validator("source", mode="before")
    @classmethod
    def _sources(cls, value: Any) -> Any:
        """Each account by the class its source declares."""
        checked = _sources_class().model_validate(value)
        return {name: getattr(checked, name) for name in value}  # in the order they were written

    def label(self, code: str) -> str:
        """Code and names of a town, by its own names where it is configured here."""
        return next((one.label for one in self.authority if one.code == code), label(code))

    def options(self, section: str) -> FormatSettings | None:
        """What stands in the section of a file format; None where nothing does."""
        found: FormatSettings | None = getattr(self, section, None) if section else None
        return found


@cache
def _sources_class() -> type[BaseModel]:
    """Every source's accounts by name, each account by the class its source declares."""
    accounts: dict[str, Any] = {
        name: (GenericAlias(dict, (str, kind)), Field(default_factory=dict)) for name, kind in source_settings().items()
    }
    return create_model("Sources", __config__=_Strict.model_config, **accounts)


@cache
def config_class() -> type[Config]:
    """The configuration with the sections that file formats bring."""
    sections: dict[str, Any] = {section: (kind | None, None) for section, kind in format_settings().items()}
    return create_model("Config", __base__=Config, **sections)


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
        config: Config = config_class().model_validate(raw)
    except ValidationError as problem:
        raise ConfigProblem(f"{path.name}: " + "; ".join(in_words(one) for one in problem.errors())) from None
    config.base = path.resolve().parent
    sections = {
        f"[source.{name}.{account}]": one for name, found in config.source.items() for account, one in found.items()
    }
    codes = [one.code for one in config.authority]
    for place, owner in {
        "[drop]": config.drop.authority,
        **{key: one.authority for key, one in sections.items()},
    }.items():
        if owner and owner not in codes:
            raise ConfigProblem(f"{path.name}: {place} authority: {no_such('authority', owner, codes)}")
    _refuse_shared_spaces(path.name, sections, codes)
    return config


def _refuse_shared_spaces(name: str, sections: Mapping[str, SourceSettings], codes: Sequence[str]) -> None:
    """Two accounts of a source that has to be alone in its space: one would be lost in the other, or counted twice."""
    taken: dict[tuple[str, str, str], str] = {}
    for place, one in sections.items():
        for space in sorted(one.spaces()) if one.is_alone_in_its_space else ():
            other = taken.setdefault((one.source, one.authority or next(iter(codes), ""), space), place)
            if other != place:
                raise ConfigProblem(
                    f"{name}: {other} and {place} both write to the space {space}; two accounts of {one.source} "
                    "cannot be put together: give each a space of its own, and register both in the sheet of spaces"
                )


def in_words(error: ErrorDetails) -> str:
    """What is wrong with one key: where it stands, the nearest that is known, the page that has them all."""
    location = [str(step) for step in error["loc"]]
    model, depth, page = _section(location)
    section, keys = location[:depth], location[depth:]
    place = f"[{'.'.join(section)}] {'.'.join(keys)}".removeprefix("[] ").rstrip()
    see = f"see {page}" if page else ""
    if error["type"] == "extra_forbidden":
        if not keys:  # [source.zom]: no section of a model, but a name that no source has
            return f"[{'.'.join(location)}]: {no_such('source', location[-1], source_settings())}"
        known = list(model.model_fields)
        if issubclass(model, SourceSettings) and keys[0] == "secrets":
            known = model.known_secrets()
        near = get_close_matches(keys[-1], known, n=1)
        guess = f"did you mean {near[0]}? {see}".rstrip() if near else "; ".join([f"known: {', '.join(known)}", see])
        return f"{place}: no such setting; {guess}".removesuffix("; ")
    field = model.model_fields.get(keys[0]) if keys else None
    about = f" ({field.description})" if field is not None and field.description else ""
    said = "it is missing" if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
    return f"{place}: {said[0].lower()}{said[1:]}{about}; {see}".removesuffix("; ")


def _section(location: Sequence[str]) -> tuple[type[BaseModel], int, str]:
    """The class of the section a key stands in, how many steps lead there, and the page with its settings."""
    whole = config_class()
    if location[0] == "source":
        kind = source_settings().get(location[1] if len(location) > 1 else "", SourceSettings)
        return kind, min(len(location), 3), f"docs/sources.md#{kind.source}"
    found = whole.model_fields.get(location[0])
    kinds = list(_models_in(found.annotation)) if found else []
    if len(location) < 2 or not kinds:
        return whole, 0, ""
    depth = 2 if get_origin(found and found.annotation) in (list, dict) else 1
    page = f"docs/sources.md#{location[0]}" if issubclass(kinds[0], FormatSettings) else ""
    model = kinds[0]
    while depth < len(location) - 1 and location[depth] in model.model_fields:
        inner = list(_models_in(model.model_fields[location[depth]].annotation))
        if not inner:
            break
        model, depth = inner[0], depth + 1
    return model, depth, page


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)
