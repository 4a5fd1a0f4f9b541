"""The process: listen, keep time, and on SIGTERM finish what was accepted before going."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvloop

from receiver.events import open_inbox
from receiver.heartbeat import Heartbeat
from receiver.protocol import Connection
from receiver.receiver import Receiver
from town.config import Config
from town.hook_accounts import receiving
from town.log import Say
from warehouse.inbox_writer import GroupCommit, InboxWriter

TICK_SECONDS = 0.25
REPORT_SECONDS = 60.0
FINISH_SECONDS = 5.0


class ReceiveProblem(Exception):
    """The receiver cannot start; the message says what to do."""


def receive(config: Config, host: str, port: int, say: Say) -> None:
    """Receive until SIGTERM or SIGINT. Raises ReceiveProblem, ConfigProblem, KeyProblem or InboxTaken at the start."""
    accounts = receiving(config)
    inbox = open_inbox(config)
    writer = InboxWriter(inbox)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        loop = runner.get_loop()
        receiver = Receiver(accounts, inbox, partial(GroupCommit, writer), loop.call_soon_threadsafe, say)
        runner.run(_serve(receiver, inbox.folder, host, port, say))


async def _serve(receiver: Receiver, folder: Path, host: str, port: int, say: Say) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: receiver.broke(told.get("exception") or RuntimeError()))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        server = await loop.create_server(lambda: Connection(receiver), host, port, backlog=512)
    except OSError:
        receiver.finish()
        raise ReceiveProblem(f"cannot listen on {host} port {port}; choose another one with --port") from None
    gc.freeze()  # what was loaded lives as long as the process and need not be looked through again
    say(f"receiving webhooks on http://{host}:{server.sockets[0].getsockname()[1]}")
    heart = Heartbeat(folder)
    reported = time.monotonic()
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TICK_SECONDS)
        receiver.tick()
        heart.beat()
        if receiver.now - reported >= REPORT_SECONDS:
            receiver.report()
            reported = receiver.now
    server.close()
    receiver.stopping = True
    until = time.monotonic() + FINISH_SECONDS
    while any(one.is_busy for one in receiver.connections) and time.monotonic() < until:
        await asyncio.sleep(0.02)
        receiver.tick()
    receiver.finish()
    await asyncio.sleep(0.05)
    for connection in list(receiver.connections):
        connection.end()
    receiver.report()
