"""`kehila serve`: one process that keeps the parts of an installation running on one machine.

It starts the receiver, the drainer and the operations page where they are configured, then Prefect's server; runs
what is scheduled one after the other; asks for an import when files have settled; and takes everything down
again on SIGTERM or SIGINT: first who accepts, then who drains, then the flows, then the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.automations import apply
from flows.parameters import BACKFILL, NOTIFY, deployment_names
from flows.schedules import deployments, remove_others, set_times
from flows.serve.prefect_server import (
    LOOPBACK,
    PrefectServer,
    ServeProblem,
    close_leftovers,
    is_loopback,
    server_settings,
)
from flows.serve.supervisor import KEHILA, Part, Restarts, Supervisor, tied
from flows.serve.watch import watch_drop
from pipeline.land.drop_folder import dealt_with, drop_folder
from town.config import Config
from town.hook_accounts import pushed_to
from town.log import Say
from town.parts import SUPERVISOR_VARIABLE, parts_status
from warehouse.files import private_folder

FLOWS_STOP_SECONDS = 6.0
LOOK_SECONDS = 0.5


@contextlib.contextmanager
def only_one(base: Path) -> Iterator[None]:
    """Hold the folder: two servers over one store would run everything twice."""
    import fcntl

    place = base / ".prefect"
    private_folder(place)
    with (place / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ServeProblem("`kehila serve` runs here already; stop that one first") from None
        yield


def status_file(base: Path) -> Path:
    """Where the supervisor writes how its parts stand."""
    return base / ".prefect" / "parts.json"


def receives(config: Config) -> bool:
    """Whether an account is configured to be pushed to."""
    return any(pushed_to(config, one.code) for one in config.authority)


def nearby(host: str) -> str:
    """How this machine asks a part that listens on this address."""
    near = host if is_loopback(host) else LOOPBACK
    return f"[{near}]" if ":" in near else near


def parts_of(config: Config, config_path: Path, operations_port: int) -> list[Part]:
    """The children this configuration asks for, beside Prefect's server, in the order they start and stop."""

    def command(*words: str) -> list[str]:
        return tied(KEHILA, "--config", str(config_path.resolve()), *words)

    found = []
    if receives(config):
        near = f"http://{nearby(config.receive.host)}:{config.receive.port}/healthz"
        found.append(Part("receiver", "the receiver of webhooks", command("receive"), health=near))
        found.append(Part("drainer", "the drainer of the inbox", command("drain", "--watch")))
    if config.entry.public_url:
        near = f"http://{nearby(config.entry.host)}:{config.entry.port}/healthz"
        found.append(Part("entry", "the web form of staff", command("entry"), health=near, stop_seconds=6.0))
    if operations_port:
        page = command("operations", "--port", str(operations_port))
        found.append(Part("operations", "the operations page", page, stop_seconds=3.0))
    return found


def serve(
    config: Config,
    config_path: Path,
    host: str,
    port: int,
    database: str,
    operations_port: int,
    say: Say,
) -> None:
    """Start everything and stay until SIGTERM or SIGINT. `operations_port` 0: no operations page.

    Raises ServeProblem when one runs here already, or when Prefect's server does not come up or fails again and again.
    """

    def told_to_stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    with only_one(config.base):
        signal.signal(signal.SIGTERM, told_to_stop)  # until the flows run, which have a handler of their own
        settings = server_settings(config.base, host, port, database)
        os.environ.update(settings)  # before Prefect is imported, here and in the processes of the flows
        os.environ[SUPERVISOR_VARIABLE] = str(os.getpid())
        for one in config.authority:
            for place in dealt_with(config, one.code):
                private_folder(place)
        server = PrefectServer(settings, host, port)
        supervisor = Supervisor(parts_of(config, config_path, operations_port), status_file(config.base), say)
        supervisor.others = lambda: [server.row(is_stopping=supervisor.is_stopping)]
        with contextlib.suppress(KeyboardInterrupt):
            try:
                supervisor.start()
                _until_stopped(server, supervisor, config, config_path, say)
            finally:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)  # we are going already
                supervisor.stop()
                server.stop()
                supervisor.write_status()


