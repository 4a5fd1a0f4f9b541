"""Google Analytics 4 played: one property full of visits, asked over gRPC or over REST in the client's own types.

`Property` is the state and answers reports from its log of events, as far as they have arrived by `now`:
a late event restates a day. `GrpcServer` and `RestServer` are two doors to it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from google.analytics.data_v1beta import types

from simulator.services.ga4_hits import ELSEWHERE, HOME, Hit, sessions, users
from simulator.services.server import Answer, Call, Server

KEY_EVENTS = {
    "pay": "payment", "enrol": "registration", "change_details": "update", "apply": "application",
    "write_to_us": "contact", "read_alert": "keeping_up",
}  # fmt: skip
PATHS = ("/", "/services/arnona", "/services/parking", "/contact", "/planning/plan-12", "/news/festival")
COST = 10
HTTP = {
    "INVALID_ARGUMENT": 400, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504,
}  # fmt: skip


VIEWS = ("page_view", "screen_view")
DIMENSIONS: dict[str, Callable[[Hit], str]] = {
    "date": lambda hit: hit.day.strftime("%Y%m%d"),
    "yearMonth": lambda hit: hit.day.strftime("%Y%m"),
    "eventName": lambda hit: hit.event,
    "pagePath": lambda hit: hit.path,
    "cityId": lambda hit: hit.city,
    "platform": lambda hit: hit.platform,
    "streamId": lambda hit: {"web": "71", "iOS": "72", "Android": "73"}[hit.platform],
    "sessionCampaignName": lambda hit: hit.campaign,
    "sessionMedium": lambda hit: hit.medium,
}
METRICS: dict[str, tuple[str, Callable[[list[Hit]], int]]] = {
    "activeUsers": ("TYPE_INTEGER", lambda hits: users(hits)),
    "totalUsers": ("TYPE_INTEGER", lambda hits: users(hits)),
    "sessions": ("TYPE_INTEGER", lambda hits: sessions(hits)),
    "userEngagementDuration": ("TYPE_SECONDS", lambda hits: sum(hit.engaged * hit.people for hit in hits)),
    "screenPageViews": ("TYPE_INTEGER", lambda hits: sum(hit.people for hit in hits if hit.event in VIEWS)),
    "eventCount": ("TYPE_INTEGER", lambda hits: sum(hit.people for hit in hits)),
    "keyEvents": ("TYPE_FLOAT", lambda hits: sum(hit.people for hit in hits if hit.event in KEY_EVENTS)),
}


class Refused(Exception):
    """The property does not answer; `status` is gRPC's name for why."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass
