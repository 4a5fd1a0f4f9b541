"""What somebody changed on Prefect's page stays: what we made last time is written down, and compared.

A schedule or automation that is not as we made it was changed there, and is left so as long as we would make the same
again. When we would make another one (`kehila.toml` names another time, a new version another automation), it is made.
What is paused, or switched off, stays so whatever we would make. The record is beside Prefect's own database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse.files import OWNER_ONLY, private_folder, replace_file


@dataclass(frozen=True)
class Time:
    """When a deployment runs: a cron line, its time zone, and the parameters of those runs."""

    cron: str
    zone: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.cron} {self.zone}"


@dataclass(frozen=True)
class Seen:
    """A schedule on the server. `when`: as a `Time` is written, or in Prefect's word for what is no cron."""

    slug: str | None  # None: made on the page
    when: str
    active: bool = True


@dataclass(frozen=True)
class Step:
    """What is to be done about one schedule; `words` are said of it, '' where there is nothing to say."""

    do: Literal["make", "set", "remove", "leave"]
    slug: str
    words: str = ""


def steps(wanted: Mapping[str, Time], made: Mapping[str, str], there: Sequence[Seen]) -> Iterator[Step]:
    """How the schedules of a deployment come to be those wanted, but for what was changed on the page.

    `made`: slug -> what we made last time. What is `there` under no slug of ours is somebody's own and left alone.
    """
    known = {one.slug: one for one in there if one.slug}
    for slug, time in wanted.items():
        seen, same = known.get(slug), made.get(slug) == str(time)
        if seen is None:
            yield Step("leave", slug, "was removed on the page; left so") if same else Step("make", slug)
            continue
        off = " It is switched off there; left so" if not seen.active else ""
        if seen.when == str(time):
            yield Step("leave", slug, off.strip().replace("It is switched off there", "is switched off on the page"))
        elif same:
            yield Step("leave", slug, f"was changed on the page to {seen.when}, kehila.toml says {time}; left so.{off}")
        else:
            yield Step("set", slug, f"is set to {time}, it was {seen.when}.{off}")
    for slug in known.keys() - wanted.keys():
        if slug in made or is_ours(slug):
            yield Step("remove", slug, "is gone: nothing is scheduled so any more")


def is_ours(slug: str) -> bool:
    """Whether a schedule's slug is of the kind we give, also before there was a record."""
    return slug in ("calendar", "collect") or slug.startswith("collect-")


def was_changed(made: str | None, seen: str | None, wanted: str) -> bool:
    """Whether what we would make as last time (`made`) is something else now, or gone (None): somebody did that."""
    return made == wanted and seen != wanted


@dataclass
class Record:
    """What we made last time: deployment -> slug -> time, automation -> digest."""

    schedules: dict[str, dict[str, str]] = field(default_factory=dict)
    automations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, base: Path) -> Record:
        """The record of a configuration; an empty one when there is none that can be read."""
        try:
            found = json.loads(record_file(base).read_text(encoding="utf-8"))
            return cls(dict(found["schedules"]), dict(found["automations"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, base: Path) -> None:
        """Keep it for the next start."""
        path = record_file(base)
        private_folder(path.parent)
        text = json.dumps({"schedules": self.schedules, "automations": self.automations}, indent=1, sort_keys=True)
        replace_file(path, text.encode(), synced=False, mode=OWNER_ONLY)


def record_file(base: Path) -> Path:
    """Where the record is."""
    return base / ".prefect" / "made.json"
