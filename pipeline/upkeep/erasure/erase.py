"""Erasing a person: she is forgotten by the dictionary, and what was kept as it came and names her is destroyed.

What her rows count is left as it is: they hold an ordinal that is nobody's now, so no published number moves, nothing
is computed anew and nothing tells when she asked. An export that comes later lands under the same ordinal. No trace of
the command is written anywhere: no run, no time, no identifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from pipeline.land.drain import Drainer
from pipeline.land.events import give_up
from pipeline.land.sealed import clear_left_over
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure import places
from pipeline.upkeep.erasure.places import Found
from pipeline.upkeep.erasure.subject import Subject
from pipeline.upkeep.erasure.words import Cell, StaffWords
from pipeline.upkeep.upkeep import sweep
from town.store import TownStore
from warehouse import events
from warehouse.condemned import destroy_condemned
from warehouse.forgetting import forget_people
from warehouse.kept_copies import kept_copies
from warehouse.locks import town_at_rest
from warehouse.store import empty_log


class Place(TypedDict):
    """What an erasure did in one place."""

    place: str  # dictionary, vault, drop, drop_waiting, inbox, staff_words, reports, copies
    searched: int  # files or entries looked through
    erased: int  # of which this many named her and are gone; on a dry run, would go
    left: int  # named her and could not go
    unsearched: int  # nobody could look into


class Erased(TypedDict):
    """What `kehila erase --json` prints."""

    found: bool  # False: nobody of these identifiers is known, and nothing names her
    was_forgotten: bool  # an erasure before this one forgot her
    is_dry_run: bool
    places: list[Place]
    words: list[Cell]  # cells of the workbook in which staff's own words name her


def erase(
    store: TownStore,
    identifiers: Sequence[str],
    kind: str | None = None,
    *,
    is_dry_run: bool = False,
    words_mark: str = "",
) -> Erased:
    """Erase one person by all her identifiers; `kind` where it is known of what kind all of them are.

    With `words_mark` staff's own words lose her name too: the mark stands in its place, and facts are made anew.

    With `is_dry_run` everything is searched and nothing changed. Killed at any instant it is done by running it again:
    what names her goes first, and the dictionary last, in one transaction with the list of what is still to be
    destroyed.
    """
    subject = Subject(identifiers, kind)
    key = store.keys.derive("pseudonym")
    if not is_dry_run:
        _finish_what_others_began(store)
    with town_at_rest(store.engine, store.authority.code):
        done = _erase(store, subject, identifiers, key, is_dry_run, words_mark)
        if words_mark and not is_dry_run:  # whatever was found: one that was killed before may have left it undone
            refresh(store)
            sweep(store)
            empty_log(store.engine)
    return done


def _finish_what_others_began(store: TownStore) -> None:
    """What killed processes left goes, and what waits in the inbox lands: then nothing of hers is under way."""
    destroy_condemned(store.ledger, store.lake)
    clear_left_over(store)
    if (store.config.base / "inbox").is_dir():
        drainer = Drainer(store.config, today=store.today)
        drainer.drain()
        drainer.forget()


def _erase(
    store: TownStore, subject: Subject, identifiers: Sequence[str], key: bytes, is_dry_run: bool, words_mark: str
) -> Erased:
    vault = places.in_vault(store, subject)
    drop = places.in_drop_folder(store, subject)
    waiting = places.waiting_in_drop_folder(store, subject)
    inbox, words = places.in_inbox(store, subject), StaffWords(store, subject)
    reports = places.in_reports(store, subject)
    people = store.people
    known = {one for kind_, value in subject.identities for one in people.stored(kind_, value)}
    was_forgotten = any(
        people.find(*one) is not None and not people.stored(*one) for one in subject.identities
    )  # by her mark
    if not is_dry_run:
        for path in drop.named:
            path.unlink(missing_ok=True)
        if words_mark:
            words.put_mark(words_mark)
        originals = [path.as_posix() for path in vault.named]
        _give_up_waiting(store, originals)
        forget_people(store.ledger, store.lake, key, subject.identities, originals)
        store.lake.remove(originals)  # one of a killed import, which nothing listed
    copies = kept_copies(store.engine)
    if not is_dry_run:
        for path in copies:
            path.unlink(missing_ok=True)
    told = [
        Place(place="dictionary", searched=len(identifiers), erased=len(known), left=0, unsearched=0),
        _told(vault), _told(drop), _told(waiting, stays=True), _told(inbox, stays=True),
        _told_words(words, is_replaced=bool(words_mark)), _told(reports, stays=True),
    ]  # fmt: skip
    is_found = any(one["erased"] or one["left"] for one in told)
    if copies:  # who is in them nobody looks up: they go whoever is erased
        told.append(Place(place="copies", searched=len(copies), erased=len(copies), left=0, unsearched=0))
    return {
        "found": is_found,
        "was_forgotten": was_forgotten,
        "is_dry_run": is_dry_run,
        "places": told,
        "words": words.cells,
    }


def _told(found: Found, *, stays: bool = False) -> Place:
    named = len(found.named)
    erased, left = (0, named) if stays else (named, 0)
    return Place(place=found.place, searched=found.searched, erased=erased, left=left, unsearched=len(found.unsearched))


def _told_words(words: StaffWords, *, is_replaced: bool) -> Place:
    erased, left = (len(words.cells), 0) if is_replaced else (0, len(words.cells))
    return Place(place="staff_words", searched=words.searched, erased=erased, left=left, unsearched=0)


def _give_up_waiting(store: TownStore, originals: Sequence[str]) -> None:
    """Events that wait to be read again and name her are waited for no more: they stand in the quarantine."""
    for row in events.waiting(store.ledger):
        if row.sealed_path in originals:
            give_up(store, row, "unreadable", row.attempts)
