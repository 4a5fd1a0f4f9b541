"""What services may do to us, through the command line: errors served as data, dead tokens, lines that break, traps.

Numbers of the table in docs/bad_inputs.md; the rest of them: test_bad_inputs_services_values.py.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.http import ATTEMPTS
from pipeline.collect.collect import collect
from simulator.services.server import Answer, Call
from simulator.services.whatsapp_cloud import BUSINESS
from simulator.services.zoom import Listing, error
from tests.e2e.command_line import entry_point
from tests.e2e.played import NOW, SECRETS, Played, played
from tests.e2e.services import (
    Town,
    Trap,
    balanced,
    facts,
    marks,
    rows,
    spoil,
    streams,
    told_nothing,
    without_waiting,
    write_town,
)
from texts import error_texts
from town.config import load
from town.store import open_store

pytestmark = pytest.mark.more


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    with without_waiting(monkeypatch) as made:
        yield made


@pytest.fixture
def town(
    tmp_path: Path,
    playing: Played,
    waited: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Town:
    """A town that reads every stand-in."""
    return Town(write_town(tmp_path / "town", playing), entry_point(monkeypatch, capsys), waited)


Facts = dict[str, list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Every fact of a town to which nothing ever happened."""
    with pytest.MonkeyPatch.context() as patched, played() as made, without_waiting(patched) as waited:
        folder = write_town(tmp_path_factory.mktemp("clean") / "town", made)
        store = open_store(load(folder / "kehila.toml"), today=NOW.date())
        for _ in range(2):
            assert {one.status for one in collect(store)} == {"done"}
        store.engine.dispose()
        found = facts(Town(folder, lambda *_: None, waited))  # type: ignore[arg-type, return-value]
    assert len(found) > 15 and sum(map(len, found.values())) > 1000
    return found


def failed(town: Town, *arguments: str) -> dict[str, dict[str, Any]]:
    """Collecting fails in every stream: with a remedy, without a secret; nothing landed and no mark moved."""
    before = marks(town) if (town.folder / "warehouse.db").exists() else {}
    ran = town.kehila("collect", "--json", *arguments)
    found = streams(ran)
    assert ran.code == 1 and told_nothing(ran)
    assert {name for name, one in found.items() if one["status"] == "done"} == set()
    assert {name: one["records"] for name, one in found.items() if one["records"]} == {}
    for name, one in found.items():
        assert one["code"] in error_texts() and "…" not in one["reason"], (name, one["reason"])
    assert marks(town) == before
    return found


def made_whole(town: Town, clean: Facts) -> None:
    """The next good run gives every fact of a town to which nothing happened, none twice."""
    ran = town.kehila("collect", "--json")
    assert ran.code == 0, [one for one in streams(ran).values() if one["status"] == "failed"]
    found = facts(town)
    assert {name: len(lines) for name, lines in found.items()} == {name: len(lines) for name, lines in clean.items()}
    assert found == clean
    assert json.loads(town.kehila("quarantine", "list", "--json").out) == {"items": [], "left_out": []}
    assert balanced(town)


def errors_as_data(playing: Played) -> dict[str, Answer]:
    """Each service's own error document, served with 200. LimeSurvey knows no other way."""
    google = {"error": {"code": 403, "message": "The caller may not", "status": "PERMISSION_DENIED"}}
    problem = {"type": "https://mailchimp.com", "title": "API Key Invalid", "status": 401, "detail": "x"}
    return {
        "brevo": Answer.json({"code": "unauthorized", "message": "Key not found"}),
        "facebook": playing.graph.error(190, 460, status=200),
        "ga4": Answer.json(google),
        "google_forms": Answer.json(google),
        "limesurvey": Answer.json({"id": 1, "result": {"status": "No permission"}, "error": None}),
        "mailchimp": Answer.json(problem),
        "site": Answer.json({"error": "no site here"}),
        "whatsapp_cloud": playing.graph.error(190, 460, status=200),
        "zoom": error(200, 200, "No permission."),
    }


def test_22_an_error_served_with_200_is_no_data(town: Town, playing: Played, clean: Facts) -> None:
    answers = errors_as_data(playing)
    for name, server in playing.servers().items():
        server.fail(500, answer=answers[name])
    failed(town)
    for server in playing.servers().values():
        server.drop_faults()
    made_whole(town, clean)


