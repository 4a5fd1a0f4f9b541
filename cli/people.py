"""Originals of people: erasing a person who asks for it, and what is kept too long."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import LANGUAGE, Misuse, NotHere, Session
from texts import Language, text
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
@LANGUAGE
@answering
def erase(
    session: Session, identifiers: tuple[str, ...], kind: str | None, is_dry_run: bool, with_words: bool,
    language: Language,
) -> Answer:  # fmt: skip
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
    from entry.forgetting import finish_begun, forget
    from pipeline.upkeep.erasure.erase import erase as erase_person

    wanted = [one.strip() for one in identifiers or _typed() if one.strip()]
    if not wanted:
        raise Misuse("name the person: kehila erase IDENTIFIER..., or one a line on standard input")
    if short := [one for one in wanted if len(one) < SHORTEST]:
        raise Misuse(f"{short[0]!r} is too short to be anybody's name: it would be found in other people's files")
    store = session.store()
    mark = text("erasure.name_removed", store.authority.languages[0]) if with_words else ""
    if not is_dry_run:
        finish_begun(store)
    done = erase_person(store, wanted, kind, is_dry_run=is_dry_run, words_mark=mark)
    if (form := forget(store, wanted, kind, is_dry_run=is_dry_run, words_mark=mark)) is not None:
        done["places"].append(form)
        done["found"] |= bool(form["erased"] or form["left"])
    if is_dry_run:  # whether somebody was forgotten once is nobody's to ask
        done["was_forgotten"] = False
    if not done["found"] and done["was_forgotten"]:
        return Answer(done, lambda: [text("erasure.forgotten_before", language)])
    if not done["found"] and not any(one["unsearched"] for one in done["places"]):
        raise NotHere(text("erasure.nobody", language))
    has_problem = not is_dry_run and any(one["left"] or one["unsearched"] for one in done["places"])
    return Answer(done, lambda: _in_words(done, mark, language), has_problem)


def _typed() -> list[str]:
    """The lines of standard input, read once for all the towns that are asked."""
    kept = click.get_current_context().meta
    if "cli.people.typed" not in kept:
        kept["cli.people.typed"] = sys.stdin.read().splitlines()
    lines: list[str] = kept["cli.people.typed"]
    return lines


GONE = ("dictionary", "vault", "drop", "copies")
"""Places of which it is said what was erased there, also where it was nothing."""


def _in_words(done: Erased, mark: str, language: Language) -> list[str]:
    told = []
    way = "would" if done["is_dry_run"] else "did"
    for one in done["places"]:
        counts = {"erased": one["erased"], "searched": one["searched"]}
        if one["place"] in GONE:
            told.append(text(f"erasure.{way}.{one['place']}", language, **counts))
        elif one["place"] == "staff_words" and one["erased"]:
            told.append(text(f"erasure.{way}.staff_words", language, erased=one["erased"], mark=mark))
        elif one["place"] == "form" and one["erased"]:
            told.append(text(f"erasure.{way}.form", language, erased=one["erased"]))
        elif one["left"]:
            told.append(text(f"erasure.left.{one['place']}", language, left=one["left"]))
        if one["unsearched"]:
            told.append(_unsearched(one, language))
    for cell in done["words"]:
        row = str(cell["row"] or text("erasure.no_code", language))
        where = {"sheet": str(cell["sheet"]), "column": str(cell["column"]), "day": str(cell["imported_on"])}
        told.append(f"  {text('erasure.cell', language, row=row, **where)}")
    told.append(text("erasure.elsewhere", language))
    return told


def _unsearched(one: Place, language: Language) -> str:
    kind = one["place"] if one["place"] in ("vault", "reports") else "drop"
    what = text(f"erasure.kinds.{kind}", language)
    return text("erasure.unsearched", language, figure=one["unsearched"], what=what)


@click.command()
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would be destroyed, and destroy nothing.")
@LANGUAGE
@answering
def retention(session: Session, is_dry_run: bool, language: Language) -> Answer:
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
    return Answer(done, lambda: [_expired(done, language)])


def _expired(done: Expired, language: Language) -> str:
    way = "would" if done["is_dry_run"] else "did"
    return text(f"erasure.{way}.expired", language, sealed=done["sealed"], files=done["files"], days=done["days"])
