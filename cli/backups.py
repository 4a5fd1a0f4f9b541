"""Whether a store is whole, and its copies."""

from __future__ import annotations

import click

from cli.session import Answer, Session, answering

REMEDIES = {
    "rebuild": "`kehila rebuild` makes it anew from what has landed",
    "backup": "it has to come from a backup (kehila restore)",
}


@click.command()
@answering
def verify(session: Session) -> Answer:
    """Look through all that is stored: what is damaged or gone, and what helps.

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
