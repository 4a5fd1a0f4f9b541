"""What staff typed comes to: entered figures, investment, publications.

No entry is missing, unless the topic was declared complete for the month: then it is zero.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.model import Town
from simulator.staff_work import TOPIC_OF
from simulator.truth_pages import Pages, divided, residents_at
from simulator.work import PublicationItem

ADDED_UP = (
    "facebook.initiatives",
    "facebook.business_ties",
    "facebook.resident_posts",
    "facebook.staff_in_resident_groups",
    "whatsapp.meetups",
    "policy.initiatives",
    "newsletter.responses",
    "zoom.staff_in_resident_meetings",
    "zoom.resident_interactions",
)
"""The value is the sum over kinds; the kinds that were entered stand beside it."""

ARRIVALS = ("website.event_arrivals", "newsletter.event_arrivals")

BY_SPACE = (
    "facebook.initiatives",
    "facebook.business_ties",
    "facebook.resident_posts",
    "facebook.staff_in_resident_groups",
)
"""Kept by space too."""

TWO_UNITS = {
    "ethics.training": ("person_hours", ("people",)),
    "ethics.policy_investment": ("hours", ("ils",)),
    "policy.investment": ("ils", ("posts", "hours")),
}
"""The kind that is the value, and those that stand beside it."""

STAGES = {"idea": 3, "draft": 2, "decision": 1, "done": 0}
RESILIENCE = ("learning", "work", "finance", "rights")
OTHERS = (
    "newsletter.site_and_mail_arrivals",
    "website.service_pages",
    "zoom.followups",
    "website.process_publications",
    "newsletter.process_items",
    "policy.resilience_use",
    "ethics.virtual_initiatives",
)
NOT_USED = ("app.residents", "app.requests", "app.community_events", "app.answers")
NOT_CONNECTED = (
    "website.resident_users",
    "website.resident_sessions",
    "website.resident_minutes",
    "website.active_service_users",
    "newsletter.subscribers",
    "newsletter.open_rate",
    "newsletter.clickers",
    "zoom.public_meetings",
    "zoom.attendees",
    "zoom.participation",
)
"""Only a connected service knows these, and the generated town has none."""


def enter(pages: Pages) -> None:
    """All of it."""
    for month in pages.town.months:
        for indicator in ADDED_UP:
            _added_up(pages, indicator, month)
        for indicator in ARRIVALS:
            _arrivals(pages, indicator, month)
        for indicator in BY_SPACE:
            _by_space(pages, indicator, month)
        for indicator, (whole, parts) in TWO_UNITS.items():
            _two_units(pages, indicator, month, whole, parts)
        _site_and_mail(pages, month)
        _service_pages(pages, month)
        _followups(pages, month)
        for asset, indicator in (
            ("website", "website.process_publications"),
            ("newsletter", "newsletter.process_items"),
        ):
            _process(pages, indicator, asset, month)
        _resilience_use(pages, month)
        _virtual(pages, month)
    pages.missing((*ADDED_UP, *ARRIVALS, *TWO_UNITS, *OTHERS, *NOT_CONNECTED))
    pages.missing(NOT_USED, "not_applicable")


def is_complete(town: Town, indicator: str, month: str) -> bool:
    """Whether the topic an indicator is finished with was declared complete, and it is not one that was forgotten."""
    return TOPIC_OF[indicator] in town.work.complete[month] and not _is_forgotten(town, indicator, month)


def _is_forgotten(town: Town, indicator: str, month: str) -> bool:
    """Whether nothing was typed of what is typed nearly every month: of a year's months at least three, and 75%."""
    told = {one.month for one in (*town.work.entries, *town.work.investment) if one.indicator == indicator}
    year = [one for one in town.months if min(told, default=month) <= one < month][-12:]
    typed = len(told & set(year))
    return month not in told and typed >= max(3, 0.75 * len(year))


def entered(town: Town, indicator: str, month: str) -> dict[str, float]:
    """Sums by kind of what was typed; empty when nothing was."""
    sums: dict[str, float] = {}
    for entry in (*town.work.entries, *town.work.investment):
        if (entry.indicator, entry.month) == (indicator, month):
            sums[entry.part] = sums.get(entry.part, 0) + entry.amount
    return sums


def _added_up(pages: Pages, indicator: str, month: str) -> None:
    sums = entered(pages.town, indicator, month)
    if sums or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sum(sums.values()))
    for part, amount in sums.items():
        if part:
            pages.put(indicator, month, amount, part=part)


def _by_space(pages: Pages, indicator: str, month: str) -> None:
    sums: dict[str, float] = {}
    for entry in pages.town.work.entries:
        if (entry.indicator, entry.month) == (indicator, month) and entry.space:
            sums[entry.space] = sums.get(entry.space, 0) + entry.amount
    for space, amount in sums.items():
        pages.put(indicator, month, amount, space)


