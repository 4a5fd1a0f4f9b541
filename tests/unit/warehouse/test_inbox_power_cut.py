"""The power fails at any call of the receiver's disk: what it acknowledged is there, and nothing it did not write.

Modelled: of a file only what was synced survives, or all that was written, or a part; of a name only what its folder's
sync made durable, or all. The mark of what was acknowledged is not synced, so it survives or not.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.unit.warehouse.test_inbox import bodies, entry, opened
from warehouse.inbox_writer import InboxWriter


@dataclass
class Disk:
    """Files by number, names by folder: as they are, and as they would be after a power cut."""

    root: Path
    written: dict[int, bytes] = field(default_factory=dict)
    synced: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    durable: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        """Take over what the last call changed."""
        self.names = {}
        for path in self.root.rglob("*"):
            if path.is_file():
                number = path.stat().st_ino
                self.names[str(path.relative_to(self.root))] = number
                self.written[number] = path.read_bytes()

    def sync(self, fd: int) -> None:
        self.look()
        where = os.fstat(fd)
        path = Path(f"/proc/self/fd/{fd}").readlink()
        if path.is_dir():
            inside = f"{path.relative_to(self.root)}/"
            kept = {name: one for name, one in self.durable.items() if not name.startswith(inside)}
            self.durable = kept | {name: one for name, one in self.names.items() if name.startswith(inside)}
        else:
            self.synced[where.st_ino] = self.written[where.st_ino]

    def after(self, place: Path, chance: random.Random) -> None:
        """Lay down what a power cut might leave."""
        names = self.names if chance.random() < 0.5 else self.durable
        for name, number in names.items():
            synced, written = self.synced.get(number, b""), self.written[number]
            left = chance.choice(
                [synced, written, written[: chance.randint(len(synced), max(len(synced), len(written)))]]
            )
            if not written.startswith(synced):  # cut, or written over in place
                left = chance.choice([synced, written])
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(left)


def test_the_power_fails_at_any_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, chance, acknowledged = Disk(tmp_path / "disk"), random.Random(9), list[bytes]()
    disk.root.mkdir()
    cuts = 0

    def cut() -> None:
        nonlocal cuts
        for _ in range(3):
            cuts += 1
            place = tmp_path / f"cut{cuts}"
            disk.after(place, chance)
            with monkeypatch.context() as plain:
                for name, real in originals.items():
                    plain.setattr(os, name, real)
                found = bodies(opened(place)) if (place / "inbox").is_dir() else []
                assert found[: len(acknowledged)] == acknowledged
                assert len(found) <= len(acknowledged) + 2, "only the batch that was being written may be there too"
                if (place / "inbox").is_dir():  # a receiver that starts takes nothing of it away
                    (place / "keys").mkdir(exist_ok=True)
                    InboxWriter(opened(place)).close()
                    assert bodies(opened(place))[: len(acknowledged)] == acknowledged

    def watched(real: Callable[..., Any], is_sync: bool) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            done = real(*arguments, **named)
            disk.sync(arguments[0]) if is_sync else disk.look()
            cut()
            return done

        return call

    names = {"write": False, "pwrite": False, "ftruncate": False, "replace": False, "fsync": True, "fdatasync": True}
    originals = {name: getattr(os, name) for name in names}
    for name, is_sync in names.items():
        monkeypatch.setattr(os, name, watched(originals[name], is_sync))
    writer = InboxWriter(opened(disk.root), segment_bytes=300)
    for number in range(0, 12, 2):
        batch = [entry(number), entry(number + 1)]
        writer.append(batch)
        acknowledged += [one.body for one in batch]
    writer.close()
    assert cuts > 100
