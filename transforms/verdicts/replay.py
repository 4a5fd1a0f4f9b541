"""A series as text, to be kept beside its verdicts: from it alone each of them can be computed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from transforms.verdicts.conclude import ENGINE
from transforms.verdicts.series import Emergency, Point, Rebase, Series, Target
from warehouse.calendar import last_day


def digests_of(series: Series, months: Iterable[str], definition: str) -> dict[str, str]:
    """Month -> digest of what its verdict depends on: the series up to then, its definition, and the rules here.

    Nothing later is in it, as nothing later is looked at: an emergency that lasts counts up to the end of the month.
    """
    bare = replace(series, points=(), emergencies=(), rebases=())
    digest = hashlib.sha256(f"{ENGINE}\n{definition}\n{as_text(bare)}".encode())
    points = sorted(series.points, key=lambda one: one.month)
    found, place = {}, 0
    for month in sorted(months):
        while place < len(points) and points[place].month <= month:
            digest.update(_text(_said(asdict(points[place]))).encode())
            place += 1
        ends = last_day(month)
        begun = [one for one in series.emergencies if one.first_day <= ends]
        lines = [_text(asdict(replace(one, last_day=min(one.last_day or ends, ends)))) for one in begun]
        lines += [_text(asdict(one)) for one in series.rebases if one.month <= month]
        here = digest.copy()
        here.update("\n".join(sorted(lines)).encode())
        found[month] = here.hexdigest()
    return found


def as_text(series: Series) -> str:
    """A series as JSON, fields that say nothing left out."""
    plain = asdict(series)
    plain["points"] = [_said(one) for one in plain["points"]]
    return _text(plain)


def from_text(text: str) -> Series:
    """The series of `as_text`."""
    found: dict[str, Any] = json.loads(text)
    points = tuple(_point(one) for one in found.pop("points"))
    emergencies = tuple(
        Emergency(**{**one, **{name: _day(one[name]) for name in ("first_day", "last_day")}})
        for one in found.pop("emergencies")
    )
    rebases = tuple(Rebase(**one) for one in found.pop("rebases"))
    aim = found.pop("target", None)  # a series kept by an earlier release has none
    target = Target(**aim) if aim else None
    return Series(**found, points=points, emergencies=emergencies, rebases=rebases, target=target)


def _point(found: dict[str, Any]) -> Point:
    pair = found.get("like_for_like")
    told = {**found, "flags": frozenset(found.get("flags", ())), "like_for_like": tuple(pair) if pair else None}
    return Point(**{"value": None, **told})


def _said(point: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in point.items() if value or value == 0}


def _text(value: object) -> str:
    return json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None
