"""The ledger: what ran, what is durable, how far each source was read. No BI tool needs these.

A lake file that no row here lists does not exist. `SegmentRow`, `WatermarkRow` and `ImportedFile`
of one import are written in one transaction, after the files are durable.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from warehouse.tables import UtcInstant


class RunRow(SQLModel, table=True):
    """A run of the pipeline; its books balance."""

    __tablename__ = "ledger_run"
    __table_args__ = (CheckConstraint("received = loaded + duplicate + quarantined", name="books_balance"),)
    run: str = Field(primary_key=True, max_length=40, description="Identifier of the run")
    authority: str = Field(max_length=8, description="Authority it was for")
    kind: str = Field(description="import, collect, refresh, close, push, ...")
    status: str = Field(description="running, done, failed or killed")
    started_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant, description="UTC")
    received: int = Field(default=0, description="Records received")
    loaded: int = Field(default=0, description="Records landed")
    duplicate: int = Field(default=0, description="Records already there")
    quarantined: int = Field(default=0, description="Records in quarantine")
    note: str = Field(default="", description="In words, nothing personal")


class SegmentRow(SQLModel, table=True):
    """Landed rows of one stream: in a file of their own, in one with others, or in `rows`. `people`: the dictionary."""

    __tablename__ = "ledger_segment"
    __table_args__ = (UniqueConstraint("authority", "stream", "landed_order"),)
    path: str = Field(
        primary_key=True,
        max_length=200,
        description="Its name, and path in the lake unless it has `file` or `rows`",
    )
    authority: str = Field(max_length=8, index=True, description="Authority")
    stream: str = Field(max_length=60, description="Stream")
    landed_order: int = Field(description="Order of landing within authority and stream, from 1")
    records: int = Field(description="Its records")
    sha256: str = Field(max_length=64, description="Digest of the file it lies in, or of `rows`")
    run: str = Field(max_length=40, description="Run that landed it")
    rows: str = Field(default="", description="The rows themselves, as JSON, where no file holds them; otherwise empty")
    file: str = Field(default="", max_length=200, description="The file it lies in with others; '' where alone")


class PartRow(SQLModel, table=True):
    """Rows of one partition (a key, a month) in a landed segment, and the row groups they lie in."""

    __tablename__ = "ledger_part"
    path: str = Field(primary_key=True, max_length=200, description="Path of the segment in the lake")
    part: str = Field(primary_key=True, max_length=60, description="Key of the partition; '' where there is none")
    month: str = Field(primary_key=True, max_length=7, description="Month YYYY-MM; '' where there is none")
    row_groups: str = Field(description="Numbers of the row groups, with commas")
    records: int = Field(description="Records")
    first: int | None = Field(
        default=None, sa_type=BigInteger, description="Place of the first record in its file, where the stream tells it"
    )
    digest: str = Field(max_length=64, description="Digest of the records but for their key, places from `first`")


class WatermarkRow(SQLModel, table=True):
    """How far a stream was read."""

    __tablename__ = "ledger_watermark"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    stream: str = Field(primary_key=True, max_length=60, description="Stream")
    account: str = Field(
        default="", primary_key=True, max_length=60, description="Account or space the stream was read for"
    )
    reached_at: datetime = Field(sa_type=UtcInstant, description="Everything before this instant was read, UTC")


class PullRow(SQLModel, table=True):
    """One pull: a window of one stream of one account of a service, whatever came of it."""

    __tablename__ = "ledger_pull"
    __table_args__ = (
        Index("ix_ledger_pull_stream", "authority", "source", "account", "stream", "started_at"),
        CheckConstraint("status in ('done', 'failed', 'suspect')", name="pull_status"),
    )
    run: str = Field(primary_key=True, max_length=40, description="Run of the pull; one pull is one run")
    authority: str = Field(max_length=8, description="Authority")
    source: str = Field(max_length=40, description="Service")
    account: str = Field(max_length=60, description="The town's own name of the account")
    stream: str = Field(max_length=60, description="Stream")
    since: datetime | None = Field(default=None, sa_type=UtcInstant, description="Start of the window, UTC")
    until: datetime = Field(sa_type=UtcInstant, description="End of the window, UTC; not part of it")
    is_backfill: bool = Field(default=False, description="An explicit stretch was asked for; no watermark moved")
    started_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    ended_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    status: str = Field(
        max_length=10, description="done; failed; suspect: empty where records were to be expected, so nothing landed"
    )
    code: str = Field(default="", max_length=60, description="Stable reason code of what is not plainly done")
    arguments: str = Field(default="{}", description="What fills the sentence of the code, as JSON; nothing personal")
    records: int = Field(
        default=0, description="The stream's own records landed; rows saying what was read not counted"
    )
    quarantined: int = Field(default=0, description="Records put aside")
    calls: int = Field(default=0, description="Calls made")
    bytes: int = Field(default=0, sa_type=BigInteger, description="Bytes received")


class DriftRow(SQLModel, table=True):
    """A field of a service that is not as the contract we know says. Names only, never values."""

    __tablename__ = "ledger_drift"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Service")
    account: str = Field(primary_key=True, max_length=60, description="The town's own name of the account")
    stream: str = Field(primary_key=True, max_length=60, description="Stream")
    field: str = Field(primary_key=True, max_length=120, description="Field, by the service's own name")
    kind: str = Field(
        primary_key=True, max_length=60, description="unknown, absent, refused, or what was wrong with it"
    )
    first_seen_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    last_seen_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    times: int = Field(description="Records it was seen in")


class QuotaRow(SQLModel, table=True):
    """What a service said is left of a quota, at the last pull that was told."""

    __tablename__ = "ledger_quota"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Service")
    account: str = Field(primary_key=True, max_length=60, description="The town's own name of the account")
    name: str = Field(primary_key=True, max_length=120, description="Quota, by the service's own name")
    value: str = Field(description="What is left, in the service's own words")
    seen_at: datetime = Field(sa_type=UtcInstant, description="UTC")


class BackfillRow(SQLModel, table=True):
    """How far a backfill that is not finished has come: one that was stopped goes on from here."""

    __tablename__ = "ledger_backfill"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Service")
    account: str = Field(primary_key=True, max_length=60, description="The town's own name of the account")
    stream: str = Field(primary_key=True, max_length=60, description="Stream")
    asked: str = Field(
        primary_key=True, max_length=60, description="The stretch asked for: first day, day after the last"
    )
    reached_at: datetime = Field(sa_type=UtcInstant, description="Everything of it before this instant was read, UTC")


class InboxRow(SQLModel, table=True):
    """How far a receiver's inbox of webhooks is drained. Moved in the transaction that lands what was read."""

    __tablename__ = "ledger_inbox"
    inbox: str = Field(primary_key=True, max_length=40, description="Identity of the inbox; `main` where it has none")
    position: str = Field(max_length=60, description="Segment and offset everything before which is drained")


