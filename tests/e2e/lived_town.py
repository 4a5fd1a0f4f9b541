"""A town that lives its months one after another: handed over, collected, refreshed and closed as on each day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import time_machine

from pipeline.collect.collect import collect
from pipeline.land.files import files_under, import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from simulator.calendar import first_of, shifted
from simulator.channels.files import with_channels
from simulator.channels.life import make_life
from simulator.channels.served import Served
from simulator.model import Chat, Town
from simulator.town import make_town
from simulator.work import StaffWork
from simulator.writing import write_files
from tests.e2e.bad_town import opened, register
from town.store import TownStore
from warehouse.keys import new_key_file

DAY = 11
"""Day of the month on which the one before is handed over, read and closed."""
SCALE, PEOPLE = 0.3, 160


def so_far(town: Town, day: date) -> Town:
    """What a town knows of itself on the morning of a day."""
    midnight = datetime.combine(day, time())
    chats = (_chat_so_far(one, midnight) for one in town.chats)
    return replace(
        town,
        months=tuple(one for one in town.months if first_of(one) < day),
        chats=tuple(one for one in chats if one.log),
        groups=tuple(replace(one, days=tuple(d for d in one.days if d.day < day)) for one in town.groups),
        work=_work_so_far(town.work, day),
        waves=tuple(one for one in town.waves if one.closed_day < day),
    )


def _chat_so_far(chat: Chat, midnight: datetime) -> Chat:
    earlier = chat.exported_before if chat.exported_before and chat.exported_before < midnight else None
    # What a client's limit cuts off is what an export before had: they overlap, or nobody could know them for one chat.
    handed = datetime.combine(first_of(shifted(f"{midnight:%Y-%m}", -1)).replace(day=DAY), time())
    start = chat.exported_from if chat.exported_from and chat.exported_from < handed else None
    return replace(
        chat, log=tuple(one for one in chat.log if one.at < midnight), exported_before=earlier, exported_from=start
    )


def _work_so_far(work: StaffWork, day: date) -> StaffWork:
    def is_over(month: str) -> bool:
        return first_of(shifted(month, 1)) <= day

    known = (replace(one, decided_day=_known(one.decided_day, day), answered_day=_known(one.answered_day, day))
             for one in work.matters if one.raised_day < day)  # fmt: skip
    return replace(
        work,
        entries=tuple(one for one in work.entries if is_over(one.month)),
        investment=tuple(one for one in work.investment if is_over(one.month)),
        routines=tuple(one for one in work.routines if one.from_day < day),
        roles=tuple(one for one in work.roles if one.from_day < day),
        communities=tuple(one for one in work.communities if is_over(one.month)),
        goals=tuple(
            replace(one, values={month: value for month, value in one.values.items() if is_over(month)})
            for one in work.goals
            if first_of(one.month) < day
        ),
        publications=tuple(one for one in work.publications if one.day < day),
        members=tuple(one for one in work.members if is_over(one.month)),
        events=tuple(one for one in work.events if one.first_day < day),
        complete={month: topics for month, topics in work.complete.items() if is_over(month)},
        focus_groups=tuple(one for one in work.focus_groups if one.held_day < day),
        matters=tuple(known),
    )


def _known(found: date | None, day: date) -> date | None:
    return found if found and found < day else None


def live(folder: Path, seed: int, months: int, last_month: str) -> Iterator[tuple[str, TownStore]]:
    """Each month in turn, as it was closed."""
    new_key_file(folder / "keys" / "root.key")
    town = with_channels(make_town(seed, months, scale=SCALE, last_month=last_month))
    with Served(make_life(seed, months, PEOPLE, last_month=last_month), is_travelling=True) as served:
        for month in town.months[:-1]:
            day = first_of(shifted(month, 1)).replace(day=DAY)
            now = datetime.combine(day, time(12), UTC)
            write_files(folder, so_far(town, day))
            register(folder / "files" / "106.csv", town.months[0], day)
            served.at(now)
            for secret in (folder / "keys").iterdir():  # they are written anew with the configuration
                if secret.name != "root.key":
                    secret.unlink()
            served.write(folder)
            store = opened(folder, day)
            with time_machine.travel(now, tick=False):
                for path in files_under([folder / "files"]):
                    import_file(store, path)
                collect(store)
            with time_machine.travel(now + timedelta(seconds=1), tick=True):
                refresh(store)
                close(store, month, is_known_doubted=True, is_forced=True)
            yield month, store
            store.engine.dispose()
