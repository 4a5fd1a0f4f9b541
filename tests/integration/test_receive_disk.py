"""Bad input 20, a disk that does not write, and more at once than it can write."""

import errno
import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration import receiving as shared_parts
from tests.integration.receiving import (
    GIVE_UP_SECONDS,
    receiving,
    stored,
    town,
    zoom_event,
)

FULL = """
import os, sys, time
from pathlib import Path
from warehouse import inbox_writer
trouble, real = Path(sys.argv[1]).parent / "trouble", os.fdatasync
def sync(fd):
    if trouble.exists():
        code = int(trouble.read_text() or 0)
        if code < 0:
            while trouble.exists(): time.sleep(0.01)
        else:
            raise OSError(code, "the disk")
    real(fd)
os.fdatasync = sync
"""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, -1], ids=["full", "failing", "stalled"])
def test_20_a_disk_that_does_not_write_is_never_a_false_200(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(shared_parts, "RUN", FULL + shared_parts.RUN)
    config = town(tmp_path / "t")
    with receiving(config) as running:
        assert running.zoom(zoom_event(1)).status == 200
        trouble = config.parent / "trouble"
        temporary = trouble.with_suffix(".tmp")
        temporary.write_text(str(code))
        temporary.rename(trouble)
        answer = running.zoom(zoom_event(2))  # a stalled disk stalls until the sender was answered
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        told = running.send("/healthz")
        assert (told.status, json.loads(told.body)["status"]) == (503, "failing")
        assert len([one for one in stored(config) if b"1780000000002" in one.body]) <= 1
        trouble.unlink()
        until = time.monotonic() + GIVE_UP_SECONDS
        while running.zoom(zoom_event(2)).status != 200:
            assert time.monotonic() < until
        assert running.health()["status"] == "ok"
    keys = [one.key for one in stored(config)]
    assert len(set(keys)) == 2
    assert len(keys) == 2 or code == -1  # a stalled disk may write it after its sender was sent away


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_20_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "t" / "inbox"
    config = town(tmp_path / "t")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        acknowledged = []
        with receiving(config) as running:
            for number in range(200):
                if (told := running.zoom(zoom_event(number, topic="x" * 5_000)).status) == 200:
                    acknowledged.append(number)
                else:
                    assert told == 503
            assert 20 < len(acknowledged) < 60
            assert running.send("/healthz").status == 503
            assert [json.loads(one.body)["event_ts"] % 1_000 for one in stored(config)] == acknowledged
            subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
            assert running.zoom(zoom_event(900)).status == 200
        assert len(stored(config)) == len(acknowledged) + 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_too_much_waiting_is_sent_away_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = "from warehouse.inbox_writer import GroupCommit\nGroupCommit.__init__.__kwdefaults__['most_entries'] = 5\n"
    monkeypatch.setattr(shared_parts, "RUN", FULL + few + shared_parts.RUN)
    config = town(tmp_path / "t")
    (config.parent / "trouble").write_text("-1")
    with receiving(config) as running:
        with ThreadPoolExecutor(30) as pool:
            told = list(pool.map(lambda n: running.zoom(zoom_event(n)), range(30)))
        assert {one.status for one in told} == {503}
        assert {one.body for one in told} == {b"backlog_full", b"try_again"}
        assert all("retry-after" in one.headers for one in told)
        (config.parent / "trouble").unlink()
    # Five may wait while a batch of as many is at the disk; how many were in it depends on when they came.
    assert len({one.key for one in stored(config)}) == len(stored(config)) <= 10