class Property:
    """A property, what happened on it, and the moods of the service."""

    number: str = "123456"
    time_zone: str = "Asia/Jerusalem"
    now: datetime = datetime(2030, 1, 1, tzinfo=UTC)
    threshold: int = 0  # rows of fewer users are withheld where a report tells cities apart
    is_sampled: bool = False
    max_paths: int | None = None  # the rest is rolled up into (other)
    retention: timedelta | None = None
    is_viewer: bool = True
    left: dict[str, int] = field(default_factory=lambda: {"tokens_per_hour": 40_000, "tokens_per_day": 200_000})
    refusals: list[Refused] = field(default_factory=list)  # met by the next calls, in order
    spoil: Callable[[Any], None] = lambda response: None
    requests: list[Any] = field(default_factory=list)
    _days: dict[date, list[Hit]] = field(default_factory=lambda: defaultdict(list))

    def add(self, hits: Iterable[Hit]) -> None:
        """Let something happen."""
        for hit in hits:
            self._days[hit.day].append(hit)

    def answer(self, request: Any) -> Any:
        """A report, or Refused."""
        self.requests.append(request)
        if self.refusals:
            raise self.refusals.pop(0)
        if request.property != f"properties/{self.number}" or not self.is_viewer:
            raise Refused("PERMISSION_DENIED", "User does not have sufficient permissions for this property.")
        names = [one.name for one in request.dimensions]
        filtered = set(_fields(request.dimension_filter))
        for name in {*names, *filtered} - set(DIMENSIONS):
            raise Refused("INVALID_ARGUMENT", f"Field {name} is not a valid dimension.")
        for metric in request.metrics:
            if metric.name not in METRICS:
                raise Refused("INVALID_ARGUMENT", f"Field {metric.name} is not a valid metric.")
        self._charge()
        response = types.RunReportResponse(
            dimension_headers=[types.DimensionHeader(name=name) for name in names],
            metric_headers=[types.MetricHeader(name=m.name, type_=METRICS[m.name][0]) for m in request.metrics],
            metadata=types.ResponseMetaData(time_zone=self.time_zone, currency_code="ILS"),
        )
        groups = self._groups(request, names, response.metadata)
        if "cityId" in {*names, *filtered} and self.threshold:
            few = [key for key, hits in groups.items() if users(hits) < self.threshold]
            response.metadata.subject_to_thresholding = bool(few)
            groups = {key: hits for key, hits in groups.items() if key not in few}
        if self.is_sampled:
            kept = types.SamplingMetadata(samples_read_count=10, sampling_space_size=100)
            response.metadata.sampling_metadatas = [kept]
        order = [one.dimension.dimension_name for one in request.order_bys]
        keys = sorted(groups, key=lambda key: [key[names.index(name)] for name in order])
        if not order:
            random.shuffle(keys)  # who gives no order is given none
        response.row_count = len(keys)
        for key in keys[request.offset : request.offset + (request.limit or 10_000)]:
            figures = [str(METRICS[metric.name][1](groups[key])) for metric in request.metrics]
            row = types.Row(
                dimension_values=[types.DimensionValue(value=value) for value in key],
                metric_values=[types.MetricValue(value=figure) for figure in figures],
            )
            response.rows.append(row)
        if request.return_property_quota:
            status = {name: types.QuotaStatus(consumed=COST, remaining=left) for name, left in self.left.items()}
            response.property_quota = types.PropertyQuota(**status)
        self.spoil(response)
        return response

    def _charge(self) -> None:
        for bucket, left in self.left.items():
            if left < COST:
                words = bucket.replace("_", " ")
                raise Refused("RESOURCE_EXHAUSTED", f"Exhausted property {words}. These will return later.")
            self.left[bucket] = left - COST

    def _groups(self, request: Any, names: list[str], metadata: Any) -> dict[tuple[str, ...], list[Hit]]:
        first, last = (date.fromisoformat(getattr(request.date_ranges[0], name)) for name in ("start_date", "end_date"))
        oldest = (self.now - self.retention).date() if self.retention else date.min
        if first < oldest:
            metadata.data_truncation_reasons = [types.ResponseMetaData.DataTruncationReason()]
        holds = _test(request.dimension_filter)
        hits = [
            hit
            for day, found in self._days.items()
            if max(first, oldest) <= day <= last
            for hit in found
            if hit.arrives <= self.now and holds(hit)
        ]
        views: dict[str, int] = defaultdict(int)
        for hit in hits:
            views[hit.path] += 1
        shown = set(sorted(views, key=lambda path: (-views[path], path))[: self.max_paths])
        groups: dict[tuple[str, ...], list[Hit]] = defaultdict(list)
        for hit in hits:
            rolled = "pagePath" in names and hit.path not in shown
            metadata.data_loss_from_other_row = metadata.data_loss_from_other_row or rolled
            groups[tuple("(other)" if rolled else DIMENSIONS[name](hit) for name in names)].append(hit)
        return groups

    def truth(self) -> dict[tuple[str, str, str, str], dict[str, int]]:
        """(month, asset, place, cut) -> true figures of everything that happened, arrived or not."""
        sorted_hits: dict[tuple[str, str, str, str], list[Hit]] = defaultdict(list)
        for hit in (hit for found in self._days.values() for hit in found):
            kind = KEY_EVENTS.get(hit.event)
            cuts = ["", *([kind, "active"] if kind else [])]
            cuts += ["newsletter"] if hit.medium == "email" and hit.platform == "web" else []
            for place in ("all", "resident") if hit.city == HOME else ("all",):
                for cut in cuts:
                    asset = "website" if hit.platform == "web" else "app"
                    sorted_hits[f"{hit.day:%Y-%m}", asset, place, cut].append(hit)
        return {
            key: {
                "users": len({hit.user for hit in hits}),
                "sessions": len({hit.session for hit in hits}),
                "engaged_seconds": sum(hit.engaged for hit in hits),
                "events": len(hits),
            }
            for key, hits in sorted(sorted_hits.items())
        }


