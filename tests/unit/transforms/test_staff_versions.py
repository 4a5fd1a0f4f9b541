"""Workbooks corrected, deleted from, imported again: what stands, and that no entry is lost or counted twice."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging.records import Row
from transforms.staging.staff import stage, town_from
from transforms.staging.staff_changes import ChangesReport, changes_in_json
from transforms.staging.staff_versions import KEYS, workbooks

Entry = tuple[str, str, str, float]
"""Month, kind, subject, amount."""
ALL = ("goals", "members", "monthly", "periods", "publications", "spaces", "staff")
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")


class Town:
    """Imports one after the other."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {stream: [] for stream in KEYS}
        self.count = 0

    def take(
        self, entries: list[Entry], *, file: str = "", again: bool = False, withdraw: bool = False,
        sheets: tuple[str, ...] = ALL, **others: list[Row],
    ) -> str:  # fmt: skip
        """Import a workbook of monthly entries; rows of other streams under their names. Gives the import's run."""
        self.count += 1
        run = f"run{(self.count * 7919) % 1000:03d}"  # runs have no order of their own
        seen: Counter[tuple[str, str, str]] = Counter()
        found = []
        for place, (month, part, subject, amount) in enumerate(entries):
            seen[month, part, subject] += 1
            found.append(
                {
                    "month": month, "indicator": "facebook.initiatives", "part": part, "subject": subject, "space": "",
                    "occurrence": seen[month, part, subject], "amount": amount, "state": "", "has_evidence": False,
                    "cell": f"monthly!D{place + 3}", "sheet": "monthly",
                }
            )  # fmt: skip
        version = {
            "fingerprint": file or repr((entries, others)), "sheets": list(sheets), "is_again": again,
            "is_withdrawing": withdraw,
        }  # fmt: skip
        for stream, rows in {"staff_report": found, "staff_version": [version], **others}.items():
            lineage = {"segment": f"{stream}-{run}", "landed_order": self.count, "batch": run}
            self.rows[stream] += [{**row, **lineage} for row in rows]
        return run

    def landed(self, shuffled: random.Random | None = None) -> dict[str, pa.Table]:
        tables = {}
        for stream, rows in self.rows.items():
            rows = shuffled.sample(rows, len(rows)) if shuffled else rows
            schema = staging_schema(streams_by_name()[stream])
            tables[stream] = pa.Table.from_pylist(
                [{**dict.fromkeys(schema.names), **row} for row in rows], schema=schema
            )
        return tables

    def stands(self) -> dict[tuple[str, str, str], float]:
        said = workbooks(self.landed()).standing["staff_report"]
        return {(row["month"], row["part"], row["subject"]): row["amount"] for row in said}

    def month(self, month: str) -> float | None:
        """The sum of a month; None where nothing stands."""
        found = [amount for (said, *_), amount in self.stands().items() if said == month]
        return sum(found) if found else None

    def total(self) -> float:
        return sum(self.stands().values())

    def told(self, run: str) -> ChangesReport:
        return changes_in_json(workbooks(self.landed()).changes[run])


def summed(entries: list[Entry]) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    for month, part, subject, amount in entries:
        found[month, part, subject] = found.get((month, part, subject), 0) + amount
    return found


def test_an_entry_whose_month_was_corrected_moves_beside_what_was_there() -> None:
    """Two in October, two in September; one of October was of September: one and three, not two and one."""
    town = Town()
    town.take([("2026-10", "culture", "", 1), ("2026-10", "safety", "", 1), ("2026-09", "culture", "", 2)])
    run = town.take([("2026-09", "culture", "", 1), ("2026-10", "safety", "", 1), ("2026-09", "culture", "", 2)])
    assert (town.month("2026-10"), town.month("2026-09")) == (1, 3)
    assert town.told(run)["moved"] == [{"old": "2026-10", "new": "2026-09"}]
    assert (town.told(run)["added"], town.told(run)["changed"], town.told(run)["vanished"]) == (0, 0, [])


