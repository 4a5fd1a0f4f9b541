"""How a round of pulls is done and shown, apart from what it does: plainly, or as tasks of an orchestrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import inf

from pipeline.collect.pull import Pulled
from town.config import ConfigProblem
from town.hook_accounts import pushed_to
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.locks import one_at_a_time


class Manner:
    """One process that pulls one stream after the other and says so; whoever shows more of it overrides."""

    def planned(self, streams: Sequence[StreamRef], left_alone: Sequence[StreamRef]) -> None:
        """The round will pull these streams, and leaves others alone, which were read."""

    def closed(self, account: AccountRef, problem: Exception) -> None:
        """An account cannot be opened (ConfigProblem, KeyProblem). Raises it, or tells it and the others go on."""
        raise problem

    def stream(self, ref: StreamRef, pull: Callable[[], Pulled]) -> Pulled:
        """Do the pull of a stream; `pull` tells of a service's failures and raises only what is not its doing."""
        return pull()

    def holding(self, account: AccountRef) -> AbstractContextManager[None]:
        """What is held beside the account's slot while a window of it is read."""
        return nullcontext()


PLAIN = Manner()


class GoingOn(Manner):
    """One account that cannot be opened does not stop the others: it is kept with what is wrong."""

    def __init__(self, store: TownStore) -> None:
        self.store = store
        self.pulled: list[Pulled] = []  # so far: what is told when the round breaks off
        self.unopened: dict[AccountRef, Exception] = {}
        self.sending: dict[AccountRef, Exception] = {}  # those that only send: they lack the secrets to be pulled with

    def stream(self, ref: StreamRef, pull: Callable[[], Pulled]) -> Pulled:
        """Do the pull, and keep what came of it."""
        self.pulled.append(done := super().stream(ref, pull))
        return done

    def closed(self, account: AccountRef, problem: Exception) -> None:
        """Keep it."""
        sends = account in pushed_to(self.store.config, self.store.authority.code)
        (self.sending if sends and isinstance(problem, ConfigProblem) else self.unopened)[account] = problem


@contextmanager
def slot(store: TownStore, account: AccountRef, manner: Manner = PLAIN) -> Iterator[None]:
    """The account's only slot, for one window: two pulls at once would spend its quota twice, and see it half.

    Who waits comes next, so that a backfill of hours lets the night through between two windows.
    """
    busy = f"{account}: another run reads it; waiting for the end of its window"
    with (
        one_at_a_time(store.engine, f"pull {account}", lambda: store.progress(busy), seconds=inf),
        manner.holding(account),
    ):
        yield