def _two_units(pages: Pages, indicator: str, month: str, whole: str, parts: Iterable[str]) -> None:
    sums = entered(pages.town, indicator, month)
    if whole in sums or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sums.get(whole, 0))
    for part in parts:
        if part in sums:
            pages.put(indicator, month, sums[part], part=part)
    if indicator == "policy.investment" and whole in sums:
        each = divided(sums[whole], residents_at(pages.town, month))
        pages.put(indicator, month, each, part="ils_per_resident")


def _people(town: Town, indicator: str, month: str) -> dict[str, float]:
    """Who came or joined through a channel; groups that residents opened are no people."""
    return {part: amount for part, amount in entered(town, indicator, month).items() if part != "opened"}


def _arrivals(pages: Pages, indicator: str, month: str) -> None:
    sums, people = (told(pages.town, indicator, month) for told in (entered, _people))
    if people or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sum(people.values()))
    for part, amount in sums.items():
        pages.put(indicator, month, amount, part=part)


def _site_and_mail(pages: Pages, month: str) -> None:
    """Who came through either: of counts of perhaps the same people the largest is sure."""
    indicator = "newsletter.site_and_mail_arrivals"
    own = entered(pages.town, indicator, month)
    through = [sum(people.values()) for one in ARRIVALS if (people := _people(pages.town, one, month))]
    if own or through or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, max(sum(own.values()), *through, 0))
    if through:
        pages.put(indicator, month, max(through), part="elsewhere")


def _service_pages(pages: Pages, month: str) -> None:
    indicator = "website.service_pages"
    sums = entered(pages.town, indicator, month)
    listed = [p for p in listed_in(pages.town, month) if p.asset == "website" and p.topic in ("service", "contact")]
    if "live" in sums:
        pages.put(indicator, month, sums["live"])
    if "added" in sums or listed or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sums.get("added", len(listed)), part="added")


def _followups(pages: Pages, month: str) -> None:
    sums = entered(pages.town, "zoom.followups", month)
    meetings = sums.get("meetings", 0)
    pages.put("zoom.followups", month, divided(sums.get("followed", 0), meetings), n=round(meetings))


def listed_in(town: Town, month: str) -> list[PublicationItem]:
    """The publications of a month."""
    return [item for item in town.work.publications if item.day.isoformat()[:7] == month]


def is_list_kept(town: Town, month: str) -> bool:
    """Whether an empty list says that nothing was published: numbers entered beside it say that nobody kept it."""
    told = {entry.indicator for entry in town.work.entries if entry.month == month and entry.amount}
    counted = any(TOPIC_OF.get(indicator) == "publications" for indicator in told)
    return "publications" in town.work.complete[month] and (bool(listed_in(town, month)) or not counted)


def _process(pages: Pages, indicator: str, asset: str, month: str) -> None:
    """Items by stage: those listed one by one, otherwise those counted."""
    items = [p for p in listed_in(pages.town, month) if p.asset == asset and p.topic == "process"]
    stages: dict[str, float] = {}
    for item in items:
        stage = item.stage or "no_stage"
        stages[stage] = stages.get(stage, 0) + 1
        place = (indicator, month, "", item.process_kind)
        pages.values[place] = (pages.values.get(place) or 0) + 1
    if not items:
        stages = {part or "no_stage": amount for part, amount in entered(pages.town, indicator, month).items()}
    if stages or is_complete(pages.town, indicator, month) or is_list_kept(pages.town, month):
        pages.put(indicator, month, sum(stages.values()))
    for stage, amount in stages.items():
        pages.put(indicator, month, amount, part=stage)
    staged = {stage: amount for stage, amount in stages.items() if stage in STAGES}
    if staged:
        thirds = sum(STAGES[stage] * amount for stage, amount in staged.items())
        pages.put(
            indicator, month, divided(thirds / 3, sum(staged.values())), part="earliness", n=round(sum(staged.values()))
        )


def _resilience_use(pages: Pages, month: str) -> None:
    """Publications on four topics: counted by staff unless a complete list has some, or there is nothing else."""
    indicator = "policy.resilience_use"
    listed: dict[str, float] = {}
    everything = listed_in(pages.town, month)
    for item in everything:
        if item.topic in RESILIENCE:
            listed[item.topic] = listed.get(item.topic, 0) + 1
    complete = is_complete(pages.town, indicator, month)
    sums = entered(pages.town, indicator, month)
    chosen = listed if (complete and listed) or not sums else sums
    if complete or sums or everything:
        pages.put(indicator, month, sum(chosen.values()))
        for part, amount in chosen.items():
            pages.put(indicator, month, amount, part=part)


def _virtual(pages: Pages, month: str) -> None:
    """Discussions are entered, else the listed calls for a response; everything else is entered."""
    indicator = "ethics.virtual_initiatives"
    sums = entered(pages.town, indicator, month)
    calls = [p for p in listed_in(pages.town, month) if p.calls and p.asset in ("facebook", "whatsapp")]
    if calls:
        sums.setdefault("discussions", len(calls))
    if sums or is_complete(pages.town, indicator, month):
        pages.put(indicator, month, sum(sums.values()))
    for part, amount in sums.items():
        pages.put(indicator, month, amount, part=part)
