"""The form over HTTP, as somebody without script uses it: what is due, drafts, sending, correcting, two at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from entry.web import Form
from pipeline.month.show import headlines
from pipeline.refresh.refresh import refresh
from tests.integration.entry_town import MONTH, Person, built, figures, let_in, opened, served, standing

POSTS, CULTURE = "facebook.resident_posts/", "facebook.initiatives/culture"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    built(folder)
    return folder


@pytest.fixture
def town(first: Path, tmp_path: Path) -> Iterator[tuple[Path, Form, str]]:
    shutil.copytree(first, tmp_path / "town")
    path = tmp_path / "town" / "kehila.toml"
    with served(path) as (form, url):
        yield path, form, url


def person(form: Form, url: str, login: str = "community") -> Person:
    one = Person(url)
    assert one.choose(let_in(form, login)).status_code == 200
    assert one.sign_in(login).status_code == 200
    return one


def test_a_month_is_entered_and_stands_as_if_a_workbook_had_said_it(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    assert "29" in one.page and "אוקטובר 2026" in one.page, "September's figure stands beside October's"
    one.type_all({POSTS: {"amount": "31"}, CULTURE: {"amount": "2", "subject": "שוק קהילתי", "evidence": "פרוטוקול"}})
    assert "שתי שורות נשלחו" in one.said() and one.faults() == []
    assert figures(path) == {
        ("facebook.resident_posts", "", ""): 31.0, ("facebook.initiatives", "culture", "שוק קהילתי"): 2.0,
    }  # fmt: skip
    row = next(one for one in standing(path) if one["month"] == MONTH and one["part"] == "culture")
    assert row["has_evidence"] and row["entered_by"] is not None
    assert "נשלח: תפקיד community" in re.sub(r"<[^>]+>", "", one.page)
    refresh(opened(path))
    assert headlines(opened(path), MONTH)["facebook.resident_posts"].value == 31.0
    said = b"".join(file.read_bytes() for file in (path.parent / "lake").rglob("*") if file.is_file())
    assert b"community" not in said.replace(b"community worker", b"") and "תפקיד".encode() not in said


def test_what_was_sent_is_corrected_and_taken_out_and_nothing_else_is(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.type_all({POSTS: {"amount": "31"}, CULTURE: {"amount": "2"}})
    one.type(POSTS, amount="33")
    assert figures(path) == {("facebook.resident_posts", "", ""): 33.0, ("facebook.initiatives", "culture", ""): 2.0}
    one.get(f"/he/sheet/monthly?month={MONTH}")
    one.type(CULTURE, out="1")
    assert figures(path) == {("facebook.resident_posts", "", ""): 33.0}
    assert figures(path, "2026-09")[("facebook.initiatives", "culture", "")] == 2.0, "what the workbook said stands"
    one.get("/he/?month=2026-09&all=1")
    one.type(CULTURE, amount="5")
    assert figures(path, "2026-09")[("facebook.initiatives", "culture", "")] == 5.0, "the later saying counts"
    one.get("/he/sheet/monthly?month=2026-09")
    one.type(CULTURE, out="1")
    assert figures(path, "2026-09")[("facebook.initiatives", "culture", "")] == 2.0, "and what was said before it again"


def test_a_fault_is_said_beside_its_field_and_the_right_lines_go(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.type_all({POSTS: {"amount": "בערך שלושים"}, CULTURE: {"amount": "1"}})
    assert figures(path) == {("facebook.initiatives", "culture", ""): 1.0}
    assert len(one.faults()) == 1 and "מספר" in one.faults()[0]
    assert "בערך שלושים" in one.page and "שורה אחת לא נשלחה" in one.said()
    one.type(POSTS, amount="30")
    assert figures(path)[("facebook.resident_posts", "", "")] == 30.0 and one.faults() == []


def test_an_implausible_figure_is_asked_about_once_and_never_refused(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.type(POSTS, amount="3000")
    assert figures(path) == {} and "רחוק מאוד מן המספר הקודם" in one.page
    one.type(POSTS, sure="yes")
    assert figures(path) == {("facebook.resident_posts", "", ""): 3000.0}
    one.type(CULTURE, amount="1")
    assert len(figures(path)) == 2, "it is not asked again"


def test_nothing_happened_is_zero_that_is_heard(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.type_all({}, do="nothing")
    assert set(figures(path).values()) == {0.0}
    assert {row["topic"] for row in standing(path, "staff_period")} == {"conversation", "initiatives"}
    refresh(opened(path))
    found = headlines(opened(path), MONTH)
    assert (found["facebook.initiatives"].value, found["facebook.initiatives"].status) == (0.0, "final")
    assert found["facebook.resident_posts"].value == 0.0
    assert "checked" in one.page
    assert found["ethics.training"].value is None, "nobody spoke of another role's topic"


def test_the_second_of_two_sees_what_the_first_sent_and_decides(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one, other = person(form, url), person(form, url, "north")
    one.get("/he/")
    other.get("/he/")
    one.type(POSTS, amount="25")
    other.type_all({POSTS: {"amount": "27"}, CULTURE: {"amount": "4"}})
    assert figures(path) == {("facebook.resident_posts", "", ""): 25.0, ("facebook.initiatives", "culture", ""): 4.0}
    assert "בינתיים" in other.page and 'value="27"' in other.page, "neither is lost"
    fields = other.fields()
    other.post(f"/he/save/{MONTH}", {**fields, "mine": POSTS, "do": "save"})
    other.type(POSTS, amount="27")
    assert figures(path)[("facebook.resident_posts", "", "")] == 27.0
    one.get("/he/")
    assert 'value="27"' in one.page and one.type(POSTS, amount="29").status_code == 200
    assert figures(path)[("facebook.resident_posts", "", "")] == 29.0


def test_a_page_left_open_does_not_take_back_what_another_sent(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one, other = person(form, url), person(form, url, "north")
    one.type(POSTS, amount="25")
    other.get("/he/")
    one.get("/he/")
    one.type(POSTS, amount="26")
    other.type(CULTURE, amount="4")
    assert figures(path) == {("facebook.resident_posts", "", ""): 26.0, ("facebook.initiatives", "culture", ""): 4.0}


def test_names_on_the_roster_are_nowhere_once_they_were_sent(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.get("/he/sheet/staff")
    one.type("new", do="save", chat_name="Rivka of the front desk", phone="050-7654321")
    file = path.parent / "entry.db"
    assert b"Rivka" not in file.read_bytes() and b"7654321" not in file.read_bytes()
    assert "Rivka" in one.page, "the draft waits"
    one.type_all({})
    assert "Rivka" not in one.page and len(standing(path, "staff_member")) == 2
    one.type("new", chat_name="another", department="X")
    assert len(standing(path, "staff_member")) == 3, "the form adds to the roster, and takes nobody out"
    assert all(b"Rivka" not in one.read_bytes() for one in path.parent.rglob("*") if one.is_file())


def test_a_place_that_was_just_sent_can_be_chosen(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    one.get("/he/sheet/spaces")
    one.type("new", space="garden", title="קבוצת הגינה", asset="whatsapp", kind="open", operated_by="residents")
    assert one.faults() == [] and "garden" in {row["space"] for row in standing(path, "staff_space")}
    one.get(f"/he/sheet/members?month={MONTH}")
    assert "קבוצת הגינה" in one.page
    one.type("new", space="garden", members="120")
    assert [row["members"] for row in standing(path, "staff_membership")] == [120]


@pytest.mark.more
def test_many_who_send_at_once_lose_nothing_of_one_another(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    parts = ("culture", "safety", "environment", "mutual_help")
    people = [person(form, url, f"person-{number}") for number in range(len(parts))]
    for one in people:
        one.get("/he/")

    def work(number: int) -> None:
        for amount in range(1, 5):
            people[number].type(f"facebook.initiatives/{parts[number]}", amount=str(amount))

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(work, range(len(parts))))
    assert figures(path) == {("facebook.initiatives", part, ""): 4.0 for part in parts}


def test_a_sending_lands_its_month_and_nothing_of_the_months_before(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = person(form, url)
    for month in (f"2026-{number:02}" for number in range(1, 11)):
        one.get(f"/he/?month={month}&all=1")
        one.type_all({CULTURE: {"amount": "1"}, "facebook.initiatives/safety": {"amount": "2"}})
    landed = [row.records for row in opened(path).ledger.segments(["staff_report"])][-10:]
    assert landed == [2] * 10
    one.type(CULTURE, amount="3")
    assert opened(path).ledger.segments(["staff_report"])[-1].records == 2, "the sheet of its month"
    runs = len(opened(path).ledger.segments(["staff_version"]))
    one.type_all({})
    assert len(opened(path).ledger.segments(["staff_version"])) == runs, "who changed nothing lands nothing"
