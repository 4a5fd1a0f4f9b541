"""One suite: what is expected of a source's fact, by the classes that read it. `docs/configuration.md` prints them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

THEN = "What becomes of what breaks it: the row waits in quarantine, the month is not taken, or it passes, doubted"
OFF = "Whether it is left out"

Then = Literal["aside", "hold", "doubt"]
"""What becomes of what breaks a rule: the row is put aside, the month is not taken, or it passes and is doubted."""


class _Strict(BaseModel):
    # Strict: "no" is neither true nor false, and a number without end would be a rule that cannot fail.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class RowRule(_Strict):
    """A check of rows: an expectation with its arguments, or the condition under which a row is wrong."""

    expect: str = Field(default="", description="Class of Great Expectations, ExpectColumnValuesToBeBetween")
    arguments: dict[str, Any] = Field(default={}, description="Its arguments, `mostly` and `row_condition` among them")
    where: str = Field(default="", description="SQL over a row; rows it holds for are wrong")
    column: str = Field(default="", description="The column to name, where `arguments` name none")
    code: str = Field(default="rule_broken", description="Code of the sentence that tells it")
    then: Literal["aside", "doubt"] = Field(default="doubt", description=THEN)
    off: bool = Field(default=False, description=OFF)

    @model_validator(mode="after")
    def _one_kind(self) -> RowRule:
        if bool(self.expect) == bool(self.where):
            raise ValueError("say either `expect` or `where`")
        return self


class Measure(_Strict):
    """What a month of one space amounts to, and how far from its own past it may be before it is doubted."""

    of: str = Field(description="SQL aggregate over the month's rows of one space")
    kind: Literal["count", "level", "hour"] = Field(
        default="count", description="count: compared by factor; level: by difference; hour: around the clock"
    )
    worse: Literal["both", "up", "down"] = Field(
        default="both", description="Which difference from its past is doubted: less, more, or either"
    )
    factor: float | None = Field(
        default=None, gt=1, description="Times more or less than usual that is still believed; none: not compared"
    )
    floor: float = Field(default=0, ge=0, description="A difference up to this is never doubted")
    fall: float | None = Field(
        default=0.2, ge=0, le=1, description="Part of a stored month that may go before it is held; none: any"
    )
    rise: float = Field(default=1.5, gt=1, description="Times a stored amount that are believed of the same month")
    gain: float | None = Field(
        default=None, ge=0, description="What a published month may gain whatever its size; none: the floor"
    )
    in_progress: Literal["adds", "stays", "varies"] = Field(
        default="adds",
        description="What a count does while its month goes on: one stored before the month was whole may by then be "
        "more, has to be near what it was, or may be anything, as levels and hours",
    )
    past: bool = Field(default=True, description="Whether it is compared with earlier months")
    off: bool = Field(default=False, description=OFF)

    @property
    def goes(self) -> str:
        """What it does while its month goes on."""
        return self.in_progress if self.kind == "count" else "varies"


class Bound(_Strict):
    """`less` may not be above `more`: SQL over the measures of one space and month, another fact's as FACT.MEASURE."""

    less: str = Field(description="SQL over measures: what may not be above the other")
    more: str = Field(description="SQL over measures: the other")
    then: Literal["hold", "doubt"] = Field(default="doubt", description=THEN)
    off: bool = Field(default=False, description=OFF)


class Content(_Strict):
    """What a month says that no other does: one that says most of what another said is doubted."""

    of: str = Field(description="SQL over a row: what it says, without ids and days; null where it is of no weight")
    by: str = Field(default="", description="SQL that names whose contents they are; none: as the measures'")
    minimum: int = Field(default=20, ge=2, description="Different things that must be said before any two are compared")
    off: bool = Field(default=False, description=OFF)


class Swap(_Strict):
    """Columns of one table that may have been taken for each other: a month that looks so is doubted."""

    among: list[str] = Field(
        min_length=1, description="Measures that stand beside each other; one alone: those of each thing of a space"
    )
    off: bool = Field(default=False, description=OFF)


class Suite(_Strict):
    """All that is expected of one source's fact."""

    by: str = Field(default="space", description="SQL that names what has a past of its own, a space or a metric")
    fresh_days: int | None = Field(default=None, gt=0, description="Days without anything new that are noticed")
    falls_are_said: bool = Field(
        default=False, description="Whether a month holds less only because somebody said so: then it may"
    )
    columns: dict[str, str] = Field(default={}, description="SQL of columns the measures need beside the fact's own")
    rows: dict[str, RowRule] = Field(default={}, description="Checks of single rows, by name")
    measures: dict[str, Measure] = Field(default={}, description="What a month amounts to, by name")
    bounds: dict[str, Bound] = Field(default={}, description="What two measures must be to each other, by name")
    contents: dict[str, Content] = Field(default={}, description="What no two months say alike, by name")
    swaps: dict[str, Swap] = Field(default={}, description="What may stand in each other's column, by name")
    _said: Mapping[str, str] = PrivateAttr(default={})

    @model_validator(mode="after")
    def _measured(self) -> Suite:
        for name, one in self.swaps.items():
            if unknown := sorted(set(one.among) - set(self.measures)):
                raise ValueError(f"swaps.{name}: there is no measure {unknown[0]}")
        return self

    def place(self, rule: str) -> str:
        """The file or section in which the town says a rule, PART.RULE; '' of one that is Kehila's alone."""
        return self._said.get(rule, "")

    def space_of(self, thing: str) -> str:
        """The space of what has a past of its own: its name up to a colon; '' where that is of no space."""
        return thing.partition(":")[0] if self.by.startswith("space") else ""

    def rise_of(self, measure: str) -> float:
        """Times a stored amount that are believed of the same month."""
        return self.measures[measure].rise if measure in self.measures else Measure(of="").rise

    @property
    def digest(self) -> str:
        """Of what its measures are; with another one they are taken anew."""
        said = (
            self.by,
            sorted(self.columns.items()),
            sorted((name, one.of) for name, one in self.measures.items()),
            sorted((name, one.of, one.by, one.minimum) for name, one in self.contents.items()),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
