"""A phone that was not in the group, or whose messages disappeared, says nothing of those months: not even none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from town.store import TownStore
from transforms.staging.chats import _heard_days
from warehouse.ledger import core
from warehouse.tables import IndicatorValue

NAME = "Yard"
FILE = f"WhatsApp Chat with {NAME}.txt"
SPACE = {
    "space": "yard",
    "title": "חצר",
    "asset": "whatsapp",
    "kind": "open",
    "operated_by": "authority",
    "names": NAME,
}
ROSTER = {"chat_name": "Office"}
BEGAN, ENDED = date(2026, 5, 1), date(2026, 10, 31)
INDICATORS = ("whatsapp.resident_replies", "whatsapp.topics_raised")

SENT_AWAY = {
    "removed and added": ("Dana removed you", "Dana added you"),
    "left and joined": ("You left", "You joined using this group's invite link"),
    "in Hebrew": ("דנה הסיר/ה אותך", "דנה הוסיף/ה אותך"),
    "the return is not told": ("You left", ""),
    "disappearing": (
        "Dana turned on disappearing messages. New messages will disappear from this chat 7 days after they're sent, "
        "except when kept.",
        "Dana turned off disappearing messages.",
    ),
}


def line(day: date, minute: str, said: str) -> str:
    return f"{day.day}.{day.month}.{day.year}, {minute} - {said}"


def talk(notices: dict[date, str], silent: tuple[date, date] | None) -> str:
    """A chat in which somebody asks and is answered each day but in a stretch; both its days hold talk."""
    lines = [line(BEGAN, "08:00", f'Office created group "{NAME}"'), line(BEGAN, "08:01", "Office added Dana")]
    for number in range((ENDED - BEGAN).days + 1):
        day = BEGAN + timedelta(days=number)
        if silent is None or not silent[0] < day < silent[1]:
            lines += [line(day, "10:00", f"Dana: who knows {number}?"), line(day, "10:02", f"Uri: I do {number}")]
        if notices.get(day):
            at = "09:00" if silent is not None and day == silent[1] else "20:00"
            lines.append(line(day, at, notices[day]))
    return "\n".join(sorted(lines, key=_moment)) + "\n"


def _moment(text: str) -> tuple[date, str]:
    day, month, year = (int(one) for one in text.partition(",")[0].split("."))
    return date(year, month, day), text.partition(", ")[2][:5]


def told(folder: Path, text: str) -> dict[tuple[str, str], tuple[float | None, str, str]]:
    """Indicator and month -> value, status and quality, once the chat went all the way."""
    folder.mkdir()
    store: TownStore = hostile.town(folder / "town")
    write_staff_workbook(folder / "staff.xlsx", entries={"spaces": [SPACE], "staff": [ROSTER]})
    (folder / FILE).write_text(text, encoding="utf-8")
    for name in ("staff.xlsx", FILE):
        assert import_file(store, folder / name).status == "read"
    refresh(store)
    table = core(IndicatorValue)
    whole = (table.c.space == "") & (table.c.part == "") & (table.c.cut == "") & table.c.indicator.in_(INDICATORS)
    with store.engine.connect() as connection:
        rows = connection.execute(select(table).where(whole)).all()
    return {(row.indicator, row.month): (row.value, row.status, row.quality) for row in rows}


@pytest.mark.parametrize("how", SENT_AWAY)
def test_of_the_months_a_phone_was_away_nothing_is_said(tmp_path: Path, how: str) -> None:
    since, until = date(2026, 6, 20), date(2026, 9, 10)
    went, came = SENT_AWAY[how]
    found = told(tmp_path / "away", talk({since: went, until: came}, (since, until)))
    for name in INDICATORS:
        assert [found.get((name, month), (None, "", ""))[0] for month in ("2026-07", "2026-08")] == [None, None], name
        assert all(found[name, month][1] != "final" for month in ("2026-06", "2026-09")), name
        assert found[name, "2026-05"][1] == "final" and found[name, "2026-05"][0], name


def test_of_the_months_before_a_phone_came_nothing_is_said(tmp_path: Path) -> None:
    came = date(2026, 8, 10)
    lines = talk({came: "Office added you"}, None).splitlines()
    held = [one for one in lines if _moment(one) >= (came, "20:00")]
    first = line(BEGAN, "08:00", f'Office created group "{NAME}"')
    found = told(tmp_path / "late", "\n".join([first, *held]) + "\n")
    for name in INDICATORS:
        for month in ("2026-05", "2026-06", "2026-07"):
            assert found.get((name, month), (None, "", ""))[0] is None, (name, month)
        assert found[name, "2026-08"][1] != "final" and found[name, "2026-09"][1] == "final"


def test_a_group_older_than_its_phone_is_lacking_as_one_registered_from_its_founding(tmp_path: Path) -> None:
    """Another group is heard all the time: its months alone are no total of both, whatever the register says."""
    came = date(2026, 8, 10)
    first = line(BEGAN, "08:00", f'Office created group "{NAME}"')
    held = [one for one in talk({came: "Office added you"}, None).splitlines() if _moment(one) >= (came, "20:00")]
    other = talk({}, None).replace(NAME, "Square")

    def totals(folder: Path, **registered: object) -> dict[tuple[str, str], tuple[float | None, str, str]]:
        folder.mkdir()
        store: TownStore = hostile.town(folder / "town")
        square = {**SPACE, "space": "square", "title": "כיכר", "names": "Square", "from_day": BEGAN}
        places = [{**SPACE, **registered}, square]
        write_staff_workbook(folder / "staff.xlsx", entries={"spaces": places, "staff": [ROSTER]})
        (folder / FILE).write_text("\n".join([first, *held]) + "\n", encoding="utf-8")
        (folder / FILE.replace(NAME, "Square")).write_text(other, encoding="utf-8")
        for name in ("staff.xlsx", FILE.replace(NAME, "Square"), FILE):  # the second comes later
            assert import_file(store, folder / name).status == "read"
            refresh(store)
        table = core(IndicatorValue)
        whole = (table.c.space == "") & (table.c.part == "") & (table.c.cut == "")
        with store.engine.connect() as connection:
            rows = connection.execute(select(table).where(whole)).all()
        return {(one.indicator, one.month): (one.value, one.status, one.quality) for one in rows}

    shown = totals(tmp_path / "shown")
    assert shown == totals(tmp_path / "registered", from_day=BEGAN)
    for month in ("2026-05", "2026-06", "2026-07"):
        for name in INDICATORS:
            value, status, quality = shown[name, month]
            assert value and status == "provisional" and "incomplete:yard" in quality.split(), (name, month, quality)
    assert shown[INDICATORS[0], "2026-09"][1] == "final"


@pytest.mark.parametrize(("after", "first_month"), [(0, "final"), (6, "final"), (8, "")])
def test_a_group_is_heard_from_its_founding_when_the_phone_came_within_a_week(
    tmp_path: Path, after: int, first_month: str
) -> None:
    came = BEGAN + timedelta(days=after)
    held = [one for one in talk({came: "Office added you"}, None).splitlines() if _moment(one) >= (came, "20:00")]
    first = line(BEGAN, "08:00", f'Office created group "{NAME}"')
    found = told(tmp_path / "new", "\n".join([first, *held]) + "\n")
    for name in INDICATORS:
        assert (found[name, "2026-05"][1] == "final") == bool(first_month), name
        signs = {month: "founding_days" in found[name, month][2].split() for month in ("2026-05", "2026-06")}
        assert signs == {"2026-05": 0 < after <= 7, "2026-06": False}, name


def test_notices_of_others_take_no_day_away(tmp_path: Path) -> None:
    day = date(2026, 7, 10)
    said = ("Dana removed Uri", "You removed Uri", "Uri left", "You added Ruth", "Ruth joined from the community")
    plain = told(tmp_path / "plain", talk({}, None))
    for number, one in enumerate(said):
        assert told(tmp_path / str(number), talk({day: one}, None)) == plain, one


def stretches() -> Iterator[tuple[str, list[tuple[int, int]]]]:
    yield "", [(1, 30)]
    yield "2026-06-05/2026-06-20", [(1, 5), (20, 30)]
    yield "2026-06-01/2026-06-20", [(20, 30)]
    yield "2026-06-20/2026-06-30", [(1, 20)]
    yield "2026-06-03/2026-06-10 2026-06-08/2026-06-12", [(1, 3), (12, 30)]


@pytest.mark.parametrize(("away", "days"), list(stretches()))
def test_days_away_are_cut_out(away: str, days: list[tuple[int, int]]) -> None:
    from datetime import datetime

    export = {"first_local": datetime(2026, 6, 1), "last_local": datetime(2026, 6, 30), "away": away}
    assert _heard_days(export) == [(date(2026, 6, since), date(2026, 6, until)) for since, until in days]


def test_an_export_of_before_was_away_when_the_next_one_says_so() -> None:
    from datetime import datetime

    export = {"first_local": datetime(2026, 6, 1), "last_local": datetime(2026, 6, 30), "away": None}
    assert _heard_days(export, "2026-06-05/2026-06-20") == [
        (date(2026, 6, 1), date(2026, 6, 5)), (date(2026, 6, 20), date(2026, 6, 30)),
    ]  # fmt: skip
    assert _heard_days({**export, "away": ""}, "2026-06-05/2026-06-20") == [(date(2026, 6, 1), date(2026, 6, 30))]
