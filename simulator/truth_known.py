"""How surely the town's files let each figure be known: by which ways, of which places, with which flags.

Told by what was handed over. A chat's export speaks for the months it holds, for a part of the one in which it was cut
off; who came and left makes a lower bound of its members. A group's export counts everything, a survey holds for a
year, what was typed is all that anybody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.calendar import month_of
from simulator.model import Wave
from simulator.truth_chats import Account
from simulator.truth_facebook import NOT_CONNECTED as UNREAD
from simulator.truth_facebook import pages_counted
from simulator.truth_measuring import PARTICIPATION
from simulator.truth_pages import Known, Pages, Place
from simulator.truth_staff import NOT_CONNECTED, NOT_USED, is_complete
from simulator.truth_surveys import SURVEYED, asked_since, latest
from simulator.truth_town import TALKING, audiences
from transforms.questionnaire import questionnaire

BY_HAND = Known(frozenset({"listed", "entered", "derived", "declared"}), must=frozenset({"entered_by_hand"}))
MEASURED = Known(frozenset({"measured"}))
CARRIED = Known(frozenset({"carried"}), is_final=False, must=frozenset({"stale"}))
FEW = 50
UNSURE = frozenset({"partial_period", "lower_bound", "right_censored", "stale"})
"""Flags of what is only a part: none stands where nothing lacks, and where one stands nothing is final."""

MEMBERS = ("whatsapp.broadcast_members", "whatsapp.open_members", "societies.haredi_users", "societies.arab_users")
GROUPS = ("facebook.group_share", "facebook.engagement_rate")
OF_MESSAGES = (
    "assets.communication_level",
    "whatsapp.responses",
    "whatsapp.resident_replies",
    "whatsapp.topics_raised",
    "whatsapp.answers",
    "policy.resident_use",
)
LEFT_OUT = (
    "assets.answered_in_time",
    "assets.renewal",
    "assets.told_back",
    "assets.communication_level",
    "whatsapp.topics_raised",
    "whatsapp.answers",
    "whatsapp.resident_replies",
)
"""What still may come to them, and of whom they are, goes by rules of their own."""


def enter(pages: Pages, accounts: Iterable[Account]) -> None:
    """Say it of every figure there is."""
    chats = _Chats(pages, tuple(accounts))
    for place, value in pages.values.items():
        if value == 0 and place[0] in OF_MESSAGES and chats.are_cut(place[1], place[2]):
            pages.values[place] = None  # what was heard of it was nothing, and not all was heard
            if not place[2] and not place[3]:
                pages.why_none[place] = "missing"
    for place, value in pages.values.items():
        if value is not None and place[0] not in LEFT_OUT:
            pages.known[place] = chats.known(place)
    for place, known in pages.known.items():
        indicator, month, space, part = place
        if not space and not part and (spaces := _spaces(pages, indicator, month)):
            pages.known[place] = replace(known, spaces=spaces)
    pages.reasons |= {name: f"no_source:{name.partition('.')[0]}" for name in NOT_CONNECTED}
    # What groups export tells nothing of the page; whoever finishes the members' topic is who tells of subscribers.
    pages.reasons |= {name: f"not_told:{name.partition('.')[0]}" for name in UNREAD}
    if any("members" in topics for topics in pages.town.work.complete.values()):
        pages.reasons["newsletter.subscribers"] = "no_entry"
    pages.reasons |= {name: f"asset_not_used:{name.partition('.')[0]}" for name in NOT_USED}
    pages.reasons |= dict.fromkeys(SURVEYED, "no_wave")


def _spaces(pages: Pages, indicator: str, month: str) -> frozenset[str]:
    """The places a total is of: all of which there is anything to say, if only that there is nothing to divide by."""
    return frozenset(
        space for name, when, space, part in pages.values
        if (name, when, part) == (indicator, month, "") and space
    )  # fmt: skip


def _lacking(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(f"incomplete:{code}" for code in codes)


@dataclass(frozen=True)
class _Chats:
    """The exports, asked what they know of a figure."""

    pages: Pages
    accounts: tuple[Account, ...]

    def known(self, place: Place) -> Known:
        indicator, month, space, part = place
        if part.startswith("focus_"):
            return BY_HAND
        if indicator in SURVEYED or part in (
            "survey",
            "surveyed_share",
            "survey_share",
            "aware",
            "in_time",
            "feedback_score",
        ):
            return self._surveyed(place)
        if indicator == PARTICIPATION:
            return self._took_part(place)
        if indicator == "resilience.reach_depth" and not part and latest(self.pages.town.waves, month, "residents"):
            return self._surveyed(place)
        if indicator == "facebook.follower_share" and not pages_counted(self.pages.town, month):
            return CARRIED
        if indicator in GROUPS:
            return self._groups(indicator, space)
        if indicator in MEMBERS and part in ("", "whatsapp"):
            return self._members(indicator, month, space)
        if indicator in MEMBERS and part == "facebook":
            return MEASURED
        if indicator in ("assets.participation_ladder", "assets.tie_density") and part != "bridges":
            heard = self._heard(month, space, TALKING, by_anyone=True)
            counted = [one for one in heard if month in one.members and not one.is_cut]
            return self._without_groups(_unsure(_flagged(heard, counted, month), "lower_bound"), space)
        if indicator == "policy.resident_use" and not part:
            return _unsure(self._messages(indicator, month, space), "lower_bound")  # chats alone are heard
        if part in ("matched", "bridges"):
            return self._without_groups(self._messages(indicator, month, space), space)
        if indicator in ("policy.resident_use", "whatsapp.responses") or part == "active":
            return self._messages(indicator, month, space)
        if part == "upper_bound":
            derived = any(one.place.operated_by == "authority" and month in one.members for one in self.accounts)
            return _unsure(Known(frozenset()), "lower_bound") if derived else BY_HAND
        if indicator == "policy.residents_in_contact":
            return self._largest(month)
        if indicator == "facebook.resident_posts" and not space and not part:
            return self._of_groups(indicator, month)
        return BY_HAND

    def are_cut(self, month: str, space: str) -> bool:
        """Whether an export of a chat the authority runs, or that of one space, begins within the month."""
        return any(one.begins_within == month for one in self._heard(month, space))

    def _heard(
        self, month: str, space: str, kinds: Iterable[str] = (), *, by_anyone: bool = False, society: str = ""
    ) -> list[Account]:
        return [
            one for one in self.accounts
            if month in one.months and space in ("", one.place.code)
            and (by_anyone or one.place.operated_by == "authority")
            and (not kinds or one.place.kind in kinds) and society in ("", one.place.society)
        ]  # fmt: skip

    def _messages(self, indicator: str, month: str, space: str) -> Known:
        society = {"societies.haredi_users": "haredi", "societies.arab_users": "arab"}.get(indicator, "")
        by_anyone = indicator == "assets.tie_density"
        # A member of a society is looked for in all chats heard, and so the rest of what was heard may lack too.
        heard = self._heard(month, space, by_anyone=by_anyone)
        return _flagged(heard, self._heard(month, space, by_anyone=by_anyone, society=society), month)

    def _members(self, indicator: str, month: str, space: str) -> Known:
        counted = {one.place.code for one in self.accounts if month in one.members}
        known = _spaces(self.pages, indicator, month)
        found = MEASURED
        if (space and space in counted) or (not space and known & counted):
            found = _unsure(found, "lower_bound")
        if not space and indicator == "whatsapp.open_members":
            lacking = {one.place.code for one in self._heard(month, "", ("open",))} - known
            found = replace(found, must=found.must | _lacking(lacking))
        return found

    def _groups(self, indicator: str, space: str) -> Known:
        if space or indicator == "facebook.group_share":
            return MEASURED
        pages = {one.code for one in self.pages.town.places if one.kind == "page" and one.operated_by == "authority"}
        return replace(MEASURED, is_final=False, must=_lacking(pages))

    def _without_groups(self, known: Known, space: str) -> Known:
        """Of the authority's groups on Facebook nobody hears what is written: they lack in whatever is of all talk."""
        return known if space else replace(known, is_final=False, must=known.must | _lacking(self._own_groups()))

    def _own_groups(self) -> set[str]:
        return {one.code for one in self.pages.town.places if one.kind == "group" and one.operated_by == "authority"}

    def _largest(self, month: str) -> Known:
        known = audiences(self.pages.town, self.accounts, month)
        code = max((one for one in known.values() if one.is_reached), key=lambda one: one.members).space
        if known[code].is_carried:
            return CARRIED
        if any(one.place.code == code for one in self.accounts):
            return _unsure(MEASURED, "lower_bound")
        return MEASURED if any(one.place.code == code for one in self.pages.town.groups) else BY_HAND

    def _of_groups(self, indicator: str, month: str) -> Known:
        """Of groups the authority runs some were told of; the others had nothing only in a month declared complete."""
        lacking = self._own_groups() - _spaces(self.pages, indicator, month)
        if is_complete(self.pages.town, indicator, month) or not lacking:
            return BY_HAND
        return replace(BY_HAND, is_final=False, must=BY_HAND.must | _lacking(lacking))

    def _surveyed(self, place: Place) -> Known:
        indicator, month, _, part = place
        scale = next(one for one in questionnaire().scales.values() if indicator in one.indicators)
        version = 2 if part in ("aware", "in_time") else asked_since(scale)
        wave = latest(self.pages.town.waves, month, scale.audience, version)
        assert wave is not None, "an estimate without a wave"
        must, never = _of_wave(wave, month)
        few = self.pages.worth.get(place, FEW) < FEW
        is_final = month_of(wave.closed_day) == month
        return Known(
            frozenset({"surveyed"}), is_final=is_final, must=must | ({"low_reliability"} if few else set()),
            never=never | UNSURE | {"entered_by_hand"} | (set() if few else {"low_reliability"}),
        )  # fmt: skip

    def _took_part(self, place: Place) -> Known:
        """Of the wave; how many were invited may be staff's word."""
        _, month, _, part = place
        wave = latest(self.pages.town.waves, month, "residents")
        assert wave is not None, "a share of a wave without one"
        must, never = _of_wave(wave, month)
        by_hand = not part and wave.invited is None
        is_final = month_of(wave.closed_day) == month
        return Known(
            BY_HAND.methods if by_hand else frozenset({"surveyed"}), is_final=is_final,
            must=must | ({"entered_by_hand"} if by_hand else set()), never=never | UNSURE,
        )  # fmt: skip


def _of_wave(wave: Wave, month: str) -> tuple[frozenset[str], frozenset[str]]:
    """The flags that must and must not stand where an estimate is of this wave."""
    told = {"opt_in_sample": wave.sample_type == "opt_in", "carried": month_of(wave.closed_day) < month}
    must = frozenset(flag for flag, is_so in told.items() if is_so)
    return must, frozenset(told) - must


def _flagged(heard: Iterable[Account], counted: Iterable[Account], month: str) -> Known:
    """Of messages in these chats: `heard` are all that were listened to, `counted` those that are in the figure."""
    cut = [one for one in heard if one.begins_within == month]
    known = replace(MEASURED, must=frozenset({"by_name"}), never=UNSURE | {"entered_by_hand"})
    if any(one.begins_within == month for one in counted):
        return _unsure(known, "partial_period")
    # Where a place that was heard in part is in the figure with nothing, it may be said or not.
    return replace(known, never=known.never - {"partial_period"}, is_final=None) if cut else known


def _unsure(known: Known, flag: str) -> Known:
    return replace(known, is_final=False, must=known.must | {flag}, never=known.never - UNSURE)
