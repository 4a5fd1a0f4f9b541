"""Prefect's own server as a child process: its settings, its password, and what a stop left open."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flows.serve.supervisor import Part, tied
from town.log import Say
from warehouse.keys import load_secret, login_file

LOOPBACK = "127.0.0.1"
HEALTH_LIMIT_SECONDS = 180.0
SAY_EVERY_SECONDS = 5.0
STOP_SECONDS = 8.0
RUN_PREFECT = "import runpy\nrunpy.run_module('prefect', run_name='__main__', alter_sys=True)\n"


class ServeProblem(Exception):
    """The server cannot be started or kept; the message names the remedy."""


def is_loopback(host: str) -> bool:
    """True when only this machine can reach the address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def auth_file(base: Path) -> Path:
    """User and password of the server, made on the first start and readable by its owner only."""
    return login_file(base / "keys" / "prefect.auth")


def server_settings(base: Path, host: str, port: int, database: str = "") -> dict[str, str]:
    """Environment of the server and of everything that talks to it.

    The password is asked for on loopback too: any page open in a browser on this machine, and any other
    user of it, could otherwise start flows. `database` is given by reference, as secrets are.
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


class PrefectServer(Part):
    """The server."""

    def __init__(self, settings: dict[str, str], host: str, port: int) -> None:
        arguments = ("server", "start", "--host", host, "--port", str(port))
        log = Path(settings["PREFECT_HOME"]) / "server.log"
        health = f"{settings['PREFECT_API_URL']}/health"
        # An open browser page can keep it waiting for ever: then it is killed.
        super().__init__("server", "Prefect's server", tied(RUN_PREFECT, *arguments), log=log, health=health,
                         stop_seconds=STOP_SECONDS)  # fmt: skip
        self.settings, self.host, self.port = settings, host, port

    def start(self, env: Mapping[str, str] | None = None) -> None:
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
        super().start({**self.settings, **(env or {})})

    def is_healthy(self) -> bool:
        """True when the server answers its health address."""
        try:
            with urllib.request.urlopen(self.health, timeout=5) as answer:  # noqa: S310 (our own address)
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_healthy(
        self, say: Say, limit: float = HEALTH_LIMIT_SECONDS, meanwhile: Callable[[], object] = int
    ) -> None:
        """Wait until the server answers, saying so; ServeProblem when it ends or the limit passes."""
        began = told = time.monotonic()
        say("starting Prefect's server; the first start takes longest")
        while not self.is_healthy():
            meanwhile()
            waited = time.monotonic() - began
            if not self.is_alive:
                raise ServeProblem(f"Prefect's server ended while starting; the reason is in {self.log}")
            if waited > limit:
                raise ServeProblem(f"Prefect's server did not answer within {limit:.0f} seconds; look at {self.log}")
            if time.monotonic() - told >= SAY_EVERY_SECONDS:
                told = time.monotonic()
                say(f"waiting for Prefect's server: {waited:.0f} s")
            time.sleep(0.3)


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
