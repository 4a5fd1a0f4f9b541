"""What is pulled: the numbers of a business account, and the platform's counts by number and day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import Rejected
from collectors.errors import SourceChanged
from collectors.kinds import WrongValue, instant, number, text
from collectors.records import value_at
from collectors.service import SourceObject, Window
from collectors.whatsapp_cloud.naming import digits_of, space_key
from collectors.whatsapp_cloud.registry import Edge, registry
from collectors.whatsapp_cloud.session import CloudSession, FieldsGone

NUMBER_FIELDS = ("id", "display_phone_number")
OPTIONAL_FIELDS = ("quality_rating", "status")
"""What may be withdrawn from one day to the next, and costs itself alone."""
TEMPLATES = "template_analytics"
TEMPLATES_A_CALL = 10
MAX_WINDOW = timedelta(days=89)
NO_NUMBER = "the WhatsApp business account has no number: its figures are missing, not zero; check `business_account`"
TEMPLATES_KEPT = timedelta(days=90)

Row = dict[str, Any]


def numbers_of(session: CloudSession) -> list[Mapping[str, Any]]:
    """The account's telephone numbers, asked for once."""
    asked = list(OPTIONAL_FIELDS)
    while session.numbers is None:
        fields = ",".join((*NUMBER_FIELDS, *asked))
        try:
            session.numbers = list(session.listed(f"{session.business}/phone_numbers", fields=fields, limit=100))
        except FieldsGone as problem:
            gone = [name for name in asked if name in problem.fields]
            if not gone:
                raise
            session.report.drift.update(f"whatsapp_cloud_number.{name} (withdrawn)" for name in gone)
            asked = [name for name in asked if name not in gone]
    found = session.numbers
    if not found and NO_NUMBER not in session.report.notices:
        session.report.notices.append(NO_NUMBER)
    return found


def number_rows(session: CloudSession, window: Window) -> list[Row]:
    """One row a number, on the window's last day."""
    day = window.until.astimezone(ZoneInfo(session.account.timezone)).date()
    rows = []
    for one in numbers_of(session):
        for unknown in set(one) - {*NUMBER_FIELDS, *OPTIONAL_FIELDS}:
            session.report.drift[f"whatsapp_cloud_number.{unknown}"] += 1
        try:
            told = {
                "quality": text(one.get("quality_rating")),
                "status": text(one.get("status")),
            }
        except WrongValue as problem:
            _aside(session, "phone_numbers", problem)
            continue
        rows.append({"space_key": _key(session, one), "day": day, **told})
    return rows


