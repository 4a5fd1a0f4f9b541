"""A text by its key. `texts/<room>.yaml` holds a room's texts; each is checked when its room is first read.

A text is `{he: ..., ar: ..., en: ...}`; what stands on a questionnaire is in Russian too. Each of them is a sentence,
or a mapping of the language's plural categories to sentences, of which the argument `count` chooses. Texts may be
grouped: `page.sections.gaps` is `sections: {gaps: {...}}` in `page.yaml`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from texts.writing import FORM_LANGUAGES, LANGUAGES, Argument, FormLanguage, locale, month_name, written

FOLDER = Path(__file__).parent
FORMS = "questionnaire"
"""The room of what stands on a questionnaire beside its questions."""
COUNT = "count"
"""The argument that chooses among plural forms."""
NUMBERS = {COUNT, "figure"}
"""Arguments that show the count, which a form for one, two or none may leave out."""


_MONTH = re.compile(r"\d{4}-\d{2}")


class WrongText(ValueError):
    """A text of the catalogue that breaks a rule; names its key and what is wrong."""


@dataclass(frozen=True)
class Text:
    """One text: for each language its sentences by plural category, a plain sentence under `other` alone."""

    forms: Mapping[FormLanguage, Mapping[str, str]]

    def render(self, language: FormLanguage, arguments: Mapping[str, Argument]) -> str:
        """The sentence for these arguments. Raises KeyError for a placeholder without one."""
        count = arguments.get(COUNT)
        sentence = self.form(language, count if isinstance(count, int | float) else None)
        if "{" not in sentence:
            return sentence
        return sentence.format_map(
            {name: _argument(name, arguments[name], language) for name in placeholders(sentence)}
        )

    def form(self, language: FormLanguage, count: float | Decimal | None) -> str:
        """The sentence for a count, its placeholders open; a Decimal counts with the zeros it is shown with."""
        forms = self.forms[language]
        if count is None or len(forms) == 1:
            return forms["other"]
        return forms[locale(language).plural_form(count)]

    @property
    def labels(self) -> dict[str, str]:
        """Its sentence in every language, placeholders open; of a plural text the form for other counts."""
        return {str(language): forms["other"] for language, forms in self.forms.items()}

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of the arguments it needs, the same in every language."""
        needed = placeholders(self.forms["en"]["other"])
        return needed | {COUNT} if any(len(forms) > 1 for forms in self.forms.values()) else needed


def _argument(name: str, value: Argument, language: FormLanguage) -> str:
    if name == "month" and isinstance(value, str) and _MONTH.fullmatch(value):
        return month_name(value, language)
    return written(value, language)


def text(key: str, language: FormLanguage, /, **arguments: Argument) -> str:
    """The text `room.name` in the language, its placeholders filled.

    Numbers and dates are written as the language writes them, numbers isolated in right-to-left text. Strings are
    filled in as they are, but for a `month` like 2026-09, which is named. `count` chooses the plural form. Raises
    KeyError for an unknown key or a missing argument.
    """
    room, _, name = key.partition(".")
    try:
        return texts_of(room)[name].render(language, arguments)
    except KeyError as missing:
        raise KeyError(f"text {key}: there is no {missing.args[0]}") from None


def word(key: str, code: str, language: FormLanguage, /, **arguments: Argument) -> str:
    """The text of a code in a group of texts. A code without one is shown as it is: it must not stop a publication.

    Raises WrongText where the room has a text that breaks a rule.
    """
    found = group(key).get(code)
    return found.render(language, arguments) if found else code


@cache
def group(key: str) -> Mapping[str, Text]:
    """The texts of a group, by code: `codes.quality`. Raises KeyError when there is no such group."""
    room, _, name = key.partition(".")
    begins = f"{name}."
    found = {one.removeprefix(begins): its for one, its in texts_of(room).items() if one.startswith(begins)}
    if not found:
        raise KeyError(f"there is no group of texts {key}")
    return found


@cache
def texts_of(room: str) -> Mapping[str, Text]:
    """All texts of a room by name. Raises WrongText at the first that breaks a rule."""
    return dict(_texts(room, load(room)))


def load(room: str) -> dict[str, Any]:
    """The content of a room's file."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((FOLDER / f"{room}.yaml").read_text(encoding="utf-8"), loader)  # noqa: S506
    return loaded


def _texts(key: str, found: Any) -> Iterator[tuple[str, Text]]:
    """Every text under a key, by its name within the room."""
    if not isinstance(found, dict):
        raise WrongText(f"{key}: a text is a mapping of {', '.join(LANGUAGES)}")
    if set(found) & set(LANGUAGES):
        yield key.partition(".")[2], read(key, found)
        return
    for name, inner in found.items():
        yield from _texts(f"{key}.{name}", inner)


def read(key: str, found: Mapping[str, Any]) -> Text:
    """One text, checked: all languages, their plural categories, the same placeholders. Raises WrongText."""
    languages: tuple[FormLanguage, ...] = FORM_LANGUAGES if key.startswith(f"{FORMS}.") else LANGUAGES
    if set(found) != set(languages):
        raise WrongText(f"{key}: has {', '.join(map(str, found))}; a text is in {', '.join(languages)} and no other")
    result = Text({language: _forms(f"{key}.{language}", found[language], language) for language in languages})
    for language, forms in result.forms.items():
        if placeholders(forms["other"]) != placeholders(result.forms["en"]["other"]):
            raise WrongText(f"{key}: the placeholders in {language} are not those in en")
    return result


def _forms(key: str, found: Any, language: FormLanguage) -> Mapping[str, str]:
    forms: dict[str, str] = found if isinstance(found, dict) else {"other": found}
    if not all(isinstance(one, str) and one.strip() for one in forms.values()):
        raise WrongText(f"{key}: is neither a sentence nor a mapping of plural categories to sentences")
    if isinstance(found, str):
        return forms
    categories = {*locale(language).plural_form.tags, "other"}
    if set(forms) != categories:
        raise WrongText(f"{key}: has the plural categories {sorted(forms)}; the language has {sorted(categories)}")
    needed = placeholders(forms["other"])
    for category, sentence in forms.items():
        # "One thing waits" needs no number.
        if placeholders(sentence) | NUMBERS != needed | NUMBERS:
            raise WrongText(f"{key}.{category}: its placeholders are not those of `other`")
    return forms


@lru_cache(maxsize=4096)
def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces. Raises WrongText for a placeholder that is more than a name."""
    found = set()
    for _, name, form, conversion in string.Formatter().parse(sentence):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise WrongText(f"a placeholder is a name in braces: {sentence}")
        found.add(name)
    return frozenset(found)
