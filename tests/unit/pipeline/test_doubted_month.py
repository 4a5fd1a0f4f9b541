"""A month with a doubt: page one says so in the reader's language, it is listed, and nobody closes it unasked."""

import json
import re
from pathlib import Path

import pytest

from flows.verdicts import closed_or_why
from operations.actions import arguments
from operations.localizer import Localizer
from operations.login import Refused
from operations.pages import page as operations_page
from operations.state import gather
from pipeline.month.close import close
from pipeline.month.publish import publish
from pipeline.refresh.refresh import refresh
from publishers.reading import read_report
from publishers.summary import in_question
from publishers.validation import as_html, document
from tests.e2e.command_line import Run
from tests.unit.pipeline.test_accept import Chat, chat, config, run  # noqa: F401 (fixtures)
from tests.unit.publishers.opened import words_of
from texts import LANGUAGES, error
from texts.errors import kept_happened
from town.faults import DoubtedMonth
from warehouse.checks import Found, Judged, accept, checks, note_checks
from warehouse.ledger import now
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue

OPEN, FIGURE = "2026-10", "facebook.follower_share"
BROKEN = ("bound_broken", {"month": OPEN, "measure": "message.twice_at_most", "observed": "0.5", "high": "0.3"})


@pytest.fixture
def doubted(chat: Chat) -> Chat:  # noqa: F811
    """One figure of October is 2.01, and the source's October is doubted."""
    store = chat.store
    refresh(store, month_asked=OPEN)
    known = [name for name, one in store.catalogue.items() if one.header.unit == "count"]  # enough to close a month
    cells = [
        {
            "indicator": name, "authority": store.authority.code, "month": OPEN, "cut": "", "space": "", "part": "",
            "value": value, "n": 40, "unit": store.catalogue[name].header.unit, "status": "final", "reason": "",
            "definition_version": store.catalogue[name].definition_version,
        }
        for name, value in ((FIGURE, 2.01), *((one, 3.0) for one in known))
    ]  # fmt: skip
    found = Found("message", OPEN, "twice_at_most", "square", "doubted", *BROKEN, 0)
    with transaction(store.engine) as tx:
        upsert(tx, IndicatorValue, cells)
        note_checks(tx, store.authority.code, "whatsapp", Judged({("message", OPEN)}, [found]))
    return chat


def test_it_is_closed_by_nobody_unasked_and_by_whoever_accepts_it(doubted: Chat, run: Run, config: Path) -> None:  # noqa: F811
    with pytest.raises(DoubtedMonth, match="kehila accept"):
        close(doubted.store, OPEN)
    done, why = closed_or_why(doubted.store, OPEN)
    assert done is None and "--force" in why[0] and sum("whatsapp: message 2026-10:" in line for line in why) == 1
    stands = [(one.source, one.fact, one.rule) for one in checks(doubted.store.ledger) if one.month == OPEN]
    assert stands == [("", FIGURE, "share_possible"), ("whatsapp", "message", "twice_at_most")]
    told = run("--config", config, "--today", "2026-11-09", "close", "--month", OPEN)
    assert told.code == 1 and "--force" in told.err and "Traceback" not in told.err
    assert "a share below 0 or above 1 (2.01)" in told.err and "kehila accept" in told.err
    accept(doubted.store.ledger, "message", OPEN, "a festival")
    assert run("--config", config, "accept", FIGURE, OPEN, "--reason", "so it was").code == 0
    assert close(doubted.store, OPEN).is_new


def test_page_one_and_its_workbook_say_it_in_the_readers_language(doubted: Chat) -> None:
    store = doubted.store
    folder = publish(store, OPEN)
    report = read_report(store.engine, store.authority.code, OPEN, store.authority.timezone)
    for language in LANGUAGES:
        text = words_of((folder / f"kehila-{store.authority.code}-{OPEN}-{language}.html").read_text(encoding="utf-8"))
        line = in_question(report, language)
        assert line and line in text
        assert "WhatsApp" in line or "וואטסאפ" in line or "واتساب" in line
    earlier = read_report(store.engine, store.authority.code, "2026-08", store.authority.timezone)
    assert {in_question(earlier, language) for language in LANGUAGES} == {""}


def test_the_operations_page_and_the_validation_report_show_it(doubted: Chat) -> None:
    store = doubted.store
    publish(store, OPEN)
    state = gather(store)
    shown = {one.target: one for one in state.checks}
    assert {f"message {OPEN}", f"{FIGURE} {OPEN}"} <= set(shown)
    assert {one.source for one in state.trends} == {"", "whatsapp"} and OPEN in state.checked_months
    report = document({}, authority="T1", at=now(), timezone="Asia/Jerusalem", standing=checks(store.ledger))
    for language in LANGUAGES:
        words = Localizer(language, "Asia/Jerusalem", now())
        text = operations_page(state, words, None, "t")
        section = re.search(r'id="checks".*?</section>', text, re.DOTALL)
        assert section and section[0].count('name="reason" required') == len([s for s in state.checks if s.can_accept])
        happened = kept_happened(BROKEN[0], json.dumps(BROKEN[1]), language)
        assert happened in section[0].replace("&#39;", "'"), "its button says what to do"
        assert error(BROKEN[0], language, **BROKEN[1]) in words_of(as_html(report))


def test_its_button_asks_for_a_reason_and_says_what_the_command_says(doubted: Chat) -> None:
    state = gather(doubted.store)
    pressed = {"action": "right", "target": f"message {OPEN}", "reason": " a  festival\n"}
    assert arguments(state, pressed) == ["accept", "message", OPEN, "--reason=a festival", "--json"]
    for wrong in (
        {"reason": "  "},
        {"reason": "ask 050-1234567"},
        {"target": "message 2020-01"},
        {"target": "message"},
    ):
        with pytest.raises(Refused):
            arguments(state, {**pressed, **wrong})
