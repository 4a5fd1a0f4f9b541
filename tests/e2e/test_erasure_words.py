"""Words of staff's own may name a person: the cells are said, and a mark takes her place while no number moves."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import kehila
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.erasure.subject import Subject
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from tests.e2e.canaries import found
from tests.e2e.towns import opened
from town.store import TownStore
from town.streams import streams_by_name
from warehouse.keys import new_key_file
from warehouse.packs import lay_together
from warehouse.store import canonical_dump

HER, MARK = "כנריתה צפצפנית", "[שם הוסר]"
OTHERS = "שלמה בן-חיים"
MONTH = {"month": "2026-10"}
SPACES = {"asset": "whatsapp", "kind": "open", "operated_by": "authority"}
FIGURE = {**MONTH, "indicator": "facebook.initiatives", "part": "culture", "amount": 2}
COMMUNITY = {**MONTH, "kind": "hybrid", "stage": "entry"}
ENTRIES = {
    "spaces": [
        {**SPACES, "space": "yard", "title": f"החצר של {HER}", "neighbourhood": HER, "audience": f"חברות של {HER}"},
        {**SPACES, "space": "park", "title": "הפארק"},
    ],
    "staff": [{"chat_name": "דוברת", "department": f"הצוות של {HER}"}],
    "monthly": [
        {**FIGURE, "subject": f"פיקניק של {HER}"},
        {**FIGURE, "subject": "פיקניק  של כנריתה  צפצפנית", "amount": 3},
        {**FIGURE, "subject": f"פיקניק של {OTHERS}", "amount": 5},
    ],
    "communities": [{**COMMUNITY, "community": f"השכנים של {HER}"}, {**COMMUNITY, "community": "ותיקי הגן"}],
    "goals": [
        {**MONTH, "programme": "קהילות", "goal": f"מפגש אצל {HER}", "direction": "higher", "baseline": 1, "value": 4}
    ],
    "events": [
        {
            "event": "e1",
            "kind": "closure",
            "title": f"יום {HER}",
            "first_day": "2026-10-05",
            "scope": HER,
            "source": HER,
        }
    ],
    "follow_up": [{**MONTH, "indicator": "facebook.initiatives", "note": HER, "action": f"לשאול את {HER}"}],
    "publications": [
        {
            "publication": f"{HER} 1",
            "published_day": "2026-10-06",
            "asset": "website",
            "topic": "other",
            "language": "he",
        }
    ],
}


def workbook(path: Path, entries: object = None) -> Path:
    write_staff_workbook(path, entries=entries or ENTRIES)
    return path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("words") / "town"
    base.mkdir()
    (base / "kehila.toml").write_text(hostile.CONFIG, encoding="utf-8")
    new_key_file(base / "keys" / "root.key")
    made = opened(base)
    assert import_file(made, workbook(base.parent / "a.xlsx")).status == "read"
    refresh(made)
    made.engine.dispose()
    return base


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> TownStore:
    shutil.copytree(prepared, tmp_path / "town")
    return opened(tmp_path / "town")


def told(store: TownStore) -> list[str]:
    """The whole warehouse without the words, and without the names of files of facts that hold them."""
    plain = [re.sub(r"\[שם הוסר\]( \d)?", "X", line).replace(HER, "X") for line in canonical_dump(store.engine)]
    return sorted(re.sub(r"(facts/(report|publication)/[^\"]+/)[0-9a-f]{20}", r"\1", line) for line in plain)


def test_each_column_of_words_is_declared_and_tried_here(town: TownStore) -> None:
    declared = {
        (name, one.name) for name, stream in streams_by_name().items() for one in stream.columns if one.is_words
    }
    assert len(declared) == 12
    tried = {one["column"] for one in erase(town, [HER], is_dry_run=True)["words"]}
    assert tried == {column for _, column in declared} - {"event"}


def test_cells_are_named_and_not_their_words(town: TownStore) -> None:
    done = erase(town, [HER], is_dry_run=True)
    cells = {(one["sheet"], one["row"], one["column"]) for one in done["words"]}
    assert ("spaces", "yard", "title") in cells and ("events", "2026-10-05", "scope") in cells
    assert len([one for one in cells if one[0] == "monthly" and re.fullmatch(r".+![A-Z]+\d+", one[1])]) == 2
    assert HER not in str(done) and {str(one["imported_on"]) for one in done["words"]} != set()
    assert next(one for one in done["places"] if one["place"] == "staff_words")["left"] == len(cells)


@pytest.mark.parametrize("is_together", [False, True])
def test_a_mark_takes_her_place_everywhere_and_no_number_moves(
    town: TownStore, tmp_path: Path, is_together: bool
) -> None:
    if is_together:  # in one file with what names nobody
        for amount in (4, 5):
            entries = {"monthly": [{**FIGURE, "subject": f"פיקניק של {OTHERS}", "amount": amount}]}
            assert import_file(town, workbook(tmp_path / f"{amount}.xlsx", entries)).status == "read"
        refresh(town)
        assert lay_together(town.ledger, town.lake) > 2
    before = told(town)
    assert found(town.config.base, [HER])
    done = erase(town, [HER], words_mark=MARK)
    assert next(one for one in done["places"] if one["place"] == "staff_words")["erased"] == len(done["words"]) > 8
    assert found(town.config.base, [HER]) == set()
    assert told(town) == before
    assert found(town.config.base, [OTHERS]), "others stay"
    rebuild(town)
    assert told(town) == before
    # Whoever writes the mark into the workbook has everything once.
    mended = {
        sheet: [
            {k: re.sub(r"כנריתה +צפצפנית", MARK, v) if isinstance(v, str) else v for k, v in row.items()}
            for row in rows
        ]
        for sheet, rows in ENTRIES.items()
    }
    assert import_file(town, workbook(tmp_path / "b.xlsx", mended)).status == "read"
    refresh(town)
    assert told(town) == before


@pytest.mark.more
def test_a_closed_month_stays_as_it_was_published_and_the_rest_is_told(town: TownStore) -> None:
    close(town, "2026-10")
    before = {path: path.read_bytes() for path in town.output.rglob("*") if path.is_file()}
    shown = {path for _, path in found(town.output, [HER])}
    asked = ["--config", str(town.config.base / "kehila.toml"), "--today", "2026-11-22", "erase", "--words", HER]
    tried = CliRunner().invoke(kehila, [*asked, "--dry-run"]).output
    assert "imported would say" in tried and "imported says" not in tried
    said = CliRunner().invoke(kehila, asked).output
    assert "imported says" in said
    assert MARK in said and HER not in said and re.search(r"sheet spaces, yard, column title; imported 20\d\d-", said)
    assert ("files in the folder of reports" in said) == bool(shown)
    assert before == {path: path.read_bytes() for path in town.output.rglob("*") if path.is_file()}
    outside = {path for _, path in found(town.config.base, [HER]) if not path.startswith("output/")}
    assert outside == set()
    close(town, "2026-10")  # nothing changed since: no revision
    assert before == {path: path.read_bytes() for path in town.output.rglob("*") if path.is_file()}


@pytest.mark.more
def test_killed_before_facts_were_made_anew_the_next_does_it(town: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.upkeep.erasure import erase as module

    before = told(town)

    def killed(_store: TownStore) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "refresh", killed)
    with pytest.raises(KeyboardInterrupt):
        erase(town, [HER], words_mark=MARK)
    monkeypatch.undo()
    erase(town, [HER], words_mark=MARK)
    assert found(town.config.base, [HER]) == set() and told(town) == before


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("פיקניק של דנה לוי בגן", "פיקניק של X בגן"),
        ("דָּנָה לֵוִי", "X"),
        ("אצל דנה  לוי, דנה לוי", "אצל X, X"),
        ("Dana O\u2019Neil's yard", "X's yard"),
        ("להתקשר 050-123-4567 בערב", "להתקשר X בערב"),
        ("לדנה לוינסקי", "לXנסקי"),
        ("הדנובה", "הדנובה"),
        ("", ""),
    ],
)
def test_the_mark_stands_where_she_stood(text: str, marked: str) -> None:
    subject = Subject(["דנה לוי", "dana o'neil", "+972501234567"])
    assert subject.replaced(text, "X") == marked


def test_a_short_name_goes_with_its_prefix_and_not_out_of_other_words() -> None:
    subject = Subject(["דנה"])
    assert subject.replaced("הגינה של דנה ולדנה, לא עדנה", "X") == "הגינה של X וX, לא עדנה".replace("וX", "X")
