"""Trying all that Kehila needs: `kehila doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cli.answers import one_after_the_other
from cli.check import FAILS, UNKNOWN, WARNS, WELL, WORDS
from cli.printing import printed
from cli.services import source_option
from cli.session import LANGUAGE, NotHere, Session, clear_progress
from texts import Language, error, text
from texts.known import in_language

if TYPE_CHECKING:
    from collectors.service import Finding
    from town.sections import Authority
    from town.store import TownStore
    from warehouse.accounts import AccountRef

SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}
LEVELS = {"ok": WELL, "warn": WARNS, "fail": FAILS}


class Tried(NamedTuple):
    """One line: what was tried, how it went, and what to do where it did not. `about` is '' or an account."""

    state: str
    what: str
    remedy: str = ""
    account: AccountRef | None = None

    @classmethod
    def of(cls, one: Finding, language: Language, account: AccountRef | None = None) -> Tried:
        """A finding in words."""
        remedy = in_language(one.remedy, "doctor", language)
        if one.problem is not None:
            remedy = error(one.problem.code, language, **one.problem.arguments)
        return cls(one.state, in_language(one.what, "doctor", language), remedy, account)

    @property
    def line(self) -> str:
        """As it is printed."""
        about = f"{self.account}: " if self.account else ""
        return f"{SIGNS[self.state]} {about}{self.what}{' — ' + self.remedy if self.remedy else ''}"

    def as_json(self) -> dict[str, str]:
        """An entry of the answer."""
        named = {"source": self.account.source, "account": self.account.name} if self.account else {}
        return {**named, "what": self.what, "state": self.state, "remedy": self.remedy}


@click.command()
@source_option
@click.option(
    "--record",
    "is_recording",
    is_flag=True,
    help="Look at a month of each account's records too, and keep their shapes.",
)
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_obj
def doctor(session: Session, source: str | None, language: Language, *, is_recording: bool, as_json: bool) -> None:
    """Try all that Kehila needs: what is missing, what to do.

    Disk, clock, database, key, secrets, file modes and version; parts of your own (indicators of the town's folder and
    what installed packages bring) with their cases; and of every town each account with its permissions, whatever
    another one lacks, and what it is handed as files. Nothing is changed. Ends like `kehila check`: 0 well, 1 warning,
    2 failing, 3 it could not be found out.

    With --record a month of every stream is read, nothing of it landed, and output/shapes/ is told which fields came
    and as what kind of value, never a value; what is not as we know the service is said.

    \b
    Examples:
      kehila doctor
      kehila doctor --source zoom.main
      kehila doctor --source zoom.main --record
      kehila --authority 0070 doctor --json
    """
    session.is_quiet = as_json
    towns = session.towns()
    general, own = ([], []) if source else (_installation(session, language), _own_parts(session))
    tried, unknown, elsewhere = dict[str, list[Tried]](), dict[str, str](), 0
    for one in one_after_the_other(
        session, towns, lambda at: _town(at, source, is_recording, language), lambda _: WELL
    ):
        if one.result is not None:
            tried[one.town.code] = one.result
        elif one.is_elsewhere:
            elsewhere += 1
        else:
            unknown[one.town.code] = one.problem
        if elsewhere == len(towns):
            raise NotHere(one.problem)
    clear_progress()
    every = [*general, *(Tried(each["state"], "", "") for each in own), *(t for some in tried.values() for t in some)]
    levels = [LEVELS[each.state] for each in every]
    level = max([WELL, *levels, *([UNKNOWN] if unknown and FAILS not in levels else [])])
    if as_json:
        shown = [
            {"authority": town.code, "name": town.name, "findings": [each.as_json() for each in tried[town.code]]}
            for town in towns
            if town.code in tried
        ]
        told = {"installation": [each.as_json() for each in general], "own": own, "towns": shown, "unknown": unknown}
        click.echo(json.dumps({"state": WORDS[level].lower(), "code": level, **told}, ensure_ascii=False))
    else:
        for line in _lines(towns, general, own, tried, unknown, language):
            printed(line)
    raise SystemExit(level)


def _lines(
    towns: Sequence[Authority],
    general: Sequence[Tried],
    own: Sequence[dict[str, Any]],
    tried: dict[str, list[Tried]],
    unknown: dict[str, str],
    language: Language,
) -> Iterator[str]:
    """The installation, parts of its own, then each town; of several towns those that are well in one line each."""
    yield from (each.line for each in general)
    for part in own:
        what = text(f"doctor.parts.{part['kind']}", language, name=part["name"], origin=part["origin"])
        yield Tried(part["state"], what, part["remedy"]).line
    for town in sorted(
        towns, key=lambda one: -max((LEVELS[each.state] for each in tried.get(one.code, [])), default=UNKNOWN)
    ):
        if town.code in unknown:
            yield text("doctor.unknown", language, town=town.label, why=unknown[town.code])
            continue
        found = tried.get(town.code, [])
        bad = [each for each in found if each.state != "ok"]
        if len(towns) > 1 and found:
            yield text("doctor.well", language, town=town.label, good=len(found) - len(bad), figure=len(found))
        yield from (each.line for each in (bad if len(towns) > 1 else found))


def _installation(session: Session, language: Language) -> list[Tried]:
    from pipeline.upkeep.installation import installation

    return [Tried.of(one, language) for one in installation(session.config())]


def _own_parts(session: Session) -> list[dict[str, Any]]:
    """Parts that are not Kehila's, each checked as Kehila's own are."""
    from pipeline.upkeep.own_parts import own_parts

    return [
        {"kind": one.kind, "name": one.name, "origin": one.origin, "state": "fail" if one.fault else "ok",
         "remedy": one.fault}
        for one in own_parts(session.config().base / "indicators")
    ]  # fmt: skip


def _town(session: Session, source: str | None, is_recording: bool, language: Language) -> list[Tried]:
    """A town, also one whose store cannot be opened: its accounts are tried all the same."""
    from collectors.discovery import PartError
    from pipeline.collect.doctor import doctor as examine
    from pipeline.collect.doctor import town_findings
    from pipeline.collect.recorded import record

    store, found = _opened(session, language)
    if source is None and not found:
        found += [Tried.of(one, language) for one in town_findings(store)]
    try:
        found += [Tried.of(one, language, ref) for ref, one in examine(store, source)]
        return found + [Tried.of(one, language, ref) for ref, one in (record(store, source) if is_recording else ())]
    except PartError as problem:  # while a package breaks the contract no account of any can be opened
        return [*found, Tried("fail", in_language("accounts", "doctor", language), str(problem))]


def _opened(session: Session, language: Language) -> tuple[TownStore, list[Tried]]:
    from town.faults import describe
    from town.store import store_beside

    try:
        return session.store(), []
    except Exception as problem:  # noqa: BLE001 (what is wrong with the store is said; accounts have nothing to do with it)
        said = describe(problem, session.config()).sentence
        what = in_language("store", "doctor", language)
        return store_beside(session.config(), session.town().code), [Tried("fail", what, said)]
