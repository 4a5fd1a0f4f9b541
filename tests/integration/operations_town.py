"""A town with something of everything the operations page shows, and its page served by a process of its own."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.collect.collect import collect
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from simulator.services.brevo import BrevoServer
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Newsletter
from tests.e2e import hostile
from warehouse.ledger import now
from warehouse.pulls import write_pull
from warehouse.store import transaction

MONTH = "2026-10"
NAME = "דנה הקנרית"
AMBIGUOUS = f"WhatsApp Chat with {NAME}.txt"
"""A private chat is named after a person: this name must never be seen."""
SILENT = "mailchimp.main.mailchimp_campaign"


@dataclass
class OperationsTown:
    """The folder, and the stand-ins its two newsletters are read from."""

    folder: Path
    mailchimp: MailchimpServer
    brevo: BrevoServer

    @property
    def config(self) -> Path:
        return self.folder / "kehila.toml"

    def copied(self, folder: Path) -> OperationsTown:
        """A town of its own that reads the same stand-ins: making one takes long."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def mend(self) -> None:
        """What the remedy of the file put aside asks for."""
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text + '\n[whatsapp]\ndate_order = "dmy"\n', encoding="utf-8")


@contextmanager
def operations_town(folder: Path) -> Iterator[OperationsTown]:
    """A failed source, a suspect one, a file and a cell in quarantine, a closed month."""
    started = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with ExitStack() as running:
        mailchimp = running.enter_context(MailchimpServer(Newsletter(now=started), key="key-us21"))
        brevo = running.enter_context(BrevoServer(Newsletter(now=started), key="xkeysib-right"))
        sections = (
            f'[source.mailchimp.main]\nlist = "a1b2c3d4e5"\nspace = "mail"\nbase_url = "{mailchimp.api_url}"\n'
            'secrets = { key = "file:keys/mailchimp" }\n'
            f'[source.brevo.letters]\nlist = "7"\nspace = "letters"\nbase_url = "{brevo.api_url}"\n'
            'secrets = { key = "file:keys/brevo" }\n'
        )
        store = hostile.town(folder, sections)
        (folder / "keys" / "mailchimp").write_text("key-us21", encoding="utf-8")
        (folder / "keys" / "brevo").write_text("xkeysib-wrong", encoding="utf-8")
        files = folder / "files"
        files.mkdir()
        good, survey, private = files / "WhatsApp Chat with Garden.txt", files / "survey.csv", files / AMBIGUOUS
        write_staff_workbook(
            files / "staff.xlsx",
            months=[MONTH],
            entries={"spaces": [hostile.NEWS], "monthly": [hostile.ENTRY]},
        )
        good.write_text(hostile.chat(), encoding="utf-8")
        hostile.table(survey, [*hostile.SURVEY, ["2026-10-26 10:00", "לפעמים אולי", "2"]])
        private.write_text(f"3/4/26, 9:00 AM - {NAME}: סוד\n", encoding="utf-8")
        for path in (files / "staff.xlsx", good, survey, private):
            import_file(store, path)
        refresh(store)
        close(store, MONTH)
        history(store, 6)
        collect(store)
        store.engine.dispose()
        yield OperationsTown(folder, mailchimp, brevo)


def history(store: object, rounds: int) -> None:
    """Rounds in which the newsletter had its usual campaigns, so that an empty one is odd."""
    source, account, stream = SILENT.split(".")
    for number in range(rounds, 0, -1):
        at = now() - timedelta(days=number)
        row = {
            "run": f"past{number}", "source": source, "account": account, "stream": stream,
            "since": at - timedelta(days=1), "until": at, "is_backfill": False, "started_at": at, "ended_at": at,
            "status": "done", "code": "", "reason": "", "records": 12, "quarantined": 0, "calls": 1, "bytes": 1,
        }  # fmt: skip
        with transaction(store.engine) as tx:  # type: ignore[attr-defined]
            write_pull(tx, store.ledger, row, landed=12, drift={}, quota={})  # type: ignore[attr-defined]


class Answered:
    """An HTTP answer, whatever its status."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.text = status, headers, body.decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Served:
    """The running page and who may open it."""

    process: subprocess.Popen[str]
    address: str
    auth: str

    def ask(
        self,
        path: str = "/",
        *,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
        auth: str | None = "",
    ) -> Answered:
        """One request; `auth` None for nobody, '' for the right password."""
        body = data if data is None or isinstance(data, bytes) else urlencode(data).encode()
        asked = urllib.request.Request(self.address + path, data=body, headers=dict(headers or {}), method=method)
        who = self.auth if auth == "" else auth
        if who is not None:
            asked.add_header("Authorization", "Basic " + base64.b64encode(who.encode()).decode())
        try:
            with urllib.request.build_opener(NoRedirect).open(asked, timeout=60) as answer:
                return Answered(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return Answered(answer.code, answer.headers, answer.read())

    def form(self, path: str = "/en") -> tuple[dict[str, str], str]:
        """A visitor's token and cookie, as the page gives them."""
        page = self.ask(path)
        token = re.search(r'name="token" value="([0-9a-f]{64})"', page.text)
        assert token, page.text
        return {"token": token[1], "authority": "T1", "language": "en"}, page.headers["set-cookie"].partition(";")[0]

    def press(self, action: str, target: str = "", **more: str) -> Answered:
        """Press a button, as a browser does."""
        fields, cookie = self.form()
        fields |= {"action": action, "target": target, **more}
        return self.ask("/do", data=fields, headers={"Cookie": cookie, "Origin": self.address})

    def press_blindly(self) -> Answered:
        """Press without looking at the page first."""
        return self.ask("/do", data={"action": "refresh"}, headers={"Cookie": "kehila_operations=" + "x" * 32})

    def until_over(self, seconds: float = 60.0) -> str:
        """The page once nothing runs any more."""
        until = time.monotonic() + seconds
        while " data-running>" in (text := self.ask("/en").text):
            assert time.monotonic() < until, text
            time.sleep(0.2)
        return text


@contextmanager
def served(config: Path) -> Iterator[Served]:
    """`kehila operations` on a free port, until SIGTERM; it must end by itself and well."""
    command = [*hostile.KEHILA, "--config", str(config), "--today", "2026-11-22", "operations", "--port", "0"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": ":".join(sys.path)}
    )
    assert process.stderr is not None
    told = ""
    try:
        while "http://" not in told:
            line = process.stderr.readline()
            assert line, f"it ended: {told}"
            told += line
        address = told[told.index("http://") :].strip()
        yield Served(process, address, (config.parent / "keys" / "operations.auth").read_text().strip())
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.stderr.close()
