"""The inbox: what is acknowledged can be read back, whatever happens to the file's end; what is forgotten cannot."""

import errno
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import time_machine

from warehouse import inbox_writer
from warehouse.inbox import FRAME, START, Entry, Inbox, InboxDamaged, Position
from warehouse.inbox_writer import GroupCommit, InboxTaken, InboxWriter
from warehouse.keys import KeyProblem, Keys

ROOT_KEY = bytes(range(32))


def opened(folder: Path, root: bytes = ROOT_KEY) -> Inbox:
    return Inbox(folder / "inbox", folder / "keys", Keys(root, ""))


def entry(number: int, body: bytes | None = None) -> Entry:
    body = f"canary {number}".encode() if body is None else body
    return Entry("zoom", ("zoom.main", "zoom.second"), 1_790_000_000_000 + number, body, number % 2 == 1)


def bodies(inbox: Inbox, after: Position = START) -> list[bytes]:
    return [one.body for one in inbox.read(after)]


def test_entries_come_back_byte_for_byte_and_from_any_position(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    written = [entry(0, b""), entry(1, bytes(range(256))), entry(2, b"\n\n{}\n"), entry(3, os.urandom(100_000))]
    writer.append(written[:1])
    writer.append(written[1:])
    writer.close()
    read = list(opened(tmp_path).read())
    assert [one._replace(position=START) for one in read] == written
    assert "canary" not in repr(entry(7)) and read[1].received_at.isoformat() == "2026-09-21T14:13:20.001000+00:00"
    for at, one in enumerate(read):
        assert bodies(opened(tmp_path), Position.of(str(one.position))) == [w.body for w in written[at + 1 :]]


def test_nothing_lies_in_the_clear_and_files_are_the_owners(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    writer.append([entry(7)])
    writer.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 5  # segment, key, lock, identity, ends
    for path in files:
        content = path.read_bytes()
        assert b"canary" not in content and b"zoom" not in content and ROOT_KEY not in content
        assert path.stat().st_mode & 0o077 == 0


def test_a_tail_torn_anywhere_costs_only_the_torn_entry(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    writer.append([entry(1)])
    writer.append([entry(2)])
    path = opened(tmp_path).path(opened(tmp_path).segments()[0])
    whole, ends = path.read_bytes(), (tmp_path / "inbox" / "ends").read_bytes()
    writer.append([entry(3)])
    writer.close()
    longer = path.read_bytes()
    for end in range(len(whole), len(longer)):
        for tail in (b"", b"\0" * (len(longer) - end)):  # cut short, or the file grew before its bytes came
            if longer[:end] + tail == longer:
                continue  # the sealed bytes end in zeros of their own: nothing is torn
            path.write_bytes(longer[:end] + tail)
            (tmp_path / "inbox" / "ends").write_bytes(ends)  # it was not acknowledged
            writer = InboxWriter(opened(tmp_path))
            assert bodies(opened(tmp_path)) == [b"canary 1", b"canary 2"]
            assert path.read_bytes() == whole
            writer.close()
    writer = InboxWriter(opened(tmp_path))
    writer.append([entry(4)])
    writer.close()
    assert bodies(opened(tmp_path)) == [b"canary 1", b"canary 2", b"canary 4"]
    assert len(opened(tmp_path).segments()) == 2  # a started writer never goes on in an old segment


def test_a_damaged_entry_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    for writes in (range(3), range(3, 6)):
        writer = InboxWriter(inbox)
        writer.append([entry(number) for number in writes])
        writer.close()
    first = inbox.path(inbox.segments()[0])
    ends = [one.position.offset for one in inbox.read()][:3]
    content = bytearray(first.read_bytes())
    content[ends[0] + FRAME.size + 5] ^= 1
    first.write_bytes(content)
    read = []
    with pytest.raises(InboxDamaged, match="put the file back") as damage:
        read.extend(one.body for one in inbox.read())
    assert read == [b"canary 0"]
    assert bodies(inbox, damage.value.resume) == [b"canary 2", b"canary 3", b"canary 4", b"canary 5"]


def test_what_was_acknowledged_and_is_gone_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox, segment_bytes=1)
    for number in range(3):
        writer.append([entry(number), entry(10 + number)])
    borders: dict[int, list[int]] = {number: [] for number in inbox.segments()}
    for one in inbox.read():
        borders[one.position.segment].append(one.position.offset)
    right = bodies(inbox)
    for number, (first, end) in borders.items():
        path = inbox.path(number)
        whole, mine = path.read_bytes(), right[2 * list(borders).index(number) :][:2]
        flipped = whole[:-1] + bytes([whole[-1] ^ 1])
        for left, lost in ((whole[:first], mine[1:]), (b"", mine), (None, mine), (flipped, mine[1:])):
            path.unlink() if left is None else path.write_bytes(left)
            for restarted in (False, True):
                if restarted:  # a receiver that starts takes nothing of it for the tail of its own death
                    writer.close()
                    writer = InboxWriter(inbox, segment_bytes=1)
                read: list[bytes] = []
                with pytest.raises(InboxDamaged, match=path.name) as damage:
                    read.extend(one.body for one in inbox.read())
                assert damage.value.resume == (number, end, inbox.identity)
                read += bodies(inbox, damage.value.resume)
                assert read == [one for one in right if one not in lost]
            path.write_bytes(whole)
        assert bodies(inbox) == right
    writer.close()


def test_damage_in_the_newest_segment_is_not_cut_off_as_if_it_were_a_torn_tail(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox)
    writer.append([entry(number) for number in range(3)])
    writer.close()
    path = inbox.path(inbox.segments()[0])
    ends = [one.position.offset for one in inbox.read()]
    content = bytearray(path.read_bytes())
    content[ends[0] + FRAME.size + 5] ^= 1
    path.write_bytes(content)
    InboxWriter(inbox).close()
    assert path.read_bytes() == content
    with pytest.raises(InboxDamaged) as damage:
        list(inbox.read())
    assert bodies(inbox, damage.value.resume) == [b"canary 2"]


def test_forgetting_destroys_file_and_key_and_numbers_never_come_twice(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox, segment_bytes=1)
    for number in range(3):
        writer.append([entry(number)])
    first, second, third = (one.position for one in inbox.read())
    assert inbox.forget(Position(first.segment, first.offset - 1)) == []  # not all of it is drained
    assert inbox.forget(first) == [first.segment]
    assert inbox.forget(third) == [second.segment]  # the third is still being written
    assert bodies(inbox) == [b"canary 2"]
    copy = inbox.path(third.segment).read_bytes()
    writer.close()
    assert inbox.forget(third) == [third.segment]
    assert inbox.forget(third) == []
    assert bodies(inbox) == [] and list(inbox.key_folder.iterdir()) == []
    writer = InboxWriter(inbox)
    writer.append([entry(9)])
    writer.close()
    assert [one.body for one in inbox.read(third)] == [b"canary 9"]
    assert inbox.segments()[-1] > third.segment
    inbox.path(third.segment).write_bytes(copy)  # a backup turns up: without its key it says nothing
    with pytest.raises(KeyProblem, match="missing"):
        bodies(inbox)


def test_numbers_grow_although_the_clock_went_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = opened(tmp_path)
    for clock in (2_000_000_000, 1_000_000_000, 1_500_000_000):
        monkeypatch.setattr(inbox_writer.time, "time_ns", lambda clock=clock: clock * 10**9)
        writer = InboxWriter(inbox)
        writer.append([entry(clock)])
        writer.close()
    assert bodies(inbox) == [b"canary 2000000000", b"canary 1000000000", b"canary 1500000000"]


def test_another_root_key_opens_nothing(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    writer.append([entry(1)])
    writer.close()
    with pytest.raises(KeyProblem, match="another root key"):
        list(opened(tmp_path, bytes(32)).read())


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    with pytest.raises(InboxTaken, match="another receiver"):
        InboxWriter(opened(tmp_path))
    writer.close()
    InboxWriter(opened(tmp_path)).close()


@pytest.mark.parametrize("call", ["write", "fdatasync"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_what_the_disk_refuses_is_never_read_and_the_next_entry_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox)
    writer.append([entry(1)])
    real_write, real_sync = os.write, os.fdatasync

    def half_a_write(fd: int, content: bytes) -> int:
        if len(content) <= 100:
            raise OSError(code, "the disk")
        return real_write(fd, bytes(content)[: len(content) // 2])

    def failing_sync(fd: int) -> None:
        real_sync(fd)
        raise OSError(code, "the disk")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, half_a_write if call == "write" else failing_sync)
        with pytest.raises(OSError, match="the disk"):
            writer.append([entry(2, b"x" * 1000)])
        assert bodies(inbox) == [b"canary 1"]
    writer.append([entry(3)])
    writer.close()
    assert bodies(inbox) == [b"canary 1", b"canary 3"]


def test_a_reader_beside_a_writer_sees_a_growing_beginning(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox, segment_bytes=20_000)
    done = threading.Event()

    def write() -> None:
        for number in range(0, 3_000, 10):
            writer.append([entry(one) for one in range(number, number + 10)])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    read: list[bytes] = []
    reader, at = opened(tmp_path), START
    while not (done.is_set() and len(read) == 3_000):
        for one in reader.read(at):
            read.append(one.body)
            at = one.position
        assert read == [f"canary {number}".encode() for number in range(len(read))]
        reader.forget(at)
    thread.join()
    writer.close()
    assert len(read) == 3_000
    assert len(reader.segments()) == 1  # the one that was being written; the rest is destroyed


def test_depth_counts_what_draining_has_not_reached(tmp_path: Path) -> None:
    inbox = opened(tmp_path)
    writer = InboxWriter(inbox, segment_bytes=200)
    assert inbox.depth() == (0, None)
    for number in range(5):
        writer.append([entry(number)])
    assert inbox.depth() == (5, 1_790_000_000_000)
    places = [one.position for one in inbox.read()]
    inbox.note_drained(places[2])
    assert inbox.depth() == (2, 1_790_000_000_003)
    writer.append([entry(5)])
    assert inbox.depth() == (3, 1_790_000_000_003)
    inbox.forget(places[2])
    assert opened(tmp_path).depth() == (3, 1_790_000_000_003)
    writer.close()
    opened(tmp_path).forget(list(inbox.read())[-1].position)  # another process, which leaves no word
    assert inbox.depth() == (0, None)


def test_a_batch_is_one_sync_and_answers_come_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    gate, real_sync = threading.Event(), os.fdatasync

    def slow_sync(fd: int) -> None:
        gate.wait(60)
        real_sync(fd)
        told.append("sync")

    monkeypatch.setattr(os, "fdatasync", slow_sync)
    settled = threading.Event()

    def tell(tickets: Sequence[int], durable: bool) -> None:
        told.extend(f"{ticket} {durable}" for ticket in tickets)
        if 9 in tickets:
            settled.set()

    commit: GroupCommit[int] = GroupCommit(InboxWriter(opened(tmp_path)), tell, most_entries=9)
    assert commit.put(0, entry(0))
    while commit._waiting:  # the first is being written; the rest gathers behind it
        pass
    assert all(commit.put(number, entry(number)) for number in range(1, 10))
    assert not commit.put(10, entry(10))  # too many wait
    assert told == []
    gate.set()
    assert settled.wait(60)
    assert told == ["sync", "0 True", "sync", *(f"{number} True" for number in range(1, 10))]
    commit.stop()
    assert len(bodies(opened(tmp_path))) == 10


def test_stopping_finishes_what_was_accepted(tmp_path: Path) -> None:
    told: list[tuple[int, bool]] = []
    commit: GroupCommit[int] = GroupCommit(
        InboxWriter(opened(tmp_path)), lambda tickets, durable: told.extend((t, durable) for t in tickets)
    )
    for number in range(500):
        assert commit.put(number, entry(number))
    commit.stop()
    assert told == [(number, True) for number in range(500)]
    assert len(bodies(opened(tmp_path))) == 500
    assert not commit.put(501, entry(501))


def test_another_inbox_in_its_place_is_read_from_its_beginning_and_nothing_of_it_is_forgotten(tmp_path: Path) -> None:
    """The clock was a month ahead once; then the folder was new, and the clock right."""
    with time_machine.travel("2026-12-30T10:00:00Z", tick=False):
        ahead = InboxWriter(opened(tmp_path))
        ahead.append([entry(1)])
        ahead.close()
    reached = list(opened(tmp_path).read())[-1].position
    opened(tmp_path).note_drained(reached)
    for kept in (reached, Position.of(f"{reached.segment}:{reached.offset}")):
        shutil.rmtree(tmp_path / "inbox")
        with time_machine.travel("2026-11-30T10:00:00Z", tick=False):
            right = InboxWriter(opened(tmp_path))
            right.append([entry(2), entry(3)])
            right.close()
        inbox = opened(tmp_path)
        inbox.note_drained(kept)
        assert inbox.depth().entries == 2
        assert [one.body for one in inbox.read(kept)] == [entry(2).body, entry(3).body]
        assert inbox.forget(kept) == []
        with time_machine.travel("2027-01-15T10:00:00Z", tick=False):  # past the wrong instant
            later = InboxWriter(opened(tmp_path))
            later.append([entry(4)])
            later.close()
        if kept.inbox:
            assert inbox.forget(kept) == []
            assert [one.body for one in inbox.read(kept)] == [entry(2).body, entry(3).body, entry(4).body]
        last = list(inbox.read())[-1].position
        assert Position.of(str(last)) == last
        assert len(inbox.forget(last)) == 2
        assert list(inbox.read(last)) == []


@pytest.mark.parametrize("jump", ["1970-01-01T00:00:10Z", "2026-11-29T10:00:00Z", "2026-12-30T10:00:00Z"])
def test_a_clock_that_jumps_loses_no_webhook(tmp_path: Path, jump: str) -> None:
    read: list[bytes] = []
    reached = START
    for number, instant in enumerate(("2026-11-30T10:00:00Z", jump, "2026-11-30T10:20:00Z")):
        with time_machine.travel(instant, tick=False):
            writer = InboxWriter(opened(tmp_path))
            writer.append([entry(number)])
            writer.close()
            inbox = opened(tmp_path)
            for one in inbox.read(reached):
                read.append(one.body)
                reached = one.position
            inbox.forget(reached)
    assert read == [entry(number).body for number in range(3)]


def test_a_length_that_is_damaged_hides_and_costs_nothing_behind_it(tmp_path: Path) -> None:
    writer = InboxWriter(opened(tmp_path))
    for number in range(5):
        writer.append([entry(number)])
    writer.close()
    inbox = opened(tmp_path)
    whole = list(inbox.read())
    path = inbox.path(inbox.segments()[-1])
    good = path.read_bytes()
    for bit in range(32):
        broken = bytearray(good)
        place = whole[1].position.offset
        broken[place + bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(broken))
        InboxWriter(opened(tmp_path)).close()  # one that starts cuts nothing off
        assert path.stat().st_size == len(good)
        with pytest.raises(InboxDamaged) as damage:
            list(inbox.read())
        assert list(inbox.read(damage.value.resume)) == whole[3:]
