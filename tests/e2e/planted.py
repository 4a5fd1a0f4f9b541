"""Canaries in every free text the services' wire has, also in those a collector never asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.services.server import Answer, Call, Server
from tests.e2e.played import Played

FREE_TEXTS: dict[str, tuple[str, ...]] = {
    "brevo": (
        "name", "subject", "previewText", "sender.name", "sender.email", "replyTo", "toField", "htmlContent", "header",
        "footer", "tag", "shareLink", "utmCampaignValue", "email", "firstName", "lastName", "companyName", "SMS",
    ),
    "facebook": (
        "message", "story", "description", "caption", "about", "bio", "emails", "phone", "single_line_address", "title",
        "username", "name", "permalink_url", "full_picture", "place", "to", "message_tags", "admin_creator",
        "attachments",
    ),
    "google_forms": ("title", "documentTitle", "description", "responderUri", "respondentEmail", "linkedSheetId", "fileName"),
    "limesurvey": ("ipaddr", "refurl", "firstname", "lastname", "email", "attribute_1", "help", "token"),
    "mailchimp": (
        "name", "subject_line", "preview_text", "title", "from_name", "from_email", "reply_to", "campaign_title", "company",
        "address1", "phone", "permission_reminder", "notify_on_subscribe", "email_address", "full_name", "archive_url",
        "ip_signup", "ip_opt", "web_id_text", "merge_text", "note", "reason_text",
    ),
    "whatsapp_cloud": (
        "verified_name", "name", "button_content", "text", "about", "email", "profile", "wa_id", "body", "username",
    ),
    "zoom": (
        "topic", "agenda", "host_name", "host_display_name", "first_name", "last_name", "dept", "phone", "address", "city",
        "comments", "job_title", "org", "join_url", "start_url", "password", "passcode", "play_url", "pic_url", "user_name",
        "display_name", "customer_key_text", "question", "answer", "content", "custom_text",
    ),
    "ga4": ("pageTitle", "pageLocation", "searchTerm", "userId"),
}  # fmt: skip
"""Source -> names of fields with free text; a dotted one stands in an object of its own."""
KEPT = {"name", "title", "question", "username", "topic"}
"""Names whose value tells things apart on the wire: there the canary is added to what stands there."""
READ_BY_NAME = {"google_forms", "limesurvey"}
"""Sources whose questions are known by their titles, which stay as they are."""


def canary(source: str, field: str) -> tuple[str, str]:
    """The Latin and the Hebrew half of a field's canary."""
    number = sum(ord(c) * (k + 7) for k, c in enumerate(f"{source}.{field}")) % 10_000
    bare = re.sub(r"\W", "", field)
    return f"qx{source.replace('_', '')}{bare}{number:04d}", f"צקק{number:04d}כנר"


def all_canaries() -> list[str]:
    """Every half of every planted canary."""
    return [half for source, fields in FREE_TEXTS.items() for field in fields for half in canary(source, field)]


def plant(playing: Played) -> set[str]:
    """Plant them all; gives the set into which the halves that went over the wire are written."""
    sent: set[str] = set()
    for source, server in playing.servers().items():
        if source in FREE_TEXTS:
            server.alter = _altering(source, server, sent)
    return sent


def _altering(source: str, server: Server, sent: set[str]) -> Any:
    texts = {field: " ".join(canary(source, field)) for field in FREE_TEXTS[source]}

    def altered(call: Call, answer: Answer) -> Answer:
        if not answer.body or not re.search("json|javascript", answer.content_type):
            return answer
        body = _planted(source, json.loads(answer.body), texts)
        sent.update(half for field in texts for half in canary(source, field))
        return replace(answer, body=json.dumps(body, ensure_ascii=False).encode())

    return altered


def _planted(source: str, value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_planted(source, one, texts) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _planted(source, one, texts) for name, one in value.items()}
    if source in READ_BY_NAME and ({"questionItem", "questionId", "qid", "value", "answers"} & set(value)):
        texts = {name: text for name, text in texts.items() if name not in KEPT}
    if "error" in value or set(value) <= {"code", "message"}:
        return found
    for field, text in texts.items():
        outer, _, inner = field.partition(".")
        if inner:
            found.setdefault(outer, {})
            if isinstance(found[outer], dict):
                found[outer][inner] = text
        elif field in KEPT and isinstance(found.get(field), str) and found[field]:
            # Facebook's metrics are asked for by name, and Zoom's rooms; only what people wrote is changed.
            found[field] = found[field] if source == "facebook" and "values" in found else f"{found[field]} {text}"
        elif field not in found or isinstance(found[field], str):
            found[field] = text
    return found
