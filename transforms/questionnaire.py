"""The questionnaire as checked objects: which item belongs to which scale and feeds which indicators.

Belongs here: reading `questionnaire.yaml`, refusing one that contradicts itself, and the two views
others need: `meanings()` for staging and `reader_options()` for the reader of survey files.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

CUTS = (
    "age_band",
    "sex",
    "neighbourhood",
    "society",
    "religiosity",
    "language",
    "workplace",
    "persona",
    "mode",
)
Audience = Literal["residents", "staff", "meeting", "pulse"]
"""Who is asked: residents, the authority's staff, those who come out of a meeting, or residents by the pulse, which is
always open."""
PULSE: Literal["pulse"] = "pulse"
YES, NO = 5, 1
"""How a yes, or an answer that was chosen of several, stands among scores from 1 to 5."""
YES_NO, SEVERAL = "yes_no", "several"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Texts(_Strict):
    """One text in the languages residents are asked in."""

    he: str = Field(min_length=1)
    ar: str = Field(min_length=1)
    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)

    def by_language(self) -> dict[str, str]:
        """Language code -> text."""
        return {"he": self.he, "ar": self.ar, "en": self.en, "ru": self.ru}


class Item(Texts):
    """A question, or one of several answers to choose from. The answers of a `reverse` item are turned: 1 becomes 5."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*_\d+$")
    reverse: bool = False
    part: str = ""  # the kind a yes to it stands for, in a scale of kinds; of the pulse what the item asks of
    since: int = Field(default=1, ge=1)  # first version of the questionnaire that asked it
    until: int | None = None  # last version that asked it

    def is_asked_in(self, version: int) -> bool:
        """Whether a version of the questionnaire asks it."""
        return self.since <= version <= (self.until or version)


class Scale(_Strict):
    """Items that measure one thing. A share counts answers 4 and 5 of its single item, `any` a yes to any of them."""

    indicators: tuple[str, ...] = Field(min_length=1)
    audience: Audience = "residents"
    measure: Literal["mean", "share", "any"]
    answers: str
    filter: str = ""  # the question that says whom it is for; '' everybody
    question: Texts | None = None  # what stands above the answers to choose from
    items: tuple[Item, ...] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _items_fit_the_measure(self) -> Self:
        if self.measure == "share" and len(self.items) - sum(item.until is not None for item in self.items) != 1:
            raise ValueError("a share asks one item at a time")
        if (self.measure == "any") != (self.answers in (YES_NO, SEVERAL)):
            raise ValueError("a yes or no is counted by `measure: any`, and nothing else is")
        if (self.measure == "any" or self.audience == PULSE) != all(item.part for item in self.items):
            raise ValueError("the items of `measure: any` and of the pulse, and no others, name their parts")
        if (self.answers == SEVERAL) != (self.question is not None):
            raise ValueError("answers to choose from stand under a question, and nothing else does")
        return self


class Cut(Texts):
    """A question that divides people into groups; the town may add options of its own."""

    options: dict[str, Texts]


class Factor(_Strict):
    """Item places of a factor of a published instrument, and the scale of ours that it stands for."""

    items: tuple[str, ...] = Field(min_length=1)
    feeds: str | None


class Meaning(_Strict):
    """What an answer to an item counts towards; `filter` is the question that says of whom, '' of everybody."""

    scale: str
    indicators: tuple[str, ...]
    reverse: bool
    filter: str = ""