def counts(session: CloudSession, window: Window) -> Iterator[SourceObject]:
    """What the platform counted, as it is asked: by month, each number at each edge, and all templates together.

    A month is asked from its first day, so that whoever reads it again reads all of it.
    """
    zone = ZoneInfo(session.account.timezone)
    until = window.until.astimezone(zone).date()
    first = (window.since or window.until - MAX_WINDOW).astimezone(zone).date()
    numbers = numbers_of(session) if first < until else []
    while first < until:
        since, after = first.replace(day=1), (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        bounds = [datetime.combine(day, time(), zone) for day in (since, min(after, until))]
        for one in numbers:
            kept = {"digits": digits_of(one.get("display_phone_number")), "space_key": _key(session, one)}
            for name in registry().edges:
                yield _count(name, kept["space_key"], kept, bounds)
        # Templates belong to the account and not to a number: the account is their space.
        key = space_key(session.account, None, session.business)
        yield _count(TEMPLATES, key, {"space_key": key}, bounds)
        first = after


def count_rows(session: CloudSession, one: SourceObject) -> list[Row]:
    """The rows of one of the `counts`. An edge the platform no longer has is told and gives none."""
    if one.until is None:
        raise SourceChanged("wrong_shape", where=one.what)
    name = one.kept["edge"]
    edge = registry().templates if name == TEMPLATES else registry().edges[name]
    if name == TEMPLATES:
        points = _template_points(session, edge, one.since, one.until)
    else:
        filters = [f'phone_numbers(["{one.kept["digits"]}"])']
        points = _points(session, name, edge, one.since, one.until, filters)
    return _counted(session, name, edge, points, one.kept["space_key"])


def _count(name: str, of: str, kept: Mapping[str, Any], bounds: list[datetime]) -> SourceObject:
    since, until = bounds
    return SourceObject("count", f"{name} {of} {since:%Y-%m}", since, {"edge": name, **kept}, since, until)


def _template_points(session: CloudSession, edge: Edge, since: datetime, until: datetime) -> list[Mapping[str, Any]]:
    """The points of all templates, as far back as they are kept."""
    zone = ZoneInfo(session.account.timezone)
    oldest = (session.read_at - TEMPLATES_KEPT).astimezone(zone).date() + timedelta(days=1)
    if since.astimezone(zone).date() < oldest:
        session.note(
            f"WhatsApp keeps what it counts of templates for 90 days: before {oldest} it is missing, not zero; "
            "collect at least monthly"
        )
        since = datetime.combine(oldest, time(), zone)
    points: list[Mapping[str, Any]] = []
    templates = _templates(session) if since < until else []
    for at in range(0, len(templates), TEMPLATES_A_CALL):
        filters = [f"template_ids({json.dumps(templates[at : at + TEMPLATES_A_CALL])})"]
        points += _points(session, TEMPLATES, edge, since, until, filters)
    return points


def _templates(session: CloudSession) -> list[str]:
    """The identifiers of the account's templates, asked for once; again where the list may lack some."""
    if session.templates is None:
        templates, doubts = [], len(session.report.unsure)
        for one in session.listed(f"{session.business}/message_templates", fields="id"):
            if found := digits_of(one.get("id")):
                templates.append(found)
            else:  # it cannot be asked for: what was counted of it is missing
                _aside(session, "message_templates", WrongValue("a template without its identifier"))
        if len(session.report.unsure) > doubts:
            return templates
        session.templates = templates
    return session.templates


def _points(
    session: CloudSession, name: str, edge: Edge, since: datetime, until: datetime, filters: list[str]
) -> list[Mapping[str, Any]]:
    """The data points of one edge, asked as a field of the account."""
    start, end = (int(at.timestamp()) for at in (since, until))
    asked = [name, f"start({start})", f"end({end})", f"granularity({edge.granularity})", *filters]
    asked += [f"metric_types({json.dumps(list(edge.metric_types))})"] if edge.metric_types else []
    asked += [f"dimensions({json.dumps(list(edge.dimensions))})"] if edge.dimensions else []
    try:
        answer = session.ask(session.business, fields=".".join(asked))
    except SourceChanged as problem:
        if problem.code != "invalid_argument":
            raise
        session.report.drift[f"whatsapp_cloud_metric.{name} (refused)"] += 1
        session.note(f"WhatsApp no longer gives {name}; its numbers are missing, not zero. Look for a newer version.")
        return []
    if name not in answer:
        session.report.drift[f"whatsapp_cloud_metric.{name} (absent)"] += 1
        return []
    found = answer[name]
    groups = found.get("data", [found]) if isinstance(found, Mapping) else None
    if not isinstance(groups, list):
        raise SourceChanged("wrong_shape", where=name)
    points: list[Mapping[str, Any]] = []
    for group in groups:
        listed = value_at(group, "data_points")
        if listed is None:
            session.report.drift[f"whatsapp_cloud_metric.{name}.data_points (absent)"] += 1
        elif not isinstance(listed, list) or not all(isinstance(point, Mapping) for point in listed):
            raise SourceChanged("wrong_shape", where=name)
        else:
            points += listed
    return points


def _counted(session: CloudSession, name: str, edge: Edge, points: list[Mapping[str, Any]], key: str) -> list[Row]:
    """Rows by day and name; points that differ by template or price only are added up."""
    totals: dict[tuple[date, str], float] = defaultdict(float)
    zone = ZoneInfo(session.account.timezone)
    known = {"start", "end", "template_id", "cost", *edge.metrics, *(d.lower() for d in edge.dimensions)}
    for point in points:
        for unknown in set(point) - known:
            session.report.drift[f"whatsapp_cloud_metric.{name}.{unknown}"] += 1
        try:
            began = instant(point.get("start"))
            if began is None:
                raise WrongValue("a data point without its beginning")
            amounts = {edge.name_of(one, point): _amount(point[one]) for one in edge.metrics if one in point}
            if not amounts:
                session.report.drift[f"whatsapp_cloud_metric.{name} (a point without counts)"] += 1
        except WrongValue as problem:
            _aside(session, name, problem)
            continue
        for metric, amount in amounts.items():
            totals[began.astimezone(zone).date(), metric] += amount
    return [
        {"space_key": key, "day": day, "metric": metric, "amount": amount}
        for (day, metric), amount in sorted(totals.items())
    ]


def _amount(value: Any) -> float:
    """A count; clicks come as a list of counts by button."""
    if isinstance(value, list):
        return sum((_amount(value_at(one, "count")) for one in value), 0.0)
    found = number(value)
    if found is None or found < 0:
        raise WrongValue("no count")
    return found


def _key(session: CloudSession, one: Mapping[str, Any]) -> str:
    return space_key(session.account, one.get("display_phone_number"), one.get("id"))


def _aside(session: CloudSession, where: str, problem: WrongValue) -> None:
    session.report.drift[f"whatsapp_cloud.{where} ({problem})"] += 1
    session.report.rejected.append(Rejected(where, "wrong_value", {"found": str(problem)}))
