"""WhatsApp Business Platform -> messages with their answers, platform counts, coverage.

A person's account and her telephone numbers are one person, known by her account where there is one. A
reply that quotes is explicit. Where nothing is quoted, a talk of one person with one number is a
conversation that ends after a day without a word, and the number's next message in it answers her last.
Answers sent through the platform have no webhook of their own: their statuses are their only trace. What
the authority sends to somebody who has not written is a notification and no conversation: it is in the
platform's counts only, and so is advertising.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.coverage import PARTIAL, Days, coverage_row, month_parts
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.skipped import NO_COLUMN, UNKNOWN, Need, Skipped
from transforms.staging.town import Town
from warehouse.calendar import month_of
from warehouse.schemas import arrow_schema, fact_table

SOURCE = "whatsapp_cloud"
STREAMS = ("whatsapp_cloud_message", "whatsapp_cloud_status", "whatsapp_cloud_identity", "whatsapp_cloud_metric")
REVISION = 7
NEEDS = {
    "whatsapp_cloud_message": Need(
        ("message",), ("space_key", "message", "direction", "sent_at", "type"), ("message",), ("sent_at",)
    ),
    "whatsapp_cloud_status": Need(("message",), ("space_key", "message", "status", "at"), (), ("at",)),
    # Of a person called by one name only there is nothing to join.
    "whatsapp_cloud_identity": Need(("message",), ()),
    "whatsapp_cloud_metric": Need(
        ("platform_metric",), ("space_key", "day", "metric", "amount"), ("space_key", "day", "metric"), ("day",)
    ),
}
KNOWS = {"message": ("author", "role", "reply")}

QUIET = timedelta(hours=24)
"""The platform's own window for answering freely; a word after it begins another conversation."""
LATEST_ANSWER = timedelta(days=30)
ARRIVED, FAILED = ("sent", "delivered", "read", "played"), ("failed", "deleted", "warning")
ASKED = "service"
"""The category of what is written freely to somebody who wrote first; all others are templates and advertising."""
CATEGORIES = frozenset(
    {
        ASKED, "utility", "marketing", "marketing_lite", "authentication", "authentication-international",
        "authentication_international", "referral_conversion", "user_initiated", "business_initiated",
    }
)  # fmt: skip
KINDS = {
    **dict.fromkeys(("image", "video", "audio", "voice", "document", "sticker", "unsupported", "unknown"), "media"),
    "location": "location",
    "contacts": "contact",
    "reaction": "reaction",
}
ABOUT_OTHERS = ("edit", "revoke", "unreaction")
ACCOUNTS = ("user_id", "parent_user_id", "earlier_user_id", "earlier_parent_user_id")
NUMBERS = ("wa_id", "earlier_wa_id")
"""What a row may call a person by: whatever it names is one and the same."""


@dataclass
class Said:
    """A message with what is found out about it."""

    message: str
    space: str
    person: int | None  # the resident, either way
    is_out: bool
    at: datetime
    kind: str
    context: str | None
    length: int
    is_question: bool
    role: str
    root: str = ""
    target: Said | None = None
    basis: str = "none"


