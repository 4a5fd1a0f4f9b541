"""`kehila doctor --record`: what live answers are made of, where that is not what we know, and never a value."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.base import Stream
from collectors.columns import Column
from collectors.kinds import count, text
from collectors.shapes import SAMPLES, STAND_INS, Difference, StreamShape, differences, kind_of, read_by
from pipeline.collect import recorded
from simulator.services.server import Call
from tests.e2e.command_line import entry_point
from tests.e2e.played import SECRETS, TEXTS, Played, at
from tests.e2e.recorded_shapes import SERVICES, of_stand_ins, written
from tests.e2e.services import Town, spoil, without_waiting, write_town

WHO = "Dana Levi"
CANARIES = (*TEXTS, *SECRETS.values(), WHO, "canary")


class Recorded:
    """What a command kept: paths by stream, and what differs."""

    def __init__(self, folder: Path, out: str) -> None:
        self.files = {
            path.name.partition(".")[0]: path for path in (folder / "output" / "shapes" / "T1").glob("*.json")
        }
        read = [json.loads(path.read_text(encoding="utf-8")) for path in self.files.values()]
        self.streams: dict[str, Any] = {name: one for file in read for name, one in file["streams"].items()}
        [town] = json.loads(out)["towns"]
        self.findings = {
            re.sub(r"shape of |, records: \d+", "", one["what"]): one
            for one in town["findings"]
            if one["what"].startswith("shape of")
        }

    def differ(self, stream: str, kind: str) -> dict[str, list[str]]:
        return {one["path"]: one["kinds"] for one in self.streams[stream]["differences"] if one["kind"] == kind}


@pytest.fixture
def record(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Recorded]]:
    """Doctor a town of some services as on the first of November, its answers changed on the way."""
    monkeypatch.setattr(recorded, "now", lambda: at(11, 1))

    def asked(services: tuple[str, ...], change: Callable[[Call, Any], Any] = lambda _call, body: body) -> Recorded:
        for name, server in playing.servers().items():
            if name in services:
                spoil(server, change)
        with without_waiting(monkeypatch) as waited:
            folder = write_town(tmp_path / "town", playing, services)
            town = Town(folder, entry_point(monkeypatch, capsys), waited)
            ran = town.kehila("doctor", "--record", "--json")
            assert not any(one in ran.out for one in (*TEXTS, *SECRETS.values(), WHO)), "a value was printed"
            assert not any((folder / one).exists() for one in ("lake/landed", "drop")), "something landed"
        return Recorded(folder, ran.out)

    yield asked
    for server in playing.servers().values():
        server.alter = None


@pytest.mark.more
@pytest.mark.parametrize("service", SERVICES)
def test_our_stand_ins_are_as_the_columns_say_and_no_value_is_kept(
    record: Callable[..., Recorded], service: str
) -> None:
    found = record((service,))
    assert found.streams, "records of JSON came"
    for name, one in found.streams.items():
        assert one["records"] and one["paths"], name
        assert {each["kind"] for each in one["differences"]} <= {"never_came"}, name
        assert found.findings[name]["state"] != "fail"
    for path in found.files.values():
        kept = path.read_text(encoding="utf-8")
        assert not any(one in kept for one in CANARIES), path.name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_field_that_is_not_as_we_know_it_is_said_and_its_value_is_nowhere(record: Callable[..., Recorded]) -> None:
    def change(call: Call, body: Any) -> Any:
        if "/reports/" in call.path and "opens" in body:
            del body["opens"]
            return {**body, "emails_sent": [WHO], "sentTo": {WHO: 3, "0501234567": {"x": WHO}}}
        return body

    found = record(("mailchimp",), change)
    name = "mailchimp_campaign"
    assert found.differ(name, "wrong_kind") == {"emails_sent": ["list"]}
    assert "sentTo" in found.differ(name, "unknown")
    assert any(path.startswith("opens.") for path in found.differ(name, "never_came"))
    paths = found.streams[name]["paths"]
    assert paths["emails_sent"] == {"list": 3} and {"sentTo.*", "sentTo.*.x", "emails_sent[]"} <= paths.keys()
    assert found.findings[name]["state"] == "fail" and "emails_sent (list)" in found.findings[name]["remedy"]
    kept = found.files["mailchimp"].read_text(encoding="utf-8")
    assert WHO not in kept and "0501234567" not in kept


def test_what_we_read_but_never_saw_so_is_said(record: Callable[..., Recorded]) -> None:
    def change(call: Call, body: Any) -> Any:
        return {**body, "emails_sent": str(body["emails_sent"])} if "emails_sent" in body else body

    found = record(("mailchimp",), change)
    assert found.differ("mailchimp_campaign", "unlike_stand_in") == {"emails_sent": ["digits"]}
    finding = found.findings["mailchimp_campaign"]
    assert finding["state"] == "warn" and "our stand-in" in finding["remedy"]


@pytest.mark.more
def test_what_stand_ins_send_is_what_the_file_says(tmp_path: Path, playing: Played) -> None:
    assert written(of_stand_ins(tmp_path / "town", playing)) == STAND_INS.read_text(encoding="utf-8")


class Notes(Stream):
    """Notes of a test."""

    name = "test_notes"
    columns = (
        Column("note", "id", text, "Which", key=True),
        Column("size", "about.size", count, "How long"),
    )
    ignored = ("etag",)


def shape_of(*records: Any) -> StreamShape:
    made = StreamShape()
    for one in records:
        made.see(one, Notes.known)
    return made


def test_differences_are_what_came_otherwise_what_never_came_and_what_nobody_knows() -> None:
    well = {"id": "a", "about": {"size": 3}, "etag": "x", "_made": 1}
    assert list(differences(Notes, shape_of(well, {"id": 7, "about": {"size": None}}))) == []
    assert list(differences(Notes, shape_of({**well, "about": {"size": "many words"}, "new": True}))) == [
        Difference("wrong_kind", "about.size", ("text",)), Difference("unknown", "new", ("boolean",)),
    ]  # fmt: skip
    assert list(differences(Notes, shape_of({"id": "a"}))) == [Difference("never_came", "about.size")]
    assert list(differences(Notes, shape_of())) == []
    assert shape_of("no object", 3).records == 2


@pytest.mark.parametrize("key", [WHO, "דנה", "dana@example.org", "050-1234567", "Dana", "x" * 41, "1"])
def test_a_name_that_is_no_fields_is_not_kept(key: str) -> None:
    assert set(shape_of({"about": {key: {key: 1}}}).paths) == {"about", "about.*", "about.*.*"}


def test_an_object_of_very_many_keys_is_a_table_whose_keys_are_data() -> None:
    assert set(shape_of({"about": {f"name{n}": n for n in range(100)}}).paths) == {"about", "about.*"}


def test_the_kinds_are_those_of_their_samples() -> None:
    assert {kind: kind_of(sample) for kind, sample in SAMPLES.items()} == {kind: kind for kind in SAMPLES}
    assert read_by(count) == {"null", "empty text", "whole number", "digits"}
