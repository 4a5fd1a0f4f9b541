"""What a service declares, and what passes between a stream and the flow that pulls it.

A *source* is one remote service: its hosts, the settings and secrets an account needs, its streams.
The flow owns windows, landing and watermarks; a stream turns a window into pages and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal, TypeVar

from collectors.base import Page, Rejected, Stream
from collectors.columnar import Form
from collectors.discovery import load_all, named
from collectors.errors import CollectorError
from collectors.remarks import Remark
from collectors.settings import SourceSettings
from collectors.shapes import Shapes
from collectors.waiting import Waiting

S = TypeVar("S", bound=SourceSettings)


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time, UTC: `since` included, `until` not. `since` None: from the beginning."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True)
class Account:
    """One account of a service, as configured: its settings, and secrets fetched by reference.

    `name` is the town's own name of it and stands in the ledger. `reader_options` is what the town's questionnaire
    says to a reader of surveys.
    """

    name: str
    settings: SourceSettings
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    timezone: str = "Asia/Jerusalem"
    digest_key: bytes = field(default=b"\0" * 32, repr=False)
    reader_options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def base_url(self) -> str | None:
        """Another server (a test's, a proxy's) in place of the service's own; None when it is that."""
        return self.settings.base_url

    def own(self, kind: type[S]) -> S:
        """The settings as the source's own class. Raises TypeError when they are another source's."""
        if not isinstance(self.settings, kind):
            raise TypeError(f"the account has {type(self.settings).__name__} and not {kind.__name__}")
        return self.settings


@dataclass(frozen=True)
class SourceObject:
    """One thing of an account that is asked about by itself: a post, a meeting, a campaign, a report.

    `what` is the word for its kind and `name` the service's own identifier, which is sealed before it is kept. `at`
    is the instant by which its listing finds it, `since` and `until` (both UTC, the latter not included; None: when it
    is read) the time its records may speak of. `kept` is what else its stream needs to ask about it again, as JSON.
    """

    what: str
    name: str
    at: datetime
    kept: Mapping[str, Any]
    since: datetime
    until: datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from the others of its stream."""
        return f"{self.what}:{self.name}"


@dataclass(frozen=True)
class PassedOver:
    """An object that could not be read, and why."""

    one: SourceObject
    problem: CollectorError


@dataclass
class PullReport:
    """What a pull saw beside its records; the flow keeps it in the ledger."""

    calls: int = 0
    received_bytes: int = 0
    quota: dict[str, str] = field(default_factory=dict)  # what the service says is left, by its own names
    drift: Counter[str] = field(default_factory=Counter)  # stream.field the contract does not know, or knows otherwise
    rejected: list[Rejected] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    read_objects: list[SourceObject] = field(default_factory=list)  # those read by themselves
    passed_over: list[PassedOver] = field(default_factory=list)  # those that could not be
    unsure: list[CollectorError] = field(default_factory=list)  # lists of which what came was taken, and may lack some
    shapes: Shapes | None = None  # what records are made of, where somebody asks for it

    def begin(self) -> None:
        """Empty it for the next pull of a session that holds it."""
        self.__init__()  # type: ignore[misc]


@dataclass
class PushReport(PullReport):
    """The same of an event that a webhook brought at `received_at`, by our clock.

    `owner` is how bodies name the account, '' where that is not known: of a batch only what names it is its own.
    """

    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    owner: str = ""
    pull_at: list[datetime] = field(default_factory=list)  # when the account is to be pulled because of it
    account_changes: list[str] = field(default_factory=list)  # what the service did with the account, in its own words


@dataclass(frozen=True)
class Finding:
    """One line of `kehila doctor`: what was tried, how it went, and what to do when it did not."""

    what: str
    state: Literal["ok", "warn", "fail"]
    remedy: str = ""
    problem: CollectorError | None = None  # says what to do by itself


class ServiceStream(Stream):
    """A stream pulled from a service.

    `lookback` is how far before the watermark it is read again, because the service restates.
    `max_window` cuts a backfill into requests the service accepts. `schedule` is a cron line in the
    authority's own time, the default of `prefect.yaml`. `is_replayable`: one record in quarantine can be read
    again by itself; where rows mean something only beside those they came with, the window is pulled again. `items` is
    what an answer calls its list of records, for those that are asked for with the stream's `form`.
    """

    max_window: ClassVar[timedelta] = timedelta(days=31)
    schedule: ClassVar[str] = "15 3 * * *"
    is_replayable: ClassVar[bool] = False
    items: ClassVar[str] = ""

    @cached_property
    def form(self) -> Form:
        """The strict form of its records, in this pull."""
        return Form(type(self), self.items)

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        """Yield the window's records. Raises RetryLater, FixCredentials or SourceChanged."""
        raise NotImplementedError

    def pages_of_object(self, session: Any, one: SourceObject) -> Iterator[Page | Waiting]:
        """Yield the records of one object, within a window or long after it was passed over.

        Only of streams that ask object by object (`collectors.objects`). Raises as `pages` does.
        """
        raise NotImplementedError


class Source:
    """One remote service. A new one is one folder with one subclass; discovery finds it.

    `name` and the secrets of an account are those its `Settings` declare.
    """

    name: ClassVar[str]
    Settings: ClassVar[type[SourceSettings]]
    streams: ClassVar[tuple[type[ServiceStream], ...]]
    side_streams: ClassVar[tuple[type[Stream], ...]] = ()  # streams whose rows come with others' pages, or by webhook
    hosts: ClassVar[tuple[str, ...]]  # host names it may be called at; "*.zoom.us" allows subdomains
    assets: ClassVar[tuple[str, ...]] = ()  # digital assets it speaks of

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "Settings" in vars(cls):
            cls.name = cls.Settings.source

    def open(self, account: Account, report: PullReport) -> Any:
        """A session for an account; what it sees on the wire is counted in `report`. No call is made yet."""
        raise NotImplementedError

    @classmethod
    def name_in(cls, problem: CollectorError) -> CollectorError:
        """The error, which now says which service it is about: the argument `service`, this source's name."""
        problem.arguments.setdefault("service", cls.name)
        return problem

    @classmethod
    @contextmanager
    def named(cls) -> Iterator[None]:
        """Errors raised within say which service they are about."""
        try:
            yield
        except CollectorError as problem:
            raise cls.name_in(problem) from None

    def reuse_session(self, session: Any) -> bool:
        """Make a session that served a pull ready for the next one of its account; False: open a new one.

        Only pulls of one round share it, and none after one that failed. What it caches must be true for a round.
        """
        return False

    def close(self, session: Any) -> None:
        """Let go of what a session of `open` holds; most hold nothing. The flow calls it whatever came of its pulls."""

    def pages_of_event(self, body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
        """Pages of a webhook event: of its body as received, the account's own records only.

        What cannot be taken is in `report.rejected`, and when to pull because of it in `report.pull_at`; nothing is
        raised. Pure: a body that comes twice gives the same pages twice, and what is staged may not depend on order.
        """
        raise NotImplementedError

    def check(self, account: Account) -> list[Finding]:
        """Try the credentials and each permission, cheaply and without changing anything."""
        raise NotImplementedError


def sources() -> dict[str, Source]:
    """One instance of every Source, ours and those of installed packages, by name.

    Raises PartError when a package brings a name that is taken.
    """
    load_all()
    return {name: cls() for name, cls in named(Source, lambda cls: cls.name, "source").items()}