class EventRow(SQLModel, table=True):
    """An event a webhook brought: seen once, it lands nothing when it comes again, as long as its row is kept."""

    __tablename__ = "ledger_event"
    __table_args__ = (
        Index("ix_ledger_event_waiting", "status", "next_try_at"),
        CheckConstraint("status in ('landed', 'waiting', 'aside')", name="event_status"),
    )
    authority: str = Field(primary_key=True, max_length=8, description="Authority it is kept for")
    account: str = Field(primary_key=True, max_length=120, description="source.account; '' where nobody owns it")
    event: str = Field(primary_key=True, max_length=64, description="Keyed digest of the event's permanent key")
    first_seen_at: datetime = Field(sa_type=UtcInstant, description="When it was received first, UTC")
    status: str = Field(max_length=10, description="landed; waiting to be tried again; aside, in the quarantine")
    attempts: int = Field(default=1, description="Times it was tried")
    next_try_at: datetime | None = Field(default=None, sa_type=UtcInstant, description="When it is tried again, UTC")
    sealed_path: str = Field(default="", max_length=200, description="Path of the sealed original while it waits")


class ScheduledPull(SQLModel, table=True):
    """An account that is to be pulled at an instant because of what a webhook told."""

    __tablename__ = "ledger_wish"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    account: str = Field(primary_key=True, max_length=120, description="source.account")
    due_at: datetime = Field(primary_key=True, sa_type=UtcInstant, description="Not before this instant, UTC")


class GapRow(SQLModel, table=True):
    """A stretch of time in which an account was not heard, or not all of it. Counts and instants only."""

    __tablename__ = "ledger_gap"
    __table_args__ = (CheckConstraint("kind in ('receiver_down', 'silent', 'fewer_than_counted')", name="gap_kind"),)
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    account: str = Field(primary_key=True, max_length=120, description="source.account")
    kind: str = Field(
        primary_key=True,
        max_length=20,
        description="receiver_down: nobody listened; silent: no event where they are usual; "
        "fewer_than_counted: the platform counted more of a day than landed",
    )
    since: datetime = Field(primary_key=True, sa_type=UtcInstant, description="Start, UTC")
    until: datetime | None = Field(default=None, sa_type=UtcInstant, description="End, UTC; null while it lasts")
    expected: int | None = Field(default=None, description="How many were to be expected, or were counted")
    heard: int | None = Field(default=None, description="How many came")
    noted_at: datetime = Field(sa_type=UtcInstant, description="When it was first noted, UTC")
    healed_at: datetime | None = Field(
        default=None, sa_type=UtcInstant, description="When it was seen that nothing is missing any more, UTC"
    )


class ImportedFile(SQLModel, table=True):
    """A file that was imported, by keyed digest of its content: names may hold a person's name."""

    __tablename__ = "ledger_file"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    fingerprint: str = Field(primary_key=True, max_length=64, description="Keyed digest of the content")
    format: str = Field(description="File format")
    status: str = Field(description="read, partial or rejected")
    run: str = Field(max_length=40, description="Run that imported it")


