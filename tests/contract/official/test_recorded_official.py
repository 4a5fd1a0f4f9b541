"""What our stand-ins send, as `kehila doctor --record` compares it with a live account, held against the specifications.

A field the specification does not know, or of another type, would make doctor call a live account different where it
is our stand-in that is wrong. What differs is named in DIFFERS, with what is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from collectors.shapes import stand_ins
from tests.contract.official.specification import Specification

BREVO = ("brevo", "brevo-email-campaigns-api-openapi.yml")
MAILCHIMP = ("mailchimp", "mailchimp-marketing.trimmed.swagger2.json")
ZOOM = ("zoom", "zoom-meetings-api.trimmed.openapi.json")
RECORDS: Mapping[str, tuple[tuple[str, str], dict[str, str]]] = {
    "brevo_campaign": (BREVO, {"/emailCampaigns": "campaigns"}),
    "brevo_list": (("brevo", "brevo-contact-lists-api-openapi.yml"), {"/contacts/lists": "lists"}),
    "mailchimp_campaign": (MAILCHIMP, {"/reports": "reports"}),
    "mailchimp_link": (MAILCHIMP, {"/reports/{campaign_id}/click-details": "urls_clicked"}),
    "mailchimp_list": (MAILCHIMP, {"/lists/{list_id}": ""}),
    "mailchimp_month": (MAILCHIMP, {"/lists/{list_id}/growth-history": "history"}),
    "zoom_meeting": (ZOOM, {"/report/history_meetings": "history_meetings"}),
    "zoom_connection": (
        ZOOM,
        {
            "/report/meetings/{meetingId}/participants": "participants",
            "/past_meetings/{meetingId}/participants": "participants",
        },
    ),
    "zoom_registrant": (ZOOM, {"/meetings/{meetingId}/registrants": "registrants"}),
    "zoom_act": (
        ZOOM, {"/report/meetings/{meetingId}/polls": "questions", "/report/meetings/{meetingId}/qa": "questions"}
    ),
}  # fmt: skip
"""Stream -> its file, and each call its records come of with the field of the answer that holds them ('' for all)."""
TYPES = {
    "integer": {"whole number"}, "number": {"whole number", "number"}, "boolean": {"boolean"}, "object": {"object"},
    "array": {"list"}, "string": {"text", "digits", "day", "instant", "empty text"},
}  # fmt: skip
"""The types of a specification -> the kinds of value that may come."""
_BREVO = "Brevo's documentation has it; the file is somebody's transcription and lacks it"
_MAILCHIMP = "Mailchimp's documentation has it since Apple opens mail by itself; the file is older"
DIFFERS: Mapping[tuple[str, str], str] = {
    ("brevo_campaign", "sentDate"): _BREVO,
    **{
        ("brevo_campaign", f"statistics.globalStats.{name}"): _BREVO
        for name in ("appleMppOpens", "deferred", "estimatedViews", "opensRate", "trackableViews", "viewed")
    },
    **{
        ("mailchimp_campaign", f"opens.proxy_excluded_{name}"): _MAILCHIMP
        for name in ("open_rate", "opens", "unique_opens")
    },
}
"""(stream, path) -> why our stand-in sends what the file does not say."""


def described(spec: Specification, schema: Any, path: list[str]) -> Any | None:
    """The schema of a path below a record's; None where the file does not know it."""
    for step in path:
        name, *lists = step.split("[]")
        schema = spec.fields(schema).get(name)
        for _ in lists:
            schema = spec.resolved(schema or {}).get("items")
        if schema is None:
            return None
    return spec.resolved(schema)


def kinds(spec: Specification, schema: Any) -> set[str]:
    """The kinds of value a schema lets come; empty where it does not say."""
    named = schema.get("type") or ("object" if spec.fields(schema) else None)
    of = [named] if isinstance(named, str) else named or []
    parts = [one for word in ("oneOf", "anyOf") for one in schema.get(word, ())]
    return {kind for one in of for kind in TYPES.get(one, ())} | {
        kind for one in parts for kind in kinds(spec, spec.resolved(one))
    }


def faults(stream: str) -> Iterator[tuple[str, str]]:
    """What of a stand-in's records is not as the file says: the path, and in which way."""
    file, calls = RECORDS[stream]
    spec = Specification.of(*file)
    records = []
    for call, field in calls.items():
        answer = spec.named("get", call).answer
        records.append(spec.resolved(spec.fields(answer)[field])["items"] if field else answer)
    for path, came in stand_ins()[stream].items():
        schemas = [one for record in records if (one := described(spec, record, path.split("."))) is not None]
        known = {kind for one in schemas for kind in kinds(spec, one)}
        if not schemas:
            yield path, "the file does not know it"
        elif known and not set(came) <= known | {"null"}:
            yield path, f"{came} came, the file says {sorted(known)}"


@pytest.mark.parametrize("stream", RECORDS)
def test_what_stand_ins_send_is_what_the_specification_says(stream: str) -> None:
    found = {(stream, path): how for path, how in faults(stream)}
    assert {one: how for one, how in found.items() if one not in DIFFERS} == {}
    assert {one for one in DIFFERS if one[0] == stream} <= found.keys(), "what differs no more is taken off the table"


def test_a_field_nobody_knows_and_another_type_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**stand_ins()["mailchimp_link"], "strange": ["text"], "total_clicks": ["object"]}
    monkeypatch.setattr(f"{__name__}.stand_ins", lambda: {"mailchimp_link": changed})
    assert {path for path, _ in faults("mailchimp_link")} == {"strange", "total_clicks"}
