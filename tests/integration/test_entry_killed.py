"""The form's process killed at the worst instants: a draft is still there, and what was sent stands once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from entry.accounts import Account, add, find, reset
from entry.database import Database
from tests.integration.entry_town import CODE, TODAY, Person, built, figures, standing

CULTURE, SAFETY = "facebook.initiatives/culture", "facebook.initiatives/safety"
SERVED = """
import os, signal, sys
from datetime import date
from pathlib import Path
import entry.sending
from entry.server import serve
def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2]:
    setattr(entry.sending, sys.argv[2], die)
serve(Path(sys.argv[1]), date.fromisoformat(sys.argv[3]), "127.0.0.1", 0, lambda text, *_, **__: print(text, flush=True))
"""


class Process:
    """The form in a process of its own, which ends itself where `dies` names a function of the sending."""

    def __init__(self, config: Path, dies: str = "") -> None:
        words = [sys.executable, "-c", SERVED, str(config), dies, TODAY.isoformat()]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        found = re.search(r"http://\S+", self.process.stdout.readline())
        assert found
        self.url = found[0]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)


def signed_in(config: Path, url: str, login: str) -> Person:
    database = Database(config.parent)
    known = find(database, login)
    token = reset(database, CODE, login) if known else add(database, Account(login, CODE, "community worker", login))
    one = Person(url)
    one.choose(f"/he/link/{token}")
    one.sign_in(login)
    return one


@pytest.mark.more
@pytest.mark.parametrize(("dies", "has_landed"), [("land_form", False), ("_apply", True), ("one_at_a_time", False)])
def test_killed_while_it_is_sent_it_is_sent_once_whoever_sends_next(
    tmp_path: Path, dies: str, has_landed: bool
) -> None:
    config = built(tmp_path, is_refreshed=False)
    dying = Process(config, dies)
    one = signed_in(config, dying.url, "community")
    with pytest.raises(httpx.TransportError):
        one.type(CULTURE, amount="3")
    dying.process.wait(20)
    assert bool(figures(config)) is has_landed
    again = Process(config)
    try:
        other = signed_in(config, again.url, "north")
        other.type(SAFETY, amount="1")
        stands = figures(config)
        assert stands[("facebook.initiatives", "safety", "")] == 1.0
        assert dies == "one_at_a_time" or stands[("facebook.initiatives", "culture", "")] == 3.0
        one = signed_in(config, again.url, "community")
        assert re.search(r'value="3"', one.page), "it is still in the form"
        one.type_all({})
        assert figures(config) == {
            ("facebook.initiatives", "culture", ""): 3.0, ("facebook.initiatives", "safety", ""): 1.0,
        }  # fmt: skip
        rows = [row for row in standing(config) if row["month"] == "2026-10"]
        assert len(rows) == 2, "nothing stands twice"
    finally:
        again.kill()


@pytest.mark.more
def test_killed_between_keeping_and_sending_the_draft_and_the_session_are_there(tmp_path: Path) -> None:
    config = built(tmp_path, is_refreshed=False)
    first = Process(config)
    one = signed_in(config, first.url, "community")
    one.type(CULTURE, do="autosave", amount="3")
    first.kill()
    second = Process(config)
    try:
        one.http.base_url = httpx.URL(second.url)
        one.http.headers["origin"] = second.url
        one.get("/he/")
        assert 'value="3"' in one.page and figures(config) == {}
        one.type_all({})
        assert figures(config) == {("facebook.initiatives", "culture", ""): 3.0}
    finally:
        second.kill()
