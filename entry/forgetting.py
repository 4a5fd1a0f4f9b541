"""A person who asks to be forgotten, in what the form keeps sealed: drafts of the roster, and words that name her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from collectors.staff_workbook.layout import SHEETS
from entry.accounts import Account
from entry.book import is_of_people
from entry.database import FILE, Database
from entry.lines import opened, sealed
from entry.sending import finish
from entry.town import FormTown
from pipeline.upkeep.erasure.erase import Place
from pipeline.upkeep.erasure.subject import Subject
from town.store import TownStore

NAME = "form"


def finish_begun(store: TownStore) -> None:
    """Land what a killed sending began: it holds what was typed."""
    if (store.config.base / FILE).exists():
        finish(FormTown(store, Account("", store.authority.code, "", ""), Database(store.config.base)))


def forget(
    store: TownStore, identifiers: Sequence[str], kind: str | None, *, is_dry_run: bool, words_mark: str
) -> Place | None:
    """Take out drafts of the roster that name her, and put the mark in her place in other words where one is given.

    None where the town has no form.
    """
    path: Path = store.config.base / FILE
    if not path.exists():
        return None
    subject, done = Subject(identifiers, kind), Place(place=NAME, searched=0, erased=0, left=0, unsearched=0)
    with Database(path.parent).transaction() as tx:
        drafts = (
            "select 'draft' as kept_in, d.rowid as number, d.sheet, d.sealed from draft d "
            "join account a on a.login = d.login where a.authority = ?"
        )
        lines = "select 'line' as kept_in, rowid as number, sheet, sealed from line where authority = ?"
        code = store.authority.code
        for row in [*tx.execute(drafts, (code,)).fetchall(), *tx.execute(lines, (code,)).fetchall()]:
            values: Mapping[str, str] = opened(store.keys, row["sealed"]) or {}
            done["searched"] += 1
            named = {name: text for name, text in values.items() if subject.is_named_by(text)}
            if not named:
                continue
            is_roster = row["sheet"] in SHEETS and is_of_people(SHEETS[row["sheet"]])
            if not (is_roster or words_mark):
                done["left"] += 1
                continue
            done["erased"] += 1
            if is_dry_run:
                continue
            table = row["kept_in"]
            if is_roster:
                tx.execute(f"delete from {table} where rowid = ?", (row["number"],))  # noqa: S608 (ours)
            else:
                marked = {**values, **{name: subject.replaced(text, words_mark) for name, text in named.items()}}
                content = sealed(store.keys, marked)
                tx.execute(f"update {table} set sealed = ? where rowid = ?", (content, row["number"]))  # noqa: S608 (ours)
    return done
