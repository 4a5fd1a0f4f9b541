"""Lists that come in pages: every guard against a list that does not end, falls short or moves, once.

    by_offset   the n-th record on; the service announces how many there are (Mailchimp, Brevo)
    by_cursor   the page a token names, until none is named (Zoom, Facebook, WhatsApp, Google Forms)

Four codes say what was wrong: `not_a_list`, `list_never_ends`, `list_too_short`, `list_moved`. A list that gave
something, but less than it announces, or things that are none, or with nothing but empty pages behind it, is taken as
far as it came; `unsure` is told, and the flow lowers what it covers: what is wrong with one thing of a service, or with
its number, must not end the reading for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from collectors.columnar import Typed, together, values_of
from collectors.errors import RetryLater, SourceChanged
from collectors.patience import DEFAULT_WAIT

MAX_READINGS = 3
"""How often a list that changed while it was read is begun again."""
MAX_PAGES = 2_000
MAX_EMPTY_PAGES = 20
"""A service may leave out what we may not see, so a page may be empty before the end; not for ever."""

Doubt = Callable[[SourceChanged], None]
"""Takes the error that says why a list may lack some."""
Cursor = Mapping[str, str]
"""The parameters that ask for a page; empty for the first one."""
T = TypeVar("T")


def by_offset(ask: Callable[[int], Any], *, items: str, total: str, identity: str, unsure: Doubt | None) -> list[Any]:
    """Every item of a list of which `ask(n)` answers a page from its n-th item on.

    `items` and `total` name the answer's list and the number of all items, `identity` the field that tells items
    apart. The list is begun again when it changed on the way: an item inserted or gone would shift the others
    over the edge of a page, and one be lost. An empty list may be left out of its answer. `unsure` None: the number
    may be of more than was asked for, and an empty page is the end.
    Raises SourceChanged, and RetryLater for a list that keeps changing.
    """
    return until_complete(lambda: _by_offset(ask, items, total, identity, unsure), items)


def _by_offset(
    ask: Callable[[int], Any], items: str, total: str, identity: str, unsure: Doubt | None
) -> list[Any] | None:
    answers: list[list[Any]] = []
    received = 0
    seen: set[str | int] = set()
    announced: int | None = None
    while announced is None or received < announced:
        answer = ask(received)
        count = answer.get(total) if isinstance(answer, Mapping) else None
        page = answer.get(items, [] if count == 0 else None) if isinstance(answer, Mapping) else None
        if not isinstance(page, list) or type(count) is not int or count < 0:
            raise not_a_list(items)
        if announced is not None and count != announced:
            return None
        announced = count
        if not page and received < announced:
            doubt = too_short(items, announced, received)
            if not received:
                raise doubt
            if unsure is not None:
                unsure(doubt)
            return together(answers)
        names = values_of(page, identity)
        legible = {name for name in names if isinstance(name, (str, int))}  # others are put aside by their readers
        if seen & legible:
            raise never_ends(items)
        seen |= legible
        received += len(page)
        answers.append(page)
    return together(answers) if received == announced else None


def by_cursor(
    ask: Callable[[Cursor], Any],
    *,
    items: str,
    following: Callable[[Mapping[str, Any]], Cursor | None],
    unsure: Doubt,
    is_left_out_when_empty: bool = False,
) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list of which `ask(cursor)` answers one, and `following(answer)` gives the next one's cursor.

    `items` names the answer's list of objects; what in it is none is left out, and `unsure` told. Raises SourceChanged
    for an answer without it, a list without any object, a cursor that comes twice, nothing but empty pages, and more
    pages than any list of a town has.
    """
    cursor: Cursor = {}
    seen: set[tuple[tuple[str, str], ...]] = set()
    empty, has_any, is_odd = 0, False, False
    for _ in range(MAX_PAGES):
        answer = ask(cursor)
        page = answer.get(items, [] if is_left_out_when_empty else None) if isinstance(answer, Mapping) else None
        if not isinstance(page, list):
            raise not_a_list(items)
        legible = page if isinstance(page, Typed) else [one for one in page if isinstance(one, dict)]
        is_odd |= len(legible) < len(page)
        yield legible
        has_any |= bool(legible)
        named = following(answer)
        if named is None:
            if is_odd and not has_any:
                raise not_a_list(items)
            if is_odd:
                unsure(not_a_list(items))
            return
        cursor, empty = named, 0 if page else empty + 1
        mark = tuple(sorted(cursor.items()))
        if mark in seen or empty > MAX_EMPTY_PAGES:
            if empty and has_any:
                unsure(never_ends(items))
                return
            break
        seen.add(mark)
    raise never_ends(items)


def until_complete(read: Callable[[], T | None], items: str) -> T:
    """What a reading gives, read again as long as it gives None because the list changed. Raises RetryLater."""
    for _ in range(MAX_READINGS):
        found = read()
        if found is not None:
            return found
    raise RetryLater("list_moved", until=datetime.now(UTC) + DEFAULT_WAIT, where=items)


def not_a_list(items: str) -> SourceChanged:
    """The error for an answer without its list, or without the number of its items."""
    return SourceChanged("not_a_list", where=items)


def too_short(items: str, announced: int, found: int) -> SourceChanged:
    """The error for a list that ended before all that was announced came."""
    return SourceChanged("list_too_short", where=items, announced=announced, received=found)


def never_ends(items: str) -> SourceChanged:
    """The error for pages that repeat, or lead in a circle."""
    return SourceChanged("list_never_ends", where=items)
