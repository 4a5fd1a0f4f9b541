"""What surveys and focus groups say of measuring itself: who answered, who is missing, what keeps residents away."""

from __future__ import annotations

from simulator.calendar import month_of
from simulator.model import Wave
from simulator.truth_pages import Pages, residents_at
from simulator.truth_staff import entered
from simulator.truth_surveys import MIN_ANSWERS, latest

FEW_PEOPLE = 10
PARTICIPATION, BARRIERS = "measurement.participation", "measurement.barriers"
NAMED = ("not_known", "language", "skills", "no_device", "trust", "religious", "no_time", "not_relevant", "other")
GROUPS = {
    "haredi": ("society", {"haredi"}, "people_haredi"),
    "arab": ("society", {"arab"}, "people_arab"),
    "women": ("sex", {"female"}, "people_women"),
    "aged_65": ("age_band", {"65-74", "75+"}, "people_65"),
}


def enter(pages: Pages) -> None:
    """Participation, and focus groups beside the barriers."""
    for month in pages.town.months:
        wave = latest(pages.town.waves, month, "residents")
        if wave is not None:
            _answered(pages, month, wave)
            _modes(pages, month, wave)
            _missing_groups(pages, month, wave)
        _focus(pages, month)
    pages.missing((PARTICIPATION,))


def _answered(pages: Pages, month: str, wave: Wave) -> None:
    people = len(wave.people)
    typed = entered(pages.town, PARTICIPATION, month_of(wave.closed_day)).get("invited")
    invited = wave.invited or typed
    if invited is not None:
        pages.put(PARTICIPATION, month, people / invited, n=round(invited))
    pages.put(PARTICIPATION, month, people, part="completed")


def _modes(pages: Pages, month: str, wave: Wave) -> None:
    told = [mode for person in wave.people if (mode := person.cuts.get("mode") or wave.held_as)]
    counts = {mode: told.count(mode) for mode in ("digital", "in_person", "phone")}
    if len(told) >= MIN_ANSWERS and not any(0 < count < FEW_PEOPLE for count in counts.values()):
        for mode, count in counts.items():
            pages.put(PARTICIPATION, month, count / len(told), part=mode, n=len(told))


def _missing_groups(pages: Pages, month: str, wave: Wave) -> None:
    closed = month_of(wave.closed_day)
    for part, (cut, codes, typed) in GROUPS.items():
        told = [person.cuts[cut] for person in wave.people if cut in person.cuts]
        of_group = sum(code in codes for code in told)
        residents = entered(pages.town, PARTICIPATION, closed).get(typed)
        if residents and len(told) >= MIN_ANSWERS and not 0 < of_group < FEW_PEOPLE:
            share = residents / residents_at(pages.town, closed)
            pages.put(PARTICIPATION, month, of_group / len(told) / share, part=part, n=len(told))


def _focus(pages: Pages, month: str) -> None:
    held = [group for group in pages.town.work.focus_groups if month_of(group.held_day) == month]
    is_complete = "measuring" in pages.town.work.complete[month]
    if held or is_complete:
        pages.put(PARTICIPATION, month, len(held), part="focus_groups")
        pages.put(PARTICIPATION, month, sum(group.people for group in held), part="focus_people")
        for barrier in NAMED:
            named = sum(barrier in group.barriers for group in held)
            if named or is_complete:  # that none named it is known only of all of them
                pages.put(BARRIERS, month, named, part=f"focus_{barrier}")
