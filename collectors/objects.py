"""One thing of an account that cannot be read stops nothing: it is passed over, and the others are read.

A stream that asks object by object (the comments of each post, the participants of each meeting) does so through
`pages_by_object`. What becomes of an object that was passed over is the flow's to decide, for all services alike: how
often it is tried, when it goes to quarantine, that its time is not whole. So is that nothing at all could be read,
which is no object's fault but the account's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from collectors.base import Page
from collectors.errors import CollectorError, FixSettings, RetryLater
from collectors.service import PassedOver, PullReport, ServiceStream, SourceObject
from collectors.waiting import Held, Waiting, gathered

MAX_IN_A_ROW = 10
"""So many objects one after the other that the service had no answer for: it is down, and will be asked later."""
OF_ACCOUNT = frozenset(
    {
        "app_refused", "blocked", "foreign_address", "key_invalid", "key_shape", "locked_out", "login_refused",
        "no_token", "plan_too_small", "quota", "scope_missing", "secret_missing", "user_disabled",
    }
)  # fmt: skip
"""Refusals that would meet the next object as well, of who asks and not of what is asked; and what is no refusal but an
attack: an answer that leads elsewhere."""

NEARLY_WHOLE = ("list_too_short", "not_a_list")
"""What is doubted of a list that ended before all that was announced came, or held what is no record: the rest stands.
One that never ended may be anything."""

Found = TypeVar("Found")


def each_object(
    report: PullReport, objects: Iterable[SourceObject], read: Callable[[SourceObject], Iterable[Found]]
) -> Iterator[tuple[SourceObject, list[Found]]]:
    """Each object with all that `read` gives of it; one that is refused is passed over, in `report`.

    Raises what is refused to the account and to no object, and RetryLater when the service answers nothing any more.
    """
    unanswered = 0
    for one in objects:
        earlier = len(report.unsure)
        try:
            found = [*read(one)]
        except CollectorError as problem:
            unanswered = unanswered + 1 if isinstance(problem, RetryLater) else 0
            if is_of_account(problem) or unanswered == MAX_IN_A_ROW:
                raise
            _pass_over(report, one, problem)
            continue
        unanswered = 0
        doubts, report.unsure[earlier:] = report.unsure[earlier:], []
        if doubts:
            _pass_over(report, one, doubts[0])
        else:
            report.read_objects.append(one)
        if all(doubt.code in NEARLY_WHOLE for doubt in doubts):
            yield one, found


def pages_by_object(
    stream: ServiceStream, session: Any, report: PullReport, objects: Iterable[SourceObject]
) -> Iterator[Page]:
    """Pages of the objects' records, those of many objects together: a lake of a row group each would be slow to read.

    Raises as `each_object` does.
    """
    found = each_object(report, objects, partial(_pages_of_object, stream, session))
    for page in gathered(page for _, pages in found for page in pages):
        if page.count or page.stream is not type(stream):
            yield page


def _pages_of_object(stream: ServiceStream, session: Any, one: SourceObject) -> list[Page | Waiting]:
    """The pages of one object, of a large one what would take memory made rows."""
    found: list[Page | Waiting] = []
    held = Held()
    try:
        for page in stream.pages_of_object(session, one):
            found.append(page)
            if isinstance(page, Waiting) and held.add(page):
                found, held = [one.page() if isinstance(one, Waiting) else one for one in found], Held()
    except CollectorError:
        # What is wrong with the records that came is told, though the object is passed over.
        for page in found:
            if isinstance(page, Waiting):
                page.page()
        raise
    return found


def _pass_over(report: PullReport, one: SourceObject, problem: CollectorError) -> None:
    report.passed_over.append(PassedOver(one, problem))
    notice = f"a {one.what} could not be read whole (deleted, or closed to us?): it is tried again, the rest is read"
    report.notices += [notice] if notice not in report.notices else []


def is_of_account(problem: CollectorError) -> bool:
    """Whether a refusal is of the account, its sign-in, plan, limits or settings, and not of one object."""
    is_limit = problem.arguments.get("why") in ("429", "403")  # some services ask for patience by the latter
    is_named = problem.code in OF_ACCOUNT or problem.code.startswith("token_")
    return is_named or is_limit or isinstance(problem, FixSettings)
