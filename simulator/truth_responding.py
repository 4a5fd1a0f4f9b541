"""How the town responds: in time over all channels, new voices, and what residents raised and were told of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence

from simulator.calendar import month_of, months_until
from simulator.truth_chats import Account
from simulator.truth_pages import Pages, divided
from simulator.truth_staff import entered
from simulator.truth_whatsapp import Waits, asked_of, everything
from simulator.working_time import WorkingTime, in_time

IN_TIME, RENEWAL, MATTERS, SITE = "assets.answered_in_time", "assets.renewal", "assets.told_back", "website.answers"
DAYS, QUARTER, FIVE_QUARTERS = 60, 3, 15
FEW, FEW_BESIDE_TEN = 10, 20


def enter(pages: Pages, accounts: Sequence[Account]) -> None:
    """All of it; what nobody heard or typed is missing."""
    for month in pages.town.months:
        _site(pages, month)
        _in_time(pages, month, accounts)
        _renewal(pages, month, accounts)
        _told_back(pages, month)
    pages.missing((SITE, IN_TIME, RENEWAL, MATTERS))


def _site(pages: Pages, month: str) -> None:
    typed = entered(pages.town, SITE, month)
    if typed:
        opened = typed["opened"]
        pages.put(SITE, month, typed["answered"], n=round(opened))
        pages.put(SITE, month, typed["answered"] / opened, part="share_answered", n=round(opened))
        pages.put(SITE, month, typed["in_two_days"] / opened, part="in_two_days", n=round(opened))


def _in_time(pages: Pages, month: str, accounts: Sequence[Account]) -> None:
    clock = WorkingTime.of(pages.town.work.events)
    found: dict[str, tuple[float, float]] = {}
    heard = [
        one for one in accounts
        if month in one.months and one.place.operated_by == "authority" and one.place.kind in ("open", "hotline")
    ]  # fmt: skip
    counts = [in_time(asked_of(one, month), clock, one.heard_until(month)) for one in heard]
    told, due = (sum(one[place] for one in counts) for place in (0, 1))
    is_cut = any(one.begins_within == month for one in heard)
    if told or (due and not is_cut):  # of a month heard in part nobody says that none was answered
        found["whatsapp"] = told, due
    for part, indicator in (("website", SITE), ("phone", IN_TIME)):
        if typed := entered(pages.town, indicator, month):
            found[part] = typed["in_two_days"], typed["opened"]
    for part, (share, whole) in found.items():
        pages.put(IN_TIME, month, share / whole, part=part, n=round(whole))
    if found:
        share, whole = (sum(one[place] for one in found.values()) for place in (0, 1))
        pages.put(IN_TIME, month, share / whole, n=round(whole))


def _renewal(pages: Pages, month: str, accounts: Sequence[Account]) -> None:
    wanted = months_until(month, FIVE_QUARTERS)
    heard = [one for one in accounts if one.place.kind == "open" and set(wanted) <= set(one.months)]
    if not heard:
        return
    wrote: dict[bool, Counter[str]] = defaultdict(Counter)
    for one in heard:
        for said in everything(one):
            if said.month in wanted and not said.is_staff:
                wrote[said.month in wanted[-QUARTER:]][said.author] += 1
    put_renewal(pages, month, wrote[True], wrote[False])


def put_renewal(pages: Pages, month: str, now: Mapping[str, int], before: Container[str]) -> None:
    """Write what those come to who wrote in the quarter (`now`, with how much) and in the year before."""
    new, messages = sum(author not in before for author in now), sum(now.values())
    if 0 < len(now) < FEW:
        for part in ("", "writers"):
            pages.hide(RENEWAL, month, part)
        return
    pages.put(RENEWAL, month, divided(new, len(now)), n=len(now))
    pages.put(RENEWAL, month, len(now), part="writers")
    if len(now) >= FEW_BESIDE_TEN:
        most = sum(sorted(now.values(), reverse=True)[:10])
        pages.put(RENEWAL, month, most / messages, part="top_ten", n=len(now))


def _told_back(pages: Pages, month: str) -> None:
    raised = [one for one in pages.town.work.matters if month_of(one.raised_day) == month]
    if not raised:
        return
    waits = [None if one.answered_day is None else float((one.answered_day - one.raised_day).days) for one in raised]
    in_days = [wait is not None and wait <= DAYS for wait in waits]
    pages.put(MATTERS, month, sum(in_days) / len(raised), n=len(raised))
    pages.put(MATTERS, month, len(raised), part="matters")
    decided = sum(one.decided_day is not None for one in raised)
    pages.put(MATTERS, month, decided / len(raised), part="decided", n=len(raised))
    pages.put(MATTERS, month, Waits(tuple(waits)).within(5), part="median_days", n=len(raised))
    for where in {one.raised_in for one in raised}:
        told = [ok for one, ok in zip(raised, in_days, strict=True) if one.raised_in == where]
        pages.put(MATTERS, month, sum(told) / len(told), part=where, n=len(told))
