"""A wave that has answers already: what a file or a service adds is said, what would double it waits for a person's word.

Through the real path: the drop folder, the import, the facts.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cli.file_report import notes
from collectors.base import FileReport, Page
from collectors.errors import FixSettings
from collectors.survey_answers.streams import SurveyAnswer
from operations.runs import last_counted
from pipeline.land.files import import_file
from pipeline.land.quarantine import replay
from pipeline.land.waves import answers_that_may_land
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.unit.pipeline.dropping import Dropped
from texts import LANGUAGES
from texts.values import counted_in_words
from town.store import TownStore
from warehouse.landing import Landing
from warehouse.schemas import arrow_schema

pytestmark = pytest.mark.more

HEAD = ["Response ID", "Timestamp", *(f"trust_{n}" for n in range(1, 5)), "age_band"]
OPENED = datetime(2026, 10, 3, 9, 0)
Person = tuple[datetime, tuple[int, ...]]


def people(count: int, first: int = 0) -> list[Person]:
    """People who each answered like nobody else."""
    known = list(product(range(1, 6), repeat=4))
    return [(OPENED + n * timedelta(minutes=37), known[n * 7 % 625]) for n in range(first, first + count)]


def at_other_times(many: Sequence[Person]) -> list[Person]:
    return [(sent + timedelta(hours=3, minutes=1), answers) for sent, answers in many]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    yield made
    made.engine.dispose()


class Survey:
    """Files of one survey, as a form service exports them, and what became of each."""

    def __init__(self, store: TownStore) -> None:
        self.store, self.count = store, 0

    def write(self, many: Sequence[Person], mapping: str = "", *, is_dated: bool = True, ids: int = 1) -> Path:
        self.count += 1
        rows = [[ids + n, f"{s:%Y-%m-%d %H:%M:%S}" if is_dated else "", *a] for n, (s, a) in enumerate(many)]
        path = hostile.table(self.store.config.base / f"{self.count}.csv", [HEAD[:6], *rows])
        mapping += "" if is_dated else 'wave: "2026-10"\n'
        if mapping:
            path.with_name(f"{path.name}.mapping.yaml").write_text(mapping, encoding="utf-8")
        return path

    def take(self, many: Sequence[Person], mapping: str = "", **how: Any) -> FileReport:
        return import_file(self.store, self.write(many, mapping, **how))

    def respondents(self) -> int:
        """Of the facts, after a refresh."""
        refresh(self.store)
        rows = [row.path for row in self.store.ledger.partitions() if row.fact == "survey_response"]
        table = self.store.lake.read(rows, arrow_schema("survey_response")) if rows else pa.table({"respondent": []})
        return len(set(table["respondent"].to_pylist()))

    def codes(self) -> list[str]:
        return [row.code for row in self.store.ledger.quarantine()]


@pytest.fixture
def survey(town: TownStore) -> Survey:
    return Survey(town)


@pytest.mark.parametrize(("more", "waits"), [(19, False), (20, True), (21, True)])
@pytest.mark.parametrize("is_dated", [True, False])
def test_others_are_added_and_said_until_they_would_double_the_wave(
    survey: Survey, more: int, waits: bool, is_dated: bool
) -> None:
    assert survey.take(people(20), is_dated=is_dated).details["counted"]["verdict"] == "first"
    assert last_counted(survey.store) == {}
    report = survey.take(people(more, 20), is_dated=is_dated)
    if waits:
        assert (report.status, report.code) == ("rejected", "wave_doubles")
        assert report.arguments == {"wave": "2026-10", "added": more, "before": 20, "alike": 0}
        assert survey.codes() == ["wave_doubles"]
    else:
        counted = report.details["counted"]
        assert (counted["verdict"], counted["added"], counted["before"], counted["now"]) == ("added", more, 20, 39)
        assert last_counted(survey.store) == counted
        assert "the file adds 19 to 20, 39 in all" in " ".join(notes(report, "en"))
        assert all(
            "19" in counted_in_words(counted, one) and "20" in counted_in_words(counted, one) for one in LANGUAGES
        )


@pytest.mark.parametrize("is_dated", [True, False])
@pytest.mark.parametrize(("agree", "verdict"), [(79, "other"), (80, "again"), (81, "again")])
def test_a_correction_of_which_enough_agree_takes_the_place_of_what_it_corrects(
    survey: Survey, agree: int, verdict: str, is_dated: bool
) -> None:
    survey.take(people(100), is_dated=is_dated)
    report = survey.take(people(agree) + people(100 - agree, 300), is_dated=is_dated)
    if verdict == "again":
        assert (report.details["counted"]["verdict"], report.details["counted"]["now"]) == ("again", 100)
    elif is_dated:  # who is surely the same counts once: the others are few
        assert (report.details["counted"]["verdict"], report.details["counted"]["added"]) == ("added", 21)
    else:
        assert (report.code, report.arguments["added"], report.arguments["alike"]) == ("wave_doubles", 100, 79)


KINDS: dict[str, Callable[[list[Person]], list[Person]]] = {
    "all answers changed to fives": lambda many: [(sent, (5, 5, 5, 5)) for sent, _ in many],
    "typed in again, at other times": at_other_times,
    "two thirds corrected and the times lost": lambda many: [
        (sent, tuple(6 - a for a in answers) if n % 3 else answers)
        for n, (sent, answers) in enumerate(at_other_times(many))
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_people_who_do_not_look_so_wait(survey: Survey, kind: str) -> None:
    survey.take(people(30))
    assert survey.take(KINDS[kind](people(30)), ids=900).code == "wave_doubles"


def test_the_same_answers_under_other_numbers_of_respondents_are_the_same_people(survey: Survey) -> None:
    survey.take(people(30))
    for ids in (900, 5):
        assert survey.take(people(30)[::-1], ids=ids).details["counted"]["now"] == 30


def test_a_form_that_grows_a_small_wave_and_another_wave_are_no_doubling(survey: Survey) -> None:
    survey.take(people(10))
    assert survey.take(people(40)).details["counted"]["now"] == 40  # the form itself, with late answers
    assert survey.take(people(90, 40), 'wave: "another"\n').details["counted"]["verdict"] == "first"
    assert survey.take(people(90, 200), "audience: staff\n").details["counted"]["verdict"] == "first"


def test_what_waits_stays_out_of_the_facts_until_it_is_said_that_it_adds(survey: Survey) -> None:
    survey.take(people(20))
    assert survey.respondents() == 20
    path = survey.write(people(25, 20))
    assert import_file(survey.store, path).code == "wave_doubles"
    assert replay(survey.store, lambda _: survey.store).as_json() == {
        "files": 1, "records": 0, "objects": 0, "events": 0, "replayed": 0, "open": 1
    }  # fmt: skip
    assert survey.respondents() == 20
    path.with_name(f"{path.name}.mapping.yaml").write_text("adds: true\n", encoding="utf-8")
    counted = import_file(survey.store, path).details["counted"]
    assert (counted["verdict"], counted["added"], counted["before"]) == ("added", 25, 20)
    assert survey.codes() == []
    assert survey.respondents() == 45
    assert import_file(survey.store, path).status == "duplicate"


def test_a_replay_lands_what_no_longer_doubles(survey: Survey) -> None:
    survey.take(people(20))
    survey.take(people(25, 100))
    survey.take(people(30))  # late answers of the first form
    done = replay(survey.store, lambda _: survey.store)
    assert (done.resolved, done.still_open) == (1, 0)
    assert survey.respondents() == 55


def test_dropped_it_waits_among_the_refused_and_a_mapping_dropped_later_lets_it_in(
    survey: Survey, tmp_path: Path
) -> None:
    survey.take(people(20))
    dropped = Dropped(survey.store)
    survey.write(people(20, 20)).rename(dropped.folder / "more.csv")
    log = dropped.bring_in()
    assert "adds 20 to 20" in log.markdown()
    reason = (dropped.folder / "refused/more.csv.reason.txt").read_text(encoding="utf-8")
    assert "adds 20 to 20" in reason and "adds: true" in reason
    (dropped.folder / "more.csv.mapping.yaml").write_text("adds: true\n", encoding="utf-8")
    log = dropped.bring_in()
    assert "adds 20 to 20" in log.markdown()
    assert dropped.tree() == ["imported/more.csv", "imported/more.csv.mapping.yaml"]
    assert survey.codes() == []
    assert survey.respondents() == 40


@pytest.mark.parametrize("said", ["yes please", "[]", "3"])
def test_adds_is_yes_or_no(survey: Survey, said: str) -> None:
    assert survey.take(people(20), f"adds: {said}\n").code == "mapping_invalid"


# --- a service beside files -------------------------------------------------------------------


def pulled(store: TownStore, many: Sequence[Person], form: str, stated: str = "") -> int:
    """Land a service's reading of a form, as a pull does."""
    rows = [
        {
            "wave": "2026-10", "instrument": "kehila-1", "audience": "residents", "sample_type": "opt_in",
            "closed_day": many[-1][0].date(), "respondent": n, "item": f"trust_{at}", "answer": answer, "form": form,
            "as_of": many[-1][0].replace(tzinfo=UTC), "sent": f"{sent:%d %H:%M}", "stated": stated,
        }
        for n, (sent, answers) in enumerate(many, start=1)
        for at, answer in enumerate(answers, start=1)
    ]  # fmt: skip
    run = f"pull{form}{len(many)}"
    pages = answers_that_may_land(store, [Page.of(SurveyAnswer, rows)], run, "limesurvey")
    return Landing(store.ledger, store.lake, store.keys).land(run, lambda: pages, source="limesurvey.survey_answer")


def test_a_service_that_would_double_what_files_told_lands_nothing_until_its_account_says_that_it_adds(
    survey: Survey,
) -> None:
    survey.take(people(20))
    with pytest.raises(FixSettings, match="form_doubles") as problem:
        pulled(survey.store, at_other_times(people(20)), "a")
    assert problem.value.arguments["alike"] == 20
    assert survey.respondents() == 20
    assert pulled(survey.store, people(25, 20), "b", "adds") == 100
    assert survey.respondents() == 45


def test_forms_of_services_add_up_and_grow_night_by_night(survey: Survey) -> None:
    for night in range(1, 8):
        assert pulled(survey.store, people(night), "he")
        assert pulled(survey.store, people(3 * night, 200), "ar")
    assert survey.respondents() == 28


def test_a_file_waits_beside_what_a_service_told_and_the_form_goes_on_growing_beside_a_file(survey: Survey) -> None:
    pulled(survey.store, people(20), "he")
    assert survey.take(at_other_times(people(20))).code == "wave_doubles"
    assert survey.take(people(19, 100)).details["counted"]["added"] == 19
    assert pulled(survey.store, people(90), "he")
    assert json.loads(survey.store.ledger.quarantine()[0].arguments)["before"] == 20
