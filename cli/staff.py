"""Commands about the web form: who may enter figures, and the form itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.printing import visible
from cli.session import Misuse, Session
from town.log import say, stay_as

if TYPE_CHECKING:
    from entry.database import Database

ROLES = (
    "chief executive's office", "community worker", "digital services lead", "resident service manager",
    "spokesperson", "training lead", "website editor",
)  # fmt: skip
"""Those of the catalogue, as the workbook lists owners; held to it by a test."""


@click.group()
def staff() -> None:
    """Who may enter figures in the web form.

    \b
    Examples:
      kehila staff add community --role "community worker"
      kehila staff list
    """


def _database(session: Session) -> Database:
    from entry.database import Database

    return Database(session.config().base)


def _link(session: Session, token: str, what: str) -> Answer:
    """The answer that holds a link: it is printed once, and known nowhere else."""
    from entry.accounts import LINK_HOURS
    from warehouse.ledger import now

    config = session.config()
    own = config.entry.public_url.rstrip("/") or f"http://127.0.0.1:{config.entry.port}"
    language = session.town().languages[0]
    link = f"{own}/{language}/link/{token}"
    until = now() + timedelta(hours=LINK_HOURS)
    lines = [
        f"{what}; give this link to whom it is for, and to nobody else. It works once, for {LINK_HOURS} hours:",
        link,
    ]
    if not config.entry.public_url:
        lines.append("[entry] public_url of kehila.toml is not given: the link opens on this machine alone")
    return Answer({"link": link, "until": until.isoformat()}, lambda: lines)


@staff.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True, help="Whose figures are asked for.")
@click.option("--title", default="", help="What the town calls the role; shown beside what was sent.")
@answering
def staff_add(session: Session, login: str, role: str, title: str) -> Answer:
    """Let somebody in; prints a link to choose a password by.

    A role in words is best as the login name: what was sent is shown by the title. Neither gets into the warehouse.

    \b
    Examples:
      kehila staff add community --role "community worker"
      kehila staff add north --role spokesperson --title "Spokesperson, north"
    """
    from entry.accounts import Account, AccountProblem, add

    try:
        token = add(_database(session), Account(login, session.town().code, role, title))
    except AccountProblem as problem:
        raise Misuse(str(problem)) from None
    return _link(session, token, f"{visible(login)} may enter figures as {role}")


@staff.command("reset")
@click.argument("login")
@answering
def staff_reset(session: Session, login: str) -> Answer:
    """Print a new link; the password and sessions of before end.

    \b
    Example:
      kehila staff reset community
    """
    from entry.accounts import AccountProblem, reset

    try:
        token = reset(_database(session), session.town().code, login)
    except AccountProblem as problem:
        raise Misuse(str(problem)) from None
    return _link(session, token, f"{visible(login)} chooses a password anew")


@staff.command("list")
@answering
def staff_list(session: Session) -> Answer:
    """Login names, roles and titles.

    \b
    Example:
      kehila staff list
    """
    from entry.accounts import accounts

    found = accounts(_database(session), session.town().code)
    rows = [
        {"login": one.login, "role": one.role, "title": one.title, "has_password": one.has_password} for one in found
    ]

    def lines() -> list[str]:
        told = [
            f"{visible(one.login)}  {one.role}  {visible(one.title)}{'' if one.has_password else '  (no password yet)'}"
            for one in found
        ]
        return told or ["nobody yet: `kehila staff add` lets somebody in"]

    return Answer({"staff": rows}, lines)


@staff.command("remove")
@click.argument("login")
@answering
def staff_remove(session: Session, login: str) -> Answer:
    """Take somebody out, with sessions and drafts.

    What was sent stays.

    \b
    Example:
      kehila staff remove community
    """
    from entry.accounts import AccountProblem, remove

    try:
        remove(_database(session), session.town().code, login)
    except AccountProblem as problem:
        raise Misuse(str(problem)) from None
    return Answer({"removed": login}, lambda: [f"{visible(login)} is taken out; what was sent stays"])


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 unless kehila.toml says otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 8030 unless kehila.toml says otherwise.")
@click.pass_obj
def entry(session: Session, host: str | None, port: int | None) -> None:
    """Serve the web form staff enter their month in.

    \b
    Examples:
      kehila entry
      kehila entry --port 8031
      curl http://127.0.0.1:8030/healthz
    People reach it by HTTPS through a proxy, at [entry] public_url of kehila.toml (docs/entry.md). Accounts and drafts
    are in entry.db beside kehila.toml, which only its owner reads.
    """
    from entry.database import FormDamaged
    from entry.server import EntryProblem, serve

    config = session.config()
    stay_as("entry")
    try:
        serve(
            session.config_path,
            session.today,
            host if host is not None else config.entry.host,
            port if port is not None else config.entry.port,
            say,
        )
    except (EntryProblem, FormDamaged) as problem:
        raise Misuse(str(problem)) from None
    say("stopped")
