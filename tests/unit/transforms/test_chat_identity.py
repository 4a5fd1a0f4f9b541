"""One chat under any name, wrapping and phone gives the same facts, or is refused; two chats are never one.

Chats are drawn and printed as clients do. What changes from export to export (the last message, who is called what on
a phone) is left out of the comparison, nothing else.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import RejectFile
from tests.chat_papers import OTHER_NAMES, PHONES, STAFF, Chat, Line, Phone, drawn, facts_of, town, written

SEEDS = range(2)
MANY = range(100, 160)
GEFEN = town({"Gefen": "gefen"})

Facts = dict[str, list[dict[str, Any]]]
Made = Callable[[Path, Chat, Phone, random.Random], Sequence[Path]]


def usual(phone: Phone, chat: Chat) -> str:
    """The name the client gives."""
    return phone.name.format(chat.name) + ".txt"


def renamed(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    name = rng.choice(("x.txt", "chat (3).txt", "Gefen copy.txt", "WhatsApp Chat with Rimon.txt"))
    return [written(folder, name, chat.text(phone))]


def packed(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    return [written(folder, "WhatsApp Chat - Gefen.zip", chat.text(phone), "_chat.txt")]


def packed_again(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    return [written(folder, "Archive.zip", chat.text(phone), "WhatsApp Chat - Gefen/_chat.txt")]


def unpacked(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    return [written(folder, f"{rng.choice(('WhatsApp Chat - Gefen', 'november'))}/_chat.txt", chat.text(phone))]


def exported_again_later(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    end = rng.randrange(3, len(chat.lines))
    early = replace(chat, lines=chat.lines[:end])
    return [
        written(
            folder / "1", rng.choice((usual(phone, chat), "WhatsApp Chat with Gefen group.txt")), early.text(phone)
        ),
        written(folder / "2", usual(phone, chat), chat.text(phone)),
    ]


def exported_from_another_phone(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    other = replace(rng.choice(list(PHONES.values())), contacts=OTHER_NAMES)
    early = chat.lines[: rng.randrange(2 * len(chat.lines) // 3, len(chat.lines))]
    return [
        written(folder / "1", usual(other, chat), chat.text(other, early)),
        written(folder / "2", usual(phone, chat), chat.text(phone)),
    ]


def newest_part_of_a_long_chat(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    half = chat.lines[len(chat.lines) // 3 :]
    return [
        written(folder / "1", usual(phone, chat), chat.text(phone)),
        written(folder / "2", rng.choice((usual(phone, chat), "x.txt")), chat.text(phone, half)),
    ]


def one_removed(folder: Path, chat: Chat, phone: Phone, rng: random.Random) -> Sequence[Path]:
    gone = rng.choice([place for place, line in enumerate(chat.lines[:-1]) if not line.event])
    return [
        written(folder / "1", usual(phone, chat), chat.text(phone, chat.lines[:gone] + chat.lines[gone + 1 :])),
        written(folder / "2", "x.txt", chat.text(phone)),
    ]


WAYS: list[Made] = [
    renamed, packed, packed_again, unpacked, exported_again_later, exported_from_another_phone,
    newest_part_of_a_long_chat, one_removed,
]  # fmt: skip


def the_same_facts(folder: Path, phone: Phone, way: Made, seed: int) -> None:
    """One export as the client names it, against the same chat made another way, in any order."""
    rng = random.Random(f"{seed} {way.__name__}")
    chat = drawn(rng)
    plain = facts_of([written(folder / "plain", usual(phone, chat), chat.text(phone))], GEFEN)
    assert {row["space"] for row in plain["message"]} == {"gefen"}
    assert plain["membership"] and plain["coverage"]
    made = way(folder / "other", chat, phone, rng)
    for order in permutations([*made, *made[:1]]):
        assert known(facts_of(order, GEFEN)) == known(plain)


def known(facts: Facts) -> Facts:
    """The facts but for a flag that says an export was not of the whole chat: it is of the file, not of what happened."""
    for row in facts["coverage"]:
        row["quality"] = row["quality"].replace(" truncated", "")
    return facts


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("phone", PHONES)
def test_one_chat_made_another_way_gives_the_same_facts(tmp_path: Path, phone: str, way: Made) -> None:
    for seed in SEEDS:
        the_same_facts(tmp_path / str(seed), PHONES[phone], way, seed)


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("phone", PHONES)
def test_many_chats_made_another_way_give_the_same_facts(tmp_path: Path, phone: str, way: Made) -> None:
    for seed in MANY:
        the_same_facts(tmp_path / str(seed), PHONES[phone], way, seed)


def facts_or_refusal(path: Path) -> Facts | str:
    try:
        return facts_of([path], GEFEN)
    except RejectFile as refusal:
        return refusal.code


@pytest.mark.parametrize("phone", PHONES)
def test_a_sorted_chat_gives_the_same_facts_or_is_refused(tmp_path: Path, phone: str) -> None:
    chat = drawn(random.Random(5))
    plain = facts_of([written(tmp_path / "1", usual(PHONES[phone], chat), chat.text(PHONES[phone]))], GEFEN)
    for place, turned in enumerate((sorted, lambda lines: lines[::-1])):
        lines = turned(chat.text(PHONES[phone]).splitlines())
        path = written(tmp_path / f"sorted {place}", usual(PHONES[phone], chat), "\n".join(lines) + "\n")
        assert facts_or_refusal(path) in (plain, "chat_not_in_order")


@pytest.mark.parametrize("phone", PHONES)
def test_a_chat_that_lost_its_marks_gives_the_same_facts_or_is_refused(tmp_path: Path, phone: str) -> None:
    chat = drawn(random.Random(6))
    text = chat.text(PHONES[phone])
    plain = facts_of([written(tmp_path / "1", usual(PHONES[phone], chat), text)], GEFEN)
    bare = text.replace("\u200e", "").replace("\u200f", "")
    path = written(tmp_path / "2", usual(PHONES[phone], chat), bare)
    assert facts_or_refusal(path) == ("marks_lost" if PHONES[phone].is_ios else plain)


def beside(chat: Chat, rng: random.Random) -> Chat:
    """Another chat of the same name and people at the same time, to which staff send some of the same words."""
    other = drawn(rng, chat.name, size=40)
    shared = [line for line in chat.lines if not line.event and line.who == STAFF]
    whole = sorted([*other.talk, *shared], key=lambda line: line.at)
    return Chat(other.name, (*other.lines[:2], *whole))


def two_stay_two(folder: Path, phone: Phone, seed: int) -> None:
    """Two chats of one name: together each gives what it gives alone, in a space of its own; the name is nobody's."""
    rng = random.Random(f"{seed} two")
    one = drawn(rng)
    other = beside(one, rng)
    for kind, lines in (("whole", lambda chat: chat.lines), ("newest", lambda chat: chat.talk)):
        paths = [
            written(folder / kind / side, usual(phone, chat), chat.text(phone, lines(chat)))
            for side, chat in (("1", one), ("2", other))
        ]
        alone = [facts_of([path], GEFEN)["message"] for path in paths]
        together = facts_of(paths, GEFEN)
        assert sorted(map(bare, together["message"])) == sorted(map(bare, [*alone[0], *alone[1]])), kind
        starters = sum(row["root"] == place for place, row in enumerate(together["message"]))
        assert starters == sum(row["root"] == place for rows in alone for place, row in enumerate(rows)), kind
        spaces = Counter(row["space"] for row in together["message"])
        assert sorted(spaces.values()) == sorted(map(len, alone)) and "gefen" not in spaces, kind
        grains = [(row["space"], row["fact"], row["month"]) for row in together["coverage"]]
        assert len(grains) == len(set(grains))


