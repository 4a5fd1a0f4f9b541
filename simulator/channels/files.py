"""What a town with live channels still hands over by hand: its spaces and who speaks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulator.channels.facebook_page import PAGE, PAGE_NAME
from simulator.channels.hotline import HOTLINE, HOTLINE_NAME
from simulator.channels.life import Life
from simulator.channels.mailing_list import LIST, LIST_NAME
from simulator.channels.meetings import CLERKS, HALL
from simulator.channels.website import APP, SITE
from simulator.model import Place, StaffPerson, Town
from simulator.settings import write_settings
from simulator.staff_book import write_staff_book
from simulator.work import StaffWork
from simulator.writing import FILES

PLACES = (
    Place(SITE, "אתר העירייה", "website", "site", relevant_share=1.0),
    Place(APP, "אפליקציית העירייה", "app", "app", relevant_share=1.0),
    Place(LIST, "ידיעון העירייה", "newsletter", "mailing_list", LIST_NAME, relevant_share=1.0),
    Place(PAGE, "עמוד העירייה", "facebook", "page", PAGE_NAME, relevant_share=1.0),
    Place(HALL, "מפגשי העירייה", "zoom", "meeting_room", relevant_share=1.0),
    Place(HOTLINE, "המספר של העירייה", "whatsapp", "hotline", HOTLINE_NAME, relevant_share=1.0),
)
ASSETS = ("website", "newsletter", "facebook", "whatsapp", "zoom", "app")


def roster() -> tuple[StaffPerson, ...]:
    """The town's people on Zoom, by address."""
    return tuple(StaffPerson(one.name, "קהילה", email=one.email) for one in CLERKS)


def bare_town(life: Life) -> Town:
    """A town that has its channels and nothing else: no chats, no entries, no surveys."""
    work = StaffWork((), (), (), (), (), (), (), (), (), dict.fromkeys(ASSETS, True), {})
    by_year = dict.fromkeys(range(int(life.span.months[0][:4]) - 1, int(life.span.months[-1][:4])), life.residents)
    return Town(life.seed, life.span.months, by_year, PLACES, roster(), (), (), work, ())


def with_channels(town: Town) -> Town:
    """A town of files that has the live channels too."""
    known = {place.code for place in town.places}
    places = (*town.places, *(place for place in PLACES if place.code not in known))
    work = replace(town.work, assets=dict.fromkeys(ASSETS, True))
    return replace(town, places=places, staff=(*town.staff, *roster()), work=work)


def write_bare_town(folder: Path, life: Life) -> None:
    """Its configuration and its workbook."""
    town = bare_town(life)
    (folder / FILES).mkdir(parents=True, exist_ok=True)
    write_settings(folder, town)
    write_staff_book(folder / FILES, town)
