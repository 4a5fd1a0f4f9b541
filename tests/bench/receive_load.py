"""The load: `python -m tests.bench.receive_load PORT SECONDS CONNECTIONS`. One JSON object of what came back.

Every connection sends signed events, each one once, the next when the last is answered.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

from tests.integration.receiving import zoom_event, zoom_headers

PERSON = {
    "user_id": "16778240", "user_name": "Resident", "participant_uuid": "55555AAAiAAAAAiAiAiiAii",
    "join_time": "2026-11-13T21:44:51Z", "email": "resident@example.com", "registrant_id": "abcdefghij0-klmnopq23456",
    "participant_user_id": "rstuvwxyza789-cde", "customer_key": "349589LkJyeW",
}  # fmt: skip
MEETING = {"id": "1234567890", "host_id": "x1yCzABCDEfg23HiJKl4mN", "topic": "Meeting", "type": 8, "duration": 60}


def requests(count: int) -> list[bytes]:
    made = []
    for number in range(count):
        event = zoom_event(number, **MEETING, participant={**PERSON, "user_id": str(number)})
        body = json.dumps(event).encode()
        fields = "".join(f"{name}: {value}\r\n" for name, value in zoom_headers(body).items())
        head = f"POST /hooks/zoom HTTP/1.1\r\nHost: kehila.example\r\nUser-Agent: Zoom Marketplace/1.0a\r\n{fields}"
        head += f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        made.append(head.encode() + body)
    return made


class Sender(asyncio.Protocol):
    """One connection."""

    def __init__(self, ready: list[bytes], told: dict[str, Any]) -> None:
        self._ready, self._told, self._since = ready, told, 0.0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._told["seconds"].append(time.perf_counter() - self._since)
        self._told["ok" if data.startswith(b"HTTP/1.1 200") else "other"] += 1
        self._next()

    def _next(self) -> None:
        if self._ready and time.perf_counter() < self._told["until"]:
            self._since = time.perf_counter()
            self._transport.write(self._ready.pop())


async def load(port: int, seconds: float, connections: int) -> dict[str, Any]:
    ready = requests(int(40_000 * seconds))
    told: dict[str, Any] = {"ok": 0, "other": 0, "seconds": [], "until": time.perf_counter() + seconds}
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(lambda: Sender(ready, told), "127.0.0.1", port)
    await asyncio.sleep(seconds + 0.2)
    waits = sorted(told["seconds"])
    return {
        "ok": told["ok"], "other": told["other"], "left": len(ready), "wall": min(seconds, time.perf_counter() - started),
        "p50_ms": waits[len(waits) // 2] * 1000, "p99_ms": waits[len(waits) * 99 // 100] * 1000,
    }  # fmt: skip


if __name__ == "__main__":
    uvloop.install()
    print(json.dumps(asyncio.run(load(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))))
