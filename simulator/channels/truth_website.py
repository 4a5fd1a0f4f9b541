"""Site and app: residents, visits, time, matters settled, pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from simulator.calendar import month_of
from simulator.channels.agenda import Matter
from simulator.channels.life import Life
from simulator.channels.website import SITE, STANDING
from simulator.services.ga4 import KEY_EVENTS
from simulator.services.ga4_hits import HOME, Hit, sessions, users
from simulator.truth_pages import Pages, divided

EARLY = {"idea": 1.0, "draft": 2 / 3, "decision": 1 / 3, "done": 0.0}


def enter(pages: Pages, life: Life) -> None:
    """Every month, however late a visit was heard of."""
    on_site, in_app = visits(life)
    standing = [path.split("/")[1] for path in STANDING]
    for month in pages.town.months:
        hits = on_site[month]
        people, times = users(hits), sessions(hits)
        minutes = divided(sum(hit.engaged * hit.people for hit in hits) / 60, people)
        for name, value in (("users", people), ("sessions", times), ("minutes", minutes)):
            for space in ("", SITE):
                pages.put(f"website.resident_{name}", month, value, space)
        _acted(pages, month, hits)
        pages.put("app.residents", month, users(in_app[month]))
        served = [one for one in life.agenda if one.topic in ("service", "contact")]
        live = sum(month_of(one.day) <= month for one in served)
        pages.put("website.service_pages", month, live + sum(topic in ("services", "contact") for topic in standing))
        pages.put("website.service_pages", month, sum(month_of(one.day) == month for one in served), part="added")
        pages.put("website.service_pages", month, 0, part="removed")  # nothing is taken down in this town
        process(pages, "website.process_publications", month, [m for m in life.agenda if month_of(m.day) == month])


def visits(life: Life) -> tuple[dict[str, list[Hit]], dict[str, list[Hit]]]:
    """Residents' visits by month: on the site, in the app."""
    on_site: dict[str, list[Hit]] = defaultdict(list)
    in_app: dict[str, list[Hit]] = defaultdict(list)
    for hit in life.website.hits:
        if hit.city == HOME:
            (on_site if hit.platform == "web" else in_app)[month_of(hit.day)].append(hit)
    return on_site, in_app


def _acted(pages: Pages, month: str, hits: Iterable[Hit]) -> None:
    acted: dict[str, list[Hit]] = {kind: [] for kind in KEY_EVENTS.values()}
    for hit in hits:
        if hit.event in KEY_EVENTS:
            acted[KEY_EVENTS[hit.event]].append(hit)
    pages.put("website.active_service_users", month, users(hit for found in acted.values() for hit in found))
    for kind, found in acted.items():
        pages.put("website.active_service_users", month, users(found), part=kind)


def process(pages: Pages, indicator: str, month: str, matters: Sequence[Matter]) -> None:
    """Matters on municipal processes: in all, by stage and kind, and how early they were told of."""
    mine = [one for one in matters if one.topic == "process"]
    pages.put(indicator, month, len(mine))
    for part, count in Counter([one.stage or "no_stage" for one in mine] + [one.kind for one in mine]).items():
        pages.put(indicator, month, count, part=part)
    staged = [EARLY[one.stage] for one in mine if one.stage]
    if staged:
        pages.put(indicator, month, sum(staged) / len(staged), part="earliness", n=len(staged))
