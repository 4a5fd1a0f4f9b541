"""Writes a generated town into a folder, as the files a real town hands over, and keeps its books."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulator.chats import write_chat
from simulator.group_files import write_group
from simulator.model import Town
from simulator.settings import write_settings
from simulator.staff_book import write_staff_book
from simulator.survey_files import write_wave
from simulator.town import make_town
from simulator.truth import GroundTruth, record_truth

FILES = "files"
"""The folder, beside `kehila.toml`, of what is to be imported."""


def write_town(
    folder: Path,
    seed: int = 7,
    months: int = 36,
    residents: int = 30_000,
    scale: float = 1.0,
    spaces: Sequence[str] | None = None,
) -> GroundTruth:
    """Make a town, write its files and its `kehila.toml`, give its books."""
    town = make_town(seed, months, residents, scale, spaces)
    write_files(folder, town)
    return record_truth(town)


def write_files(folder: Path, town: Town) -> list[Path]:
    """Everything the town hands over; gives the files to import."""
    target = folder / FILES
    target.mkdir(parents=True, exist_ok=True)
    write_settings(folder, town)
    written = [write_staff_book(target, town)]
    written.extend(path for chat in town.chats for path in write_chat(target, chat))
    written.extend(path for group in town.groups for path in write_group(target, group))
    written.extend(write_wave(target, wave) for wave in town.waves)
    return written