def _until_stopped(server: PrefectServer, supervisor: Supervisor, config: Config, config_path: Path, say: Say) -> None:
    """Start the server, and again when it ends by itself; give up when it does so too often, or never answered."""
    restarts, was_well = Restarts(), False
    while True:
        server.start()
        try:
            server.wait_healthy(say, meanwhile=supervisor.look)
            was_well = True
            if asyncio.run(_run_flows(server, supervisor, config, config_path, say)):
                return
        except Exception:  # a server that ends takes with it whatever asks it at that instant
            if server.is_alive or not was_well:
                raise
        restarts.ended()
        server.stop()
        if restarts.is_too_often:
            raise ServeProblem(f"Prefect's server failed {restarts.count} times in ten minutes; look at {server.log}")
        say("Prefect's server ended by itself; starting it again", "part_ended", level=logging.WARNING, part="server")


async def _run_flows(
    server: PrefectServer, supervisor: Supervisor, config: Config, config_path: Path, say: Say
) -> bool:
    """Run what is scheduled until a signal (true), or until the server is gone (false)."""
    from prefect.runner import Runner

    # A server that goes away is told by us, in one line.
    for name in ("Cancelling", "Suspending"):
        logging.getLogger(f"prefect.FlowRun{name}Observer").setLevel(logging.CRITICAL)
    # One run at a time: a small machine has no more to give, and reports are read in order.
    runner = Runner(name="kehila", limit=1, pause_on_shutdown=False)
    # A backfill reads for hours: it stands in nobody's way. Its accounts' slots are shared with everybody else.
    slow = Runner(name="kehila-backfill", limit=1, pause_on_shutdown=False)
    # A notice does not wait for what it tells of.
    own = {BACKFILL: slow}
    if config.notify.is_given:
        own[NOTIFY] = Runner(name="kehila-notify", limit=1, pause_on_shutdown=False)
    runners = [runner, *own.values()]
    ids = {}
    for one in await deployments(config, config_path):
        ids[one.flow_name, one.name] = await own.get(one.flow_name, runner).aadd_deployment(one)
    for gone in await remove_others(config_path, ids):
        say(f"deployment {gone}: removed, no town is called so here")
    for told in await set_times(config):
        say(told)
    crashed = await close_leftovers(list(ids.values()))
    if crashed:
        say(f"{crashed} runs left open by a stop were closed as crashed", "runs_crashed", count=crashed)
    for name, what in (await apply(config)).items():
        if what != "unchanged":
            say(f"automation {name}: {what}")
    stop = asyncio.Event()
    running = [asyncio.create_task(one.start()) for one in runners]
    while not all(one.started for one in runners) and not any(one.done() for one in running):
        await asyncio.sleep(0.05)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Only now: the runner installs a handler of its own when it starts.
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watches, names = [], deployment_names(config)
    for authority in config.authority:
        folder = drop_folder(config, authority.code)
        if folder is not None:
            say(f"watching {folder}", town=authority.code)
            watches.append(
                asyncio.create_task(watch_drop(folder, ids["Import and refresh", names[authority.code]], say))
            )
    say(f"ready: {server.settings['PREFECT_API_URL'].removesuffix('/api')}", "ready")
    while not stop.is_set() and not any(one.done() for one in running) and server.is_alive:
        supervisor.look()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    for watch in watches:
        watch.cancel()
    if stop.is_set():
        say("stopping", "stopping")
        # The flow that runs is ended; what it landed stays. Meanwhile the receiver stops and the inbox is drained.
        ending = asyncio.gather(*(one.astop() for one in runners))
        await asyncio.to_thread(supervisor.stop)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(ending, FLOWS_STOP_SECONDS)
    else:
        logging.disable(logging.ERROR)  # every loop of the runner would report that the server is gone
    for task in running:
        task.cancel()
    await asyncio.gather(*running, *watches, return_exceptions=True)
    logging.disable(logging.NOTSET)
    return stop.is_set()


def status(base: Path) -> tuple[bool, list[dict[str, Any]]]:
    """Whether `kehila serve` runs here, and its parts, each asked whether it is well (`well`: true, false or None)."""
    try:
        with only_one(base):
            return False, []
    except ServeProblem:
        rows = list(parts_status(status_file(base)))
    for row in rows:
        row["well"], row["told"] = asked(row["health"]) if row.get("health") else (None, {})
    return True, rows


def asked(address: str) -> tuple[bool, Any]:
    """Whether an address of ours answers 200, and what it says."""
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:  # noqa: S310 (our own address)
            body = answer.read(100_000)
            with contextlib.suppress(ValueError):
                return answer.status == 200, json.loads(body)
            return answer.status == 200, {}
    except urllib.error.HTTPError as problem:
        with contextlib.suppress(ValueError, OSError):
            return False, json.loads(problem.read(100_000))
        return False, {}
    except OSError:
        return False, {}
