"""A town's channels behind their stand-ins, all by one clock, named in the town's configuration."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.channels.facebook_page import PageDesk
from simulator.channels.hotline import HotlineDesk
from simulator.channels.life import Life
from simulator.channels.mailing_list import MailingListDesk
from simulator.channels.meetings import MeetingsDesk
from simulator.channels.section import Desk
from simulator.channels.website import WebsiteDesk
from simulator.services.server import Server
from warehouse.keys import new_secret_file


class Served:
    """`with Served(life) as served:` answers on loopback; `served.at(instant)` moves the clock of all of them.

    With `is_travelling` the collectors are to be run by a clock that is not the machine's.
    """

    def __init__(self, life: Life, *, is_travelling: bool = False) -> None:
        self._is_travelling = is_travelling
        self.website = WebsiteDesk(life.website, is_rest=is_travelling)
        self.mailing_list = MailingListDesk(life.mailing_list)
        self.page = PageDesk(life.page)
        self.meetings = MeetingsDesk(life.meetings)
        self.hotline = HotlineDesk(life.hotline)
        self.desks: tuple[Desk, ...] = (self.website, self.mailing_list, self.page, self.meetings, self.hotline)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for desk in self.desks:
            for server in desk.servers:
                if isinstance(server, Server):  # whose own clock is the machine's
                    server.says_date = not self._is_travelling
                self._open.enter_context(server)
        self.at(datetime.now(UTC))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def at(self, now: datetime) -> None:
        """Let it be that instant on every channel."""
        for desk in self.desks:
            desk.at(now)

    def write(self, folder: Path) -> None:
        """Add the sections to the town's `kehila.toml`, with their secrets in files."""
        lines: list[str] = []
        for desk in self.desks:
            for section in desk.sections():
                lines += section.lines()
                for name, secret in section.secrets.items():
                    new_secret_file(folder / section.file_of(name), secret.encode(), synced=False)
        with (folder / "kehila.toml").open("a", encoding="utf-8") as configuration:
            configuration.write("\n".join(lines) + "\n")