def test_rows_that_vanished_are_listed_and_stand_until_they_are_withdrawn() -> None:
    town = Town()
    town.take([("2026-09", "culture", "", 2), ("2026-09", "safety", "", 1), ("2026-10", "culture", "", 5)])
    newer: list[Entry] = [("2026-09", "culture", "", 2), ("2026-09", "safety", "", 1)]
    run = town.take(newer)
    gone = [{"sheet": "monthly", "month": "2026-10", "rows": 1, "headlines": ["facebook.initiatives"]}]
    assert (town.told(run)["vanished"], town.told(run)["withdrawn"], town.month("2026-10")) == (gone, [], 5)
    run = town.take(newer, again=True, withdraw=True)
    assert (town.told(run)["vanished"], town.told(run)["withdrawn"], town.month("2026-10")) == ([], gone, None)
    tables = town.landed()
    facts = stage(tables, town_from(tables, "0070", "Asia/Jerusalem"))
    told = {row["extent"] for row in facts["coverage"].to_pylist() if row["month"] == "2026-10"}
    assert told == {"none"}, "missing, and nobody said zero"


def test_a_copy_of_one_sheet_or_with_rows_put_aside_withdraws_nothing_elsewhere() -> None:
    counts = [{"month": "2026-10", "space": "news", "members": 40}]
    entries: list[Entry] = [("2026-10", "culture", "", 5), ("2026-09", "culture", "", 2)]
    town = Town()
    town.take(entries, staff_membership=counts)
    town.take(entries[1:], withdraw=True, sheets=("monthly",))
    assert [row["members"] for row in workbooks(town.landed()).standing["staff_membership"]] == [40]
    assert town.month("2026-10") is None
    town = Town()
    town.take(entries)
    run = town.take(entries[1:], withdraw=True, sheets=())  # a row of the sheet was put aside: perhaps it was this
    assert (town.month("2026-10"), len(town.told(run)["vanished"])) == (5, 1)


def test_a_department_withdraws_its_own_and_not_what_another_entered() -> None:
    town = Town()
    welfare: list[Entry] = [("2026-10", "safety", "welfare", 1), ("2026-10", "culture", "welfare", 4)]
    town.take(welfare)
    town.take([("2026-10", "safety", "culture", 8), ("2026-10", "culture", "culture", 16)])
    run = town.take(welfare[:1], withdraw=True)
    assert town.month("2026-10") == 25
    assert [one["rows"] for one in town.told(run)["withdrawn"]] == [1]


def test_a_figure_of_the_next_month_that_is_alike_is_no_correction() -> None:
    """A workbook of the last three months, of which the oldest was left out and a new one added."""
    town = Town()
    for first in range(2):
        run = town.take([(month, "culture", "", 2) for month in MONTHS[first : first + 3]])
    assert town.stands() == {(month, "culture", ""): 2 for month in MONTHS}
    assert (town.told(run)["moved"], [one["month"] for one in town.told(run)["vanished"]]) == ([], ["2026-07"])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_workbooks_of_one_month_each_stand_beside_one_another_in_any_order(order: tuple[int, ...]) -> None:
    town = Town()
    for number in order:
        run = town.take([(MONTHS[number], part, "", 3) for part in ("culture", "safety")])
        assert town.told(run)["vanished"] == town.told(run)["moved"] == []
    assert town.total() == 18


def test_a_kind_corrected_in_its_row_moves_too_and_two_alike_are_not_guessed() -> None:
    town = Town()
    rest: list[Entry] = [("2026-09", "culture", "x", 3), ("2026-09", "safety", "y", 4), ("2026-09", "other", "", 7)]
    town.take([("2026-10", "culture", "", 1), *rest])
    town.take([("2026-10", "safety", "", 1), *rest])
    assert town.stands() == {("2026-10", "safety", ""): 1, **summed(rest)}
    town = Town()
    town.take([*rest, ("2026-10", "culture", "a", 1), ("2026-10", "culture", "b", 1)])
    run = town.take([("2026-10", "culture", "c", 1), *rest])
    assert (len(town.told(run)["vanished"]), town.month("2026-10")) == (1, 3)  # both are listed, nothing is lost