class Questionnaire(_Strict):
    """The whole of `questionnaire.yaml`."""

    instrument: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    consent: Texts
    own_code: Texts
    answers: dict[str, tuple[Texts, Texts, Texts, Texts, Texts]]
    yes_no: dict[Literal["yes", "no"], Texts]
    filters: dict[str, Texts]
    scales: dict[str, Scale]
    cuts: dict[str, Cut]
    prefer_not_to_say: Texts
    slots: dict[str, dict[str, Factor]]

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        ids = [item.id for scale in self.scales.values() for item in scale.items]
        ids += [item for factors in self.slots.values() for factor in factors.values() for item in factor.items]
        ids += self.filters
        if len(ids) != len(set(ids)):
            raise ValueError(f"items given twice: {sorted({i for i in ids if ids.count(i) > 1})}")
        unknown = {scale.answers for scale in self.scales.values()} - {*self.answers, YES_NO, SEVERAL}
        unknown |= {scale.filter for scale in self.scales.values()} - {"", *self.filters}
        unknown |= {f.feeds for fs in self.slots.values() for f in fs.values() if f.feeds} - set(self.scales)
        if unknown:
            raise ValueError(f"named but not declared: {sorted(unknown)}")
        if tuple(self.cuts) != CUTS:
            raise ValueError(f"the cut questions are {', '.join(CUTS)}, in this order")
        self.answer_words()
        if any(item.since > self.version for item in self._items()):
            raise ValueError("an item is of a version that does not exist yet; raise `version`")
        questions = [*self._items(), *self.filters.values(), *(s.question for s in self.scales.values() if s.question)]
        texts = [text for question in questions for text in _texts(question)]
        if len(texts) != len(set(texts)):
            raise ValueError("two items are worded alike, so a file's column could mean either")
        return self

    def _items(self) -> tuple[Item, ...]:
        return tuple(item for scale in self.scales.values() for item in scale.items)

    def versions(self) -> dict[str, tuple[str, ...]]:
        """Instrument and version as facts carry them, oldest first -> the items and filters each asks."""
        return {
            f"{self.instrument}-{version}": (
                *(item.id for item in self._items() if item.is_asked_in(version)),
                *(self.filters if version > 1 else ()),
                *(i for factors in self.slots.values() for factor in factors.values() for i in factor.items),
            )
            for version in range(1, self.version + 1)
        }

    def answer_words(self) -> dict[str, int]:
        """Every label in every language -> 1 to 5. ValueError when a label stands for two numbers."""
        words: dict[str, int] = {}
        for labels in self.answers.values():
            for score, label in enumerate(labels, start=1):
                for text in _texts(label):
                    if words.setdefault(text, score) != score:
                        raise ValueError(f"the label {text!r} stands for two numbers")
        return words

    def label(self, asked: str, score: int) -> Texts:
        """What is ticked for a score, under an item or a filter question: yes or no where that is asked."""
        answers = next((s.answers for s in self.scales.values() if asked in {item.id for item in s.items}), YES_NO)
        if answers in (YES_NO, SEVERAL):
            return self.yes_no["yes" if score == YES else "no"]
        return self.answers[answers][score - 1]

    def meanings(self) -> dict[str, Meaning]:
        """Item -> scale, indicators and direction, for our items and for the slots that feed a scale."""
        found = {
            item.id: Meaning(scale=name, indicators=scale.indicators, reverse=item.reverse, filter=scale.filter)
            for name, scale in self.scales.items()
            for item in scale.items
        }
        for factors in self.slots.values():
            for factor in factors.values():
                if factor.feeds is not None:
                    fed = self.scales[factor.feeds].indicators
                    meaning = Meaning(scale=factor.feeds, indicators=fed, reverse=False)
                    found.update(dict.fromkeys(factor.items, meaning))
        return found

    def scales_for(self, audience: Audience, version: int | None = None) -> dict[str, Scale]:
        """The scales that a version, without one the last, puts to them, in order and with its items alone."""
        number = version or self.version
        asked = {name: tuple(i for i in scale.items if i.is_asked_in(number)) for name, scale in self.scales.items()}
        return {
            name: scale.model_copy(update={"items": asked[name]})
            for name, scale in self.scales.items()
            if scale.audience == audience and asked[name]
        }

    def items_for(self, audience: Audience, version: int | None = None) -> tuple[Item, ...]:
        """The questions a version, without one the last, puts to residents, to staff or after a meeting, in order."""
        return tuple(item for scale in self.scales_for(audience, version).values() for item in scale.items)

    def filters_for(self, audience: Audience) -> dict[str, Texts]:
        """The questions asked before the items they are for, by their ids."""
        used = {scale.filter for scale in self.scales_for(audience).values()}
        return {name: question for name, question in self.filters.items() if name in used}

    def reader_options(self) -> dict[str, Any]:
        """What the reader of survey files is told about this questionnaire (its `options`)."""
        items: dict[str, dict[str, str]] = {
            item.id: item.by_language() for scale in self.scales.values() for item in scale.items
        }
        items |= {i: {} for factors in self.slots.values() for factor in factors.values() for i in factor.items}
        items |= {name: question.by_language() for name, question in self.filters.items()}
        yes_no = {text: YES if word == "yes" else NO for word, one in self.yes_no.items() for text in _texts(one)}
        asked_so = [i.id for s in self.scales.values() if s.answers == YES_NO for i in s.items]
        cuts = {
            name: {
                "texts": cut.by_language(),
                "options": {code: option.by_language() for code, option in cut.options.items()},
            }
            for name, cut in self.cuts.items()
        }
        return {
            "versions": self.versions(),
            "items": items,
            "answers": self.answer_words(),
            "yes_no": dict.fromkeys([*asked_so, *self.filters], yes_no),
            "several": {
                name: {
                    "texts": scale.question.by_language(),
                    "items": [item.id for item in scale.items],
                    "other": next((item.id for item in scale.items if item.part == "other"), ""),
                }
                for name, scale in self.scales.items()
                if scale.question is not None
            },
            "cuts": cuts,
            "no_answer": list(self.prefer_not_to_say.by_language().values()),
            "staff_items": [item.id for item in self.items_for("staff")],
            "meeting_items": [item.id for item in self.items_for("meeting")],
            "pulse_items": [item.id for item in self.items_for(PULSE)],
            "own_code": self.own_code.by_language(),
        }


def _texts(one: Texts) -> tuple[str, ...]:
    return tuple(one.by_language().values())


@cache
def questionnaire() -> Questionnaire:
    """The product's own questionnaire, read once."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return Questionnaire.model_validate(yaml.safe_load(text))
