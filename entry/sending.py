"""Sending: what is right of one's drafts becomes records, the rest stays where it was typed.

What will land is written down first, sealed and under a number; then it lands, under that number once; then the drafts
go. Killed in between, whoever sends next finishes it: the same number lands nothing again, and nobody's lines are lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collectors.remarks import Remark
from collectors.staff_workbook.form import FormBook, form_table
from collectors.staff_workbook.layout import SHEETS
from entry.accounts import Account
from entry.book import MONTH, is_of_people
from entry.checking import Checked, checked
from entry.lines import BY, Line, lines_in, opened, plain, sealed
from entry.town import ENTERED_BY, FormTown
from pipeline.land.form import land_form
from warehouse.ledger import now
from warehouse.locks import one_at_a_time


@dataclass
class Sent:
    """What became of a sending: lines that went, and lines that wait."""

    lines: int = 0
    waiting: int = 0
    notices: list[Remark] = field(default_factory=list)


def send(town: FormTown, book: str) -> Sent:
    """Send one's drafts of a book, but for lines that are wrong, contested, or to be asked about."""
    with one_at_a_time(town.store.engine, f"form:{town.account.authority}"):
        finish(town)
        number, done = _compose(town, book)
        if number:
            done.notices = finish(town)
    return done


def finish(town: FormTown) -> list[Remark]:
    """Land what was to be sent and is not known to have landed; gives what the reader noticed."""
    notices: list[Remark] = []
    query = "select * from sending where authority = ? order by begun_at"
    with town.database.reading() as tx:
        waiting = tx.execute(query, (town.account.authority,)).fetchall()
    for row in waiting:
        kept = opened(town.store.keys, row["sealed"])
        account = Account(row["login"], row["authority"], row["role"], row["title"])
        own = replace(town, account=account)
        notices += land_form(town.store, _book(own, row["book"], kept["sheets"]), row["number"]).notices
        _apply(town, row, kept)
    return notices


def _book(town: FormTown, book: str, sheets: Mapping[str, list[Mapping[str, str]]]) -> FormBook:
    month = book if MONTH.fullmatch(book) else ""
    language = town.store.authority.languages[0]
    tables = {
        name: form_table(SHEETS[name], [town.cells(SHEETS[name], one, month) for one in rows], language)
        for name, rows in sheets.items()
    }
    return FormBook(
        f"{town.database.name}/{book}", town.account.role, f"{ENTERED_BY}{town.account.login}", tables,
        replace(town.contents, language=language), frozenset(name for name in sheets if is_of_people(SHEETS[name])),
    )  # fmt: skip


def _compose(town: FormTown, book: str) -> tuple[str, Sent]:
    """Write down what is to land: every line of the sheets one changed, one's own drafts over what was sent before."""
    done, keys = Sent(), town.store.keys
    past = town.past(book) if MONTH.fullmatch(book) else {}
    with town.database.transaction() as tx:
        known = lines_in(tx, keys, town.account, book)
        drafts = {name: one for name, one in known.items() if one.is_draft and one.sheet in SHEETS}
        read = checked(town, book, known, past)
        ready: dict[str, Line] = {}
        for name, one in drafts.items():
            found = read.get(name, Checked())
            if one.is_contested or found.faults or found.doubts:
                done.waiting += 1
            else:
                ready[name] = one
        if not ready:
            return "", done
        sheets: dict[str, list[dict[str, str]]] = {}
        for sheet in sorted({one.sheet for one in ready.values()}):
            values = [
                {**ready[name].values, BY: town.account.login} if name in ready else one.sent or {}
                for name, one in known.items()
                if one.sheet == sheet
            ]
            sheets[sheet] = [{**plain(one), BY: one.get(BY, "")} for one in values if plain(one)]
        number = f"{town.database.path.name}-{secrets.token_hex(16)}"
        kept = {
            "sheets": sheets,
            "drafts": {
                name: {
                    "sheet": one.sheet,
                    "saved_at": one.saved_at,
                    "values": None if one.is_removed else {**one.values, BY: town.account.login},
                }
                for name, one in ready.items()
            },
        }
        account = town.account
        tx.execute(
            "insert into sending values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                account.authority,
                account.login,
                account.role,
                account.title,
                book,
                sealed(keys, kept),
                now().isoformat(),
            ),
        )
    done.lines = len(ready)
    return number, done


def _apply(town: FormTown, row: Any, kept: Mapping[str, Any]) -> None:
    """It landed: what was a draft is what was sent. What was typed on meanwhile stays a draft of it."""
    at = now().isoformat()
    with town.database.transaction() as tx:
        if not tx.execute("delete from sending where number = ?", (row["number"],)).rowcount:
            return
        for name, one in kept["drafts"].items():
            place = (row["authority"], row["book"], name)
            if is_of_people(SHEETS[one["sheet"]]):
                tx.execute("delete from line where authority = ? and book = ? and line = ?", place)
            else:
                content = sealed(town.store.keys, one["values"]) if one["values"] is not None else None
                tx.execute(
                    "insert into line values (?, ?, ?, ?, 1, ?, ?, ?, ?) on conflict (authority, book, line) do update "
                    "set revision = revision + 1, sealed = excluded.sealed, sent_at = excluded.sent_at, "
                    "role = excluded.role, title = excluded.title",
                    (*place, one["sheet"], content, at, row["role"], row["title"]),
                )
            own = (row["login"], row["book"], name)
            gone = "delete from draft where login = ? and book = ? and line = ? and saved_at = ?"
            tx.execute(gone, (*own, one["saved_at"]))
            revision = "coalesce((select revision from line where authority = ? and book = ? and line = ?), 0)"
            tx.execute(
                f"update draft set base = {revision} where login = ? and book = ? and line = ?",  # noqa: S608 (ours)
                (*place, *own),
            )
        tx.execute(
            "insert into sent values (?, ?, ?, ?, ?, ?, ?)",
            (row["number"], row["authority"], row["book"], row["role"], row["title"], len(kept["drafts"]), at),
        )
