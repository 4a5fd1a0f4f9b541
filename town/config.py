"""`kehila.toml`: what a town configured. Secrets stand here by reference only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Any

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, create_model, field_validator

from collectors.settings import FormatSettings, SourceSettings, format_settings, source_settings
from town.codes import label
from town.health import CheckSettings
from town.notify import NotifySettings
from town.reference import Wrong, wrong
from town.schedule import ScheduleSettings
from town.sections import (
    Authority,
    Backup,
    Drop,
    Entry,
    KeysSection,
    LakeBucket,
    PushTarget,
    Receive,
    Retention,
    Section,
    Store,
)  # fmt: skip
from warehouse.names import no_such


class ConfigProblem(Exception):
    """The configuration cannot be used; the message names the line's key and the remedy.

    What is `wrong` with single keys of the `file` stands beside it, to be said in the reader's language.
    """

    def __init__(self, message: str, file: str = "", wrong: Sequence[Wrong] = ()) -> None:
        super().__init__(message)
        self.file = file
        self.wrong = tuple(wrong)


class Config(Section):
    """The whole configuration."""

    authority: list[Authority] = Field(min_length=1)
    store: Store = Store()
    lake: LakeBucket = LakeBucket()
    keys: KeysSection = KeysSection()
    drop: Drop = Drop()
    retention: Retention = Retention()
    schedule: ScheduleSettings = ScheduleSettings()
    check: CheckSettings = CheckSettings()
    notify: NotifySettings = NotifySettings()
    push: dict[str, PushTarget] = {}
    backup: Backup = Backup()
    receive: Receive = Receive()
    entry: Entry = Entry()
    expectations: dict[str, Any] = {}  # suite -> rule -> what changes; checked when the suites are read
    source: dict[str, dict[str, SourceSettings]] = {}  # service -> account -> its section
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
            raise ConfigProblem(
                f"several authorities are configured ({', '.join(codes)}); name one with --authority, "
                "or all of them with --authority all"
            )
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
    return create_model("Sources", __config__=Section.model_config, **accounts)


@cache
def config_class() -> type[Config]:
    """The configuration with the sections that file formats bring."""
    sections: dict[str, Any] = {section: (kind | None, None) for section, kind in format_settings().items()}
    return create_model("Config", __base__=Config, **sections)


def written_class() -> type[Config]:
    """The configuration as it is written, each account by the class of its source: what a schema is made of."""
    return create_model("Config", __base__=config_class(), source=(_sources_class(), {}))


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
        found = [wrong(one, config_class()) for one in problem.errors()]
        raise ConfigProblem(f"{path.name}: {'; '.join(map(str, found))}", path.name, found) from None
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
