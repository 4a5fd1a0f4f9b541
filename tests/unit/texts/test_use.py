"""Texts and those who show them know of each other: no key without a text, no text nobody shows."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from texts import group, texts_of
from texts.catalogue import FOLDER

ROOMS = [path.stem for path in sorted(FOLDER.glob("*.yaml")) if not path.stem.startswith("errors")]
SHOWN_BY = {
    "operations": ["operations", "texts"],
    "entry": ["entry"],
    "report": ["publishers", "operations", "texts"],
    "validation": ["publishers"],
    "gaps": ["operations", "warehouse", "texts"],
}
KEY = re.compile(rf"""\b(?:text|word|group|say|_labels)\(\s*["']({"|".join(ROOMS)})\.([a-z0-9_.]+)["']""")
SAID = re.compile(r"""w\.say\(["']([a-z0-9_]+)["']|w\.word\(["']([a-z_]+)["']""")


def sources(*folders: str) -> list[Path]:
    return [path for name in folders for path in (ROOT / name).rglob("*") if path.suffix in (".py", ".j2")]


def test_every_key_in_the_code_has_a_text() -> None:
    missing = set()
    for path in sources("cli", "entry", "flows", "operations", "publishers", "texts"):
        for room, name in KEY.findall(path.read_text(encoding="utf-8")):
            found = texts_of(room)
            if name not in found and not any(one.startswith(f"{name}.") for one in found):
                missing.add((path.name, f"{room}.{name}"))
    assert missing == set()


@pytest.mark.parametrize(
    ("folder", "room", "words"),
    [("operations", "operations", "operations"), ("publishers", "report", "codes"), ("entry", "entry", "entry")],
)
def test_every_key_in_a_template_has_a_text(folder: str, room: str, words: str) -> None:
    for path in sources(f"{folder}/templates"):
        for sentence, kind in SAID.findall(path.read_text(encoding="utf-8")):
            assert not sentence or sentence in texts_of(room), (path.name, sentence)
            assert not kind or any(one.startswith(f"{kind}.") for one in texts_of(words)), (path.name, kind)


@pytest.mark.parametrize("room", SHOWN_BY)
def test_no_text_is_left_that_nobody_shows(room: str) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in sources(*SHOWN_BY[room]))
    names = {name.partition(".")[0] for name in texts_of(room)}
    assert {name for name in names if not re.search(rf"""["'.]{name}["'.]""", written)} == set()


def test_every_notice_of_the_operations_page_has_a_text() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sources("operations") if path.suffix == ".py")
    given = set(re.findall(r"""Refused\(\d+, "(\w+)"\)|notice\("(\w+)"|name = "(\w+)\"""", source))
    names = {name for found in given for name in found if name} | {"no_such_page"}
    assert names == set(group("operations.notices"))


ELSEWHERE = {
    "publishers/package.py": "key words of the data package, both languages in one list",
    "town/sections.py": "examples in the page of the keys of kehila.toml",
    "town/template.py": "an example in the template of kehila.toml",
    "warehouse/bi/labels.py": "names of columns in SQL",
}
NAME = "קהילה"


def test_no_sentence_stands_outside_texts() -> None:
    """Collectors read Hebrew and Arabic and indicators declare their titles; everybody else says it out of texts."""
    folders = ("cli", "expectations", "flows", "operations", "pipeline", "publishers", "receiver", "town", "warehouse")
    found = {
        str(path.relative_to(ROOT))
        for path in sources(*folders)
        if re.search(r"[\u0590-\u06ff]", path.read_text(encoding="utf-8").replace(NAME, ""))
    }
    assert found == set(ELSEWHERE)
