"""What the town said about a survey file: its section of kehila.toml, overridden by a sidecar file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from collectors.errors import RejectFile

CUTS = ("age_band", "sex", "neighbourhood", "society", "religiosity", "language")
SPECIAL = ("ignore", "submitted_at", "seconds")

_MAX_SIDECAR = 1_000_000
_KEYS = frozenset(
    {
        "wave", "instrument", "audience", "sample_type", "closed_day", "columns", "answers", "items", "cuts",
        "no_answer", "staff_items", "day_first", "sheet",
    }
)  # fmt: skip


@dataclass(frozen=True)
class SurveyMapping:
    """Checked settings of one survey file; every field has a working default."""

    wave: str | None = None
    instrument: str = "unknown"
    audience: str | None = None
    sample_type: str | None = None
    closed_day: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cuts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    no_answer: tuple[str, ...] = ()
    staff_items: frozenset[str] = frozenset()
    day_first: bool = True
    sheet: str | None = None


class _Loader(yaml.SafeLoader):
    """Reads plain YAML without aliases: a few lines of them unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


def sidecar_of(path: Path) -> Path | None:
    """`NAME.mapping.yaml` beside the file, NAME with or without the file's own ending."""
    for name in (f"{path.name}.mapping.yaml", f"{path.stem}.mapping.yaml"):
        candidate = path.with_name(name)
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # the file's own name is so long that none fits beside it
            continue
    return None


def mapping_for(path: Path, options: Mapping[str, Any]) -> SurveyMapping:
    """The settings of a file. Raises RejectFile `mapping_invalid` naming the key at fault."""
    merged: dict[str, Any] = dict(options)
    sidecar = sidecar_of(path)
    if sidecar is not None:
        for key, value in _load(sidecar).items():
            below = merged.get(key)
            merged[key] = {**below, **value} if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return _checked(merged)


def _load(sidecar: Path) -> dict[str, Any]:
    try:
        if sidecar.stat().st_size > _MAX_SIDECAR:
            raise _invalid("the whole file")
        loaded = yaml.load(sidecar.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 (it is a safe one)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise _invalid("the whole file") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise _invalid("the whole file")
    unknown = sorted(set(loaded) - _KEYS)
    if unknown:
        raise _invalid(unknown[0])
    return loaded


def _checked(merged: Mapping[str, Any]) -> SurveyMapping:
    audience, sample_type = merged.get("audience"), merged.get("sample_type")
    if audience not in (None, "residents", "staff"):
        raise _invalid("audience")
    if sample_type not in (None, "probability", "opt_in"):
        raise _invalid("sample_type")
    for key in ("columns", "answers", "items", "cuts"):
        if not isinstance(merged.get(key, {}), Mapping):
            raise _invalid(key)
    items, cuts = merged.get("items", {}), merged.get("cuts", {})
    columns = {str(header): str(meaning) for header, meaning in merged.get("columns", {}).items()}
    for header, meaning in columns.items():
        is_item = meaning in items if items else meaning[-1:].isdigit()
        if not (is_item or meaning in SPECIAL or meaning in CUTS):
            raise _invalid(f"columns: {header}")
    answers = {}
    for word, score in merged.get("answers", {}).items():
        if isinstance(score, bool) or score not in (1, 2, 3, 4, 5):
            raise _invalid(f"answers: {word}")
        answers[str(word)] = int(score)
    if not all(isinstance(texts, Mapping) for texts in (*items.values(), *cuts.values())):
        raise _invalid("items or cuts")
    if not all(isinstance(item, str) for item in items):
        raise _invalid("items")
    for name, cut in cuts.items():
        if not all(isinstance(cut.get(key, {}), Mapping) for key in ("options", "texts")):
            raise _invalid(f"cuts: {name}")
    for key in ("no_answer", "staff_items"):
        if not isinstance(merged.get(key) or (), (list, tuple, set, frozenset)):
            raise _invalid(key)
    wave, day_first = merged.get("wave"), merged.get("day_first", True)
    if not isinstance(day_first, bool):
        raise _invalid("day_first")
    sheet = merged.get("sheet")
    return SurveyMapping(
        wave=str(wave).strip() or None if wave is not None else None,
        instrument=str(merged.get("instrument") or "unknown"),
        audience=audience,
        sample_type=sample_type,
        closed_day=_day(merged.get("closed_day")),
        columns=columns,
        answers=answers,
        items=items,
        cuts=cuts,
        no_answer=tuple(str(word) for word in merged.get("no_answer") or ()),
        staff_items=frozenset(merged.get("staff_items") or ()),
        day_first=day_first,
        sheet=str(sheet) if sheet is not None else None,
    )


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _invalid("closed_day") from None


def _invalid(key: str) -> RejectFile:
    return RejectFile(
        f"The survey's mapping cannot be used: check `{key}` in the mapping file or under [survey] in kehila.toml. / "
        f"לא ניתן להשתמש במיפוי הסקר: יש לבדוק את `{key}` בקובץ המיפוי או תחת [survey] ב-kehila.toml.",
        code="mapping_invalid",
    )