def life(first: date, days: int, *, people: int = 60, seed: int = 7) -> Iterator[Hit]:
    """Visits of a town's people over so many days; one in twenty reaches the service up to 70 hours late."""
    chance = random.Random(seed)
    session = 0
    for day in (first + timedelta(days=n) for n in range(days)):
        for user in sorted(chance.sample(range(people), chance.randint(people // 8, people // 4))):
            session += 1
            seen = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            arrives = seen + timedelta(hours=chance.randint(30, 70) if chance.random() < 0.05 else 4)
            platform = "web" if user % 4 else chance.choice(["iOS", "Android"])
            mailed = chance.random() < 0.1
            told = ("weekly", "email") if mailed else ("(direct)", "(none)")
            where = HOME if user % 5 else ELSEWHERE
            act = [chance.choice([*KEY_EVENTS])] if chance.random() < 0.15 else []
            views = ["page_view" if platform == "web" else "screen_view"] * chance.randint(1, 3)
            for event in views + act:
                path, engaged = chance.choice(PATHS), chance.randint(5, 90)
                yield Hit(day, arrives, user, session, event, path, engaged, where, platform, *told)


def _fields(expression: Any) -> Iterator[str]:
    for group in (expression.and_group, expression.or_group):
        for one in group.expressions:
            yield from _fields(one)
    if expression.filter.field_name:
        yield expression.filter.field_name


def _test(expression: Any) -> Callable[[Hit], bool]:
    """A filter as a function, built once: the client's types are slow to look into."""
    everyone = [_test(one) for one in expression.and_group.expressions]
    anyone = [_test(one) for one in expression.or_group.expressions]
    if everyone or anyone:
        return lambda hit: any(one(hit) for one in anyone) or (not anyone and all(one(hit) for one in everyone))
    only = expression.filter
    if not only.field_name:
        return lambda hit: True
    value, chosen = DIMENSIONS[only.field_name], frozenset(only.in_list_filter.values)
    start = only.string_filter.value  # the one kind of text filter anybody asks
    return (lambda hit: value(hit) in chosen) if chosen else (lambda hit: value(hit).startswith(start))


class GrpcServer:
    """`with GrpcServer(property) as server:` answers the real client at `server.base_url`."""

    def __init__(self, played: Property) -> None:
        import grpc  # type: ignore[import-untyped]

        def run_report(request: Any, context: Any) -> Any:
            try:
                return played.answer(request)
            except Refused as refused:
                return context.abort(grpc.StatusCode[refused.status], str(refused))

        method = grpc.unary_unary_rpc_method_handler(
            run_report, types.RunReportRequest.deserialize, types.RunReportResponse.serialize
        )
        service = "google.analytics.data.v1beta.BetaAnalyticsData"
        self._server = grpc.server(futures.ThreadPoolExecutor(2))
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"RunReport": method}),))
        self.base_url = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop(None).wait()


class RestServer(Server):
    """The same property over REST; an empty report has neither `rows` nor `rowCount`, as the true one."""

    def __init__(self, played: Property) -> None:
        super().__init__()
        self._played = played
        self.route("POST", "/v1beta/properties/{number}:runReport", self._run_report)

    def _run_report(self, call: Call, number: str) -> Answer:
        from google.protobuf import json_format  # type: ignore[import-untyped]

        request = types.RunReportRequest()
        fields: Mapping[str, Any] = {**call.json(), "property": f"properties/{number}"}
        json_format.ParseDict(fields, types.RunReportRequest.pb(request))
        try:
            response = self._played.answer(request)
        except Refused as refused:
            code = HTTP[refused.status]
            return Answer.json({"error": {"code": code, "message": str(refused), "status": refused.status}}, code)
        return Answer(200, json_format.MessageToJson(types.RunReportResponse.pb(response)).encode())
