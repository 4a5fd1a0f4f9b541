"""The drop folder: which files have settled, and where each goes once it was dealt with.

Nothing is remembered between runs. A file still in the folder is still to be imported, and importing
the same content twice lands nothing, so a machine that dies between the two steps loses nothing.

A mapping (`NAME.mapping.yaml`) is no file of its own: it settles with its file, is read with it and goes where it goes.
One that comes when its file was dealt with brings that file back, to be read as it says; one without any file waits.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectors.base import FileReport
from collectors.mapping_file import ENDING as MAPPING
from collectors.mapping_file import files_of, is_mapping, sidecar_of
from town.config import Config
from warehouse.files import private_folder

IMPORTED, REFUSED, RETURNED = "imported", "refused", "returned"
DEALT_WITH = frozenset({IMPORTED, REFUSED, RETURNED})
"""Folders of the drop folder in which nothing waits."""
QUIET_SECONDS = 10.0
"""A file whose size and time of change stood still this long is taken for complete."""

LONE_SECONDS = 3600.0
"""A mapping whose file has not come for so long is told of: its name may be another than the file's."""

UNFINISHED_ENDINGS = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".filepart", ".opdownload")
NOT_FILES = ("~$", ".", "__MACOSX")
NOT_NAMES = frozenset({"thumbs.db", "desktop.ini"})
REASON_ENDING = ".reason.txt"
MAX_NAME_BYTES = 255


@dataclass(frozen=True)
class CandidateFile:
    """A file in the drop folder, with the mapping beside it, as they were when they were last looked at."""

    path: Path
    size: int
    changed_ns: int
    mapping: CandidateFile | None = None

    def is_unchanged(self) -> bool:
        """True when the file is there and nobody wrote to it or its mapping since."""
        return seen(self.path) == self

    def changed_at(self) -> float:
        """When either was last written or moved, by the inode's own time, which no copy keeps; seconds of the epoch."""
        paths = [self.path, *([self.mapping.path] if self.mapping else [])]
        return max(path.stat().st_ctime for path in paths)


def seen(path: Path) -> CandidateFile | None:
    """The file as it stands now; None when it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    beside = None if is_mapping(path) else sidecar_of(path)
    return CandidateFile(path, stat.st_size, stat.st_mtime_ns, seen(beside) if beside else None)


def candidates(folder: Path) -> Iterator[CandidateFile]:
    """Files that may be imported, and mappings whose file was imported or refused: what is to be done.

    No links, no temporary names, nothing that was dealt with before, no mapping that waits for its file.
    """
    return (one for one in _there(folder) if not is_mapping(one.path) or _put_away_file(folder, one.path))


def waiting_mappings(folder: Path, seconds: float = LONE_SECONDS) -> list[Path]:
    """Mappings whose file has not come for `seconds`: somebody has to look at the name."""
    lone = (one for one in _there(folder) if is_mapping(one.path) and not _put_away_file(folder, one.path))
    return [one.path for one in lone if time.time() - one.changed_at() >= seconds]


def _there(folder: Path) -> Iterator[CandidateFile]:
    """Whole files, and mappings that have no file beside them."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        done = DEALT_WITH if here == folder else frozenset()
        folders[:] = sorted(name for name in folders if name not in done and not name.startswith(NOT_FILES))
        for name in sorted(names):
            if name.startswith(NOT_FILES) or name.lower().endswith(UNFINISHED_ENDINGS) or name.lower() in NOT_NAMES:
                continue
            path = here / name
            found = seen(path)
            is_file = found is not None and path.is_file() and not path.is_symlink()
            if found is not None and is_file and not (is_mapping(path) and files_of(path)):
                yield found


def _put_away_file(folder: Path, mapping: Path) -> Path | None:
    """The file a mapping speaks of among those that were dealt with: of several of the name the one put away last."""
    name = mapping.name.removesuffix(MAPPING)
    inside = mapping.parent.relative_to(folder)
    found = [
        path
        for place in (folder / IMPORTED / inside, folder / REFUSED / inside)
        if place.is_dir()
        for path in place.iterdir()
        if name in _names_before(path)
        and path.is_file()
        and not is_mapping(path)
        and not path.name.endswith(REASON_ENDING)
    ]
    return max(found, key=lambda path: path.stat().st_ctime_ns, default=None)


def _names_before(path: Path) -> set[str]:
    """What a mapping may call a file that was put away, which may have got a number."""
    stem = re.sub(r"-\d+$", "", path.stem)
    return {path.name, path.stem, f"{stem}{path.suffix}", stem}


