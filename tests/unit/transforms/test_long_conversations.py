"""One conversation that never ends: statements find what a person counting by hand finds, and look at each row a few times."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from transforms.cases import session
from transforms.catalogue import ours, shared_views
from transforms.engines.duck import DuckSession
from transforms.inputs import months_table

MONTH = "2026-10"
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
Row = dict[str, Any]


def talk(count: int, seed: int = 1, minutes: int = 3) -> list[Row]:
    """A chat of which nearly everything goes on with one conversation; several things are said at one instant."""
    chance, rows, at = random.Random(seed), list[Row](), BEGIN
    for number in range(count):
        at += timedelta(minutes=chance.choice([0, 0, 1, minutes, 70 if chance.random() < 0.05 else 2]))
        goes_on = number > 0 and chance.random() < 0.98
        root = rows[0]["root"] if goes_on else f"m{number:05d}"
        parent = chance.choice(rows[-9:]) if goes_on else None
        is_linked = goes_on and chance.random() < 0.3
        rows.append({
            "message": f"m{number:05d}", "space": "chat", "asset": "whatsapp", "month": MONTH, "author": chance.randrange(9),
            "author_role": chance.choice(["resident"] * 4 + ["authority"]), "sent_at": at, "kind": "text",
            "root": root, "reply_to": parent["message"] if parent else None,
            "reply_basis": "none" if parent is None else "explicit" if is_linked else "inferred",
            "is_question": chance.random() < 0.3,
        })  # fmt: skip
    return rows


def asked(rows: list[Row]) -> DuckSession:
    told = {"fact": "message", "asset": "whatsapp", "space": "chat", "month": MONTH}
    place = {"space": "chat", "title": "Chat", "asset": "whatsapp", "kind": "open"}
    laid = session({"message": rows, "coverage": [told], "space": [place], "months": [MONTH]})
    assert isinstance(laid, DuckSession)
    laid.put("months", months_table("T", [MONTH], "UTC"))
    return laid


def answered(rows: list[Row]) -> int:
    """Questions of residents with an answer, looked for in all that was said after each."""
    found = 0
    for one in rows:
        if one["author_role"] != "resident" or not one["is_question"]:
            continue
        is_start = one["message"] == one["root"]
        for other in rows:
            if other["author_role"] != "authority" or other["message"] == other["root"]:
                continue
            is_reply = other["reply_to"] == one["message"] or (is_start and other["root"] == one["message"])
            is_next = not is_start and other["root"] == one["root"] and other["sent_at"] > one["sent_at"]
            is_below = other["reply_to"] == one["reply_to"] and one["reply_to"] != one["root"]
            if (is_reply and other["sent_at"] >= one["sent_at"]) or (
                is_next and (other["reply_basis"] != "explicit" or is_below)
            ):
                found += 1
                break
    return found


def topics(rows: list[Row]) -> tuple[int, int]:
    """Topics raised, and those two or more others joined, by going through the month once and then again for each."""
    taken_at: int | None = None
    raised: list[Row] = []
    minutes: dict[int, list[Row]] = {}
    for one in rows:
        minutes.setdefault(int(one["sent_at"].timestamp()) // 60, []).append(one)
    last: int | None = None
    for minute, said in sorted(minutes.items()):
        for one in said:
            is_loose = one["author_role"] == "resident" and one["reply_basis"] != "explicit"
            if is_loose and one["is_question"]:
                raised.append(one)
            if (is_loose and one["is_question"]) or (
                one["author_role"] == "authority" and one["message"] == one["root"]
            ):
                taken_at = minute
        free = [
            one for one in said
            if one["author_role"] == "resident" and one["reply_basis"] != "explicit" and not one["is_question"]
        ]  # fmt: skip
        if free and (taken_at is None or minute - taken_at > 60) and (last is None or minute - last > 60):
            last = minute
            raised.append(min(free, key=lambda one: one["message"]))
    drawing = 0
    raised.sort(key=lambda one: (one["sent_at"], one["message"]))
    for number, topic in enumerate(raised):
        later = [one for one in raised[number + 1 :] if one["root"] == topic["root"]]
        others = set()
        for one in rows:
            is_there = one["root"] == topic["root"] and one["sent_at"] >= topic["sent_at"]
            is_mine = is_there and (not later or one["sent_at"] < later[0]["sent_at"])
            joins = one["root"] == topic["message"] if one["reply_basis"] == "explicit" else is_mine
            if joins and one["message"] not in (one["root"], topic["message"]) and one["author"] != topic["author"]:
                others.add(one["author"])
        drawing += len(others) >= 2
    return len(raised), drawing


def rows_of(laid: DuckSession, indicator: str) -> dict[str, Row]:
    one = ours()[indicator]
    laid.lay({view: shared_views()[view] for view in one.views})
    names, rows = laid.ask(one.sql)
    found = (dict(zip(names, row, strict=True)) for row in rows)
    return {row["part"]: row for row in found if not row["space"]}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_counted_is_what_a_person_counts(seed: int) -> None:
    rows = talk(160, seed, minutes=1 + 5 * (seed % 3))
    laid = asked(rows)
    assert int(rows_of(laid, "whatsapp.answers")[""]["value"]) == answered(rows)
    found = rows_of(laid, "whatsapp.topics_raised")
    assert (int(found[""]["value"]), int(found["drawing_share"]["numerator"])) == topics(rows)


def flowing(rows: list[Row], indicator: str) -> int:
    """The rows all operators of the statement's plan give on together."""
    laid = asked(rows)
    one = ours()[indicator]
    laid.lay({view: shared_views()[view] for view in one.views})
    _, plan = laid.ask(f"explain (analyze, format json) {one.sql}")

    def over(node: dict[str, Any]) -> int:
        return int(node["intermediate_rows"]) + sum(map(over, node.get("children", ())))

    return sum(map(over, json.loads(plan[0][1])["operator"]))


@pytest.mark.parametrize("indicator", ["whatsapp.topics_raised", "whatsapp.answers", "assets.answered_in_time"])
def test_twice_the_talk_is_twice_the_rows_looked_at(indicator: str) -> None:
    once, twice = flowing(talk(1_000), indicator), flowing(talk(2_000), indicator)
    assert 0 < once < twice < 2.6 * once, (once, twice)
