"""The files of a generated town: the same seed the same bytes, and nothing in them the readers do not know."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from collectors.base import FileReport, FileSettings, file_formats
from collectors.whatsapp_export.bodies import BodyReader, TopicList
from collectors.whatsapp_export.kept_phrases import standard_table
from simulator.model import Utterance
from simulator.talk import texts
from simulator.town import make_town
from simulator.writing import FILES, write_files, write_town
from town.config import load
from transforms.questionnaire import questionnaire

SMALL = {"months": 4, "scale": 0.06}


def text_files(folder: Path) -> dict[str, bytes]:
    """Every file that is text, and the zipped chats."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".txt", ".csv", ".yaml", ".toml", ".zip"):
            found[path.name] = path.read_bytes()
    return found


def cells(path: Path) -> list[list[object]]:
    """All values of a workbook."""
    book = load_workbook(path, read_only=True)
    return [[sheet.title, *row] for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = write_town(tmp_path / "a", seed=3, **SMALL), write_town(tmp_path / "b", seed=3, **SMALL)
    assert text_files(tmp_path / "a") == text_files(tmp_path / "b")
    assert first.values == second.values
    for path in sorted((tmp_path / "a").rglob("*.xlsx")):
        assert cells(path) == cells(tmp_path / "b" / FILES / path.name)


def test_another_seed_is_another_town(tmp_path: Path) -> None:
    first, second = write_town(tmp_path / "a", seed=1, **SMALL), write_town(tmp_path / "b", seed=2, **SMALL)
    assert first.values != second.values
    one, other = text_files(tmp_path / "a"), text_files(tmp_path / "b")
    chats = [name for name in one if name.endswith((".txt", ".zip"))]
    assert len(chats) == 12
    assert all(one[name] != other[name] for name in chats)


def test_every_file_is_there(tmp_path: Path) -> None:
    town = make_town(**SMALL)
    files = write_files(tmp_path, town)
    endings = sorted(path.suffix for path in files)
    # Seven chats as text and three as zip, one of each twice; workbook, two surveys and a group as xlsx; the rest CSV.
    assert endings.count(".txt") == 8 and endings.count(".zip") == 4 and endings.count(".xlsx") == 4
    assert endings.count(".csv") == 6
    assert len(list((tmp_path / FILES).glob("*.mapping.yaml"))) == len(town.waves) == 6
    with zipfile.ZipFile(next(path for path in files if path.suffix == ".zip")) as archive:
        assert archive.namelist() == ["_chat.txt"]


def test_the_configuration_can_be_read(tmp_path: Path) -> None:
    write_files(tmp_path, make_town(**SMALL))
    authority = load(tmp_path / "kehila.toml").the_authority()
    assert authority.code == "9999"
    assert list(authority.population) == ["2022", "2023", "2024", "2025"]


def test_readers_understand_everything(tmp_path: Path) -> None:
    town = make_town(**SMALL)
    messages = 0
    for path in write_files(tmp_path, town):
        known = [one for one in file_formats() if one.recognises(path)]
        assert len(known) == 1, path.name
        report = FileReport(str(path))
        options = questionnaire().reader_options()
        for _page in known[0].pages(path, FileSettings(reader_options=options), report):
            pass
        assert report.status == "read" and not report.rejected, path.name
        if known[0].name == "whatsapp_chat":
            assert report.details["unknown_events"] == 0
            assert report.details["lines_before_first"] == 0
            messages += report.details["messages"]
    written = (entry for chat in town.chats for entry in (*chat.exported, *chat.earlier))
    assert messages == sum(isinstance(entry, Utterance) for entry in written)


@pytest.mark.parametrize("language", ["he", "ar", "ru"])
def test_a_text_asks_when_the_reader_says_so(language: str) -> None:
    reader = BodyReader(standard_table().bodies, TopicList(texts()["topics"]))
    written = texts()["languages"][language]
    asking = [
        *written["questions"],
        *written["asking_back"],
        *written["staff_questions"],
        *(p[0] for p in written["polls"]),
    ]
    telling = [*written["statements"], *written["replies"], *written["staff_news"], *written["staff_replies"]]
    telling += [*written.get("complaints", ()), *written["emergency"], written["greeting"]]
    assert [text for text in asking if not reader.read(text).is_question] == []
    assert [text for text in telling if reader.read(text).is_question] == []
    assert sum(reader.topics.of(text) >= 0 for text in [*asking, *telling]) >= 5


def test_a_long_town_is_as_large_as_promised() -> None:
    town = make_town()
    messages = sum(isinstance(entry, Utterance) for chat in town.chats for entry in chat.exported)
    assert 60_000 <= messages <= 90_000
    assert len(town.places) == 14 and len(town.months) == 36
    assert {place.language for place in town.places} == {"he", "ar", "ru"}
