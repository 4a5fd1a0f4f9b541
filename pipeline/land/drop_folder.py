"""The drop folder: which files have settled, and where each goes once it was dealt with.

Nothing is remembered between runs. A file still in the folder is still to be imported, and importing
the same content twice lands nothing, so a machine that dies between the two steps loses nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectors.base import FileReport
from town.config import Config

IMPORTED, REFUSED = "imported", "refused"
QUIET_SECONDS = 10.0
"""A file whose size and time of change stood still this long is taken for complete."""

UNFINISHED_ENDINGS = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".filepart", ".opdownload")
NOT_FILES = ("~$", ".", "__MACOSX")
NOT_NAMES = frozenset({"thumbs.db", "desktop.ini"})
REASON_ENDING = ".reason.txt"
MAX_NAME_BYTES = 255


@dataclass(frozen=True)
class CandidateFile:
    """A file in the drop folder as it was when it was last looked at."""

    path: Path
    size: int
    changed_ns: int

    def is_unchanged(self) -> bool:
        """True when the file is there and nobody wrote to it since."""
        return seen(self.path) == self


def seen(path: Path) -> CandidateFile | None:
    """The file as it stands now; None when it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return CandidateFile(path, stat.st_size, stat.st_mtime_ns)


def candidates(folder: Path) -> Iterator[CandidateFile]:
    """Files that may be imported: no links, no temporary names, nothing that was dealt with before."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        done = {IMPORTED, REFUSED} if here == folder else set()
        folders[:] = sorted(name for name in folders if name not in done and not name.startswith(NOT_FILES))
        for name in sorted(names):
            if name.startswith(NOT_FILES) or name.lower().endswith(UNFINISHED_ENDINGS) or name.lower() in NOT_NAMES:
                continue
            path = here / name
            found = seen(path)
            if found is not None and path.is_file() and not path.is_symlink():
                yield found


def drop_folder(config: Config, code: str) -> Path | None:
    """Where files for an authority are dropped: the folder itself when it is one authority's, else a subfolder each."""
    folder = config.base / config.drop.folder
    owner = config.drop.authority or (config.authority[0].code if len(config.authority) == 1 else "")
    if not owner:
        return folder / code
    return folder if owner == code else None


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

    Where one is younger, waits so long and looks again.
    """
    watch = Watch(folder, quiet_seconds)
    watch.stable()
    found = list(candidates(folder))
    old = [one for one in found if time.time() - one.path.stat().st_ctime >= quiet_seconds]
    if len(old) == len(found):
        return old
    time.sleep(quiet_seconds)
    return sorted({*old, *watch.stable()}, key=lambda one: one.path)


def put_away(folder: Path, one: CandidateFile, report: FileReport, reason: str) -> bool:
    """Move a file that was dealt with out of the way; a refused one gets its reason, in words, beside it.

    Gives False when somebody wrote to it meanwhile: it stays, and is read again when nobody writes to it any more.
    """
    if not one.is_unchanged():
        return False
    inside = one.path.relative_to(folder)
    target = _free(folder / (REFUSED if report.status == "rejected" else IMPORTED) / inside)
    target.parent.mkdir(parents=True, exist_ok=True)
    if report.status == "rejected":
        # The reason first: a refused file without one would be a riddle if we were killed in between.
        _free(_beside(target)).write_text(reason, encoding="utf-8")
    one.path.rename(target)
    return True


def _free(path: Path) -> Path:
    """The path, or the first numbered one beside it that nobody has."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(_short(path.stem, f"-{number}{path.suffix}"))
    return free


def _beside(path: Path) -> Path:
    return path.with_name(_short(path.name, REASON_ENDING))


def _short(name: str, ending: str) -> str:
    """Name and ending within what a file system allows, cut between letters."""
    room = MAX_NAME_BYTES - len(ending.encode())
    return name.encode()[:room].decode(errors="ignore") + ending
