"""The publishers' own samples: every webhook is read or put aside with a reason, every refusal has its error."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.service import PullReport
from collectors.whatsapp_cloud.events import records_of
from collectors.whatsapp_cloud.pulling import numbers_of
from collectors.whatsapp_cloud.registry import registry
from collectors.whatsapp_cloud.source import WhatsAppCloud
from simulator.services.server import Answer
from simulator.services.whatsapp_cloud import BUSINESS, WhatsAppCloudServer
from tests.accounts import account_of
from tests.conftest import SHARED, shared

SAMPLES = SHARED / "contracts" / "whatsapp" / "samples"
WEBHOOKS = sorted(
    f"{p.parent.name}/{p.name}"
    for folder in ("cloud-api-webhooks", "pywa-updates")
    for p in (SAMPLES / folder).glob("*.json")
)
NONE = ["none"]
SILENT = ("template_", "user_marketing", "group_", "system__identity_change")
PERSONAL = ("Sheena", "Test Name", "Does it come", "wamid.", "Chandler", "Taj Mahal", "Body Text", "USERNAME", "BODY")

ACCOUNT = account_of("whatsapp_cloud", "samples", {"business_account": "1"})


def sample(name: str) -> Any:
    return json.loads(shared("contracts", "whatsapp", "samples", name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", WEBHOOKS or NONE)
def test_every_webhook_is_read(name: str) -> None:
    report = PullReport()
    pages = records_of(sample(name), ACCOUNT, report)
    assert report.rejected == []
    is_silent = name.split("/")[1].startswith(SILENT)
    assert bool(pages) is not is_silent
    assert not any(word in repr([page.rows.to_pylist() for page in pages]) for word in PERSONAL)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("message__text", ("in", "text", "Body Text", False)),
        ("message__video", ("in", "video", "caption", False)),
        ("message__reaction", ("in", "reaction", "", True)),
        ("message__unreaction_no_emoji", ("in", "unreaction", "", True)),
        ("callback_button__button", ("in", "interactive", "title", True)),
        ("edited_message__image", ("in", "edit", "", True)),
        ("outgoing_message__delete", ("out", "revoke", "", True)),
    ],
)
def test_what_is_kept_of_a_message(name: str, expected: tuple[str, str, str, bool]) -> None:
    page = next(
        p for p in records_of(sample(f"pywa-updates/{name}.json"), ACCOUNT) if p.stream.name == "whatsapp_cloud_message"
    )
    (row,) = page.rows.to_pylist()
    direction, kind, text, has_context = expected
    assert (row["direction"], row["type"], row["length"]) == (direction, kind, len(text))
    assert (row["context"] is not None) == has_context


REFUSALS = {
    "invalid_token": FixCredentials,
    "missing_token": FixCredentials,
    "missing_permissions": FixCredentials,
    "not_linked_to_waba": FixCredentials,
    "waba_not_found": FixSettings,
    "rate_limit_exceeded": RetryLater,
    "user_rate_limit": RetryLater,
    "internal_error": RetryLater,
    "service_unavailable": RetryLater,
    "invalid_version": SourceChanged,
}


@pytest.mark.parametrize("example", REFUSALS)
def test_every_refusal_has_its_error(example: str) -> None:
    folder = shared("contracts", "whatsapp", "samples", "cloud-api-responses")
    (path,) = Path(folder).glob(f"get_version_phone_number_id__*__{example}.json")
    answer = Answer.json(json.loads(path.read_text(encoding="utf-8"))["value"], int(path.name.split("__")[1]))
    with WhatsAppCloudServer("token", []) as server:
        server.fail(9, answer=answer)
        with pytest.raises(CollectorError) as told:
            numbers_of(_session(server))
    assert type(told.value) is REFUSALS[example]


@pytest.mark.parametrize("example", ["multiple_phone_numbers", "single_phone_number"])
def test_numbers_as_the_platform_sends_them(example: str) -> None:
    value = sample(f"cloud-api-responses/get_version_waba_id_phone_numbers__200__{example}.json")["value"]
    with WhatsAppCloudServer("token", []) as server:
        server.fail(answer=Answer.json(value))
        assert numbers_of(_session(server))[0]["quality_rating"] == "GREEN"


def test_the_registry_asks_for_what_the_platform_has() -> None:
    enums = json.loads(shared("contracts", "whatsapp", "whatsapp.graph-enums.json").read_text(encoding="utf-8"))
    known = {one["name"]: set(one["values"]) for one in enums}
    edges = {**registry().edges, "template_analytics": registry().templates}
    del edges["analytics"]  # a field of the account; the platform's specification gives it no parameters
    for name, edge in edges.items():
        for part, asked in (
            ("granularity", [edge.granularity]),
            ("metric_types", edge.metric_types),
            ("dimensions", edge.dimensions),
        ):
            assert set(asked) <= known.get(f"whatsappbusinessaccount{name}_{part}_enum_param", set(asked)), (name, part)


def _session(server: WhatsAppCloudServer) -> Any:
    account = account_of(
        "whatsapp_cloud", "samples", {"business_account": BUSINESS}, {"token": "token"}, server.base_url
    )
    session = WhatsAppCloud().open(account, PullReport())
    session._sleep = lambda seconds: None
    return session
