"""What an indicator declares about itself: the header of its file, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from transforms.week import Window
from warehouse.facts import FACTS
from warehouse.names import no_such
from warehouse.vocabulary import ATTRIBUTES, Aspect, Asset, Better, Method, Operator, Quality, SpaceKind, Unit

REGISTERS = frozenset({"space", "population", "event", "working_day", "computed"})
"""What a statement may read beside the facts and `months`, the months asked for, which all read."""


_WORKING = re.compile(r"[1-9] working days")


class Labels(BaseModel):
    """A text in the three languages."""

    model_config = ConfigDict(extra="forbid")
    he: str = Field(min_length=2)
    ar: str = Field(min_length=2)
    en: str = Field(min_length=2)


class ByVerdict(BaseModel):
    """What to do when it really rose, really fell or moves as ever: said where no general sentence would fit."""

    model_config = ConfigDict(extra="forbid")
    real_rise: Labels | None = None
    real_fall: Labels | None = None
    no_signal: Labels | None = None


class Part(BaseModel):
    """A figure kept beside the whole."""

    model_config = ConfigDict(extra="forbid")
    unit: Unit
    title: Labels


@dataclass(frozen=True)
class Need:
    """What must be heard for a measurement: a fact, and attributes of it that the source can know.

    `assets` are those a source must speak for (none: any), None those of the indicator. Of what is needed first the
    places make up the total; what `is_elsewhere` is needed beside it, wherever it is heard.
    """

    fact: str
    attributes: frozenset[str] = frozenset()
    assets: tuple[str, ...] | None = None
    is_elsewhere: bool = False


class Places(BaseModel):
    """The registered places an indicator counts."""

    model_config = ConfigDict(extra="forbid")
    kinds: list[SpaceKind] = []  # none: every kind
    run_by: Operator | Literal["anyone"] = "authority"

    def holds(self, place: Mapping[str, object]) -> bool:
        """Whether a row of the register of spaces is one of them."""
        return self.run_by in ("anyone", place["operated_by"]) and (not self.kinds or place["kind"] in self.kinds)


class Header(BaseModel):
    """What an indicator declares about itself."""

    model_config = ConfigDict(extra="forbid")
    title: Labels
    question: Labels
    advice: Labels  # what to do with this number; what mends it where it goes the wrong way
    when: ByVerdict = ByVerdict()  # verdict -> what to do then, where the advice or the words of its aspect do not fit
    definition: str = Field(min_length=10)  # how it is computed, in English, as exactly as an engineer asks
    definition_he: str = ""  # the same for its readers, shorter; of ours none is missing
    definition_ar: str = ""
    outcome: int = Field(ge=1, le=5)
    aspect: Aspect
    method: Method
    unit: Unit
    unit_words: Labels | None = None  # of what the headline is a figure, to stand in brackets behind it
    headline: str = ""  # the part that speaks for the indicator, whose verdict is asked for; '' the whole
    better: Better = "higher"
    shape: str = ""  # name of the shared statement, where the file has none of its own
    grain: list[str]  # of the rows: [authority, month], and `space` when it is kept by space
    assets: list[Asset] = []  # whose coverage decides between zero and missing; empty: the authority as a whole
    inputs: dict[str, tuple[int, int]]  # fact or register -> months before and after the month it reads
    needs: dict[str, list[str]] = {}  # part ('' the whole) -> what must be heard, `fact.attribute@asset|other`
    spaces: Places = Places()  # which registered places it counts
    sum_of: list[str] | Literal["spaces"] = []  # the whole is the sum of these parts, or of the spaces
    own_bases: bool = False  # each part of the sum is a share of its own base, as a space is
    is_quarterly: bool = False  # of a survey: its waves are quarters, as those of the pulse are
    reaches_back: int = Field(default=0, ge=0)  # months before its own of which all that is needed must be heard too
    min_people: int = Field(default=0, ge=0)  # a figure of fewer people is withheld
    windows: dict[str, Window] = {}  # part ('' the whole) -> days after its month in which something may still come
    parts: dict[str, Part] = {}
    minimum_effect: float = Field(default=0.03, gt=0, lt=1)
    caveats: list[Quality] = []
    owner: str
    since: str = Field(pattern=r"^\d{4}-\d{2}$")
    revision: int = Field(ge=1)

    @property
    def headline_unit(self) -> Unit:
        """Unit of the figure that speaks for the indicator."""
        return self.parts[self.headline].unit if self.headline else self.unit

    @model_validator(mode="after")
    def _speaks(self) -> Self:
        if self.headline and self.headline not in self.parts:
            raise ValueError(no_such("part", self.headline, self.parts, "`headline` names one of `parts`"))
        return self

    @property
    def months_waited(self) -> int:
        """How many months after its own something may still come to a value."""
        return max((-(-one // 28) if isinstance(one, int) else 1 for one in self.windows.values()), default=0)

    @field_validator("inputs")
    @classmethod
    def _known(cls, inputs: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        unknown = set(inputs) - set(FACTS) - REGISTERS
        if unknown:
            raise ValueError(f"inputs name what does not exist: {', '.join(sorted(unknown))}")
        if any(before > 0 or after < 0 for before, after in inputs.values()):
            raise ValueError("inputs are [months before (0 or negative), months after (0 or positive)]")
        return inputs

    @field_validator("windows")
    @classmethod
    def _spans(cls, windows: dict[str, Window]) -> dict[str, Window]:
        if odd := [one for one in windows.values() if isinstance(one, str) and not _WORKING.fullmatch(one)]:
            raise ValueError(f"windows are days, or working days written `2 working days`, unlike {odd[0]!r}")
        return windows

    @field_validator("needs")
    @classmethod
    def _hearable(cls, needs: dict[str, list[str]]) -> dict[str, list[str]]:
        for name in (one for texts in needs.values() for text in texts for one in text.split("|")):
            need = parsed_need(name)
            fact = need.fact.split(":")[0]
            if fact not in FACTS or not need.attributes <= ATTRIBUTES.get(fact, frozenset()):
                raise ValueError(
                    f"needs name {name!r}, which no source can know; write FACT or FACT.ATTRIBUTE, @ASSET behind it"
                )
        return needs


def parsed_need(text: str) -> Need:
    """A need as the header writes it: `fact`, `fact.attribute`, `fact.one.other`, `fact@asset`, `fact@any`."""
    what, _, asset = text.partition("@")
    fact, *attributes = what.split(".")
    return Need(fact, frozenset(attributes), None if not asset else () if asset == "any" else (asset,))