class Persons:
    """Which identifiers are one person; each component is known by its smallest account, else its smallest number."""

    def __init__(self, links: Iterable[Row]) -> None:
        self._above: dict[int, int] = {}
        self._accounts: set[int] = set()
        for row in links:
            ours = [row.get(name) for name in ACCOUNTS]
            self._accounts.update(one for one in ours if one is not None)
            known = [one for one in (*ours, *(row.get(name) for name in NUMBERS)) if one is not None]
            for one in known:
                self._join(known[0], one)
        self._members: dict[int, list[int]] = defaultdict(list)
        for one in sorted(self._above):
            self._members[self._top(one)].append(one)

    def of(self, row: Row) -> int | None:
        """The person of a row, by its account or its number."""
        one = row.get("user_id") if row.get("user_id") is not None else row.get("wa_id")
        if one is None:
            return None
        members = self.members(one)
        return min(members, key=lambda member: (member not in self._accounts, member))

    def members(self, one: int) -> list[int]:
        """All identifiers of the person one of them belongs to."""
        return self._members[self._top(one)] if one in self._above else [one]

    def _top(self, one: int) -> int:
        while (above := self._above.setdefault(one, one)) != one:
            self._above[one] = self._above[above]
            one = above
        return one

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._top(one), self._top(other)))
        self._above[high] = low


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `message`, `platform_metric` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    landed = skipped.fit(landed)
    messages, statuses, identities = (landed_rows(landed, name) for name in STREAMS[:3])
    persons = Persons([*identities, *messages, *statuses])
    uttered = utterances(messages, statuses, persons, town, skipped)
    said = sorted(uttered, key=lambda one: (one.at, one.is_out, one.message))
    kept = linked(said)
    # What nobody asked for is a notification; of what is with nobody knows whom, what it answers is not known.
    for one in (one for one in said if one.person is None):
        skipped.leave_out("whatsapp_cloud_message", {"space": one.space, "sent_at": one.at}, NO_COLUMN, "wa_id")
    counted = numbers(landed.get(STREAMS[3]), town)
    # What was heard of a number at all, answers and notifications included, shows that its webhooks arrived.
    heard: dict[str, set[date]] = defaultdict(set)
    remembered: dict[str, set[date]] = defaultdict(set)
    for row in (row for row in messages if row.get("is_history")):
        remembered[town.space_for(row["space_key"])].add(town.local_day(row["sent_at"]))
    live = [row for row in messages if not row.get("is_history")]
    for row, name in (*((row, "sent_at") for row in live), *((row, "at") for row in statuses)):
        heard[town.space_for(row["space_key"])].add(town.local_day(row[name]))
    days: dict[str, list[date]] = defaultdict(list)
    for row in counted.group_by(["space", "period_start"]).aggregate([]).to_pylist():
        days[row["space"]].append(row["period_start"])
    rows = {
        "message": _message_facts(kept, town),
        "coverage": [
            # Webhooks come when something happens: a quiet day between others is no gap.
            *_coverage("message", {space: [(min(found), max(found))] for space, found in heard.items()}),
            *_of_history(remembered, heard),
            *_coverage("platform_metric", {space: [(day, day) for day in found] for space, found in days.items()}),
        ],
    }
    facts = {fact: fact_rows(fact, found, town, asset="whatsapp") for fact, found in rows.items()}
    return {**facts, "platform_metric": counted, **skipped.tables()}


def utterances(
    messages: list[Row], statuses: list[Row], persons: Persons, town: Town, skipped: Skipped
) -> Iterator[Said]:
    """Every message once; of a person's reactions to one message the last, unless she took it back."""
    categories: dict[str, set[str]] = defaultdict(set)
    for row in statuses:
        if row["category"] is not None:
            categories[row["message"]].add(row["category"])
    withdrawn = {row["context"] for row in messages if row["type"] == "revoke"}
    feelings: dict[tuple[int | str, str], Row] = {}
    own: dict[str, Row] = {}
    for row in sorted(messages, key=lambda row: (row["sent_at"], row["message"], row["space_key"])):
        if row["type"] in ("reaction", "unreaction"):
            person = persons.of(row)
            # Whose it is or what it is about may not be told: then it is like no other.
            feelings[row["message"] if person is None else person, row["context"] or row["message"]] = row
        elif row["type"] not in ABOUT_OTHERS:
            own.setdefault(row["message"], row)
    for row in (*own.values(), *(row for row in feelings.values() if row["type"] == "reaction")):
        is_out = row["direction"] == "out"
        if is_out and not row["context"] and categories[row["message"]] - {ASKED}:
            continue  # a notification answers nobody, unless it quotes her
        yield Said(
            row["message"], town.space_for(row["space_key"]), persons.of(row), is_out, row["sent_at"],
            "deleted" if row["message"] in withdrawn else KINDS.get(row["type"], "text"),
            row["context"], row["length"] or 0, bool(row["is_question"]),
            "authority" if is_out or _speaks(persons, row, town) else "resident",
        )  # fmt: skip
    traces: dict[str, list[Row]] = defaultdict(list)
    for row in statuses:
        traces[row["message"]].append(row)
    for message, rows in traces.items():
        is_answer = any(row["status"] in ARRIVED for row in rows)
        if message in own or any(row["is_group"] for row in rows):
            continue
        first = min(rows, key=lambda row: (row["at"], row["status"], row["space_key"]))
        # A template may go out days after she wrote, about something else; what tells no category may be one.
        if not categories[message]:
            skipped.leave_out("whatsapp_cloud_status", first, NO_COLUMN, "category")
        elif not categories[message] <= CATEGORIES:
            skipped.leave_out("whatsapp_cloud_status", first, UNKNOWN, "category")
        elif not {row["status"] for row in rows} <= {*ARRIVED, *FAILED}:
            skipped.leave_out("whatsapp_cloud_status", first, UNKNOWN, "status")
        if not is_answer or categories[message] != {ASKED}:
            continue
        # The status tells neither what it was nor how long.
        yield Said(
            message, town.space_for(first["space_key"]), persons.of(first), True, first["at"],
            "deleted" if message in withdrawn else "text", None, 0, False, "authority",
        )  # fmt: skip


