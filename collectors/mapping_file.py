"""The mapping a person writes beside a table: `NAME.mapping.yaml`, and what a reader would write into it.

One mechanism for every format whose columns a town may name. `format` says whose mapping it is; without it, a survey's.
A mapping is suggested from the headers: what each column seems to be, and every word that may stand there.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from collectors.errors import RejectFile

IGNORE: Final = "ignore"
SURVEY: Final = "survey"
ENDING: Final = ".mapping.yaml"
_MAX_BYTES = 1_000_000
_WHOLE = "the whole file"
_NEAR = 0.75


class _Loader(yaml.SafeLoader):
    """Reads plain YAML without aliases: a few lines of them unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


@dataclass(frozen=True)
class Suggestion:
    """A mapping as a reader would write it: each header and what it seems to be, '' where nothing is known of it.

    `lacking`: what no column seems to be, and without which the file cannot be read. `is_likely`: the table has what
    tables of this format have and others hardly do.
    """

    format: str
    columns: Sequence[tuple[str, str]]
    valid: Sequence[str]
    lacking: Sequence[str] = ()
    is_likely: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """How well it fits, beside those of other formats."""
        return self.is_likely, not self.lacking, self.understood

    @property
    def understood(self) -> int:
        """Columns that seem to be something."""
        return sum(meaning not in ("", IGNORE) for _, meaning in self.columns)

    def as_yaml(self) -> str:
        """The file's text: what may be written stands above it, and what nobody knows is left aside."""
        valid = ", ".join(dict.fromkeys([*self.valid, IGNORE]))
        lines = [f"# each column is one of: {valid}"]
        if self.lacking:
            lines.append(f"# needed, and no column seems to be it: {', '.join(self.lacking)}")
        lines += [f"format: {self.format}", "columns:"]
        for header, meaning in self.columns:
            unknown = "" if meaning else "  # not understood"
            lines.append(f"  {json.dumps(header, ensure_ascii=False)}: {meaning or IGNORE}{unknown}")
        return "\n".join(lines) + "\n"


def is_mapping(path: Path) -> bool:
    """Whether a file is, by its name, the mapping of another."""
    return path.name.endswith(ENDING) and path.name != ENDING


def files_of(mapping: Path) -> list[Path]:
    """The files beside a mapping that are read with it."""
    beside = sorted(one for one in mapping.parent.iterdir() if one.name.startswith(mapping.name.removesuffix(ENDING)))
    return [one for one in beside if not is_mapping(one) and one.is_file() and sidecar_of(one) == mapping]


def sidecar_of(path: Path) -> Path | None:
    """`NAME.mapping.yaml` beside the file, NAME with or without the file's own ending."""
    for name in (f"{path.name}{ENDING}", f"{path.stem}{ENDING}"):
        candidate = path.with_name(name)
        try:
            if candidate.is_file():
                return candidate
        except OSError:  # the file's own name is so long that none fits beside it
            continue
    return None


def mapped_format(path: Path) -> str | None:
    """The format of the mapping beside a file; None where there is none."""
    sidecar = sidecar_of(path)
    return None if sidecar is None else format_said(sidecar)


def format_said(mapping: Path) -> str:
    """Of which format's files a mapping is. One that cannot be read is a survey's."""
    try:
        return str(_loaded(mapping).get("format", SURVEY))
    except (RejectFile, OSError):
        return SURVEY


def mapping_beside(path: Path, keys: Collection[str]) -> dict[str, Any]:
    """What stands in the mapping beside a file, without its format; nothing where there is none.

    Raises RejectFile `mapping_invalid`, naming the key at fault and the `keys` that may stand there.
    """
    sidecar = sidecar_of(path)
    loaded = _loaded(sidecar) if sidecar else {}
    loaded.pop("format", None)
    if unknown := sorted(set(loaded) - set(keys)):
        raise invalid_mapping(unknown[0], ["format", *sorted(keys)])
    return loaded


def invalid_mapping(key: str, valid: Iterable[str]) -> RejectFile:
    """The refusal of a mapping, by the key at fault, with what may stand there."""
    return RejectFile("mapping_invalid", key=key, valid=", ".join(valid))


def nearest(text: str, known: Mapping[str, str]) -> str:
    """What the known text means that is most like a header; '' where none is near. Both as their lists compare them."""
    found = difflib.get_close_matches(text, known, n=1, cutoff=_NEAR)
    return known[found[0]] if found else ""


def _loaded(sidecar: Path) -> dict[str, Any]:
    try:
        if sidecar.stat().st_size > _MAX_BYTES:
            raise invalid_mapping(_WHOLE, [f"at most {_MAX_BYTES >> 10} KB"])
        loaded = yaml.load(sidecar.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 (it is a safe one)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise invalid_mapping(_WHOLE, ["YAML"]) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise invalid_mapping(_WHOLE, ["KEY: VALUE"])
    return loaded
