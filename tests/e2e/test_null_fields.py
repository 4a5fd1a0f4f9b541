"""Each field of each service's answers made null and empty, one at a time: nothing is lost without a word.

Either the facts say the same, or that something is not known; or the reading, the quarantine, the list of what was left
out or the coverage says that less came. No headline that had a value becomes 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.zoom.streams import ZoomMeeting
from tests.e2e.command_line import entry_point
from tests.e2e.null_fields import EMPTY, Fields, Place, false_zeros, losses, outcome
from tests.e2e.played import Played
from tests.e2e.services import Town, spoil, without_waiting, write_town
from transforms.staging import zoom
from transforms.staging.skipped import Skipped

SERVICES = (
    "brevo", "facebook", "ga4", "google_forms", "limesurvey", "mailchimp", "site", "whatsapp_cloud", "zoom",
)  # fmt: skip
QUICK = ("brevo", "limesurvey")
SAMPLE = 3
NO_VALUE = {
    "data[].message": "a post or comment of no words: it has no length, asks nothing and is about no process",
    "history_meetings[].tracking_fields[].value": "a host who did not say what the meeting is for",
    "data[].parent": "a comment that stands under none answers the post",
    "data[].parent.id": "the same",
}
"""Fields whose emptiness cannot be told from an ordinary record without it, and what is made of it."""


def hunted(
    service: str, places: list[Place] | None, folder: Path, playing: Played, patched: Any, capsys: Any
) -> list[tuple[Place, Any, Any]]:
    """Empties fields of a service, some places or a sample of all; gives what was lost unsaid."""
    fields = Fields()
    for name, server in playing.servers().items():
        if name == "site":
            server.alter = fields.change_document
        else:
            spoil(server, fields.change())
    found: list[tuple[Place, Any, Any]] = []
    with without_waiting(patched) as waited:

        def read(name: str) -> Any:
            return outcome(Town(write_town(folder / name, playing, (service,)), entry_point(patched, capsys), waited))

        before = read("before")
        headlines = before.headlines()
        tried = sorted(fields.seen, key=lambda place: hashlib.sha256(repr(place).encode()).digest())
        assert tried
        for number, place in enumerate(tried[:SAMPLE] if places is None else places or tried):
            for value, only_one in EMPTY:
                fields.spoiled, fields.value, fields.only_one = place, value, only_one
                after = read(f"{number}{value}{only_one}")
                if after.facts == before.facts or place[1] in NO_VALUE:
                    continue
                if not after.said - before.said and (lost := losses(before, after)):
                    found.append((place, value, lost))
                elif zeros := false_zeros(headlines, after.headlines()):
                    found.append((place, value, zeros))
    return found


@pytest.mark.parametrize(
    "service", [pytest.param(one, marks=() if one in QUICK else pytest.mark.more) for one in SERVICES]
)
def test_a_field_made_empty_is_said(
    service: str, tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hunted(service, None, tmp_path, playing, monkeypatch, capsys) == []


@pytest.mark.long
@pytest.mark.parametrize("service", SERVICES)
def test_every_field_made_empty_is_said(
    service: str, tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hunted(service, [], tmp_path, playing, monkeypatch, capsys) == []


START = ("report/history_meetings", "history_meetings[].start_time")


@pytest.mark.more
def test_the_start_of_meetings_made_empty_is_said(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hunted("zoom", [START], tmp_path, playing, monkeypatch, capsys) == []


def test_a_requirement_left_out_is_found(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hunt sees what it is for: a start that is not required, in a staging that says nothing of what it drops."""
    (started,) = [one for one in ZoomMeeting.columns if one.name == "started_at"]
    assert "started_at" in ZoomMeeting.required
    assert "started_at" in zoom.NEEDS["zoom_meeting"].columns
    careless = replace(started, required=False, cursor=False)
    monkeypatch.setitem(ZoomMeeting.fields, "started_at", (started.path, careless.reader()))
    monkeypatch.setattr(ZoomMeeting, "required", tuple(one for one in ZoomMeeting.required if one != "started_at"))
    monkeypatch.setattr(Skipped, "leave_out", lambda *_args, **_more: None)
    assert hunted("zoom", [START], tmp_path, playing, monkeypatch, capsys) != []
