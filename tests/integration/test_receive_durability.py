"""Durable before 200: the order of system calls, of our own calls, and what is left after kill -9."""

import collections
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.hooks import HookAccount, Secret, hooks
from receiver.protocol import Connection
from receiver.receiver import Receiver
from tests.conftest import ROOT
from tests.integration.receiving import GIVE_UP_SECONDS, ZOOM, receiving, stored, town, zoom_event, zoom_headers
from warehouse.inbox import Inbox
from warehouse.inbox_writer import GroupCommit, InboxWriter
from warehouse.keys import Keys


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_kernel_saw_a_sync_before_each_of_500_answers(tmp_path: Path) -> None:
    """One sender, one event at a time: the record, its sync, its answer, 500 times, in this order and whole."""
    trace = tmp_path / "trace"
    config = town(tmp_path / "t")
    wrapper = (
        "strace",
        "-f",
        "-y",
        "-s",
        "16",
        "-o",
        str(trace),
        "-e",
        "trace=write,writev,pwrite64,sendto,sendmsg,fdatasync",
    )
    with receiving(config, wrapper=wrapper) as running:
        line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=GIVE_UP_SECONDS)
        for number in range(500):
            body = json.dumps(zoom_event(number)).encode()
            line.request("POST", "/hooks/zoom", body, zoom_headers(body))
            answer = line.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
        line.close()
        # strace hands no signal on: the receiver itself is told to stop.
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        running.process.wait(GIVE_UP_SECONDS)
    steps: list[str] = []
    begun: dict[str, str] = {}
    for told in trace.read_text(errors="replace").splitlines():
        thread, _, rest = told.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest
            if "HTTP/1.1 200" in rest:
                steps.append("answer")  # it counts from its beginning
            continue
        if rest.startswith("<..."):
            rest = begun.pop(thread, "") + rest
            if "HTTP/1.1 200" in rest:
                continue
        failed = re.search(r"\)\s+= -1", rest) is not None
        if "fdatasync(" in rest and ".inbox>" in rest and not failed:
            steps.append("sync")
        elif ".inbox>" in rest and "write" in rest and not failed:
            steps.append("record")
        elif "HTTP/1.1 200" in rest:
            steps.append("answer")
    assert steps.count("answer") == 500
    assert steps == ["record", "sync", "answer"] * 500
    assert len(stored(config)) == 500


class Line:
    """A connection's other end: it looks, at each 200, whether the event was durable already."""

    def __init__(self, durable: set[int]) -> None:
        self.durable, self.sent, self.early = durable, 0, []  # type: ignore[var-annotated]
        self.awaited: collections.deque[int] = collections.deque()

    def write(self, answer: bytes) -> None:
        assert answer.startswith(b"HTTP/1.1 200")
        number = self.awaited.popleft()
        self.sent += 1
        if number not in self.durable:
            self.early.append(number)

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "answering before the sync is found out"])
def test_nothing_of_ours_answers_before_the_sync_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    """Many senders at once. What a sync has made durable is read back from the file at that moment."""
    inbox = Inbox(tmp_path / "inbox", tmp_path / "keys", Keys(bytes(32), ""))
    durable: set[int] = set()
    real = os.fdatasync

    def watched(fd: int) -> None:
        real(fd)
        durable.update(json.loads(one.body)["event_ts"] - 1_780_000_000_000 for one in inbox.read())

    monkeypatch.setattr(os, "fdatasync", watched)
    calls: collections.deque[Any] = collections.deque()
    zoom = next(hook for hook in hooks() if hook.name == "zoom")
    account = HookAccount("0070", "zoom", "main", "", {"webhook": (Secret(ZOOM.encode()),)})

    def commit(settled: Any) -> GroupCommit[Any]:
        made: GroupCommit[Any] = GroupCommit(InboxWriter(inbox), settled)
        if broken:
            put = made.put
            monkeypatch.setattr(made, "put", lambda ticket, entries: (settled([ticket], True), put(ticket, entries))[1])
        return made

    receiver = Receiver({zoom: [account]}, inbox, commit, lambda *call: calls.append(call), lambda *_, **_more: None)
    lines = [Line(durable) for _ in range(25)]
    senders = []
    for line in lines:
        senders.append(Connection(receiver))
        senders[-1].connection_made(line)  # type: ignore[arg-type]
    for number in range(500):
        body = json.dumps(zoom_event(number)).encode()
        fields = "".join(f"{name}: {value}\r\n" for name, value in zoom_headers(body).items())
        lines[number % 25].awaited.append(number)
        request = f"POST /hooks/zoom HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body
        senders[number % 25].data_received(request)
        while calls:
            function, *arguments = calls.popleft()
            function(*arguments)
    until = time.monotonic() + 20
    while sum(line.sent for line in lines) < 500 and time.monotonic() < until:
        while calls:
            function, *arguments = calls.popleft()
            function(*arguments)
    receiver.finish()
    assert sum(line.sent for line in lines) == 500
    assert any(line.early for line in lines) is broken


