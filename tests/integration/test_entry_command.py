"""The commands of the form: people are let in by a link, the process serves it and ends, `kehila serve` knows it as a part."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.serve.serve import parts_of
from tests.e2e.hostile import KEHILA
from tests.integration.entry_town import PASSWORD, built
from town.config import ConfigProblem, load

PUBLIC = "https://entry.town.example"
FORM = f'[entry]\npublic_url = "{PUBLIC}"\n'


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("town"), is_refreshed=False, more=FORM)


def kehila(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*KEHILA, "--config", str(config), *words], capture_output=True, text=True)


def said(config: Path, *words: str) -> Any:
    return json.loads(kehila(config, *words, "--json").stdout)


@pytest.mark.more
def test_somebody_is_let_in_through_the_proxy_and_taken_out_again(config: Path) -> None:
    link = said(config, "staff", "add", "community", "--role", "community worker", "--title", "רכזת")["link"]
    assert link.startswith(f"{PUBLIC}/he/link/")
    (row,) = said(config, "staff", "list")["staff"]
    assert row == {"login": "community", "role": "community worker", "title": "רכזת", "has_password": False}
    server = subprocess.Popen(
        [*KEHILA, "--config", str(config), "entry", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr
    found = re.search(r"http://\S+", server.stderr.readline())
    assert found
    try:
        taken = kehila(config, "entry", "--port", found[0].rpartition(":")[2])
        assert taken.returncode == 2 and "name another with --port" in taken.stderr
        proxy = httpx.Client(base_url=found[0], headers={"host": PUBLIC.removeprefix("https://"), "origin": PUBLIC})
        assert httpx.get(f"{found[0]}/healthz").json() == {"state": "ok"}
        jar: dict[str, str] = {}

        def ask(method: str, path: str, **fields: str) -> httpx.Response:
            headers = {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
            answer = proxy.request(method, path, data=fields or None, headers=headers)
            for cookie in answer.headers.get_list("set-cookie"):
                assert "Secure" in cookie and "HttpOnly" in cookie
                name, _, value = cookie.partition(";")[0].partition("=")
                jar[name] = value
            proxy.cookies.clear()
            return answer

        def token(answer: httpx.Response) -> str:
            inside = re.search(r'name="token" value="([^"]+)"', answer.text)
            assert inside
            return inside[1]

        path = link.removeprefix(PUBLIC)
        page = ask("GET", path)
        page = ask("POST", path, token=token(page), password=PASSWORD, again=PASSWORD)
        assert ask("POST", "/he/login", token=token(page), login="community", password=PASSWORD).status_code == 303
        assert ask("GET", "/he/").status_code == 200
        assert said(config, "staff", "list")["staff"][0]["has_password"]
        assert kehila(config, "staff", "remove", "community").returncode == 0
        assert ask("GET", "/he/").status_code == 303 and said(config, "staff", "list")["staff"] == []
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    assert server.stderr.read().strip().endswith("stopped")


@pytest.mark.parametrize(
    ("words", "told"),
    [(("add", "a b", "--role", "spokesperson"), "login name"), (("add", "x", "--role", "mayor"), "mayor"),
     (("reset", "nobody"), "nobody has that login name"), (("remove", "nobody"), "nobody has that login name")],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_what_to_do(config: Path, words: tuple[str, ...], told: str) -> None:
    ran = kehila(config, "staff", *words)
    assert ran.returncode == 2 and told in ran.stderr and len(ran.stderr.splitlines()) == 1


def test_serve_has_the_form_as_a_part_where_it_has_an_address(config: Path, tmp_path: Path) -> None:
    (part,) = [one for one in parts_of(load(config), config, 0) if one.name == "entry"]
    assert part.command[-1] == "entry" and part.health == "http://127.0.0.1:8030/healthz"
    bare = tmp_path / "kehila.toml"
    bare.write_text('[[authority]]\ncode = "0070"\n')
    assert parts_of(load(bare), bare, 0) == []


@pytest.mark.parametrize(
    "address", ["http://entry.town.example", "entry.town.example", f"{PUBLIC}/form", f"{PUBLIC}?x=1"]
)
def test_an_address_people_cannot_be_safe_at_is_refused(tmp_path: Path, address: str) -> None:
    path = tmp_path / "kehila.toml"
    path.write_text(f'[[authority]]\ncode = "0070"\n[entry]\npublic_url = "{address}"\n')
    with pytest.raises(ConfigProblem, match="public_url"):
        load(path)