def test_a_publication_without_a_number_is_corrected_and_not_counted_twice() -> None:
    def said(code: str, day: date, topic: str) -> Row:
        return {"publication": code, "published_day": day, "asset": "website", "topic": topic, "language": "he"}

    town = Town()
    kept = [said("p-1-1", date(2026, 9, 1), "work"), said("p-2-1", date(2026, 9, 2), "rights")]
    town.take([], staff_publication=[*kept, said("p-3-1", date(2026, 10, 3), "finance")])
    town.take([], staff_publication=[*kept, said("p-4-1", date(2026, 9, 3), "finance")])
    days = [row["published_day"] for row in workbooks(town.landed()).standing["staff_publication"]]
    assert sorted(days) == [date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3)]


def test_a_month_no_longer_declared_finished_is_listed_and_can_be_withdrawn() -> None:
    """Else its zeros would stand for good."""
    town = Town()
    entries: list[Entry] = [("2026-09", "culture", "", 2)]
    declared = [{"month": month, "topic": "initiatives", "is_complete": True} for month in ("2026-09", "2026-10")]
    town.take(entries, staff_period=declared)
    run = town.take(entries, staff_period=declared[:1])
    assert town.told(run)["vanished"][0]["sheet"] == "periods"
    assert "facebook.initiatives" in town.told(run)["vanished"][0]["headlines"]
    town.take(entries, staff_period=declared[:1], again=True, withdraw=True)
    complete = town_from(town.landed(), "0070", "Asia/Jerusalem").complete
    assert complete == {"initiatives": frozenset({"2026-09"})}


def test_a_file_read_again_from_quarantine_keeps_its_place() -> None:
    town = Town()
    first: list[Entry] = [("2026-09", "culture", "", 2), ("2026-09", "other", "", 1)]
    town.take(first, file="old")
    town.take([("2026-09", "culture", "", 9), ("2026-09", "other", "", 1)], file="new")
    town.take([*first, ("2026-09", "safety", "", 4)], file="old")  # a row that could not be read then
    assert town.stands() == summed(
        [("2026-09", "culture", "", 9), ("2026-09", "other", "", 1), ("2026-09", "safety", "", 4)]
    )


entries = st.lists(
    st.tuples(
        st.sampled_from(MONTHS), st.sampled_from(["culture", "safety", "other"]), st.sampled_from(["", "a"]),
        st.integers(1, 4).map(float),
    ),
    min_size=4,
    max_size=10,
)  # fmt: skip


def corrected(draw: random.Random, said: list[Entry]) -> list[Entry]:
    """A workbook after somebody worked on it: figures, months and kinds changed, rows deleted, added, sorted."""
    now = list(said)
    for _ in range(draw.randrange(1, 4)):
        place = draw.randrange(len(now))
        month, part, subject, amount = now[place]
        match draw.randrange(5):
            case 0:
                now[place] = (month, part, subject, amount + 1)
            case 1:
                now[place] = (draw.choice(MONTHS), part, subject, amount)
            case 2:
                now[place] = (month, draw.choice(["culture", "other"]), subject, amount)
            case 3 if len(now) > 2:
                del now[place]
            case _:
                now.insert(place, (draw.choice(MONTHS), "safety", draw.choice(["", "b"]), 7.0))
    if draw.random() < 0.3:
        draw.shuffle(now)
    return now