@pytest.mark.parametrize(
    "told", ["86400", "-1", format_datetime(NOW + timedelta(hours=3)), "soon", "9" * 40, "1e9", ""]
)
def test_26_any_retry_after_is_patience_within_reason(town: Town, playing: Played, told: str) -> None:
    headers = {"Retry-After": told} if told else {}
    throttled = ("mailchimp", "brevo", "zoom", "google_forms", "site")
    for name in throttled:
        server = playing.servers()[name]
        server.fail(500, status=429, headers=headers)
        ran = town.kehila("collect", "--source", name, "--json")
        found = streams(ran)
        assert ran.code == 1 and {one["status"] for one in found.values()} == {"failed"}
        assert all("again" in one["reason"] and "refuses" not in one["reason"] for one in found.values()), found
        assert len(server.calls) <= 4 * len(found)  # no hot loop
    assert all(0 < wait <= 20 for wait in town.waited)
    assert marks(town) == {}


def test_26_mailchimps_bare_403_is_no_revoked_key(town: Town, playing: Played, clean: Facts) -> None:
    playing.mailchimp.fail(500, status=403)
    found = streams(town.kehila("collect", "--json"))
    mine = [one for one in found.values() if one["source"] == "mailchimp"]
    assert {(one["status"], one["code"]) for one in mine} == {("failed", "retry_later")}
    assert all("key" not in one["reason"] for one in mine)
    assert {one["status"] for one in found.values() if one["source"] != "mailchimp"} == {"done"}
    playing.mailchimp.drop_faults()
    made_whole(town, clean)


@pytest.mark.more
def test_a_service_that_does_not_answer_costs_one_call_of_its_streams_and_no_other(
    town: Town, playing: Played, clean: Facts
) -> None:
    playing.mailchimp.fail(500, reset=True)
    found = streams(town.kehila("collect", "--json"))
    mine = [one for one in found.values() if one["source"] == "mailchimp"]
    assert len(mine) > 1 and {(one["status"], one["code"]) for one in mine} == {("failed", "no_answer")}
    assert len(playing.mailchimp.calls) == ATTEMPTS, "its first stream asked, the others know"
    assert {one["status"] for one in found.values() if one["source"] != "mailchimp"} == {"done"}
    playing.mailchimp.drop_faults()
    made_whole(town, clean)


def test_27_a_token_revoked_midway_ends_the_account_and_no_other(town: Town, playing: Played, clean: Facts) -> None:
    playing.graph.refuse(190, 460, times=500, path="/comments")
    playing.mailchimp.fail(500, answer=Answer.json({"title": "API Key Invalid", "status": 401}, 401), path="/reports")
    playing.zoom.fail(
        500, answer=error(401, 124, f"Invalid access token {SECRETS['zoom.client_secret']}"), path="/past"
    )
    playing.zoom.fail(500, answer=error(401, 124, "Invalid access token"), path="/report/meetings")
    ran = town.kehila("collect", "--json")
    assert ran.code == 1 and told_nothing(ran)
    found = {name: one for name, one in streams(ran).items() if one["status"] == "failed"}
    assert {one["source"] for one in found.values()} == {"facebook", "mailchimp", "zoom"}
    assert all("doctor" in one["reason"] or "make a new" in one["reason"] for one in found.values()), found
    assert all("by itself" not in one["reason"] for one in found.values())
    late = {mark for mark, reached in marks(town).items() if reached == NOW}  # earlier pieces stand on their own
    assert not {f"{one['source']}.town {one['stream']}" for one in found.values()} & late and late
    assert [call for call in playing.graph.calls if call.path.endswith("/comments")].__len__() <= 2  # no storm
    for server in playing.servers().values():
        server.drop_faults()
    made_whole(town, clean)


def test_28_cut_torn_and_login_pages_are_never_half_a_page(town: Town, playing: Played, clean: Facts) -> None:
    faults: list[dict[str, Any]] = [{"truncate": True}, {"reset": True}, {"html": True}]
    for turn in range(3):  # for good: each service meets each fault
        for number, server in enumerate(playing.servers().values()):
            server.drop_faults()
            server.fail(5000, **faults[(number + turn) % 3])
        failed(town)
    for number, server in enumerate(playing.servers().values()):  # once: what passes is read again
        server.drop_faults()
        server.fail(1, **faults[number % 2])
    ran = town.kehila("collect", "--json")
    lost = {one["source"] for one in streams(ran).values() if one["status"] == "failed"}
    assert lost == set()
    made_whole(town, clean)


