"""The ledger of the gate: what was found of months, what somebody accepted, what staging left out."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from warehouse.tables import UtcInstant


class CheckRow(SQLModel, table=True):
    """What the gate found wrong with a month: it stands until found no more or accepted, and is history then."""

    __tablename__ = "ledger_check"
    __table_args__ = (CheckConstraint("verdict in ('refused', 'held', 'aside', 'doubted')", name="check_verdict"),)
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Source judged; '' of published indicators")
    fact: str = Field(primary_key=True, max_length=60, description="Fact, or an indicator")
    month: str = Field(primary_key=True, max_length=7, description="Month YYYY-MM; '' of a whole batch")
    rule: str = Field(primary_key=True, max_length=80, description="Rule of a suite, or the reason code")
    space: str = Field(primary_key=True, max_length=160, description="Space or metric; '' for all of it")
    first_seen_at: datetime = Field(primary_key=True, sa_type=UtcInstant, description="When it was first found, UTC")
    verdict: str = Field(
        max_length=8,
        description="refused: nothing was taken; held: what was stored stays; aside: rows are in quarantine; "
        "doubted: taken, and to be looked at",
    )
    code: str = Field(max_length=60, description="Code of the sentence")
    arguments: str = Field(default="{}", description="What fills it, as JSON; nothing personal")
    rows: int = Field(default=0, description="Rows it is about")
    is_fall: bool = Field(default=False, description="Doubted until the month holds again what was stored of it")
    last_seen_at: datetime = Field(sa_type=UtcInstant, description="When it was last found, UTC")
    resolved_at: datetime | None = Field(default=None, sa_type=UtcInstant, description="UTC; null while it stands")
    resolved_by: str = Field(default="", description="passed: found no more; accepted: somebody said it is right")
    reason: str = Field(default="", description="Why it was accepted, as the operator gave it")


class AcceptanceRow(SQLModel, table=True):
    """A month of a source's fact that somebody accepted: the gate lets it through once, and the reason stays."""

    __tablename__ = "ledger_acceptance"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    fact: str = Field(primary_key=True, max_length=40, description="Fact")
    month: str = Field(primary_key=True, max_length=7, description="Month")
    source: str = Field(primary_key=True, max_length=40, description="Source whose month was held")
    reason: str = Field(description="Why the month is right as it came, as the operator gave it")
    accepted_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant, description="When it was let through, UTC")


class ValidationRow(SQLModel, table=True):
    """The run of Great Expectations' whole suite over a stored file of facts; a file of which none is named was let
    through by kernels only, and waits for one."""

    __tablename__ = "ledger_validation"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    fact: str = Field(primary_key=True, max_length=40, description="Fact")
    month: str = Field(primary_key=True, max_length=7, description="Month")
    source: str = Field(primary_key=True, max_length=40, description="Source")
    sha256: str = Field(max_length=64, description="Digest of the file it was run over")
    run: str = Field(max_length=64, description="The library's version, and a digest of suite and files of the run")
    ended_at: datetime = Field(sa_type=UtcInstant, description="When it ended, UTC")


class SkippedRow(SQLModel, table=True):
    """Landed rows that became no fact, counted; their months are not covered in full. Written anew by each staging."""

    __tablename__ = "ledger_skipped"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Source staged")
    stream: str = Field(primary_key=True, max_length=60, description="Stream whose rows they are")
    fact: str = Field(primary_key=True, max_length=60, description="Fact, as coverage names it, they are missing from")
    space: str = Field(primary_key=True, max_length=80, description="Space; '' where it is not known")
    month: str = Field(primary_key=True, max_length=7, description="Local month YYYY-MM; '' where it is not known")
    code: str = Field(primary_key=True, max_length=60, description="Stable reason code")
    subject: str = Field(primary_key=True, max_length=60, description="Column or thing that is missing")
    records: int = Field(description="Rows left out")