@settings(max_examples=25, deadline=None)
@given(original=entries, draw=st.randoms(use_true_random=False))
def test_however_it_was_corrected_the_original_imported_again_brings_everything_back(
    original: list[Entry], draw: random.Random
) -> None:
    town = Town()
    town.take(original, file="original")
    before = town.stands()
    assert before == summed(original)
    said = original
    for number in range(draw.randrange(1, 5)):
        said = corrected(draw, said) if draw.random() < 0.8 else corrected(draw, original)
        if not {(m, p, s) for m, p, s, _ in said} & {(m, p, s) for m, p, s, _ in original}:
            return  # nothing in common any more: another workbook
        town.take(said, file=f"version {number}", withdraw=draw.random() < 0.3)
    run = town.take(original, file="original", again=True)
    assert town.told(run)["vanished"] == []
    if all_one_workbook(town):
        assert town.stands() == before


def all_one_workbook(town: Town) -> bool:
    """Whether each import had keys in common with the last version before: what is another workbook stands for itself."""
    said = [
        {(r["month"], r["part"], r["subject"]) for r in town.rows["staff_report"] if r["landed_order"] == number}
        for number in range(1, town.count + 1)
    ]
    return all(2 * len(one & said[0]) >= len(said[0]) for one in said)


@settings(max_examples=25, deadline=None)
@given(original=entries, draw=st.randoms(use_true_random=False))
def test_moving_months_keeps_the_sum(original: list[Entry], draw: random.Random) -> None:
    """Some entries of a workbook of which most stays are put into other months it speaks of."""
    anchors: list[Entry] = [(month, "other", f"s{n}", 50.0 + n) for n in range(8) for month in MONTHS]
    town = Town()
    town.take([*original, *anchors])
    said = list(original)
    for number in range(3):
        place = draw.randrange(len(said))
        said[place] = (draw.choice(MONTHS), *said[place][1:])
        run = town.take([*said, *anchors], file=f"version {number}")
        assert town.told(run)["vanished"] == []
        assert town.stands() == summed([*said, *anchors])


@settings(max_examples=10, deadline=None)
@given(original=entries, draw=st.randoms(use_true_random=False))
def test_the_order_of_landed_rows_does_not_count(original: list[Entry], draw: random.Random) -> None:
    town = Town()
    for number in range(3):
        town.take(original, file=f"{number}", withdraw=number == 2)
        original = corrected(draw, original)
    found = workbooks(town.landed()).standing
    assert workbooks(town.landed(draw)).standing == found


def test_what_is_sent_in_the_form_is_a_version_of_its_own_part_and_of_no_file() -> None:
    town = Town()
    town.take([("2026-10", "culture", "", 1), ("2026-10", "safety", "", 2)], file="workbook")

    def send(book: str, entries: list[Entry], number: str) -> str:
        run = town.take(entries, file=number, withdraw=True, sheets=("monthly",))
        town.rows["staff_version"][-1] |= {"book": book, "role": "community worker"}
        return run

    send("a/2026-10", [("2026-10", "culture", "", 5), ("2026-10", "other", "", 7)], "1")
    assert town.stands() == {("2026-10", "culture", ""): 5, ("2026-10", "safety", ""): 2, ("2026-10", "other", ""): 7}
    send("a/2026-09", [("2026-09", "culture", "", 9)], "2")
    run = send("a/2026-10", [("2026-10", "other", "", 8)], "3")
    assert town.stands() == {
        ("2026-10", "culture", ""): 1, ("2026-10", "safety", ""): 2, ("2026-10", "other", ""): 8,
        ("2026-09", "culture", ""): 9,
    }  # fmt: skip
    changes = workbooks(town.landed()).changes[run]
    assert (changes.changed, len(changes.withdrawn), changes.moved) == (1, 1, [])
    town.take([("2026-10", "culture", "", 1), ("2026-10", "other", "", 3)], file="newer", withdraw=True)
    assert town.stands()["2026-09", "culture", ""] == 9, "a workbook withdraws nothing of the form"
    assert ("2026-10", "safety", "") not in town.stands()