def bare(row: dict[str, Any]) -> str:
    """A message without its space and its places among others."""
    return repr([value for name, value in row.items() if name not in ("space", "message", "root", "reply_to")])


@pytest.mark.parametrize("phone", PHONES)
def test_two_chats_of_one_name_are_never_one(tmp_path: Path, phone: str) -> None:
    for seed in SEEDS:
        two_stay_two(tmp_path / str(seed), PHONES[phone], seed)


@pytest.mark.long
@pytest.mark.parametrize("phone", PHONES)
def test_many_pairs_of_one_name_are_never_one(tmp_path: Path, phone: str) -> None:
    for seed in MANY:
        two_stay_two(tmp_path / str(seed), PHONES[phone], seed)


def test_announcements_sent_to_two_groups_in_one_minute_do_not_make_them_one(tmp_path: Path) -> None:
    """Only staff write, the same words in the same minutes: other names are enough to keep them apart."""
    phone, start = PHONES["en Android"], datetime(2026, 9, 1, 8)
    lines = tuple(Line(start + timedelta(days=day), STAFF, f"news {day}") for day in range(20))
    paths = [
        written(tmp_path / name, usual(phone, Chat(name, lines)), Chat(name, lines).text(phone))
        for name in ("Gefen", "Rimon")
    ]
    found = facts_of(paths, town())
    assert len(found["message"]) == 40
    assert len({row["space"] for row in found["message"]}) == 2


def test_two_groups_of_one_space_are_added(tmp_path: Path) -> None:
    phone, rng = PHONES["he Android"], random.Random(3)
    groups = [drawn(rng, "Gefen"), drawn(rng, "Rimon")]
    paths = [written(tmp_path / chat.name, usual(phone, chat), chat.text(phone)) for chat in groups]
    of = town({"Gefen": "both", "Rimon": "both"})
    alone, together = [facts_of([path], of) for path in paths], facts_of([*paths, paths[0]], of)
    assert len(together["message"]) == sum(len(facts["message"]) for facts in alone)
    assert {row["space"] for row in together["message"]} == {"both"}
    for side in ("joined", "left"):
        assert total(together, side) == sum(total(facts, side) for facts in alone)
    for name, grain in (("coverage", ("fact", "month")), ("membership", ("day",))):
        places = [tuple(row[one] for one in grain) for row in together[name]]
        assert len(places) == len(set(places))
    common = {row["month"] for row in alone[0]["membership"]} & {row["month"] for row in alone[1]["membership"]}
    month = sorted(common)[0]
    assert last_count(together, month) == sum(last_count(facts, month) for facts in alone)


def total(facts: Facts, side: str) -> int:
    return sum(row[side] for row in facts["membership"])


def last_count(facts: Facts, month: str) -> int:
    return next(int(row["members"]) for row in facts["membership"] if row["month"] == month and row["is_month_end"])


def test_a_name_alone_joins_nothing_that_speaks_of_another_time(tmp_path: Path) -> None:
    """Two exports of one name, months apart, of other people: kept apart; of the same people: one."""
    phone, rng = PHONES["en Android"], random.Random(9)
    talk = drawn(rng, size=60).talk
    early, late = talk[:20], talk[-20:]
    strangers = tuple(replace(line, who=f"{line.who} B") for line in late if not line.event)
    for name, second, chats in (("same", late, 1), ("others", strangers, 2)):
        paths = [
            written(tmp_path / name / side, usual(phone, Chat("Gefen", ())), Chat("Gefen", ()).text(phone, lines))
            for side, lines in (("1", early), ("2", second))
        ]
        spaces = {row["space"] for row in facts_of(paths, town())["message"]}
        assert len(spaces) == chats, name


def test_a_group_made_anew_under_its_old_name_is_another_chat(tmp_path: Path) -> None:
    """The same people go on in it, at another time: only its creation tells."""
    phone = PHONES["en Android"]
    first = drawn(random.Random(11), size=20)
    second = drawn(random.Random(12), start=first.lines[-1].at + timedelta(days=1), size=20)
    paths = [
        written(tmp_path / side, usual(phone, chat), chat.text(phone)) for side, chat in (("1", first), ("2", second))
    ]
    found = facts_of(paths, town())
    assert len({row["space"] for row in found["message"]}) == 2
    both = facts_of(paths, GEFEN)
    assert len(both["message"]) == len(found["message"])


def test_two_groups_created_in_one_minute_under_one_name_are_told_apart_by_what_is_said(tmp_path: Path) -> None:
    phone, rng = PHONES["he Android"], random.Random(13)
    one = drawn(rng)
    other = replace(one, lines=(*one.lines[:2], *drawn(rng, start=one.lines[1].at + timedelta(minutes=1)).talk))
    paths = [
        written(tmp_path / side, usual(phone, chat), chat.text(phone)) for side, chat in (("1", one), ("2", other))
    ]
    assert len({row["space"] for row in facts_of(paths, town())["message"]}) == 2