class FactPartition(SQLModel, table=True):
    """A Parquet file of one fact, authority, month and source."""

    __tablename__ = "ledger_partition"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    fact: str = Field(primary_key=True, max_length=40, description="Fact, or `space` and `event` registers")
    month: str = Field(primary_key=True, max_length=7, description="Local month; '' for registers")
    source: str = Field(primary_key=True, max_length=40, description="Source staged")
    path: str = Field(max_length=200, description="Path in the lake")
    sha256: str = Field(max_length=64, description="Digest of the file")
    records: int = Field(description="Rows")
    digest: str = Field(default="", max_length=64, description="Digest of the rows; '' where they must be judged again")
    profile: str = Field(
        default="", description="What the month amounts to, space by space, as JSON; '' where it was not taken yet"
    )


class StagedSource(SQLModel, table=True):
    """What a source was last staged from: when the fingerprint is the same there is nothing to do."""

    __tablename__ = "ledger_staged"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Source")
    fingerprint: str = Field(
        max_length=64, description="Digest of the landed segments, the town and the staging code's revision"
    )


class StagedUnit(SQLModel, table=True):
    """What a unit of staging (a month of a chat) was last staged from, and what it hands on to its next month."""

    __tablename__ = "ledger_unit"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    source: str = Field(primary_key=True, max_length=40, description="Source")
    unit: str = Field(primary_key=True, max_length=60, description="Key of the unit")
    month: str = Field(primary_key=True, max_length=7, description="Month YYYY-MM")
    fingerprint: str = Field(
        max_length=64, description="Digest of its records, of what else it is staged from and of what it was handed"
    )
    carry: str = Field(description="What the unit's next month starts from, as JSON")


class ComputedMonth(SQLModel, table=True):
    """What an indicator's month was last computed from."""

    __tablename__ = "ledger_computed"
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    month: str = Field(primary_key=True, max_length=7, description="Month")
    fingerprint: str = Field(max_length=64, description="Digest of definition, inputs and status of the month")


class QuarantineRow(SQLModel, table=True):
    """A record that could not be taken. The record itself lies sealed in the lake's vault."""

    __tablename__ = "ledger_quarantine"
    item: str = Field(primary_key=True, max_length=40, description="Identifier")
    authority: str = Field(max_length=8, index=True, description="Authority")
    source: str = Field(description="File format, stream or fact it was for")
    kind: str = Field(max_length=10, description="file; record or object of a service; event of a webhook; fact")
    place: str = Field(description="Sheet, cell, row or line")
    code: str = Field(description="Stable reason code")
    arguments: str = Field(default="{}", description="What fills the sentence of the code, as JSON; nothing personal")
    status: str = Field(
        description="open; waiting to be asked again; replayed; discarded by hand; superseded; accepted as put aside"
    )
    attempts: int = Field(default=1, description="Times it was tried")
    first_seen_at: datetime = Field(sa_type=UtcInstant, description="UTC")
    sealed_path: str = Field(default="", description="Path in the vault; '' when there is nothing to keep")
    run: str = Field(max_length=40, description="Run that put it here")
    stream: str = Field(
        default="", max_length=60, description="Of a row of a file, or an object: the stream that lacks it"
    )
    about: str = Field(default="{}", description="Where it belongs as far as it is known, JSON; nothing personal")


class ConditionRow(SQLModel, table=True):
    """Something that fails or is to be looked at, and was told to those who look after the town: told once."""

    __tablename__ = "ledger_condition"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    about: str = Field(primary_key=True, max_length=120, description="Source, source.account, or a name of ours")
    code: str = Field(primary_key=True, max_length=40, description="Code of what `kehila check` found")
    level: str = Field(max_length=4, description="warn or fail")
    noted_at: datetime = Field(sa_type=UtcInstant, description="When it was first found, UTC")


class CondemnedFile(SQLModel, table=True):
    """A file of the lake that is to be destroyed: listed with what unlists it, taken off the list when it is gone."""

    __tablename__ = "ledger_condemned"
    path: str = Field(primary_key=True, max_length=200, description="Path in the lake")
    authority: str = Field(max_length=8, description="Authority")


class PushReceipt(SQLModel, table=True):
    """One logical delivery of a snapshot to a target."""

    __tablename__ = "ledger_push"
    authority: str = Field(primary_key=True, max_length=8, description="Authority")
    month: str = Field(primary_key=True, max_length=7, description="Month")
    revision: int = Field(primary_key=True, description="Revision of the snapshot")
    target: str = Field(primary_key=True, max_length=60, description="Name of the target in the configuration")
    status: str = Field(description="pending, delivered or failed")
    attempts: int = Field(default=0, description="Attempts made")
    idempotency_key: str = Field(max_length=80, description="The same for every attempt")
    receipt: str = Field(default="", description="What the target answered: a digest or an address, no secret")
    delivered_at: datetime | None = Field(default=None, sa_type=UtcInstant, description="UTC")
