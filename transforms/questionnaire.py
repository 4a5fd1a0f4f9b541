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

CUTS = ("age_band", "sex", "neighbourhood", "society", "religiosity", "language")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Texts(_Strict):
    """One text in the three languages."""

    he: str = Field(min_length=1)
    ar: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def by_language(self) -> dict[str, str]:
        """Language code -> text."""
        return {"he": self.he, "ar": self.ar, "en": self.en}


class Item(Texts):
    """A question. The answers of a `reverse` item are turned: 1 becomes 5."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*_\d+$")
    reverse: bool = False


class Scale(_Strict):
    """Items that measure one thing. A share counts answers 4 and 5 of its single item."""

    indicators: tuple[str, ...] = Field(min_length=1)
    audience: Literal["residents", "staff"] = "residents"
    measure: Literal["mean", "share"]
    answers: str
    items: tuple[Item, ...] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _single_item_for_a_share(self) -> Self:
        if (self.measure == "share") != (len(self.items) == 1):
            raise ValueError("a share has one item, a mean has two to four")
        return self


class Cut(Texts):
    """A question that divides people into groups; the town may add options of its own."""

    options: dict[str, Texts]


class Factor(_Strict):
    """Item places of a factor of a published instrument, and the scale of ours that it stands for."""

    items: tuple[str, ...] = Field(min_length=1)
    feeds: str | None


class Meaning(_Strict):
    """What an answer to an item counts towards."""

    scale: str
    indicators: tuple[str, ...]
    reverse: bool


class Questionnaire(_Strict):
    """The whole of `questionnaire.yaml`."""

    instrument: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    consent: Texts
    answers: dict[str, tuple[Texts, Texts, Texts, Texts, Texts]]
    scales: dict[str, Scale]
    cuts: dict[str, Cut]
    prefer_not_to_say: Texts
    slots: dict[str, dict[str, Factor]]

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        ids = [item.id for scale in self.scales.values() for item in scale.items]
        ids += [item for factors in self.slots.values() for factor in factors.values() for item in factor.items]
        if len(ids) != len(set(ids)):
            raise ValueError(f"items given twice: {sorted({i for i in ids if ids.count(i) > 1})}")
        unknown = {scale.answers for scale in self.scales.values()} - set(self.answers)
        unknown |= {f.feeds for fs in self.slots.values() for f in fs.values() if f.feeds} - set(self.scales)
        if unknown:
            raise ValueError(f"named but not declared: {sorted(unknown)}")
        if tuple(self.cuts) != CUTS:
            raise ValueError(f"the cut questions are {', '.join(CUTS)}, in this order")
        self.answer_words()
        texts = [t for s in self.scales.values() for item in s.items for t in (item.he, item.ar, item.en)]
        if len(texts) != len(set(texts)):
            raise ValueError("two items are worded alike, so a file's column could mean either")
        return self

    @property
    def name(self) -> str:
        """Instrument and version as facts carry them."""
        return f"{self.instrument}-{self.version}"

    def answer_words(self) -> dict[str, int]:
        """Every label in every language -> 1 to 5. ValueError when a label stands for two numbers."""
        words: dict[str, int] = {}
        for labels in self.answers.values():
            for score, label in enumerate(labels, start=1):
                for text in (label.he, label.ar, label.en):
                    if words.setdefault(text, score) != score:
                        raise ValueError(f"the label {text!r} stands for two numbers")
        return words

    def meanings(self) -> dict[str, Meaning]:
        """Item -> scale, indicators and direction, for our items and for the slots that feed a scale."""
        found = {
            item.id: Meaning(scale=name, indicators=scale.indicators, reverse=item.reverse)
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

    def items_for(self, audience: Literal["residents", "staff"]) -> tuple[Item, ...]:
        """The questions put to residents, or to staff, in order."""
        return tuple(i for s in self.scales.values() if s.audience == audience for i in s.items)

    def reader_options(self) -> dict[str, Any]:
        """What the reader of survey files is told about this questionnaire (its `options`)."""
        items: dict[str, dict[str, str]] = {
            item.id: {"he": item.he, "ar": item.ar, "en": item.en}
            for scale in self.scales.values()
            for item in scale.items
        }
        items |= {i: {} for factors in self.slots.values() for factor in factors.values() for i in factor.items}
        cuts = {
            name: {
                "texts": {"he": cut.he, "ar": cut.ar, "en": cut.en},
                "options": {code: option.by_language() for code, option in cut.options.items()},
            }
            for name, cut in self.cuts.items()
        }
        return {
            "instrument": self.name,
            "items": items,
            "answers": self.answer_words(),
            "cuts": cuts,
            "no_answer": list(self.prefer_not_to_say.by_language().values()),
            "staff_items": [item.id for item in self.items_for("staff")],
        }


@cache
def questionnaire() -> Questionnaire:
    """The product's own questionnaire, read once."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return Questionnaire.model_validate(yaml.safe_load(text))
