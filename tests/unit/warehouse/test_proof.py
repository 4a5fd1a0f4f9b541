"""Nothing of a lake's file is believed unless all of it is what was written, whichever way it is read."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from town.faults import FaultKind, describe
from warehouse.lake import Lake
from warehouse.proof import LakeDamaged, LakeMissing
from warehouse.shelves import BLOCK

READS: dict[str, Callable[[Lake, str], object]] = {
    "read": lambda lake, path: lake.read([path]),
    "row_groups": lambda lake, path: list(lake.row_groups(path)),
    "read_row_groups": lambda lake, path: lake.read_row_groups(path, [1]),
    "find": lambda lake, path: lake.find(path, "person", pa.array([70])),
    "greatest": lambda lake, path: lake.greatest(path, "person"),
}


def written(lake: Lake, folder: str = "landing/T/visits", noise: int = 0) -> str:
    rows = {"person": list(range(300)), "what": [os.urandom(noise).hex() for _ in range(300)]}
    return lake.write(folder, pa.table(rows), group_rows=100).path


@pytest.mark.parametrize("noise", [1, BLOCK // 300], ids=["small", "longer than a block"])
@pytest.mark.parametrize("read", READS)
def test_every_way_to_read_refuses_a_flipped_bit_a_cut_and_a_gone_file(tmp_path: Path, read: str, noise: int) -> None:
    chance = random.Random(f"{read} {noise}")
    lake = Lake(tmp_path / "lake")
    path = written(lake, noise=noise)
    place, whole = lake.root / path, (lake.root / path).read_bytes()
    right = READS[read](Lake(lake.root), path)
    for attempt in range(30):
        bit = chance.randrange(len(whole) * 8)
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        place.write_bytes(bytes(broken) if attempt % 3 else whole[: bit // 8])
        with pytest.raises(LakeDamaged, match=f"lake/{path} is damaged.*put this file back from a backup") as refused:
            READS[read](Lake(lake.root), path)
        assert describe(refused.value).kind is FaultKind.DATA
    place.unlink()
    with pytest.raises(LakeMissing, match=f"lake/{path} is missing"):
        READS[read](Lake(lake.root), path)
    place.write_bytes(whole)
    assert READS[read](Lake(lake.root), path) == right


def test_what_rots_after_it_was_proven_is_found_by_its_page(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    path = written(lake, "facts/message", noise=BLOCK // 300)
    place, whole = lake.root / path, (lake.root / path).read_bytes()
    lake.read_row_groups(path, [0])
    stat = place.stat()
    with place.open("rb+") as stream:
        stream.seek(len(whole) // 2)
        stream.write(bytes([whole[len(whole) // 2] ^ 1]))
    os.utime(place, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert place.stat().st_mtime_ns == stat.st_mtime_ns
    with pytest.raises(LakeDamaged, match="`kehila rebuild` makes it anew"):
        lake.read([path])
