"""A webhook body to pages. Pure: the same body gives the same pages, so one that comes twice changes nothing.

Belongs here: the shapes of `messages`, `smb_message_echoes`, `history` and `account_update`. Does not: the signature,
which is checked over the raw bytes before anything is parsed, and what messages mean together (transforms.staging).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from collectors.base import Page, Rejected, Stream
from collectors.kinds import WrongValue, instant, text
from collectors.question_words import asks
from collectors.records import value_at
from collectors.service import Account, PullReport, PushReport
from collectors.whatsapp_cloud.measures import text_of
from collectors.whatsapp_cloud.naming import digits_of, message_key, space_key
from collectors.whatsapp_cloud.streams import CloudAccount, CloudIdentity, CloudMessage, CloudStatus

SILENT = frozenset(
    {
        "account_alerts", "account_review_update", "account_settings_update",
        "business_capability_update", "business_status_update", "calls", "flows", "group_lifecycle_update",
        "group_participants_update", "group_settings_update", "group_status_update",
        "message_template_components_update", "message_template_quality_update",
        "message_template_status_update", "payment_configuration_update", "phone_number_name_update",
        "phone_number_quality_update", "security", "smb_app_state_sync", "template_category_update",
        "template_correct_category_detection", "user_id_update", "user_preferences",
    }
)  # fmt: skip
"""Fields we know and keep nothing of: they are about the account, its templates and its small API groups."""

Row = dict[str, Any]


@dataclass
class _Body:
    """What has been read of one body."""

    account: Account
    report: PullReport
    rows: dict[type[Stream], list[Row]] = field(default_factory=dict)

    @property
    def received_at(self) -> datetime:
        """When the body came, by our clock."""
        return self.report.received_at if isinstance(self.report, PushReport) else datetime.now(UTC)

    def add(self, stream: type[Stream], row: Row) -> None:
        rows = self.rows.setdefault(stream, [])
        if row not in rows:
            rows.append(row)

    def reject(self, where: str, code: str, raw: Any, **arguments: str) -> None:
        text = json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str)
        self.report.rejected.append(Rejected(where, code, arguments, text.encode("utf-8", "surrogatepass")))


def records_of(payload: Any, account: Account, report: PullReport | None = None) -> list[Page]:
    """Pages of messages, statuses and identities; what could not be taken is in `report.rejected` with a reason."""
    body = _Body(account, report if report is not None else PullReport())
    entries = payload.get("entry") if isinstance(payload, Mapping) else None
    if not isinstance(entries, list) or payload.get("object") != "whatsapp_business_account":
        body.reject("webhook", "not_an_event", payload)
        return []
    for entry_at, entry in enumerate(entries):
        for at, change in enumerate(_records(entry, "changes")):
            _change(body, f"entry {entry_at}, change {at}", change, entry.get("time"))
    return [Page.of(stream, rows) for stream, rows in body.rows.items()]


def _change(body: _Body, where: str, change: Mapping[str, Any], sent: Any) -> None:
    name, value = str(change.get("field")), change.get("value")
    if name in SILENT:
        return
    if name == "account_update" and isinstance(value, Mapping):
        _account(body, value, sent)
        return
    if name not in ("messages", "smb_message_echoes", "history") or not isinstance(value, Mapping):
        body.report.drift[f"webhook.{name}"] += 1
        body.reject(where, "unknown_change", change)
        return
    for problem in _records(value, "errors"):
        body.report.drift[f"webhook.error {digits_of(problem.get('code'))}"] += 1
    people = _People(value)
    for row in people.identities():
        body.add(CloudIdentity, row)
    number, number_id = (value_at(value, f"metadata.{name}") for name in ("display_phone_number", "phone_number_id"))
    key = space_key(body.account, number, number_id)
    readers: list[tuple[str, list[Mapping[str, Any]], Reading]] = [
        ("messages", _records(value, "messages"), _incoming if name != "history" else partial(_earlier, number, {})),
        ("message_echoes", _records(value, "message_echoes"), _echo),
        ("statuses", _records(value, "statuses"), _status),
    ]
    for chunk in _records(value, "history"):
        for problem in _records(chunk, "errors"):
            body.report.drift[f"webhook.error {digits_of(problem.get('code'))}"] += 1
        readers += [
            ("history", _records(thread, "messages"), partial(_earlier, number, thread))
            for thread in _records(chunk, "threads")
        ]
    for part, records, reader in readers:
        for at, record in enumerate(records):
            try:
                for stream, row in reader(body.account, people, record):
                    body.add(stream, row if stream is CloudIdentity else {"space_key": key, **row})
            except WrongValue as problem:
                body.report.drift[f"webhook.{part} ({problem})"] += 1
                body.reject(f"{where}, {part} {at}", "wrong_value", record, found=str(problem))


TROUBLE = re.compile(r"DISABLE|RESTRICT|DELETE|REMOVED|VIOLATION|OFFBOARD|UNINSTALL")
RELIEF = re.compile(r"REINSTATE|RECONNECTED|PARTNER_ADDED|PARTNER_APP_INSTALLED")


def _account(body: _Body, value: Mapping[str, Any], sent: Any) -> None:
    """What became of the account itself: whether messages will go on coming."""
    event = _word(value.get("event")) or "unknown"
    details = ("ban_info.waba_ban_state", "violation_info.violation_type", "disconnection_info.reason")
    detail = next((found for path in details if (found := _word(value_at(value, path)))), None)
    restrictions = [_word(one.get("restriction_type")) for one in _records(value, "restriction_info")]
    detail = detail or " ".join(one for one in restrictions if one) or None
    told = f"{event} {detail or ''}"
    is_trouble = False if RELIEF.search(told) else True if TROUBLE.search(told) else None
    try:
        at = instant(sent) or body.received_at
    except WrongValue:
        at = body.received_at
    body.add(
        CloudAccount,
        {"account": body.account.name, "at": at, "event": event, "detail": detail, "is_trouble": is_trouble},
    )
    if is_trouble is not None and isinstance(body.report, PushReport):
        body.report.account_changes.append(event)


class _People:
    """The contacts of a change: which account belongs to which number."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._contacts = [
            {name: _word(one.get(name)) for name in ("user_id", "parent_user_id", "wa_id")}
            for one in _records(value, "contacts")
        ]

    def identities(self) -> Iterator[Row]:
        """The contacts that have two identifiers."""
        yield from (one for one in self._contacts if sum(value is not None for value in one.values()) > 1)

    def named(self, user_id: Any, wa_id: Any) -> tuple[str | None, str | None]:
        """Account and number of a person, completed from her contact; usernames may hide the number."""
        user, phone = _word(user_id), _word(wa_id)
        for one in self._contacts:
            if (phone and one["wa_id"] == phone) or (user and one["user_id"] == user):
                return user or one["user_id"], phone or one["wa_id"]
        if user is None and phone is None and len(self._contacts) == 1:
            return self._contacts[0]["user_id"], self._contacts[0]["wa_id"]
        return user, phone