def bring_back(folder: Path, mapping: CandidateFile) -> CandidateFile | None:
    """Lay the file a late mapping speaks of beside it again; None when it is gone, or nothing is to be brought."""
    away = _put_away_file(folder, mapping.path)
    if away is None or not mapping.is_unchanged():
        return None
    name = mapping.path.name.removesuffix(MAPPING)
    back = mapping.path.with_name(name if Path(name).suffix == away.suffix else f"{name}{away.suffix}")
    if os.path.lexists(back):
        return None
    _beside(away).unlink(missing_ok=True)
    away.rename(back)
    return seen(back)


def drop_folder(config: Config, code: str) -> Path | None:
    """Where files for an authority are dropped: the folder itself when it is one authority's, else a subfolder each."""
    folder = config.base / config.drop.folder
    owner = config.drop.authority or (config.authority[0].code if len(config.authority) == 1 else "")
    if not owner:
        return folder / code
    return folder if owner == code else None


def returned_folder(config: Config, code: str) -> Path:
    """Where workbooks lie that go back to whoever filled them in; of an authority without a drop folder as well."""
    return (drop_folder(config, code) or config.base / config.drop.folder) / RETURNED / code


def dealt_with(config: Config, code: str) -> list[Path]:
    """The folders in which files of an authority lie after they were imported or refused or went back."""
    folder = drop_folder(config, code)
    return [*((folder / IMPORTED, folder / REFUSED) if folder else ()), returned_folder(config, code)]


class Watch:
    """Looks at a drop folder again and again, and says which files stood still long enough."""

    def __init__(self, folder: Path, quiet_seconds: float = QUIET_SECONDS) -> None:
        self.folder = folder
        self.quiet_seconds = quiet_seconds
        self._since: dict[CandidateFile, float] = {}

    def stable(self, now: float | None = None) -> list[CandidateFile]:
        """Files unchanged since `quiet_seconds` ago, judged by our own clock: a file's time may be copied."""
        moment = time.monotonic() if now is None else now
        self._since = {one: self._since.get(one, moment) for one in candidates(self.folder)}
        return [one for one, since in self._since.items() if moment - since >= self.quiet_seconds]


def stable_now(folder: Path, quiet_seconds: float = QUIET_SECONDS) -> list[CandidateFile]:
    """Files nobody wrote to for `quiet_seconds`, by the inode's own time, which no copy keeps.

    Where one is younger, waits so long and looks again. A file whose mapping came late is brought back, and among them.
    """
    watch = Watch(folder, quiet_seconds)
    watch.stable()
    found = list(candidates(folder))
    settled = {one for one in found if time.time() - one.changed_at() >= quiet_seconds}
    if len(settled) < len(found):
        time.sleep(quiet_seconds)
        settled |= set(watch.stable())
    whole = (bring_back(folder, one) if is_mapping(one.path) else one for one in settled)
    return sorted(filter(None, whole), key=lambda one: one.path)


def put_away(folder: Path, one: CandidateFile, report: FileReport, reason: str) -> bool:
    """Move a file that was dealt with out of the way, its mapping with it; a refused one gets its reason beside it.

    Gives False when somebody wrote to it meanwhile: it stays, and is read again when nobody writes to it any more. A
    mapping that other files in the folder are read with as well stays for them, and goes with the last.
    """
    if not one.is_unchanged():
        return False
    inside = one.path.relative_to(folder)
    target, beside = _free(folder / (REFUSED if report.status == "rejected" else IMPORTED) / inside, one)
    private_folder(target.parent)
    if report.status == "rejected":
        # The reason first: a refused file without one would be a riddle if we were killed in between.
        _free(_beside(target))[0].write_text(reason, encoding="utf-8")
    one.path.rename(target)  # the file first: a mapping left alone brings it back, a file left alone would be misread
    if one.mapping is not None and beside is not None:
        move = shutil.copy2 if files_of(one.mapping.path) else Path.rename
        move(one.mapping.path, beside)
    return True


def _free(path: Path, one: CandidateFile | None = None) -> tuple[Path, Path | None]:
    """The path, or the first numbered one beside it that nobody has; with the place of a file's mapping beside that."""
    number, free = 1, path
    while free.exists() or ((beside := _mapping_of(free, one)) is not None and beside.exists()):
        number += 1
        free = path.with_name(_short(path.stem, f"-{number}{path.suffix}"))
    return free, _mapping_of(free, one)


def _mapping_of(path: Path, one: CandidateFile | None) -> Path | None:
    """How a file's mapping is called when the file is called so; None where it has none."""
    if one is None or one.mapping is None:
        return None
    has_ending = one.mapping.path.name == f"{one.path.name}{MAPPING}"
    return path.with_name(f"{path.name if has_ending else path.stem}{MAPPING}")


def _beside(path: Path) -> Path:
    return path.with_name(_short(path.name, REASON_ENDING))


def _short(name: str, ending: str) -> str:
    """Name and ending within what a file system allows, cut between letters."""
    room = MAX_NAME_BYTES - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending
