"""Members of a chat: at least everybody seen and not gone, never more than there are."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.transforms.test_whatsapp_staging import TOWN, event, landed, message, stage
from transforms.staging.chat_members import Seen
from transforms.staging.chat_spaces import ChatMonth, member_days
from transforms.staging.chats import EVENTS, MESSAGES, Chat
from transforms.staging.town import StaffInterval


def acted(minutes: int, name: str, actor: int | None, member: int | None = None, delta: int = 0) -> dict[str, Any]:
    return {**event(minutes, name, member, delta), "actor": actor}


def members(entries: list[dict[str, Any]]) -> list[int | None]:
    """The counts of the days with a change and of the last one."""
    facts = stage(landed(entries), TOWN)
    assert set(facts["membership"]["basis"].to_pylist()) == {"derived"}
    covered = facts["coverage"].to_pylist()
    assert {row["quality"] for row in covered if row["fact"] == "membership"} == {"estimated lower_bound"}
    return facts["membership"].sort_by("day")["members"].to_pylist()  # type: ignore[no-any-return]


BORIS, NOA, AMIR, DANA = 1, 2, 3, 4
CREATED = acted(0, "group_created", BORIS, BORIS, 1)
YOU = acted(0, "member_added", BORIS, None, 1)
DAY = 1_440


@pytest.mark.parametrize(
    ("entries", "counts"),
    [
        # A founder, "you" and five who write: seven are seen. Whether "you" is one of the five no such file tells (her own
        # messages stand under her own name): the figure is also estimated.
        ([CREATED, YOU, *(message(9 * DAY + n, 10 + n) for n in range(5)), message(20 * DAY, 10)], [2, 7]),
        # A founder, "you" and "Noa and 2 others"; two of those write, one of them leaves.
        ([CREATED, YOU, event(1, "member_added", NOA, 1) | {"position": 2}, message(DAY, AMIR), message(DAY, DANA),
          event(2 * DAY, "member_left", AMIR, -1)], [3, 4]),
        ([CREATED, message(5, NOA), event(DAY, "member_left", NOA, -1)], [2, 1]),
        ([CREATED, message(5, NOA), event(DAY, "member_left", NOA, -1), message(DAY + 9, NOA)], [2, 2]),
        ([CREATED, YOU, acted(DAY, "member_left", None, None, -1)], [2, 1]),
        ([CREATED, event(DAY, "member_left", NOA, -1)], [1, 1]),  # one of the first day, of whom nobody heard before
        ([CREATED, acted(DAY, "icon_changed", NOA)], [1, 2]),
        ([CREATED, event(DAY, "member_added", NOA, 1), event(DAY + 1, "member_added", NOA, 1)], [1, 2]),
    ],
)  # fmt: skip
def test_counted_by_hand(entries: list[dict[str, Any]], counts: list[int]) -> None:
    assert members(entries)[: len(counts)] == counts


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), begins=st.integers(1, 30), gap=st.integers(0, 12))
def test_never_more_than_there_are_in_exports_that_begin_late_or_leave_days_out(
    seed: int, begins: int, gap: int
) -> None:
    """One export that begins some day, or two with days between them of which nobody knows who left."""
    rng = Random(seed)
    people, entries, truth = [*range(100, 108)], list[tuple[int, dict[str, Any]]](), {}
    for day in range(1, 45):
        if rng.random() < 0.3 and len(people) > 1:
            gone = people.pop(rng.randrange(len(people)))
            entries.append((day, event(day * DAY, "member_left", gone, -1)))
        if rng.random() < 0.3:
            people.append(1_000 + day)
            entries.append((day, event(day * DAY + 1, "member_joined", 1_000 + day, 1)))
        entries.append((day, message(day * DAY + 2, rng.choice(people))))
        truth[(datetime(2026, 1, 5) + timedelta(days=day)).date()] = len(people)
    first = [one for day, one in entries if day >= begins and day <= 30]
    later = [one for day, one in entries if day > 30 + gap]
    facts = stage(landed(first, later, base_known=False), TOWN)
    rows = facts["membership"].to_pylist()
    assert rows and {row["basis"] for row in rows} == {"seen"}
    assert all(row["members"] <= truth[row["day"]] for row in rows)
    last = max(rows, key=lambda row: row["day"])
    assert last["members"] >= len({one["sender"] for one in later if "sender" in one} & set(people))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), silent=st.integers(0, 4))
def test_never_more_than_there_are_and_all_where_all_were_let_in(seed: int, silent: int) -> None:
    """A group plays for some weeks: first members nobody lists, joins by name and without, leavers, talk."""
    rng = Random(seed)
    people, entries = {0, *range(100, 100 + silent)}, [acted(0, "group_created", 0, 0, 1)]
    unlisted = set(people) - {0}
    for day in range(1, 40):
        at, deed, who = day * DAY, rng.choice(["join", "list", "leave", "talk", "talk"]), 1_000 + day * 10
        if deed == "join":
            people.add(who)
            entries.append(event(at, "member_joined", who, 1))
        elif deed == "list":  # "A and 2 others"
            people |= {who, who + 1, who + 2}
            entries += [event(at, "member_added", who, 1), event(at, "member_added", None, 2)]
        elif deed == "leave" and len(people) > 1:
            gone = rng.choice(sorted(people - {0}))
            people.discard(gone)
            entries.append(event(at, "member_left", gone, -1))
        elif deed == "talk":
            entries.append(message(at, rng.choice(sorted(people))))
    entries.append(message(40 * DAY, 0))
    found = members(entries)[-1]
    assert found is not None and found <= len(people)
    if not unlisted:
        assert found == len(people)


def test_who_was_seen_before_days_no_export_covers_may_have_gone_in_them() -> None:
    def stretch(first: int, last: int) -> dict[str, Any]:
        days = [datetime(2026, 1, day, 12) for day in (first, last)]
        return {"first_local": days[0], "last_local": days[1], "is_base_known": False}

    written = [message(0, NOA), message(DAY, AMIR), message(15 * DAY, AMIR), message(15 * DAY + 9, DANA)]  # 5, 6, 20
    rows = landed(written, base_known=False)
    for exports, counts in [([stretch(5, 22)], [3]), ([stretch(5, 8), stretch(20, 22)], [2])]:
        one = ChatMonth(Chat(("k",), ("k",), exports, {}), "2026-01")
        told = member_days(one, rows[MESSAGES], rows[EVENTS], Seen(), TOWN)
        assert [count.members for count in told.counts.values()] == counts


def test_chats_of_a_space_that_may_be_one_are_not_added() -> None:
    """Two exports of one name with days between them: nothing tells whether they are one group."""
    first, later = [message(n, 10 + n) for n in range(5)], [message(20 * DAY + n, 13 + n) for n in range(4)]
    facts = stage(landed(first, later, base_known=False), TOWN)
    assert facts["membership"]["members"].to_pylist() == [4]


def test_a_month_goes_on_where_the_one_before_ended() -> None:
    entries = [CREATED, YOU, message(DAY, NOA), message(40 * DAY, AMIR), message(70 * DAY, DANA)]
    assert members(entries) == [2, 3, 4, 5]


TOLD = [CREATED, YOU, event(1, "member_added", NOA, 1) | {"position": 2}, message(DAY, AMIR), message(3 * DAY, DANA)]


@pytest.mark.parametrize(
    ("staff", "counts"),
    [
        ((), [None, None, None]),  # without a roster nobody is told apart
        ((StaffInterval(NOA),), [1, 1, 1]),  # let in by name
        ((StaffInterval(BORIS), StaffInterval(AMIR), StaffInterval(99)), [1, 2, 2]),  # the creator, a writer, a stranger
        ((StaffInterval(AMIR, from_day=date(2026, 1, 9)), StaffInterval(NOA, to_day=date(2026, 1, 5))), [1, 0, 1]),
    ],
)  # fmt: skip
def test_staff_among_those_seen_are_known(staff: tuple[StaffInterval, ...], counts: list[int | None]) -> None:
    """On the days of the group's creation, of a leaver, and on the last one."""
    entries = [
        *TOLD[:3],
        message(2 * DAY, 77),
        event(2 * DAY + 1, "member_left", 77, -1),
        *TOLD[3:],
        message(9 * DAY, 78),
    ]
    facts = stage(landed(entries), replace(TOWN, staff=staff))
    rows = facts["membership"].sort_by("day").to_pylist()
    assert [row["staff"] for row in rows] == counts
    assert {row["members"] for row in stage(landed(entries), TOWN)["membership"].to_pylist()} == {
        row["members"] for row in rows
    }


def test_days_of_several_months_do_not_depend_on_where_they_are_cut() -> None:
    start = datetime(2026, 1, 5, 8, 0)
    entries = [CREATED] + [event(n * DAY, "member_joined", 50 + n, 1) for n in range(1, 60)]
    assert members(entries) == [n + 1 for n in range(60)]
    assert (start + timedelta(days=59)).month == 3


OLD, NEW, NEWER = 21, 22, 23


def changed(minutes: int, old: int, new: int) -> dict[str, Any]:
    """ "OLD changed to NEW", as the reader lands it."""
    return {**event(minutes, "number_changed", new, 0), "actor": old}


@pytest.mark.parametrize("joined_as", [OLD, NEW])
def test_who_changed_her_number_is_counted_once(joined_as: int) -> None:
    entries = [
        CREATED, event(DAY, "member_joined", joined_as, 1), message(2 * DAY, OLD), changed(3 * DAY, OLD, NEW),
        message(4 * DAY, NEW), changed(40 * DAY, NEW, NEWER), message(41 * DAY, NEWER), message(80 * DAY, NEWER),
    ]  # fmt: skip
    assert members(entries)[-1] == 2
    facts = stage(landed(entries), TOWN)
    assert len(set(facts["message"]["author"].to_pylist())) == 1


def test_a_number_is_somebody_elses_before_the_notice() -> None:
    entries = [CREATED, message(DAY, NEW), message(2 * DAY, OLD), changed(3 * DAY, OLD, NEW), message(4 * DAY, NEW)]
    assert stage(landed(entries), TOWN)["message"].sort_by("sent_at")["author"].to_pylist() == [NEW, OLD, OLD]


def test_a_notice_of_one_chat_joins_nobody_in_another() -> None:
    entries = [CREATED, message(DAY, OLD), event(3 * DAY, "number_changed", OLD, 0), message(4 * DAY, NEW)]
    assert set(stage(landed(entries), TOWN)["message"]["author"].to_pylist()) == {OLD, NEW}