Found = Iterator[tuple[type[Stream], Row]]
Reading = Callable[[Account, _People, Mapping[str, Any]], Found]


def _incoming(account: Account, people: _People, record: Mapping[str, Any]) -> Found:
    if record.get("type") == "system":
        # A person speaks elsewhere from now on: no message, but all that she is called by is one person.
        yield from ((CloudIdentity, row) for row in _changed(record))
        return
    if _word(record.get("group_id")):
        return  # a small group made through the API: no talk of one person with the town's number
    user, phone = people.named(record.get("from_user_id"), record.get("from"))
    yield CloudMessage, _message(account, "in", user, phone, record)


def _earlier(
    number: Any, thread: Mapping[str, Any], account: Account, people: _People, record: Mapping[str, Any]
) -> Found:
    """A message from before the number was connected; the `thread` it stands in is named after the person."""
    if _word(record.get("group_id")):
        return
    is_out = bool(digits_of(number)) and digits_of(record.get("from")) == digits_of(number)
    person = record.get("to") if is_out else record.get("from")
    user = _word(value_at(thread, "context.user_id")) or record.get("to_user_id" if is_out else "from_user_id")
    phone = person or value_at(thread, "context.wa_id") or thread.get("id")
    row = _message(account, "out" if is_out else "in", *people.named(user, phone), record)
    yield CloudMessage, {**row, "is_history": True}


