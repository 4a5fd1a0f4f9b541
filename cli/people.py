"""Originals of people: erasing a person who asks for it, and what is kept too long."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import Misuse, NotHere, Session
from warehouse.people import KINDS

if TYPE_CHECKING:
    from pipeline.upkeep.erasure.erase import Erased, Place
    from pipeline.upkeep.retention import Expired

SHORTEST = 2
"""Letters of the shortest name there is."""


@click.command()
@click.argument("identifiers", metavar="IDENTIFIER...", nargs=-1)
@click.option("--kind", type=click.Choice(KINDS), help="What every IDENTIFIER is; taken for any of these without it.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would be erased, and erase nothing.")
@click.option("--words", "with_words", is_flag=True, help="Put a mark in her place where staff typed her name, too.")
@answering
def erase(
    session: Session, identifiers: tuple[str, ...], kind: str | None, is_dry_run: bool, with_words: bool
) -> Answer:
    """Erase a person: her rows become nobody's, no number moves.

    Give all her identifiers at once: names as chats and meetings show them, phone numbers, addresses, account ids. The
    dictionary forgets them, and originals that name her are destroyed: sealed ones of the quarantine, and files of the
    drop folder that were imported or refused. What she sends later, or a later export tells of her, is nobody's too.
    Nothing of this is written down anywhere. Where staff typed her name in the workbook (names of events, goals,
    places), the cells are named, and with --words a mark takes its place in all that was imported. Without IDENTIFIER
    they are read from standard input, one a line, and do not stay in the shell's history. Copies and backups elsewhere
    are yours to destroy.

    \b
    Examples:
      kehila erase "Dana Levi" 050-123-4567 dana@example.org
      kehila erase --dry-run "Dana Levi"
      kehila erase < identifiers.txt
    """
    from pipeline.upkeep.erasure.erase import erase as erase_person
    from texts import text

    wanted = [one.strip() for one in identifiers or _typed() if one.strip()]
    if not wanted:
        raise Misuse("name the person: kehila erase IDENTIFIER..., or one a line on standard input")
    if short := [one for one in wanted if len(one) < SHORTEST]:
        raise Misuse(f"{short[0]!r} is too short to be anybody's name: it would be found in other people's files")
    store = session.store()
    mark = text("erasure.name_removed", store.authority.languages[0]) if with_words else ""
    done = erase_person(store, wanted, kind, is_dry_run=is_dry_run, words_mark=mark)
    if not done["found"] and done["was_forgotten"]:
        return Answer(done, lambda: ["she was forgotten before, and nothing names her any more"])
    if not done["found"] and not any(one["unsearched"] for one in done["places"]):
        raise NotHere("nobody is known by this, and nothing names such a person; nothing was changed")
    has_problem = not is_dry_run and any(one["left"] or one["unsearched"] for one in done["places"])
    return Answer(done, lambda: _in_words(done, mark), has_problem)


def _typed() -> list[str]:
    """The lines of standard input, read once for all the towns that are asked."""
    kept = click.get_current_context().meta
    if "cli.people.typed" not in kept:
        kept["cli.people.typed"] = sys.stdin.read().splitlines()
    lines: list[str] = kept["cli.people.typed"]
    return lines


_GONE = {
    "dictionary": "{erased} of {searched} identifiers were known, and are forgotten",
    "vault": "{erased} of {searched} sealed originals named her, and are destroyed",
    "drop": "{erased} of {searched} files of the drop folder that were dealt with named her, and are deleted",
    "copies": "{erased} copies of the database, from before a newer Kehila changed it, were there, and are destroyed",
}
_WORDS = (
    "{erased} cells of the workbook named her in staff's own words; what was imported says {mark} in her place: write "
    "the same there before the workbook is imported again"
)

_LEFT = {
    "drop_waiting": "{left} files that wait in the drop folder name her: import them, and erase again",
    "staff_words": "{left} cells of the workbook name her in staff's own words, which are shown as typed; with "
    "--words a mark takes her place in all that was imported",
    "reports": "{left} files in the folder of reports show staff's own words that name her: write those of open "
    "months again (kehila publish); closed months stay as they were published",
    "inbox": "{left} files of the inbox hold webhooks of hers until `kehila receive` begins its next, within ten "
    "minutes; then they are destroyed",
}


def _in_words(done: Erased, mark: str) -> list[str]:
    told = []
    for one in done["places"]:
        sentence = _GONE.get(one["place"], "") or (_LEFT[one["place"]] if one["left"] else "")
        if one["place"] == "staff_words" and one["erased"]:
            sentence = _WORDS
        if done["is_dry_run"]:
            sentence = sentence.replace("and are", "and would be").replace("imported says", "imported would say")
        told += [sentence.format(**one, mark=mark)] if sentence else []
        told += [_unsearched(one)] if one["unsearched"] else []
    for cell in done["words"]:
        row = cell["row"] or "a row without a code"
        told.append(f"  sheet {cell['sheet']}, {row}, column {cell['column']}; imported {cell['imported_on']}")
    told.append("not reached from here: copies and backups of this folder, and files elsewhere")
    return told


def _unsearched(one: Place) -> str:
    where = {"vault": "sealed originals", "reports": "reports"}.get(one["place"], "files of the drop folder")
    return (
        f"{one['unsearched']} {where} could not be looked into (encrypted, damaged or too large): whether they name "
        "her is not known; `kehila quarantine discard` destroys a sealed one"
    )


@click.command()
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would be destroyed, and destroy nothing.")
@answering
def retention(session: Session, is_dry_run: bool) -> Answer:
    """Destroy originals that were kept long enough.

    Sealed originals of the quarantine, and files of the drop folder that were imported or refused, older than `days` of
    `[retention]` in kehila.toml (90). What they held has landed; items stay in the quarantine without them. `kehila
    serve` does it every night. A dated report lies in output/retention/.

    \b
    Examples:
      kehila retention --dry-run
      kehila retention
    """
    from pipeline.upkeep.retention import expire

    done = expire(session.store(), is_dry_run=is_dry_run)
    return Answer(done, lambda: [_expired(done)])


def _expired(done: Expired) -> str:
    went = "would be" if done["is_dry_run"] else "were"
    return (
        f"{done['sealed']} sealed originals and {done['files']} files of the drop folder are older than {done['days']} "
        f"days and {went} destroyed"
    )
