"""What the figures of Haredi and Arab society come to: declared spaces, declared respondents, languages."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.truth_chats import Account
from simulator.truth_pages import Pages, divided
from simulator.truth_staff import entered, is_complete, is_list_kept, listed_in
from simulator.truth_surveys import AGREES, latest, scores, show
from simulator.truth_town import audiences
from transforms.questionnaire import questionnaire

SOCIETIES = {"societies.haredi_users": "haredi", "societies.arab_users": "arab"}
SHARES = ("ar", "yi", "ru", "am", "uk")
MIN_ON_A_SIDE = 10


def enter(pages: Pages, accounts: Iterable[Account]) -> None:
    """Users by society, and what is published in which language."""
    known = tuple(accounts)
    for month in pages.town.months:
        for indicator, society in SOCIETIES.items():
            _users(pages, indicator, society, month, known)
        _languages(pages, month)
    pages.missing((*SOCIETIES, "societies.language_investment"))


def _users(pages: Pages, indicator: str, society: str, month: str, accounts: tuple[Account, ...]) -> None:
    own = {place.code for place in pages.town.places if place.society == society}
    members = {code: one.members for code, one in audiences(pages.town, accounts, month).items() if code in own}
    for code, count in members.items():
        pages.put(indicator, month, count, code)
    if members:
        pages.put(indicator, month, sum(members.values()))
    assets = {place.code: place.asset for place in pages.town.places}
    for asset in {assets[code] for code in members}:
        pages.put(indicator, month, sum(n for code, n in members.items() if assets[code] == asset), part=asset)
    heard = [one for one in accounts if one.place.code in own and month in one.months]
    if heard:
        people = {said.author for one in heard for said in one.in_month(month) if not said.is_staff}
        pages.put(indicator, month, len(people), part="active")
    wave = latest(pages.town.waves, month, "residents")
    if wave is None:
        return
    people_of = tuple(person for person in wave.people if person.cuts.get("society") == society)
    weekly = scores(pages.town, wave, questionnaire().scales["space_use"], people_of)
    yes = sum(said >= AGREES for said, _ in weekly)
    if yes >= MIN_ON_A_SIDE and len(weekly) - yes >= MIN_ON_A_SIDE:
        show(pages, indicator, month, weekly, is_share=True, part="survey_share")


def _languages(pages: Pages, month: str) -> None:
    indicator = "societies.language_investment"
    items = [item.language for item in listed_in(pages.town, month)]
    if items or is_list_kept(pages.town, month):
        pages.put(indicator, month, sum(language != "he" for language in items), n=len(items))
        for language in SHARES:
            pages.put(
                indicator, month, divided(items.count(language), len(items)), part=f"share_{language}", n=len(items)
            )
        others = sum(language not in (*SHARES, "he") for language in items)
        pages.put(indicator, month, divided(others, len(items)), part="share_other", n=len(items))
    spent = entered(pages.town, indicator, month)
    if spent or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sum(spent.values()), part="ils")
