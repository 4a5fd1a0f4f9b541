"""Who asks to be forgotten is so in the form as well: in drafts of the roster, and in words where that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from entry.forgetting import finish_begun, forget
from entry.web import Form
from pipeline.upkeep.erasure.erase import Place
from tests.integration.entry_town import Person, built, figures, let_in, opened, served

NAME, CULTURE = "Rivka of the front desk", "facebook.initiatives/culture"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Path, Form, str]]:
    path = built(tmp_path, is_refreshed=False)
    with served(path) as (form, url):
        yield path, form, url


def told(path: Path, *, is_dry_run: bool = False, mark: str = "") -> Place:
    done = forget(opened(path), [NAME], None, is_dry_run=is_dry_run, words_mark=mark)
    assert done is not None
    return done


def test_drafts_of_the_roster_go_and_words_bear_the_mark_where_it_is_asked(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = Person(url)
    one.choose(let_in(form, "community"))
    one.sign_in("community")
    one.type(CULTURE, amount="2", subject=f"tea with {NAME}")
    one.get("/he/sheet/staff")
    one.type("new", do="save", chat_name=NAME)
    assert (would := told(path, is_dry_run=True))["erased"] == 1 and would["left"] == 1
    assert NAME in one.get("/he/sheet/staff").text
    done = told(path)
    assert (done["searched"], done["erased"], done["left"]) == (2, 1, 1)
    assert NAME not in one.get("/he/sheet/staff").text and NAME in one.get("/he/").text
    assert told(path, mark="[removed]")["erased"] == 1
    assert NAME not in one.get("/he/").text and "tea with [removed]" in one.page
    assert told(path, mark="[removed]")["erased"] == 0
    one.type(CULTURE, amount="3")
    assert figures(path) == {("facebook.initiatives", "culture", "tea with [removed]"): 3.0}
    finish_begun(opened(path))


def test_a_town_without_a_form_has_nothing_there(tmp_path: Path) -> None:
    path = built(tmp_path, is_refreshed=False)
    assert forget(opened(path), [NAME], None, is_dry_run=False, words_mark="") is None
    finish_begun(opened(path))
    assert not (tmp_path / "entry.db").exists()
