"""What somebody may say is right beside a month, and what a reason that is kept for ever may not hold."""

from datetime import date
from pathlib import Path

import pytest

from operations.checks import things_of
from operations.localizer import Localizer
from operations.pages import page as operations_page
from operations.state import gather
from pipeline.land.files import import_file
from pipeline.refresh import refresh as refreshing
from tests.e2e.command_line import Run
from tests.unit.pipeline.test_accept import MONTH, Chat, chat, config, contents, run
from texts import LANGUAGES
from warehouse.checks import Found, Judged, accept, checks, note_checks
from warehouse.ledger import now
from warehouse.people import names_somebody
from warehouse.store import transaction, upsert
from warehouse.tables import DimSpace

__all__ = ["chat", "config", "run"]


@pytest.fixture
def known(chat: Chat, tmp_path: Path) -> Chat:
    """Some people wrote in a chat."""
    lines = ["רות לוי", "أم خالد", "O'Neill, Pat", "~ דנה"]
    export = tmp_path / "WhatsApp Chat with Square.txt"
    export.write_text("".join(f"12/09/2026, 10:0{n} - {one}: hello\n" for n, one in enumerate(lines)))
    assert import_file(chat.store, export).status == "read"
    return chat


@pytest.mark.parametrize(
    "reason",
    [
        "רות לוי נספרה פעמיים",
        "נשאלה אצל רות־לוי",
        "ולרות לוי היה חשבון",
        "דיברתי עם דנה",
        "سألنا أم خالد",
        "asked o’neill, pat twice",
    ],
)
def test_a_reason_that_names_somebody_in_the_data_is_refused(reason: str, known: Chat, config: Path, run: Run) -> None:
    known.refreshed(5)
    before = contents(known.store)
    ran = run("--config", config, "accept", "message", MONTH, "--reason", reason)
    assert (ran.code, "say what somebody is and not who" in ran.err) == (2, True), ran
    assert not any(word in ran.err for word in reason.split()) and contents(known.store) == before


@pytest.mark.parametrize(
    "reason", ["הקבוצה נספרה פעמיים", "the group was counted twice; see the minutes of 3/9/2026", "לוי"]
)
def test_other_words_are_none(reason: str, known: Chat) -> None:
    assert not names_somebody(reason, known.store.people)


@pytest.fixture
def silent(chat: Chat) -> Chat:
    """Two sources fell silent, and a batch of the first was refused as a whole."""
    chat.store.today = date(2026, 11, 9)
    refreshing.refresh(chat.store)
    with transaction(chat.store.engine) as tx:
        for source, verdict, rule in (("zoom", "doubted", "fresh_days"), ("chat", "refused", "wrong_columns")):
            code = "stale" if rule == "fresh_days" else "wrong_columns"
            found = Found("message", "", rule, "", verdict, code, {"newest": date(2026, 9, 1)}, 0)
            note_checks(tx, chat.store.authority.code, source, Judged({("message", "")}, [found], {rule}))
    return chat


def test_a_source_that_fell_silent_is_accepted_by_the_command_that_is_named(
    silent: Chat, config: Path, run: Run
) -> None:
    def standing() -> set[tuple[str, str]]:
        return {(one.source, one.rule) for one in checks(silent.store.ledger) if not one.month}

    everything = {("chat", "fresh_days"), ("zoom", "fresh_days"), ("chat", "wrong_columns")}
    assert standing() == everything
    told = run("--config", config, "checks").out
    assert 'kehila accept message --source zoom --reason "..."' in told, told
    ran = run("--config", config, "accept", "message", "--source", "zoom", "--reason", "no meetings in the holidays")
    assert (ran.code, "zoom" in ran.out) == (0, True), ran
    assert standing() == everything - {("zoom", "fresh_days")}
    again = run("--config", config, "accept", "message", "--source", "zoom", "--reason", "x")
    assert "nothing was changed" in again.out
    wrong = run("--config", config, "accept", "message", "--source", "zom", "--reason", "x")
    assert (wrong.code, "did you mean zoom" in wrong.err) == (2, True), wrong
    assert run("--config", config, "accept", "message", "--reason", "it is so").code == 0
    assert standing() == {("chat", "wrong_columns")}, "of what was refused as a whole nothing is stored"


def test_the_page_has_a_button_for_each_source_that_fell_silent(silent: Chat) -> None:
    state = gather(silent.store)
    buttons = {one.target: one.command for one in state.checks if one.can_accept and not one.month}
    assert buttons == {f"message {one}": ["message", f"--source={one}"] for one in ("chat", "zoom")}
    accept(silent.store.ledger, "message", "", "the group sleeps", "chat")
    left = [one.target for one in gather(silent.store).checks if one.can_accept and not one.month]
    assert left == ["message zoom"]


PLACES = [
    ("whatsapp", "message", "sq-1", ["sq-1"]),
    ("website", "visit", "st-1:resident", ["st-1", "resident"]),
    ("facebook_page", "platform_metric", "pg-1:reactions", ["pg-1", "reactions"]),
    ("staff", "report", "assets.answered_in_time:whatsapp", ["assets.answered_in_time", "assets.answered_in_time:whatsapp"]),
    ("", "assets.answered_in_time", "whatsapp:sq-1", ["assets.answered_in_time:whatsapp", "assets.answered_in_time:sq-1"]),
]  # fmt: skip


def test_the_page_shows_places_parts_and_metrics_by_their_names(chat: Chat) -> None:
    store = chat.store
    titles = {"sq-1": "כיכר העיר", "st-1": "האתר", "pg-1": "הדף שלנו"}
    rest = {"asset": "whatsapp", "kind": "group", "operated_by": "authority", "language": "he", "society": ""}
    said = {"month": MONTH, "measure": "message.rows", "observed": "0.5", "high": "0.3"}
    with transaction(store.engine) as tx:
        rows = [{"authority": store.authority.code, "space": one, "title": titles[one], **rest} for one in titles]
        upsert(tx, DimSpace, rows)
        for source, fact, thing, _ in PLACES:
            found = Found(fact, MONTH, "rows", thing, "doubted", "bound_broken", said, 0)
            note_checks(tx, store.authority.code, source, Judged({(fact, MONTH)}, [found]))
    state = gather(store)
    kept = {(one.source, one.fact): things_of(one) for one in checks(store.ledger) if one.month == MONTH}
    assert kept == {(source, fact): things for source, fact, _, things in PLACES}
    for language in LANGUAGES:
        text = operations_page(state, Localizer(language, "Asia/Jerusalem", now()), None, "t")
        section = text.partition('id="checks"')[2].partition('id="quarantine"')[0]
        lines = [line for line in section.splitlines() if "remedy" in line and "0.5" in line]
        assert sum(titles["sq-1"] in line for line in lines) == 2 and len(lines) == len(PLACES)
        assert not any(code in line for line in lines for code in (*titles, "answered_in_time"))
