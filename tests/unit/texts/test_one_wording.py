"""A word stands once: the same thing is not said in two ways, nor two things in one way, in any two of the languages.

Held together here: the catalogue of texts, the labels of the warehouse's views, the words of the staff workbook and the
titles of indicators. The last two are declared by their own packages, which import no texts.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.staff_workbook import layout
from texts import LANGUAGES, error_texts, texts_of
from texts.catalogue import FOLDER
from transforms.catalogue import catalogue
from warehouse.bi.labels import LABELS

SHEETS = Path(layout.__file__).parent
ONE_WORD_FOR_TWO = {
    "failed": "English does not inflect: one that failed, several that failed",
    "closed": "the same",
    "refused": "the same",
    "doubted": "the same",
    "בספק": "one and several, of either gender",
    "الوحدة": "unit, and loneliness",
    "السلطة المحلية": "a heading, and who runs a place: Arabic has the article in both",
    # Words of drop-downs of the staff workbook, which stand in workbooks filled in long ago.
    "shekels": "with the currency sign in the workbook, spelled as its drop-downs have it",
    "kind": "a heading that also asks for details",
    "app": "with and without the article",
    "אפליקציה": "the same",
    "contact": "as a topic and as a kind of request",
    "יצירת קשר": "the same",
    "תרבות ופנאי": "a topic, and the kind of an initiative",
    "ثقافة وترفيه": "the same",
}

Labelled = tuple[str, dict[str, str]]


def declared(key: str, found: Any) -> Iterator[Labelled]:
    """Every mapping of the three languages in a YAML file."""
    if isinstance(found, list):
        found = {str(number): one for number, one in enumerate(found)}
    if not isinstance(found, dict):
        return
    if set(found) >= set(LANGUAGES) and all(isinstance(found[language], str) for language in LANGUAGES):
        yield key, {language: found[language] for language in LANGUAGES}
        return
    for name, inner in found.items():
        yield from declared(f"{key}.{name}", inner)


def everything() -> list[Labelled]:
    found: list[Labelled] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if not path.stem.startswith("errors"):
            found += [(f"{path.stem}.{name}", dict(text.labels)) for name, text in texts_of(path.stem).items()]
    for code, error in error_texts().items():
        found += [(f"errors.{code}", dict(part.labels)) for part in (error.happened, error.remedy)]
    found += [(f"view {name}", {one: label[one] for one in LANGUAGES}) for name, label in LABELS.items()]
    for path in sorted(SHEETS.glob("*.yaml")):
        found += declared(f"workbook {path.stem}", yaml.safe_load(path.read_text(encoding="utf-8")))
    return found + [(f"indicator {name}", one.header.title.model_dump()) for name, one in catalogue().items()]


def said_in_two_ways(said: str, other: str) -> dict[str, dict[str, list[str]]]:
    """Text in one language -> its different texts in another, with where each stands."""
    ways: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, labels in everything():
        ways[labels[said].casefold()][labels[other].casefold()].append(key)
    return {text: dict(found) for text, found in ways.items() if len(found) > 1}


@pytest.mark.parametrize(("said", "other"), list(permutations(LANGUAGES, 2)))
def test_the_same_is_said_in_one_way(said: str, other: str) -> None:
    two = said_in_two_ways(said, other)
    assert {text: found for text, found in two.items() if text not in ONE_WORD_FOR_TWO} == {}


def test_every_exception_is_needed() -> None:
    met = {text for said, other in permutations(LANGUAGES, 2) for text in said_in_two_ways(said, other)}
    assert set(ONE_WORD_FOR_TWO) - met == set()


def test_the_workbook_names_an_indicator_as_the_catalogue_does() -> None:
    own = {one.id: dict(one.title) for one in layout.REPORTED}
    assert own == {name: catalogue()[name].header.title.model_dump() for name in own}
