"""The settings of a survey file: its section of kehila.toml, overridden by a sidecar file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from collectors.base import FileSettings
from collectors.survey_answers.mapping import SurveyMapping, checked_mapping, invalid_mapping, overlaid
from collectors.survey_file.settings import SurveyFileSettings

_MAX_SIDECAR = 1_000_000
_KEYS = frozenset(SurveyFileSettings.model_fields)


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


def mapping_for(path: Path, settings: FileSettings) -> SurveyMapping:
    """What the questionnaire, the town and the file's own mapping say, each over the one before.

    Raises RejectFile `mapping_invalid` naming the key at fault.
    """
    # The questionnaire's texts are replaced whole by the town's own, never mixed with them.
    merged = {**settings.reader_options, **settings.own(SurveyFileSettings).given()}
    sidecar = sidecar_of(path)
    return checked_mapping(overlaid(merged, _load(sidecar)) if sidecar else merged)


def _load(sidecar: Path) -> dict[str, Any]:
    try:
        if sidecar.stat().st_size > _MAX_SIDECAR:
            raise invalid_mapping("the whole file")
        loaded = yaml.load(sidecar.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 (it is a safe one)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise invalid_mapping("the whole file") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise invalid_mapping("the whole file")
    unknown = sorted(set(loaded) - _KEYS)
    if unknown:
        raise invalid_mapping(unknown[0])
    return loaded
