"""The register of places, kept in the lake beside the facts."""

from datetime import date
from typing import ClassVar

from pydantic import Field
from sqlmodel import SQLModel

from warehouse.vocabulary import Asset


class Space(SQLModel):
    """A place where people meet, from the staff workbook."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "space")

    authority: str
    space: str = Field(description="Identifier")
    title: str = Field(description="Name in the town's own words")
    asset: Asset
    kind: str
    operated_by: str = Field(description="authority or residents")
    language: str = "he"
    society: str = "general"
    neighbourhood: str | None = None
    audience: str | None = Field(default=None, description="Whom it is for: age, topic, interest")
    relevant_population: int | None = Field(default=None, ge=0, description="Residents it could reach")
    from_day: date | None = None
    to_day: date | None = None
