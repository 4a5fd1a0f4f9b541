"""A small town whose form is served on loopback, and somebody with a browser that runs no script."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from collectors.staff_workbook.write import write_staff_workbook
from entry.accounts import Account, add, find, reset
from entry.server import application
from entry.web import Form
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from town.config import load
from town.landed import landed_tables
from town.store import TownStore, open_store
from transforms.staging.staff import STREAMS
from transforms.staging.staff_versions import workbooks
from warehouse.keys import new_key_file

CODE, TODAY, MONTH = "0070", date(2026, 11, 5), "2026-10"
PASSWORD = "four cats in a row"
SPACES = [
    {"space": "group", "title": "קבוצת השכונה", "asset": "facebook", "kind": "group", "operated_by": "authority"},
    {"space": "page", "title": "העמוד", "asset": "facebook", "kind": "page", "operated_by": "authority"},
]
BEFORE = [
    {"month": f"2026-{month:02}", "indicator": "facebook.resident_posts", "amount": 20 + month} for month in range(3, 10)
] + [{"month": "2026-09", "indicator": "facebook.initiatives", "part": "culture", "amount": 2}]  # fmt: skip


def built(folder: Path, *, is_refreshed: bool = True, more: str = "") -> Path:
    """A town with a workbook of seven months; gives its configuration."""
    new_key_file(folder / "keys" / "root.key")
    path = folder / "kehila.toml"
    path.write_text(f'[[authority]]\ncode = "{CODE}"\n{more}', encoding="utf-8")
    write_staff_workbook(
        folder / "staff.xlsx", language="he", authority=CODE, spaces=SPACES, entries={"monthly": BEFORE}
    )
    store = opened(path)
    assert import_file(store, folder / "staff.xlsx").status == "read"
    if is_refreshed:
        refresh(store)
    return path


def opened(path: Path) -> TownStore:
    return open_store(load(path), CODE, TODAY)


def standing(path: Path, stream: str = "staff_report") -> list[dict[str, Any]]:
    """What stands of all workbooks and sendings."""
    return workbooks(landed_tables(opened(path), STREAMS)).standing[stream]


def figures(path: Path, month: str = MONTH) -> dict[tuple[str, str, str], float]:
    """(indicator, part, subject) -> what stands in a month."""
    rows = [one for one in standing(path) if one["month"] == month]
    return {(one["indicator"], one["part"], one["subject"]): one["amount"] for one in rows}


def let_in(form: Form, login: str, role: str = "community worker") -> str:
    """The link of a new account, or of a known one again: the path of it."""
    account = Account(login, CODE, role, f"תפקיד {login}")
    token = reset(form.database, CODE, login) if find(form.database, login) else add(form.database, account)
    return f"/he/link/{token}"


@contextmanager
def served(path: Path) -> Iterator[tuple[Form, str]]:
    """The form over HTTP, and its address."""
    said: list[str] = []
    form = Form.of(load(path), path, TODAY, lambda text, *_, **__: said.append(text))
    server = uvicorn.Server(uvicorn.Config(application(form), port=0, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield form, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert [one for one in said if "error of ours" in one] == []


class Person:
    """Somebody at a browser: keeps cookies, sends the fields a page shows, follows where it is led."""

    def __init__(self, url: str, language: str = "he") -> None:
        self.url, self.language = url, language
        self.http = httpx.Client(base_url=url, headers={"origin": url}, timeout=60)
        self.page = ""

    def get(self, path: str) -> httpx.Response:
        answer = self.http.get(path, follow_redirects=True)
        self.page = answer.text
        return answer

    def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        answer = self.http.post(path, data=fields, headers=headers)
        if answer.status_code == 303:
            return self.get(answer.headers["location"])
        self.page = answer.text
        return answer

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.page)
        assert found, self.page[:400]
        return found[1]

    def choose(self, link: str, password: str = PASSWORD) -> httpx.Response:
        self.get(link)
        return self.post(link, {"token": self.token, "password": password, "again": password})

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        self.get(f"/{self.language}/login")
        return self.post(f"/{self.language}/login", {"token": self.token, "login": login, "password": password})

    # --- forms ---------------------------------------------------------------------------------
    def fields(self) -> dict[str, str]:
        """What the form of the page would send if nobody touched it."""
        body = self.page[self.page.index("data-entry") :]
        found: dict[str, str] = {}
        for tag in re.findall(r"<input\b[^>]*>", body):
            told = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            if told.get("type") == "checkbox" and "checked" not in re.sub(r'"[^"]*"', "", tag):
                continue
            if "name" in told:
                found[told["name"]] = told.get("value", "")
        for name, inner in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
            chosen = re.search(r'<option value="([^"]*)" selected', inner)
            found[name] = unescape(chosen[1]) if chosen else ""
        return found

    def number(self, line: str) -> str:
        """The number a line has on the page."""
        found = [unescape(one) for one in re.findall(r'name="\d+:line" value="([^"]*)"', self.page)]
        if line == "new":
            return str(len(found) - 1)
        numbers = re.findall(r'name="(\d+):line" value="([^"]*)"', self.page)
        return next(number for number, name in numbers if unescape(name) == line)

    def type(self, line: str, do: str = "send", **values: str) -> httpx.Response:
        """Type into a line of the page and press a button; `out="1"` takes the line out, `sure` confirms it."""
        return self.type_all({line: values}, do)

    def type_all(self, lines: dict[str, dict[str, str]], do: str = "send") -> httpx.Response:
        fields = self.fields()
        for line, values in lines.items():
            number = self.number(line)
            for name, value in values.items():
                if name == "sure":
                    found = re.search(rf'name="{number}:sure" value="([^"]*)"', self.page)
                    value = found[1] if found else ""
                fields[f"{number}{':' if name in ('out', 'sure') else '.'}{name}"] = value
        action = re.search(r'<form method="post" action="([^"]+)" data-entry', self.page)
        assert action
        return self.post(unescape(action[1]), {**fields, "do": do})

    def said(self) -> str:
        """What the page says at the top of what was done."""
        found = re.search(r'id="said"[^>]*>(.*?)</(?:div|p)>\s*(?:<p class="note|<form|<nav|$)', self.page, re.S)
        return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""

    def faults(self) -> list[str]:
        """The faults the page shows."""
        return [unescape(one) for one in re.findall(r'data-fault="[^"]+">([^<]+)</p>', self.page)]
