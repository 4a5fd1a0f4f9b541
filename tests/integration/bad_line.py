"""A line between a client and a service of this machine that can be bad: down, silent, cut, or answered by somebody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 1 << 16


class BadLine:
    """Listens on a port of its own and hands on to `to`; what it does meanwhile is set by its fields, at any time."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.is_down = self.is_silent = False
        self.answer = b""
        """In place of the service: an answer to whatever is asked."""
        self.cut_request: int | None = None
        self.cut_answer: int | None = None
        """Bytes of a connection after which it is cut."""
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """Good again; connections that were kept open are cut."""
        self.is_down = self.is_silent = False
        self.answer, self.cut_request, self.cut_answer = b"", None, None
        self.cut()

    def cut(self) -> None:
        """Cut all that is open, so that the next call opens a connection and meets what is set."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.connections = 0

    def end(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        with suppress(OSError), client:
            if self.is_down:
                return
            if self.answer:
                head = b""
                while b"\r\n\r\n" not in head and (block := client.recv(BLOCK)):
                    head += block
                client.sendall(self.answer)
                client.shutdown(socket.SHUT_WR)
                while client.recv(BLOCK):  # what it still sends: a reset would take the answer away
                    pass
                return
            if self.is_silent:
                while client.recv(BLOCK):
                    pass
                return
            with socket.create_connection(("127.0.0.1", self.to)) as service:
                self._open.add(service)
                back = threading.Thread(target=self._hand_on, args=(service, client, self.cut_answer), daemon=True)
                back.start()
                self._hand_on(client, service, self.cut_request)
                back.join()
                self._open.discard(service)
        self._open.discard(client)

    def _hand_on(self, one: socket.socket, other: socket.socket, limit: int | None) -> None:
        passed = 0
        with suppress(OSError):
            while block := one.recv(BLOCK):
                if limit is not None and passed + len(block) >= limit:
                    other.sendall(block[: limit - passed])
                    break
                other.sendall(block)
                passed += len(block)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_line(to: int) -> Iterator[BadLine]:
    """One that runs."""
    line = BadLine(to)
    try:
        yield line
    finally:
        line.end()
