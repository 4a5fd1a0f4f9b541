"""Names of groups of people, from the code that stands in the column `cut`."""

from __future__ import annotations

from texts.catalogue import text, texts_of, word
from texts.writing import Language


def cut_name(code: str, language: Language) -> str:
    """The name of a group, `society=arab` or two ways `sex=female&society=arab`; a town's own words as they are."""
    one, _, other = code.partition("&")
    name = _name(one, language)
    return text("cuts.both", language, one=name, other=_name(other, language)) if other else name


def _name(code: str, language: Language) -> str:
    dimension, _, group = code.partition("=")
    found = texts_of("cuts").get(f"groups.{code}")
    return text(
        "cuts.of", language,
        dimension=word("cuts.dimensions", dimension, language), group=found.render(language, {}) if found else group,
    )  # fmt: skip
