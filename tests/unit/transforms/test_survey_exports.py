"""One survey, exported in many ways: the same facts, or exactly those of who came or went; other people are others.

The files are written as people have them, CSV and xlsx under Hebrew, Arabic and English headers, read by the reader
and staged. What is right is counted from the people the files were written of.
"""

import csv
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.base import FileReport, FileSettings
from collectors.survey_file.survey import SurveyFile
from collectors.tabular import read_sheets
from transforms.questionnaire import questionnaire
from transforms.staging.survey import stage
from transforms.staging.survey_decided import decided
from transforms.staging.survey_forms import files_of
from transforms.staging.town import Town

ITEMS = questionnaire().scales["trust"].items[:3]
STAMP = {"he": "חותמת זמן", "ar": "طابع زمني", "en": "Timestamp"}
OPENED = datetime(2026, 10, 3, 9, 0)
FEW: dict[str, Any] = {
    "max_examples": 12,
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


class Person(NamedTuple):
    """A respondent: when she sent it, and her answers 1 to 5."""

    sent: datetime | None
    answers: tuple[int, ...]


class Store:
    """A folder of files, and what was imported of them in order."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tables, self.count = folder, [], 0  # type: ignore[var-annotated]

    def write(self, people: Sequence[Person], language: str = "he", kind: str = "csv") -> Path:
        self.count += 1
        head = [STAMP[language], *(getattr(item, language) for item in ITEMS)]
        if not any(one.sent for one in people):
            head[0] = "#"
        path = self.folder / f"{self.count}.{kind}"
        if kind == "xlsx":  # a spreadsheet keeps the minute it shows
            book = openpyxl.Workbook()
            sheet = book.active
            assert sheet is not None
            sheet.append(head)
            for one in people:
                sheet.append([one.sent and one.sent.replace(second=0), *one.answers])
            book.save(path)
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                rows = [[one.sent and f"{one.sent:%d/%m/%Y %H:%M:%S}", *one.answers] for one in people]
                csv.writer(file).writerows([head, *rows])
        return path

    def take(self, people: Sequence[Person], language: str = "he", kind: str = "csv", **own: Any) -> None:
        """Write and import a file."""
        path = self.write(people, language, kind)
        report = FileReport(str(path))
        if not any(one.sent for one in people):
            own = {"wave": "2026-10", **own}
        own = {"day_first": True, **own}  # the town says so of its files: their few days prove nothing
        known = questionnaire().reader_options()
        given_settings = FileSettings(options=SurveyFile.Settings.model_validate(own), reader_options=known)
        rows = pa.concat_tables([page.rows for page in SurveyFile().pages(path, given_settings, report)])
        for name, value in (("segment", path.name), ("batch", path.name), ("landed_order", self.count)):
            rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
        self.tables.append(rows)

    def table(self) -> pa.Table:
        return pa.concat_tables(self.tables)

    def facts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = stage({"survey_answer": self.table()}, Town("T"))["survey_response"].to_pylist()
        return found

    def rows(self) -> Counter[Any]:
        """The facts, numbers of respondents too; the day of the last answer is the wave's and not theirs."""
        kept = [{name: value for name, value in row.items() if name != "closed_day"} for row in self.facts()]
        return Counter(tuple(sorted(row.items(), key=lambda one: one[0])) for row in kept)

    def people(self) -> Counter[Any]:
        """How often each set of answers stands in the facts."""
        found: dict[Any, dict[str, int]] = {}
        for row in self.facts():
            score = 6 - row["score"] if row["item"] == "trust_4" else row["score"]
            found.setdefault((row["wave"], row["respondent"]), {})[row["item"]] = score
        return Counter(tuple(one.get(item.id) for item in ITEMS) for one in found.values())


def counted(people: Sequence[Person]) -> Counter[Any]:
    return Counter(one.answers for one in people)


def survey(answers: Sequence[tuple[int, ...]], *, minutes: int = 37, start: datetime = OPENED) -> list[Person]:
    return [Person(start + n * timedelta(minutes=minutes, seconds=11), one) for n, one in enumerate(answers)]


def undated(people: Sequence[Person]) -> list[Person]:
    return [Person(None, one.answers) for one in people]


answer = st.tuples(*[st.integers(1, 5)] * len(ITEMS))
alike = st.one_of(st.just((4,) * len(ITEMS)), answer)  # straight-liners among others
answered = st.one_of(st.lists(answer, min_size=5, max_size=40), st.lists(alike, min_size=5, max_size=40))
languages, kinds = st.sampled_from(["he", "ar", "en"]), st.sampled_from(["csv", "xlsx"])


def sorted_as_text(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda one: (one.answers, str(one.sent)))


@settings(**FEW)
@given(answered, languages, kinds, kinds, st.booleans(), st.randoms(use_true_random=False))
def test_sorted_or_saved_otherwise_it_is_the_same_wave(
    tmp_path_factory: pytest.TempPathFactory,
    answers: list[tuple[int, ...]], language: str, kind: str, later: str, is_dated: bool, random: Any,
) -> None:  # fmt: skip
    people = survey(answers) if is_dated else undated(survey(answers))
    store = Store(tmp_path_factory.mktemp("s"))
    store.take(people, language, kind)
    before = store.rows()
    assert store.people() == counted(people)
    shuffled = list(people)
    random.shuffle(shuffled)
    for again in (shuffled, people[::-1], sorted_as_text(people)):
        store.take(again, language, later)
        assert store.rows() == before


@settings(**FEW)
@given(answered, alike, kinds, st.booleans(), st.data())
def test_one_more_anywhere_is_one_more_and_one_less_is_one_less(
    tmp_path_factory: pytest.TempPathFactory,
    answers: list[tuple[int, ...]], new: tuple[int, ...], kind: str, is_dated: bool, data: st.DataObject,
) -> None:  # fmt: skip
    people = survey(answers)
    at = data.draw(st.integers(0, len(people)))
    gone = data.draw(st.integers(0, len(people) - 2))  # who was last is how far an export reaches
    more = [*people[:at], Person(OPENED + timedelta(days=1, minutes=1), new), *people[at:]]
    if not is_dated:
        people, more = undated(people), undated(more)
    store = Store(tmp_path_factory.mktemp("s"))
    store.take(people, kind=kind)
    before = store.rows()
    store.take(more, kind=kind)
    assert store.people() == counted(more)
    assert not before - store.rows(), "nobody else's facts moved"
    fewer = Store(store.folder)
    fewer.take(people)
    fewer.count = store.count
    left = [*people[:gone], *people[gone + 1 :]]
    fewer.take(left, kind=kind)
    assert fewer.people() == counted(left)
    assert not fewer.rows() - before


@settings(**FEW)
@given(answered, st.lists(alike, min_size=1, max_size=8), st.booleans(), kinds)
def test_exported_again_after_late_answers_it_is_one_wave(
    tmp_path_factory: pytest.TempPathFactory,
    answers: list[tuple[int, ...]], late: list[tuple[int, ...]], is_newest_first: bool, kind: str,
) -> None:  # fmt: skip
    people = survey(answers)
    later = [*people, *survey(late[: len(people)], start=OPENED + timedelta(days=33))]
    store, only = Store(tmp_path_factory.mktemp("s")), Store(tmp_path_factory.mktemp("only"))
    store.take(people)
    store.take(later[::-1] if is_newest_first else later, kind=kind)
    only.take(later)
    assert store.rows() == only.rows() and store.people() == counted(later)
    assert {(row["wave"], row["month"]) for row in store.facts()} == {("2026-10", "2026-10")}
    store.take(people[1:])  # an older export, found in a drawer
    assert store.rows() == only.rows()


@settings(**FEW)
@given(answered, answered, languages, languages)
def test_different_people_are_never_one_and_nobody_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    answers: list[tuple[int, ...]], others: list[tuple[int, ...]], language: str, other: str,
) -> None:  # fmt: skip
    web = survey(answers)
    taken = {one.sent.replace(second=0) for one in web if one.sent}
    paper = survey(others, start=OPENED + timedelta(hours=3, minutes=5), minutes=41)
    paper = [one for one in paper if one.sent and one.sent.replace(second=0) not in taken]
    store = Store(tmp_path_factory.mktemp("s"))
    store.take(web, language)
    store.take(paper, other)
    assert store.people() == counted(web) + counted(paper)


