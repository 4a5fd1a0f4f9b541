"""Patience and paging over a Graph client: slowing down, trying again, following cursors to their end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.columnar import Form
from collectors.errors import RetryLater, SourceChanged
from collectors.facebook.errors import error_of, passes_by_itself, wait_of
from collectors.facebook.graph import Fields, Graph, Refusal
from collectors.facebook.settings import FacebookSettings
from collectors.http import SLOW_ATTEMPTS, TOO_SLOW
from collectors.meta_paging import graph_following
from collectors.paging import by_cursor
from collectors.patience import DEFAULT_WAIT, Patience
from collectors.service import Account, PullReport

ATTEMPTS = 5
LARGEST_LIMIT = 100
SMALLEST_LIMIT = 5
SLOW_AT, STOP_AT = 75.0, 95.0
_IDENTIFIER = re.compile(r"\w{1,100}")


class FacebookSession:
    """Pulls of one page. `read_at` is the instant of the present one: what is read later is truer."""

    def __init__(
        self,
        graph: Graph,
        account: Account,
        report: PullReport,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.graph, self.account, self.report = graph, account, report
        self.settings = account.own(FacebookSettings)
        self.page, self.space = self.settings.page, self.settings.space
        self._now, self._sleep = now, sleep
        self.begin()

    def begin(self) -> None:
        """Begin a pull."""
        self.read_at = self._now()
        self.limit = LARGEST_LIMIT
        self.withdrawn: set[tuple[str, str]] = set()  # (stream, field) that Graph no longer gives

    def get(self, path: str, params: Mapping[str, Any], form: Form | None = None) -> dict[str, Any]:
        """The object at a path. A field that is optional and no longer given is told as drift and not asked again.

        Raises the collectors' errors.
        """
        fields, slow = params.get("fields"), 0
        for _ in Patience(ATTEMPTS, self._sleep):
            self._slow_down()
            asked = dict(params)
            if "limit" in asked:
                asked["limit"] = self.limit
            if isinstance(fields, Fields):
                asked["fields"] = fields.text(self.withdrawn)
            try:
                answer = self.graph.get(path, asked, form)
            except Refusal as problem:
                refused = problem
            else:
                self._note_version()
                return answer
            if isinstance(fields, Fields) and (gone := fields.gone(refused) - self.withdrawn):
                self.report.drift.update(f"{stream}.{name} (withdrawn)" for stream, name in gone)
                self.withdrawn |= gone
                return self.get(path, params, form)
            if not passes_by_itself(refused):
                raise error_of(refused, self.graph.usage.regain_minutes, self._now())
            slow += refused.is_slow
            if slow == SLOW_ATTEMPTS:
                break
            self.limit = max(self.limit // 2, SMALLEST_LIMIT)  # "reduce the amount of data" is its usual advice
        code = "retry_later" if refused.status else "no_answer"
        why = str(refused.status) if refused.status else TOO_SLOW if refused.is_slow else "connection"
        raise RetryLater(code, until=self._now() + DEFAULT_WAIT, why=why)

    def lists(self, path: str, params: Mapping[str, Any], form: Form | None = None) -> Iterator[list[dict[str, Any]]]:
        """The records of an edge, page by page, until Graph names no next one."""
        asked = {**params, "limit": self.limit}
        return by_cursor(
            lambda cursor: self.get(path, {**asked, **cursor}, form),
            items="data",
            following=lambda answer: graph_following(answer, self.graph.check_address),
            unsure=self.report.unsure.append,
        )

    def note(self, text: str) -> None:
        """Tell people something once, however many windows meet it."""
        if text not in self.report.notices:
            self.report.notices.append(text)

    def is_identifier(self, value: Any) -> bool:
        """Whether Graph gave what may stand in a path."""
        return isinstance(value, str) and bool(_IDENTIFIER.fullmatch(value))

    def part_of_address(self, identifier: str) -> str:
        """An identifier Graph gave, fit to stand in a path."""
        if not self.is_identifier(identifier):
            raise SourceChanged("wrong_shape", where="id")
        return identifier

    def _slow_down(self) -> None:
        used = self.graph.usage.percent
        if used >= STOP_AT:
            raise RetryLater("quota", until=self._now() + wait_of(self.graph.usage.regain_minutes), which=f"{used:g}%")
        if used >= SLOW_AT:
            self._sleep(1 + used - SLOW_AT)

    def _note_version(self) -> None:
        served = self.graph.usage.version
        if served and served != self.graph.version:
            self.note(
                f"Facebook answered as {served} although {self.graph.version} was asked for: set a living version"
            )
