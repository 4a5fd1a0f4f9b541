"""The commands of what could not be taken: quarantine list, replay, discard."""

from __future__ import annotations

import click

import texts
from cli.answers import Answer, answering
from cli.printing import printed
from cli.session import LANGUAGE, Misuse, NotHere, Session


@click.group()
def quarantine() -> None:
    """Records that could not be taken: see them, try them again.

    \b
    Examples:
      kehila quarantine list
      kehila quarantine replay
    """


@quarantine.command("list")
@LANGUAGE
@answering
def quarantine_list(session: Session, language: texts.Language) -> Answer:
    """What was put aside, where it stood and what to do.

    Landed records that became no fact are counted below it, by month and reason.

    \b
    Example:
      kehila quarantine list --json
    """
    from texts.values import left_out_in_words
    from warehouse.left_out import left_out_rows

    ledger = session.store().ledger
    rows = ledger.quarantine()
    names = ("records", "source", "stream", "fact", "month", "subject")
    skipped = []
    for row in left_out_rows(ledger):
        named = {name: getattr(row, name) for name in names}
        said = {"space": row.space, "code": row.code, "message": left_out_in_words(row, language)}
        skipped.append({**named, **said})
    data = [
        {
            "item": r.item,
            "source": r.source,
            "place": r.place,
            "code": r.code,
            "message": texts.kept_error(r.code, r.arguments, language),
            "attempts": r.attempts,
        }
        for r in rows
    ]
    return Answer(
        {"items": data, "left_out": skipped},
        lambda: (
            [
                *(f"{d['source']}  {d['place']}  [{d['code']}]  {d['message']}" for d in data),
                *(f"{d['source']}  {d['month']}  [{d['code']}]  {d['message']}" for d in skipped),
            ]
            or [texts.text("findings.nothing_aside", language)]
        ),
    )


@quarantine.command("replay")
@click.option("--source", help="Only what `quarantine list` shows under this source.")
@answering
def quarantine_replay(session: Session, source: str | None) -> Answer:
    """Read again what is sealed; land what can be taken now.

    After an update, or a change of configuration. Services are asked again about things they refused.

    \b
    Examples:
      kehila quarantine replay
      kehila quarantine replay --source whatsapp_chat
    """
    from pipeline.collect.collect import replay_objects
    from pipeline.land.quarantine import replay
    from warehouse.landing import OBJECT
    from warehouse.names import no_such

    store = session.store()
    known = {row.source for row in store.ledger.quarantine()}
    if source is not None and source not in known:
        raise NotHere(no_such("source in quarantine", source, known))
    done = replay(store, session.store_of, source)
    if (asked := replay_objects(store, source)) is not None:
        done.read[OBJECT] = len(asked.report.read_objects) + len(asked.report.passed_over)
        done.resolved += len(asked.report.read_objects)
        done.still_open = len(store.ledger.quarantine())
    line = (
        f"{done.read['file']} files, {done.read['record']} records and {done.read['object']} things of services and "
        f"{done.read['event']} events of webhooks read again, {done.resolved} items settled, "
        f"{done.still_open} still open"
    )
    return Answer(done.as_json(), lambda: [line], bool(done.still_open))


@quarantine.command("discard")
@click.argument("items", nargs=-1, required=True)
@click.pass_obj
def quarantine_discard(session: Session, items: tuple[str, ...]) -> None:
    """Close items nobody will send again.

    ITEMS are identifiers that `kehila quarantine list --json` gives. A sealed original of which no other item is open
    is destroyed.

    \b
    Example:
      kehila quarantine discard 4f6c1d0a
    """
    from pipeline.land.quarantine import discard

    closed, destroyed = discard(session.store(), items)
    if not closed:
        raise Misuse("none of these is an open item; see `kehila quarantine list --json`")
    printed(f"{closed} items closed, {destroyed} sealed originals destroyed")