@settings(**FEW)
@given(st.integers(8, 40), st.integers(8, 40), st.randoms(use_true_random=False))
def test_paper_forms_without_dates_add_up_when_their_answers_are_unlike(
    tmp_path_factory: pytest.TempPathFactory, size: int, other: int, random: Any
) -> None:
    every = [(a, b, c) for a in range(1, 6) for b in range(1, 6) for c in range(1, 6)]
    random.shuffle(every)
    store = Store(tmp_path_factory.mktemp("s"))
    one, two = ([Person(None, a) for a in part] for part in (every[:size], every[size : size + other]))
    store.take(one)
    store.take(two)
    assert store.people() == counted(one) + counted(two)


def test_of_two_stretches_that_overlap_each_person_counts_once(tmp_path: Path) -> None:
    people = survey([(n % 5 + 1, n // 5 % 5 + 1, n % 3 + 1) for n in range(60)])
    store = Store(tmp_path)
    store.take(people[:40])
    store.take(people[25:])
    assert store.people() == counted(people)


def test_a_withheld_wave_is_never_revived(tmp_path: Path) -> None:
    for name, people in {
        "dated": survey([(n % 5 + 1, 4, n % 2 + 3) for n in range(24)]),
        "alike": survey([(4, 4, 4)] * 24),
        "undated": undated(survey([(n % 5 + 1, 4, n % 2 + 3) for n in range(24)])),
        "undated and alike": undated(survey([(4, 4, 4)] * 24)),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        store = Store(folder)
        turned = [Person(one.sent, (*one.answers[:2], 6 - one.answers[2])) for one in people]
        bare = undated(people)
        for again in (
            people,
            people[::-1],
            people[3:],
            sorted_as_text(people)[:-2],
            turned if people[0].sent else bare,
        ):
            store.take(again, sample_type="probability")
            store.take(again[::-1], kind="xlsx", wave="2026-10")
            assert sum(store.people().values()) <= 24, name


def test_straight_liners_are_counted(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.take(survey([(4, 4, 4)] * 28))
    store.take(survey([(4, 4, 4)] * 33))
    assert store.people() == {(4, 4, 4): 33}


def test_what_the_town_said_is_kept_when_a_copy_lost_its_mapping(tmp_path: Path) -> None:
    people = survey([(n % 5 + 1, n % 4 + 1, 3) for n in range(30)])
    store = Store(tmp_path)
    store.take(people, wave="autumn", sample_type="probability", closed_day="2026-10-20")
    before = store.rows()
    store.take(people[::-1])
    assert store.rows() == before
    store.take(people, sample_type="opt_in")
    assert {row["sample_type"] for row in store.facts()} == {"opt_in"}


def test_a_form_used_again_next_year_counts_its_new_people_only(tmp_path: Path) -> None:
    first = survey([(n % 5 + 1, n // 5 % 5 + 1, 2) for n in range(40)])
    second = survey([(n % 4 + 2, n // 4 % 5 + 1, 3) for n in range(50)], start=OPENED + timedelta(days=365))
    store = Store(tmp_path)
    store.take(first, wave="2026")
    store.take([*first, *second], wave="2027")
    waves = Counter(wave for wave, _ in {(row["wave"], row["respondent"]) for row in store.facts()})
    assert waves == {"2026": 40, "2027": 50}


def test_the_import_says_what_was_decided(tmp_path: Path) -> None:
    people = survey([(n % 5 + 1, n // 5 % 5 + 1, n % 3 + 1) for n in range(33)])
    others = survey([(1, 2, 3), (5, 4, 3)], start=OPENED + timedelta(days=2, minutes=7))
    store = Store(tmp_path)
    said = []
    for file in (people[:28], people, people[:28], others):
        store.take(file)
        decision = decided(files_of(store.table()), f"{store.count}.csv")
        assert decision is not None
        said.append((decision.verdict, decision.wave, decision.before, decision.now))
    assert said == [
        ("first", "2026-10", 0, 28),
        ("again", "2026-10", 28, 33),
        ("older", "2026-10", 33, 33),
        ("added", "2026-10", 33, 35),
    ]
    assert decided(files_of(store.table()), "another run") is None


def test_a_survey_in_a_zip_is_the_same_survey(tmp_path: Path) -> None:
    path = Store(tmp_path).write(survey([(1, 2, 3), (5, 4, 3)]))
    assert SurveyFile().recognises(path)
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.write(path, path.name)
    assert SurveyFile().recognises(tmp_path / "s.zip")
    sheets = [
        [[cell.value for cell in row.cells] for sheet in read_sheets(one) for row in sheet.rows]
        for one in (path, tmp_path / "s.zip")
    ]
    assert sheets[0] == sheets[1] and len(sheets[0]) > 2