def _changed(record: Mapping[str, Any]) -> Iterator[Row]:
    """What a notice of another number or account says to be one person. A contact beside it may be somebody else."""
    user = _word(record.get("from_user_id"))
    told = {name: _word(value_at(record, f"system.{name}")) for name in ("user_id", "parent_user_id", "wa_id")}
    told["wa_id"] = told["wa_id"] or _word(value_at(record, "system.new_wa_id"))
    told["earlier_user_id"] = _word(value_at(record, "system.previous_user_id")) or user
    told["earlier_parent_user_id"] = _word(value_at(record, "system.previous_parent_user_id"))
    told["earlier_wa_id"] = _word(record.get("from"))
    # The notice may come from an account that it names neither as the new one nor as the one before.
    sender = {**dict.fromkeys(told), "user_id": user, "earlier_user_id": told["earlier_user_id"]}
    yield from (row for row in (told, sender) if len(set(row.values()) - {None}) > 1)


def _echo(account: Account, people: _People, record: Mapping[str, Any]) -> Found:
    user, phone = people.named(record.get("to_user_id"), record.get("to"))
    yield CloudMessage, _message(account, "out", user, phone, record)


def _message(account: Account, direction: str, user: str | None, phone: str | None, record: Mapping[str, Any]) -> Row:
    kind = text(record.get("type")) or "unknown"
    context = value_at(record, "context.id")
    if kind in ("edit", "revoke"):
        context = value_at(record, f"{kind}.original_message_id")
    elif kind == "reaction":
        context = value_at(record, "reaction.message_id")
        kind = "reaction" if value_at(record, "reaction.emoji") else "unreaction"
    said = text_of(record)
    return {
        "message": _identifier(account, record),
        "direction": direction,
        "user_id": user,
        "wa_id": phone,
        "sent_at": _time(record),
        "type": kind,
        "context": message_key(account, str(context)) if _word(context) else None,
        "length": len(said),
        "is_question": asks(said),
        "is_history": False,
    }


def _status(account: Account, people: _People, record: Mapping[str, Any]) -> Found:
    is_group = record.get("recipient_type") == "group"
    person = "recipient_participant" if is_group else "recipient"
    user, phone = people.named(
        record.get(f"{person}_user_id"), record.get("recipient_participant_id" if is_group else "recipient_id")
    )
    yield (
        CloudStatus,
        {
            "message": _identifier(account, record),
            "status": text(record.get("status")) or "unknown",
            "user_id": user,
            "wa_id": phone,
            "at": _time(record),
            "category": text(value_at(record, "pricing.category") or value_at(record, "conversation.origin.type")),
            "is_group": is_group,
        },
    )


def _identifier(account: Account, record: Mapping[str, Any]) -> str:
    found = text(record.get("id"))
    if not found:
        raise WrongValue("a record without its identifier")
    return message_key(account, found)


def _time(record: Mapping[str, Any]) -> Any:
    found = instant(record.get("timestamp"))
    if found is None:
        raise WrongValue("a record without its time")
    return found


def _records(value: Any, name: str) -> list[Mapping[str, Any]]:
    listed = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _word(value: Any) -> str | None:
    """An identifier, text or number, or nothing: a record without one is still a record."""
    try:
        return text(value) or None
    except WrongValue:
        return None
