"""A report asked for, and the answer put together from its pages: typed figures and what they suffer from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collectors.base import Rejected
from collectors.errors import SourceChanged
from collectors.ga4.plan import Clause, Only
from collectors.kinds import WrongValue, count, number
from collectors.service import PullReport

OTHER = "(other)"
COUNTS = ("activeUsers", "totalUsers", "sessions", "screenPageViews", "eventCount")
"""Metrics that are whole numbers, whatever type a service gives them."""


@dataclass(frozen=True)
class Question:
    """One report: what is counted, by what, over which days (both included), of which use."""

    metrics: tuple[str, ...]
    first_day: date
    last_day: date
    dimensions: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def request(self, of_property: str, offset: int, limit: int) -> Any:
        """The request for one page of it, in the client's own type."""
        from google.analytics.data_v1beta import types

        return types.RunReportRequest(
            property=of_property,
            dimensions=[types.Dimension(name=name) for name in self.dimensions],
            metrics=[types.Metric(name=name) for name in self.metrics],
            date_ranges=[types.DateRange(start_date=self.first_day.isoformat(), end_date=self.last_day.isoformat())],
            dimension_filter=_expression(self.clauses, types),
            # Without an order of their own, pages may overlap.
            order_bys=[
                types.OrderBy(dimension=types.OrderBy.DimensionOrderBy(dimension_name=name)) for name in self.dimensions
            ],
            offset=offset,
            limit=limit,
            return_property_quota=True,
        )


def _expression(clauses: tuple[Clause, ...], types: Any) -> Any:
    def plain(only: Only) -> list[Any]:
        kind = types.Filter
        if only.begins:
            begins = kind.StringFilter.MatchType.BEGINS_WITH
            parts = [kind.StringFilter(match_type=begins, value=one, case_sensitive=True) for one in only.values]
            filters = [kind(field_name=only.dimension, string_filter=part) for part in parts]
        else:
            chosen = kind.InListFilter(values=list(only.values), case_sensitive=True)
            filters = [kind(field_name=only.dimension, in_list_filter=chosen)]
        return [types.FilterExpression(filter=one) for one in filters]

    groups = []
    for clause in clauses:
        parts = [part for only in clause for part in plain(only)]
        either = types.FilterExpression(or_group=types.FilterExpressionList(expressions=parts))
        groups.append(parts[0] if len(parts) == 1 else either)
    if len(groups) < 2:
        return groups[0] if groups else None
    return types.FilterExpression(and_group=types.FilterExpressionList(expressions=groups))


@dataclass
class Answer:
    """A whole report: its rows by name, and the flags every figure of it carries."""

    question: Question
    rows: list[dict[str, Any]] = field(default_factory=list)
    received: int = 0  # rows as sent, those put aside included
    flags: set[str] = field(default_factory=set)
    time_zone: str = ""
    empty_reason: str = ""

    def take(self, response: Any, report: PullReport) -> None:
        """Add one page. A figure of the wrong type puts its row aside and leaves the others."""
        self._note(response.metadata)
        dimensions = [header.name for header in response.dimension_headers]
        metrics = [(header.name, getattr(header.type_, "name", "")) for header in response.metric_headers]
        names = [*dimensions, *(name for name, _ in metrics)]
        if not response.rows and not names:
            if not (self.time_zone or response.kind or self.empty_reason):
                # An error served with 200 looks like this; taken as a report, it would be a month of zeros.
                raise SourceChanged("error_served")
            return  # an empty report may come without headers
        asked = (*self.question.dimensions, *self.question.metrics)
        if lacking := [name for name in asked if name not in names]:
            raise SourceChanged("field_missing", names=", ".join(lacking))
        for name in set(names) - set(asked):
            report.drift[f"ga4.{name}"] += 1
        for row in rows_of(response):
            self.received += 1
            values = [one.value for one in (*row.dimension_values, *row.metric_values)]
            if len(row.dimension_values) != len(dimensions) or len(row.metric_values) != len(metrics):
                self._aside("row", "values do not match the headers", values, report)
                continue
            if OTHER in values[: len(dimensions)]:
                self.flags.add("other_row")
            found: dict[str, Any] = dict(zip(dimensions, values, strict=False))
            name = ""
            try:
                for (name, kind), text in zip(metrics, values[len(dimensions) :], strict=True):
                    found[name] = figure(name, kind, text)
            except WrongValue as problem:
                self._aside(name, str(problem), values, report)
                continue
            self.rows.append(found)

    def _note(self, metadata: Any) -> None:
        self.time_zone = metadata.time_zone or self.time_zone
        self.empty_reason = metadata.empty_reason or self.empty_reason
        if metadata.subject_to_thresholding:
            self.flags.add("thresholded")
        if metadata.data_loss_from_other_row:
            self.flags.add("other_row")
        if metadata.sampling_metadatas:
            self.flags.add("sampled")
        if metadata.data_truncation_reasons:
            self.flags.add("truncated")

    def _aside(self, name: str, problem: str, values: list[str], report: PullReport) -> None:
        report.drift[f"ga4.{name} ({problem})"] += 1
        report.rejected.append(
            Rejected(
                f"ga4 report from {self.question.first_day}, row {self.received}, field {name}",
                "wrong_value",
                {"found": problem},
                json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"),
            )
        )


def rows_of(response: Any) -> Any:
    """The rows of an answer as the client's library decoded them, without the wrapping it puts around each value."""
    return type(response).pb(response).rows


def figure(name: str, kind: str, text: str) -> int | float:
    """A metric's text by its declared type; every figure of GA4 is sent as text."""
    found = count(text) if kind == "TYPE_INTEGER" else number(text)
    if found is None:
        raise WrongValue("an empty text where a figure belongs")
    if name in COUNTS:
        found = count(found)
    if found is None or found < 0:
        raise WrongValue("less than nothing")
    return found
