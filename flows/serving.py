"""`kehila serve`: Prefect's own server as a child process, the schedules, and the watched drop folder.

One process supervises: it starts the server, runs what is scheduled one after the other, asks for an
import when files have settled, and takes everything down again on SIGTERM or SIGINT.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flows.config import Config
from flows.schedules import deployments
from flows.watching import IMPORTED, REFUSED, drop_folder, watch_drop
from warehouse.keys import load_secret

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 4200
HEALTH_LIMIT_SECONDS = 180.0
SAY_EVERY_SECONDS = 5.0
STOP_SECONDS = 20.0
RESTARTS, RESTART_WINDOW_SECONDS = 5, 600.0

# The death of the parent, even by SIGKILL, must not leave a server behind: Linux tells the child.
SERVER_CODE = (
    "import ctypes, runpy, sys\n"
    "sys.platform == 'linux' and ctypes.CDLL(None).prctl(1, 15)\n"
    "runpy.run_module('prefect', run_name='__main__', alter_sys=True)\n"
)


class ServeProblem(Exception):
    """The server cannot be started or kept; the message names the remedy."""


def is_loopback(host: str) -> bool:
    """True when only this machine can reach the address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def auth_file(base: Path) -> Path:
    """User and password of the server, made on the first start and readable by its owner only."""
    path = base / "keys" / "prefect.auth"
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(f"kehila:{secrets.token_urlsafe(24)}\n")
    return path


def server_settings(base: Path, host: str, port: int, database: str = "") -> dict[str, str]:
    """Environment of the server and of everything that talks to it.

    The password is asked for on loopback too: any page open in a browser on this machine, and any other
    user of it, could otherwise start flows. `database` is a reference, `file:PATH` or `env:NAME`.
    """
    auth = auth_file(base).read_text(encoding="utf-8").strip()
    if ":" not in auth:
        raise ServeProblem("keys/prefect.auth is empty or damaged; delete it and start again: a new one is made")
    near = host if is_loopback(host) else LOOPBACK
    origin = f"http://{f'[{near}]' if ':' in near else near}:{port}"
    settings = {
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "PREFECT_HOME": str(base / ".prefect"),
        "PREFECT_API_URL": f"{origin}/api",
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_API_URL": f"{origin}/api" if is_loopback(host) else "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LOG_PRINTS": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_CLI_COLORS": "false",
    }
    if database:
        url = load_secret(database, base)
        settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    return settings


@contextlib.contextmanager
def only_one(base: Path) -> Iterator[None]:
    """Hold the folder: two servers over one store would run everything twice."""
    import fcntl

    place = base / ".prefect"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ServeProblem("`kehila serve` runs here already; stop that one first") from None
        yield


class PrefectServer:
    """Prefect's server as our child process."""

    def __init__(self, settings: dict[str, str], host: str, port: int) -> None:
        self.settings, self.host, self.port = settings, host, port
        self.log = Path(settings["PREFECT_HOME"]) / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's number while there is one."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """True while the child runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the child; ServeProblem when the port is taken."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as problem:
                raise ServeProblem(
                    f"cannot listen on {self.host} port {self.port} ({os.strerror(problem.errno or 0)}); "
                    "stop what uses it or name another with --port"
                ) from None
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-c", SERVER_CODE, "server", "start", "--host", self.host, "--port", str(self.port)]
        env = {**os.environ, **self.settings}
        with self.log.open("wb") as log:
            # A session of its own: Ctrl-C reaches us first, and the server goes last.
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def is_healthy(self) -> bool:
        """True when the server answers its health address."""
        try:
            with urllib.request.urlopen(f"{self.settings['PREFECT_API_URL']}/health", timeout=5) as answer:  # noqa: S310 (our own address)
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_healthy(self, say: Callable[[str], None], limit: float = HEALTH_LIMIT_SECONDS) -> None:
        """Wait until the server answers, saying so; ServeProblem when it ends or the limit passes."""
        began = told = time.monotonic()
        say("starting Prefect's server; the first start takes longest")
        while not self.is_healthy():
            waited = time.monotonic() - began
            if not self.is_alive:
                raise ServeProblem(f"Prefect's server ended while starting; the reason is in {self.log}")
            if waited > limit:
                raise ServeProblem(f"Prefect's server did not answer within {limit:.0f} seconds; look at {self.log}")
            if time.monotonic() - told >= SAY_EVERY_SECONDS:
                told = time.monotonic()
                say(f"waiting for Prefect's server: {waited:.0f} s")
            time.sleep(0.3)

    def stop(self) -> None:
        """End the child, gently first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # an open browser page can keep it waiting for ever
            self._process.wait()
        self._process = None


async def close_leftovers(deployment_ids: list[Any]) -> int:
    """Mark runs that a killed process left open as crashed: at our start none can be alive."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    unfinished = filters.FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    ours = filters.DeploymentFilterId(any_=deployment_ids)
    async with get_client() as client:
        runs = await client.read_flow_runs(
            flow_run_filter=filters.FlowRunFilter(state=filters.FlowRunFilterState(type=unfinished)),
            deployment_filter=filters.DeploymentFilter(id=ours),
        )
        for run in runs:
            await client.set_flow_run_state(run.id, Crashed(message="left open when the machine stopped"), force=True)
    return len(runs)


