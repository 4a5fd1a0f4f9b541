"""Has the import flow run whenever files in the drop folder have settled."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from pipeline.land.drop_folder import Watch
from town.log import Say

LOOK_SECONDS = 2.0
PAUSE_SECONDS = 60.0
"""After a run that failed, or a server that did not answer: a fault must not become a loop."""


async def watch_drop(folder: Path, deployment_id: Any, say: Say) -> None:
    """Have the import flow run whenever files have settled: one run at a time, a pause after one that failed."""
    from prefect.client.orchestration import get_client

    watch, last, not_before = Watch(folder), None, 0.0
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not await asyncio.to_thread(watch.stable) or time.monotonic() < not_before:
            continue
        try:
            async with get_client() as client:
                state = (await client.read_flow_run(last)).state if last is not None else None
                if state is not None and not state.is_final():
                    continue
                if state is not None and not state.is_completed():
                    last, not_before = None, time.monotonic() + PAUSE_SECONDS
                    continue
                last = (await client.create_flow_run_from_deployment(deployment_id, tags=["dropped"])).id
        except Exception as problem:  # noqa: BLE001 (whatever it was, the folder has to be watched on)
            say(f"the server did not take the import ({type(problem).__name__}); trying again", level=logging.WARNING)
            last, not_before = None, time.monotonic() + PAUSE_SECONDS