FOREIGN = ("{trap}/v26.0/next?after=x", "http://169.254.169.254/latest/", "file:///etc/passwd", "//evil.example/x",
           "https://graph.facebook.com.evil.example/x", "http://user:pass@127.0.0.1/x", "gopher://127.0.0.1/x")  # fmt: skip


def test_29_a_foreign_next_is_told_and_never_called(town: Town, playing: Played, clean: Facts) -> None:
    with Trap() as trap:
        for address in FOREIGN:
            link = address.format(trap=trap.base_url)

            def pointed(call: Call, body: Any, link: str = link) -> Any:
                if isinstance(body, dict) and isinstance(body.get("data"), list):
                    body["paging"] = {"next": link}
                for one in body.get("recording_files", []) if isinstance(body, dict) else []:
                    one["download_url"] = link
                return body

            for server in (playing.graph, playing.cloud, playing.zoom):
                spoil(server, pointed)
            playing.site.host = link.rpartition("/")[0]
            ran = town.kehila("collect", "--json")
            found = streams(ran)
            assert ran.code == 1 and told_nothing(ran)
            lost = {name: one for name, one in found.items() if one["status"] == "failed"}
            assert {
                "facebook.facebook_post", "whatsapp_cloud.whatsapp_cloud_number", "zoom.zoom_chat_message",
                "site.site_page",
            } <= set(lost), (link, set(lost))  # fmt: skip
            assert {one["code"] for one in lost.values()} <= {"foreign_address"}, lost
            assert all("nothing was sent" in one["reason"] for one in lost.values()), lost
        assert trap.calls == []
    for server in (playing.graph, playing.cloud, playing.zoom):
        server.alter = None
    playing.site.host = "https://www.town.example"
    made_whole(town, clean)


def test_30_a_cursor_that_repeats_ends_with_nothing_moved(town: Town, playing: Played, clean: Facts) -> None:
    def led(call: Call, body: Any, place: int) -> Any:
        """The answer with a cursor its own stand-in takes, to a place in the list."""
        if isinstance(body.get("data"), list):
            server = playing.cloud if BUSINESS in call.path else playing.graph
            after = str(place) if server is playing.cloud else b64encode(str(place).encode()).decode()
            body["paging"] = {"cursors": {"after": after}, "next": f"{server.base_url}{call.path}?after={after}"}
        elif "next_page_token" in body:
            playing.zoom._listings[f"at{place}"] = Listing(call.path, place, playing.zoom.now)
            body["next_page_token"] = f"at{place}"
        elif call.path.endswith("/responses"):
            body["nextPageToken"] = json.dumps({"filter": call.params.get("filter", ""), "start": place})
        return body

    def circling(call: Call, body: Any) -> Any:
        return led(call, body, 0)

    def empty(call: Call, body: Any) -> Any:
        bare = {name: [] if isinstance(value, list) and value else value for name, value in body.items()}
        return led(call, bare, len(playing.graph.calls) + len(playing.cloud.calls) + len(playing.forms.calls))

    names = ("facebook", "whatsapp_cloud", "zoom", "google_forms")
    for change in (circling, empty):
        for name in names:
            server = playing.servers()[name]
            spoil(server, change)
            server.calls.clear()
            ran = town.kehila("collect", "--source", name, "--json")
            server.alter = None
            found = streams(ran)
            lists = [one for one in found.values() if one["stream"] not in ("facebook_page_day", "facebook_insight")]
            assert ran.code == 1 and {one["status"] for one in lists} == {"failed"}, (name, found)
            assert len(server.calls) < 60 * len(found) + 220, (name, len(server.calls))
            moved = {mark.partition(" ")[2] for mark in marks(town)} & {one["stream"] for one in lists}
            assert moved == set()
    made_whole(town, clean)


@pytest.mark.parametrize("status", [302, 307])
def test_31_a_redirect_is_not_followed(town: Town, playing: Played, status: int) -> None:
    with Trap() as trap:
        for server in playing.servers().values():
            server.fail(5000, answer=Answer(status, b"", {"Location": f"{trap.base_url}/take"}))
        failed(town)
        assert trap.calls == []
    assert rows(town, "select count(*) from ledger_segment") == [(0,)]