def serve(config: Config, config_path: Path, host: str, port: int, database: str, say: Callable[[str], None]) -> None:
    """Start everything and stay until told to stop."""

    def told_to_stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    with only_one(config.base):
        signal.signal(signal.SIGTERM, told_to_stop)  # until the flows run, which have a handler of their own
        settings = server_settings(config.base, host, port, database)
        os.environ.update(settings)  # before Prefect is imported, here and in the processes of the flows
        for one in config.authority:
            folder = drop_folder(config, one.code)
            for place in (folder / IMPORTED, folder / REFUSED) if folder else ():
                place.mkdir(parents=True, exist_ok=True)
        server = PrefectServer(settings, host, port)
        with contextlib.suppress(KeyboardInterrupt):
            try:
                _until_stopped(server, config, config_path, say)
            finally:
                server.stop()


def _until_stopped(server: PrefectServer, config: Config, config_path: Path, say: Callable[[str], None]) -> None:
    """Start the server, and again when it ends by itself; give up when that happens too often."""
    ends: list[float] = []
    while True:
        server.start()
        server.wait_healthy(say)
        if asyncio.run(_run_flows(server, config, config_path, say)):
            return
        ends = [one for one in ends if time.monotonic() - one < RESTART_WINDOW_SECONDS] + [time.monotonic()]
        server.stop()
        if len(ends) > RESTARTS:
            raise ServeProblem(f"Prefect's server failed {len(ends)} times in ten minutes; look at {server.log}")
        say("Prefect's server ended by itself; starting it again")


async def _run_flows(server: PrefectServer, config: Config, config_path: Path, say: Callable[[str], None]) -> bool:
    """Run what is scheduled until a signal (true), or until the server is gone (false)."""
    from prefect.runner import Runner

    # A server that goes away is told by us, in one line.
    for name in ("Cancelling", "Suspending"):
        logging.getLogger(f"prefect.FlowRun{name}Observer").setLevel(logging.CRITICAL)
    # One run at a time: two would stage the same segments at once.
    runner = Runner(name="kehila", limit=1, pause_on_shutdown=False)
    ids = {}
    for one in await deployments(config, config_path):
        ids[one.flow_name, one.name] = await runner.aadd_deployment(one)
    crashed = await close_leftovers(list(ids.values()))
    if crashed:
        say(f"{crashed} runs left open by a stop were closed as crashed")
    stop = asyncio.Event()
    running = asyncio.create_task(runner.start())
    while not runner.started and not running.done():
        await asyncio.sleep(0.05)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Only now: the runner installs a handler of its own when it starts.
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watches = []
    for authority in config.authority:
        folder = drop_folder(config, authority.code)
        if folder is not None:
            say(f"watching {folder}")
            watches.append(asyncio.create_task(watch_drop(folder, ids["Import and refresh", authority.code], say)))
    say(f"ready: {server.settings['PREFECT_API_URL'].removesuffix('/api')}")
    while not stop.is_set() and not running.done() and server.is_alive:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 0.5)
    for watch in watches:
        watch.cancel()
    if stop.is_set():
        say("stopping")
        with contextlib.suppress(Exception):
            await asyncio.wait_for(runner.astop(), STOP_SECONDS)  # ends the flow that runs; what it landed stays
    else:
        logging.disable(logging.ERROR)  # every loop of the runner would report that the server is gone
    running.cancel()
    await asyncio.gather(running, *watches, return_exceptions=True)
    logging.disable(logging.NOTSET)
    return stop.is_set()
