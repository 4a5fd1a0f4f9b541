"""The real collectors against Prism, which serves the services' own files: `make contracts` installs and runs it.

Prism checks what is asked (its refusals are failures here) and answers with the file's examples, or with random
values for its schemas. What it cannot play stands in `playing`.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.errors import SourceChanged
from collectors.service import PullReport, Window
from collectors.settings import source_settings
from collectors.zoom.session import in_path
from collectors.zoom.streams import ZoomMeeting
from pipeline.collect import collect as collecting
from pipeline.collect.collect import collect
from tests.conftest import shared
from tests.contract.official.playing import NOW, SERVICES, WINDOW, Pull, impatient, pull, token
from tests.contract.official.prism import mocks
from tests.contract.official.referee import Referee, asking_prism
from tests.contract.official.specification import Specification
from texts import error_texts
from town.config import Config
from town.store import open_store
from warehouse.keys import new_key_file

INSIDE = WINDOW.until - timedelta(days=3)
CALLED = {
    "zoom": {
        "/users", "/report/history_meetings", "/report/users/{userId}/meetings",
        "/report/meetings/{meetingId}/participants", "/past_meetings/{meetingId}/participants",
        "/report/meetings/{meetingId}/polls", "/report/meetings/{meetingId}/qa",
    },
    "mailchimp": {
        "/campaigns", "/reports/{campaign_id}", "/reports/{campaign_id}/click-details",
        "/reports/{campaign_id}/unsubscribed", "/lists/{list_id}", "/lists/{list_id}/growth-history",
    },
    "whatsapp_cloud": {
        "/{Version}/{WABA-ID}", "/{Version}/{WABA-ID}/phone_numbers", "/{Version}/{WABA-ID}/message_templates",
    },
}  # fmt: skip
"""What the streams of a service must have called, lest nothing was tried."""
EMPTY = {
    "mailchimp_month": "the file's example of a month is the word `string`: it is put aside",
    "mailchimp_campaign": "the file's example was sent to 0 addresses: figures nobody worked out are put aside",
    "whatsapp_cloud_metric": "Meta's file knows no analytics: told as absent",
    "zoom_registrant": "the file's example meeting had no registration",
    "zoom_chat_message": "the file's example recording has no chat file",
}
"""Streams that give no row from the examples, and why."""

Addresses = list[tuple[Specification, str]]


@pytest.fixture(scope="module")
def prisms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Addresses]]:
    """The specifications of each service with the address of the Prism that serves them."""
    files = [shared("contracts", *parts) for name in CALLED for parts in SERVICES[name].files]
    with mocks(files, tmp_path_factory.mktemp("prism")) as addresses:
        waiting = iter(addresses)
        yield {name: [(one, next(waiting)) for one in SERVICES[name].specifications()] for name in CALLED}


def served(prisms: dict[str, Addresses], name: str, *, dynamic: bool = False, at: datetime = INSIDE) -> Referee:
    """A referee before the Prisms of a service."""
    backs = [(one, asking_prism(address, dynamic=dynamic)) for one, address in prisms[name]]
    return SERVICES[name].referee(backs, at)


def outcome(done: Pull, stream: Any) -> str:
    """What became of a stream: rows, put aside, or only told; never nothing."""
    assert done.problem is None, done.problem
    assert all(one.code in error_texts() for one in done.report.rejected)
    if done.rows.get(stream.name):
        return "rows"
    return "aside" if done.report.rejected else "told" if done.report.drift else "nothing"


@pytest.mark.parametrize("name", CALLED)
def test_every_stream_reads_the_examples(prisms: dict[str, Addresses], name: str) -> None:
    played = SERVICES[name]
    with served(prisms, name) as referee:
        source = played.source(NOW)
        found = {one.name: outcome(pull(source, played.account(referee), one), one) for one in source.streams}
        assert referee.faults == []
        assert referee.asked >= CALLED[name]
    assert {stream for stream, how in found.items() if how != "rows"} <= set(EMPTY), found


@pytest.mark.parametrize("name", CALLED)
def test_random_values_crash_nothing(prisms: dict[str, Addresses], name: str) -> None:
    played = SERVICES[name]
    with served(prisms, name, dynamic=True) as referee:
        for stream in played.source(NOW).streams:
            done = pull(played.source(NOW), played.account(referee), stream)
            assert done.problem is None or isinstance(done.problem, SourceChanged), done.problem
            assert all(one.code in error_texts() for one in done.report.rejected)
        assert referee.faults == []


@pytest.mark.parametrize("name", CALLED)
def test_the_doctor_asks_only_what_is_known(prisms: dict[str, Addresses], name: str) -> None:
    with served(prisms, name) as referee:
        found = SERVICES[name].source(NOW).check(SERVICES[name].account(referee))
        assert referee.faults == []
    assert len(found) > 2


def test_what_is_not_asked_for_is_drift(prisms: dict[str, Addresses]) -> None:
    """Prism knows no choice of fields, so an answer holds more than was asked for: all of it is named."""
    numbers = SERVICES["whatsapp_cloud"].source(NOW).streams[0]
    with served(prisms, "whatsapp_cloud") as referee:
        done = pull(SERVICES["whatsapp_cloud"].source(NOW), SERVICES["whatsapp_cloud"].account(referee), numbers)
    assert done.report.drift["whatsapp_cloud_number.verified_name"] == len(done.rows[numbers.name]) == 2


def test_a_list_that_never_ends_is_stopped(prisms: dict[str, Addresses]) -> None:
    """As it is, Prism gives the same page token for ever: the collector must notice by itself."""
    backs = [(one, asking_prism(address)) for one, address in prisms["zoom"]]
    played = SERVICES["zoom"]
    with Referee(played.base_path, backs, lambda call, path, body: body) as referee:
        referee.route("POST", "/oauth/token", token)
        done = pull(played.source(NOW), played.account(referee), ZoomMeeting)
    assert isinstance(done.problem, SourceChanged) and done.problem.code == "list_never_ends"
    assert len(referee.calls) == 3 and done.rows == {}


def test_meetings_older_than_the_reports(prisms: dict[str, Addresses]) -> None:
    """Past six months Zoom is asked for the instances of standing meetings instead."""
    old = Window(NOW - timedelta(days=300), NOW - timedelta(days=280))
    with served(prisms, "zoom", at=NOW - timedelta(days=290)) as referee:
        done = pull(SERVICES["zoom"].source(NOW), SERVICES["zoom"].account(referee), ZoomMeeting, old)
        assert referee.faults == []
    assert done.problem is None and len(done.rows["zoom_meeting"]) == 1
    assert referee.asked >= {"/users", "/users/{userId}/meetings", "/past_meetings/{meetingId}/instances"}
    assert referee.asked >= {"/meetings/{meetingId}", "/past_meetings/{meetingId}"}


def test_a_uuid_with_slashes_arrives_whole(prisms: dict[str, Addresses]) -> None:
    """Encoded twice it is one step of the path, and Prism finds its way."""
    played = SERVICES["zoom"]
    with served(prisms, "zoom") as referee:
        session = impatient(played.source(NOW).open(played.account(referee), PullReport()))
        session.wire.every(f"past_meetings/{in_path('/a//b==')}/participants", "participants")
        assert referee.faults == []
        assert referee.calls[-1].path == "/v2/past_meetings/%252Fa%252F%252Fb%253D%253D/participants"


def test_through_the_flow(prisms: dict[str, Addresses], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kehila collect` with base_url pointed at the mocks: every stream lands."""
    monkeypatch.setattr(collecting, "FIRST_READ", timedelta(days=20))
    new_key_file(tmp_path / "keys" / "root.key")
    config = Config.model_validate({"authority": [{"code": "T"}]})
    config.base = tmp_path
    with ExitStack() as running, time_machine.travel(NOW):
        for name in CALLED:
            played = SERVICES[name]
            referee = running.enter_context(served(prisms, name))
            references = {}
            for secret, value in played.secrets.items():
                monkeypatch.setenv(f"OFFICIAL_{name}_{secret}".upper(), value)
                references[secret] = f"env:{f'OFFICIAL_{name}_{secret}'.upper()}"
            section = {**played.settings, "base_url": referee.base_url + played.own_base, "secrets": references}
            config.source[name] = {"town": source_settings()[name].model_validate(section)}
        store = open_store(config)
        done = collect(store)
        store.engine.dispose()
    assert {one.ref.account.source for one in done} == set(CALLED) and {one.status for one in done} == {"done"}
    assert {
        one.ref.stream for one in done if not one.records and not one.report.rejected and not one.report.drift
    } <= set(EMPTY)
    assert sum(one.records for one in done) > 10