def linked(said: list[Said]) -> list[Said]:
    """The messages in conversations, with what each answers; notifications nobody asked for are left out."""
    known: dict[str, Said] = {}
    talks: dict[tuple[str, int | str], list[Said]] = defaultdict(list)  # the conversation going on, by its two sides
    for one in said:
        going = talks[one.space, one.person if one.person is not None else one.message]
        quoted = known.get(one.context) if one.context else None
        if quoted is not None and quoted.space == one.space:
            one.root, one.target, one.basis = quoted.root, quoted, "explicit"
        elif one.kind == "deleted" and not one.is_out:
            one.root = one.message
        elif one.is_out:
            asked = next((earlier for earlier in reversed(going) if not earlier.is_out), None)
            if asked is None or one.at - asked.at > LATEST_ANSWER:
                continue
            one.root, one.target, one.basis = asked.root, asked, "inferred"
        elif not going or one.at - going[-1].at > QUIET:
            going.clear()
            one.root = one.message
        else:
            one.root = going[-1].root
            # A quotation may have gone on with another talk in between: what was said there is not answered here.
            said_to_her = (earlier for earlier in reversed(going) if earlier.is_out and earlier.root == one.root)
            one.target = next(said_to_her, None)
            one.basis = "inferred" if one.target else "none"
        known[one.message] = one
        if one.kind not in ("deleted", "reaction"):
            going.append(one)
    return list(known.values())


def numbers(metrics: pa.Table | None, town: Town) -> pa.Table:
    """What the platform counted as rows of the fact: of each day as last told, since the platform restates its days."""
    if metrics is None or not metrics.num_rows:
        return arrow_schema("platform_metric").empty_table()
    key = ["space_key", "metric", "day"]
    is_ordered = "landed_order" in metrics.column_names
    told = pa.table(
        {
            **{name: metrics[name].cast(pa.string()) for name in key[:2]},
            "day": metrics["day"],
            "order": pc.fill_null(metrics["landed_order"], 0) if is_ordered else pa.repeat(0, metrics.num_rows),
            "amount": metrics["amount"].cast(pa.float64()),
        }
    )
    told = told.sort_by([(name, "ascending") for name in (*key, "order", "amount")])
    last = told.group_by(key, use_threads=False).aggregate([("amount", "last")])
    keys = last["space_key"].combine_chunks().dictionary_encode()
    spaces = pa.array([town.space_for(one) for one in keys.dictionary.to_pylist()], pa.string())
    last = last.append_column("space", spaces.take(keys.indices))
    of_space = last.group_by(["space", "metric", "day"], use_threads=False).aggregate([("amount_last", "sum")])
    count = of_space.num_rows
    same = {"authority": town.authority, "asset": "whatsapp", "period": "day", "basis": "api"}
    return fact_table(
        "platform_metric",
        {
            **{name: pa.repeat(value, count) for name, value in same.items()},
            "month": pc.strftime(of_space["day"], "%Y-%m"), "space": of_space["space"], "metric": of_space["metric"],
            "period_start": of_space["day"], "amount": of_space["amount_last_sum"],
        },
    )  # fmt: skip


def _speaks(persons: Persons, row: Row, town: Town) -> bool:
    """Whether a writer is on the roster that day, by any of her identifiers."""
    mine = {member for name in ("user_id", "wa_id") if row[name] is not None for member in persons.members(row[name])}
    return town.is_staff(mine, town.local_day(row["sent_at"]))


def _message_facts(said: list[Said], town: Town) -> Iterator[Row]:
    for one in said:
        target = one.target
        yield {
            "month": town.local_month(one.at),
            "space": one.space,
            "message": f"wac-{one.message}",
            # Who at the authority wrote is not told.
            "author": None if one.is_out else one.person,
            "author_role": one.role,
            "sent_at": one.at,
            "kind": one.kind,
            "root": f"wac-{one.root}",
            "reply_to": f"wac-{target.message}" if target else None,
            "reply_to_author": target.person if target and not target.is_out else None,
            "reply_to_role": target.role if target else None,
            "reply_basis": one.basis,
            "is_question": one.is_question,
            "length": one.length,
        }


def _of_history(remembered: Mapping[str, set[date]], heard: Mapping[str, set[date]]) -> Iterator[Row]:
    """Months of which only the app's memory speaks: what was deleted in it is not there, so none is whole."""
    for space, days in sorted(remembered.items()):
        told = {month_of(day) for day in heard.get(space, ())}
        for part in month_parts([(min(days), max(days))]):
            if part.month not in told:
                yield coverage_row(
                    "message", replace(part, is_full=False), asset="whatsapp", space=space, knows=KNOWS["message"],
                    flags=[PARTIAL], basis="api",
                )  # fmt: skip


def _coverage(fact: str, days: Mapping[str, Days]) -> Iterator[Row]:
    for space, own in sorted(days.items()):
        for part in month_parts(own):
            yield coverage_row(
                fact, part, asset="whatsapp", space=space, knows=KNOWS.get(fact, ()), flags=part.flags, basis="api"
            )
