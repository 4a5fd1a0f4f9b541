"""Whether a store is whole, and its copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import Misuse, Session

if TYPE_CHECKING:
    from publishers.rooms import Room

REMEDIES = {
    "rebuild": "`kehila rebuild` makes it anew from what has landed",
    "backup": "it has to come from a backup (kehila restore)",
}


@click.command()
@answering
def verify(session: Session) -> Answer:
    """Look through all that is stored for what is damaged.

    Every file of the lake is compared with its digest, every sealed original and webhook is opened, the database and
    the closed months are checked. Nothing is changed. Ends with 1 when anything is damaged.

    \b
    Examples:
      kehila verify
      kehila verify --json
    """
    from pipeline.upkeep.verify import verify as look_through

    done = look_through(session.store())

    def lines() -> list[str]:
        seen = ", ".join(f"{name} {count:,}" for name, count in done.looked_at.items() if count)
        told = [f"{one.in_words}" for one in done.damaged]
        told += [f"{count} damaged: {REMEDIES[kind]}" for kind in REMEDIES if (count := _count(kind))]
        return [
            *told,
            f"looked at: {seen or 'nothing yet'}",
            *([] if done.damaged else ["all of it is as it was written"]),
        ]

    def _count(kind: str) -> int:
        return sum(one.remedy == kind for one in done.damaged)

    return Answer(done.as_json(), lines, bool(done.damaged))


def _room(session: Session, place: str | None) -> Room:
    """The folder or bucket that was named, or that [backup] of kehila.toml names."""
    from publishers.rooms import Access, room_of
    from town.sections import Backup
    from warehouse.keys import load_secret

    base, settings = session.config_path.absolute().parent, Backup()
    if session.config_path.exists():
        settings = session.config().backup
    address = place or settings.to
    if not address:
        raise Misuse('name the folder: kehila backup FOLDER, or put it into [backup] of kehila.toml: to = "..."')
    held = {name: load_secret(one, base) for name, one in settings.references.items() if "://" in address}
    access = Access(
        settings.endpoint,
        allow_hosts=settings.allow_hosts,
        private_hosts=settings.private_hosts,
        region=settings.region,
        **held,
    )
    return room_of(address, base, access)


@click.command()
@click.argument("place", required=False)
@click.option(
    "--keys-to", type=click.Path(path_type=Path), help="Copy the root key into this folder, apart from the backup."
)
@answering
def backup(session: Session, place: str | None, keys_to: Path | None) -> Answer:
    """Copy database, lake and closed months to a folder or bucket.

    Made while everything goes on working, and whole or not there at all. PLACE is a folder on another disk or
    s3://BUCKET/PLACE; without it, what [backup] of kehila.toml names. Keys are never in it: keep a copy of
    keys/root.key apart from it. Webhooks that wait in inbox/ are not in it either.

    \b
    Examples:
      kehila backup /mnt/backups
      kehila backup /mnt/backups --keys-to /media/safe
    """
    from pipeline.upkeep.backup import backup as make
    from pipeline.upkeep.backup import copy_keys

    room, store = _room(session, place), session.store()
    if keys_to is not None:
        copy_keys(store, keys_to, room)
    done = make(store, room)
    lines = [f"backup {done.name}: {done.files:,} files, {done.bytes:,} bytes"]
    lines += [f"{path} is damaged or gone, and not in it: kehila verify" for path in done.damaged]
    lines += [f"table {name} is damaged, and in it as it stands: kehila verify" for name in done.damaged_tables]
    if keys_to is None:
        lines.append("no key is in it: keep a copy of keys/root.key in a place apart from it (--keys-to)")
    return Answer(done.as_json(), lambda: lines, bool(done.damaged or done.damaged_tables))


@click.command()
@click.argument("place", required=False)
@click.option("--name", help="Name of the backup; the newest without it.")
@click.option(
    "--replaces",
    type=click.Path(path_type=Path),
    help="kehila.toml of the store it replaces: who was forgotten there since is forgotten here.",
)
@answering
def restore(session: Session, place: str | None, name: str | None, replaces: Path | None) -> Answer:
    """Put a backup back into an empty place.

    The place is the folder of kehila.toml (--config), which comes from the backup where there is none; put
    keys/root.key there first. Everything is compared with the backup's own list. Killed, it is run again. People who
    were erased after the backup was made are back, unless --replaces names the store where that was done.

    \b
    Examples:
      kehila --config new/kehila.toml restore /mnt/backups
      kehila restore /mnt/backups --replaces /srv/old/kehila.toml
    """
    from pipeline.upkeep.restore import restore as put_back

    done = put_back(session.config_path, _room(session, place), name, replaces)
    lines = [f"restored {done.name}: {done.files:,} files; see `kehila verify`"]
    lines += [f"{path} was damaged or gone when the backup was made" for path in done.missing]
    if done.forgotten is None:
        lines.append(
            f"who was erased after {done.made_at[:16]} UTC is back: erase them again (kehila erase), or restore with "
            "--replaces"
        )
    else:
        lines.append(f"forgotten here as in the store it replaces: {done.forgotten} identifiers")
    return Answer(done.as_json(), lambda: lines, bool(done.missing))