def kill_loop(folder: Path, events: int, kills: int, senders: int = 8) -> None:
    """Send events until each is acknowledged, while the receiver is killed again and again; then look."""
    config = town(folder)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.receiver_nursery", str(config), str(port)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert nursery.stdin is not None and nursery.stdout is not None

    def ask(what: str) -> str:
        nursery.stdin.write(what + "\n")  # type: ignore[union-attr]
        nursery.stdin.flush()  # type: ignore[union-attr]
        return nursery.stdout.readline().strip()  # type: ignore[union-attr]

    acknowledged: collections.Counter[int] = collections.Counter()
    statuses: collections.Counter[int] = collections.Counter()
    forged_taken: list[int] = []
    lock = threading.Lock()

    def send(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

        def post(body: bytes, headers: dict[str, str]) -> int:
            while True:
                try:
                    line.request("POST", "/hooks/zoom", body, headers)
                    answer = line.getresponse()
                    answer.read()
                    statuses[answer.status] += 1
                except (OSError, http.client.HTTPException):
                    line.close()
                    time.sleep(0.002)
                else:
                    return answer.status

        for number in range(first, events, senders):
            body = json.dumps(zoom_event(number)).encode()
            if number % 10 == 0:
                forged = json.dumps(zoom_event(10_000_000 + number)).encode()
                if post(forged, zoom_headers(forged, secret="not-the-town-s-secret")) == 200:
                    forged_taken.append(number)
            while post(body, zoom_headers(body)) != 200:
                pass
            with lock:
                acknowledged[number] += 1

    child = ask("start")
    threads = [threading.Thread(target=send, args=(first,), daemon=True) for first in range(senders)]
    for thread in threads:
        thread.start()
    chance, done = random.Random(12), 0
    while done < kills:
        # Not before some events went through, so that the kills are spread over all of them.
        while len(acknowledged) < min(events * (done + 1) // (kills + 1), events - senders):
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        os.kill(int(child), signal.SIGKILL)
        ask(child)
        child = ask("start")
        done += 1
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    os.kill(int(child), signal.SIGTERM)
    ask(child)
    nursery.stdin.close()
    nursery.wait(GIVE_UP_SECONDS)
    assert len(acknowledged) == events and not forged_taken and set(statuses) <= {200, 401, 503}
    by_key: dict[str, set[int]] = collections.defaultdict(set)
    for one in stored(config):
        by_key[one.key].add(json.loads(one.body)["event_ts"] - 1_780_000_000_000)
    assert all(len(numbers) == 1 for numbers in by_key.values())
    kept = collections.Counter(number for numbers in by_key.values() for number in numbers)
    assert kept == collections.Counter(range(events))


def test_every_acknowledged_event_is_kept_once_over_8_kills(tmp_path: Path) -> None:
    kill_loop(tmp_path, events=400, kills=8)


@pytest.mark.long
def test_every_acknowledged_event_is_kept_once_over_300_kills(tmp_path: Path) -> None:
    kill_loop(tmp_path, events=10_000, kills=300)
