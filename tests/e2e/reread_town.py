"""A town's indicators computed once more from its reread files: value, how many are behind it, whether it may be final."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from simulator.truth_weights import weights_for, worth
from tests.e2e.reread_files import YES, Line, ReadChat, ReadWave, read_chats, read_groups, read_waves, read_workbook

ZONE = ZoneInfo("Asia/Jerusalem")


@dataclass(frozen=True)
class Figure:
    """What an indicator comes to in a month; no value: nobody can say. `n` and `is_final` None: either will do."""

    value: float | None
    n: int | None = None
    is_final: bool | None = True


SILENT = Figure(None)
Figures = dict[tuple[str, str], Figure]
"""(indicator, month) -> its headline."""


def month_before(month: str, by: int) -> str:
    """The month so many months earlier."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass
class Reread:
    """Everything read of a town's files, and its residents by year's end."""

    folder: Path
    residents: Mapping[int, int]
    figures: Figures = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = read_workbook(next(one for one in self.folder.iterdir() if one.name.startswith("חוברת")))
        self.places = {str(one["space"]): one for one in self.book["spaces"]}
        named = {str(one["names"]): code for code, one in self.places.items() if one["names"]}
        self.chats = {named[name]: chat for name, chat in read_chats(self.folder).items()}
        self.groups = {named[name]: days for name, days in read_groups(self.folder).items()}
        self.waves = read_waves(self.folder)

    def is_ours(self, space: str) -> bool:
        """The authority runs it."""
        return bool(self.places[space]["operated_by"] == "הרשות")

    def kind(self, space: str) -> str:
        """What people may do there."""
        told = str(self.places[space]["kind"])
        words = {"קבוצת עדכון": "broadcast", "קו פניות": "hotline", "קבוצה": "open", "עמוד": "page"}
        return next(code for word, code in words.items() if told.startswith(word))

    def is_staff(self, author: str, day: date) -> bool:
        """Somebody of the roster, on a day on which she was."""
        digits = "".join(one for one in author if one.isdigit())[-9:]
        for one in self.book["staff"]:
            phone = "".join(c for c in str(one["phone"] or "") if c.isdigit())[-9:]
            since, until = one["from_day"], one["to_day"]
            if author == one["chat_name"] or (phone and author.startswith("+") and phone == digits):
                return (since is None or since.date() <= day) and (until is None or day <= until.date())
        return False

    def complete(self, topic: str, month: str) -> bool:
        """Staff declared the topic finished."""
        return any(one["month"] == month and one[topic] for one in self.book["periods"])

    def nothing(self, indicator: str, topic: str, month: str) -> bool:
        """Staff declared the topic finished, and did not only forget what they type in three months of four."""
        typed = {
            row["month"]
            for sheet in ("monthly", "investment")
            for row in self.book[sheet]
            if row["indicator"] == indicator
        }
        year = [one for one in (month_before(month, by) for by in range(1, 13)) if typed and one >= min(typed)]
        known = len(typed.intersection(year))
        return self.complete(topic, month) and not (month not in typed and known >= 3 and known / len(year) >= 0.75)

    def people(self, month: str) -> float:
        """Residents at the month's end, between two ends of year on a straight line, the last one carried."""
        place = int(month[:4]) * 12 + int(month[5:])
        ends = sorted((year * 12 + 12, count) for year, count in self.residents.items())
        for (start, first), (end, last) in pairwise(ends):
            if start <= place <= end:
                return round(first + (last - first) * (place - start) / (end - start))
        return ends[0][1] if place < ends[0][0] else ends[-1][1]

    def heard(self, month: str, kinds: Iterable[str] = (), *, ours: bool = True) -> dict[str, ReadChat]:
        """The chats whose exports speak of a month."""
        return {
            space: chat for space, chat in self.chats.items()
            if f"{chat.first:%Y-%m}" <= month <= f"{chat.last:%Y-%m}"
            and (not ours or self.is_ours(space)) and (not kinds or self.kind(space) in kinds)
        }  # fmt: skip

    def typed(self, indicator: str, month: str, sheet: str = "monthly") -> dict[str, float]:
        """Sums by kind of what staff wrote."""
        sums: dict[str, float] = defaultdict(float)
        for row in self.book[sheet]:
            if (row["indicator"], row["month"]) == (indicator, month):
                sums[row["part"] or ""] += row["amount"]
        return dict(sums)


def recompute(town: Reread, months: Iterable[str]) -> Figures:
    """Every figure there is, of every month."""
    for month in months:
        for compute in (_members, _talk, _groups, _followers, _typed, _arrivals, _listed, _registers, _surveys):
            for indicator, figure in compute(town, month).items():
                town.figures[indicator, month] = figure
    return town.figures


def _is_cut(chats: Iterable[ReadChat], month: str) -> bool:
    return any(chat.is_cut and f"{chat.first:%Y-%m}" == month for chat in chats)


def _members(town: Reread, month: str) -> dict[str, Figure]:
    """Who was seen and has not gone is at least there, however late an export begins: never for good."""
    found = {}
    for indicator, kind in (("whatsapp.broadcast_members", "broadcast"), ("whatsapp.open_members", "open")):
        chats = town.heard(month, [kind]).values()
        total = sum(chat.residents(month, town.is_staff) for chat in chats)
        found[indicator] = Figure(total, total, False) if chats else SILENT
    return found


def _instant(line: Line) -> datetime:
    return line.at.replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def _talk(town: Reread, month: str) -> dict[str, Figure]:
    def staff(line: Line) -> bool:
        return town.is_staff(line.author, line.at.date())

    heard = town.heard(month)
    said = {space: chat.in_month(month) for space, chat in heard.items()}
    residents = {space: [line for line in lines if not staff(line)] for space, lines in said.items()}
    updates = sorted(
        _instant(line) for space, chat in town.chats.items() if town.is_ours(space) and town.kind(space) == "broadcast"
        for line in chat.lines if staff(line)
    )  # fmt: skip
    answers = sum(line.answers is not None and staff(line.answers) for lines in residents.values() for line in lines)
    for space, lines in residents.items():
        for line in lines if town.kind(space) == "hotline" else ():
            place = bisect_right(updates, _instant(line))
            answers += line.starts and place > 0 and _instant(line) - updates[place - 1] <= timedelta(hours=72)
    is_final = not _is_cut(heard.values(), month)
    acts = sum(len(lines) for lines in residents.values())
    # Of use it is the acts in all of the authority's places: on its page and in its other groups nobody counted any.
    is_of_all = is_final and all(space in heard for space in town.places if town.is_ours(space))
    found = {
        "whatsapp.responses": Figure(answers, answers, is_final) if heard else SILENT,
        "policy.resident_use": Figure(1000 * acts / town.people(month), acts, is_of_all) if heard else SILENT,
    }
    active = members = 0
    for chat in town.heard(month, ["open"], ours=False).values():
        if not chat.is_cut:
            wrote = {line.author for line in chat.in_month(month) if not staff(line)}
            active, members = active + len(wrote), members + max(chat.residents(month, town.is_staff), len(wrote))
    found["assets.participation_ladder"] = Figure(active / members, members, False) if members else SILENT
    return found


def _groups(town: Reread, month: str) -> dict[str, Figure]:
    acts = over = members = relevant = 0
    for space, days in town.groups.items():
        mine = {day: told for day, told in days.items() if f"{day:%Y-%m}" == month}
        if mine:
            last, posts = mine[max(mine)]["members"], sum(told["posts"] for told in mine.values())
            members, relevant = members + last, relevant + town.places[space]["relevant_population"]
            over += posts * last
            acts += sum(told["posts"] + told["comments"] + told["reactions"] for told in mine.values())
    return {
        "facebook.group_share": Figure(members / relevant, relevant) if relevant else SILENT,
        # Nothing is known of the page, which the authority runs too.
        "facebook.engagement_rate": Figure(acts / over, over, False) if over else SILENT,
    }


def _followers(town: Reread, month: str) -> dict[str, Figure]:
    """The count of the month, else the last of the three before, which is not of this month."""
    counts = {row["month"]: row["members"] for row in town.book["members"] if town.kind(row["space"]) == "page"}
    for by in range(4):
        if count := counts.get(month_before(month, by)):
            return {"facebook.follower_share": Figure(count / town.people(month), round(town.people(month)), by == 0)}
    return {"facebook.follower_share": SILENT}


TYPED = {
    "facebook.initiatives": "initiatives",
    "facebook.business_ties": "initiatives",
    "policy.initiatives": "initiatives",
    "newsletter.responses": "conversation",
    "facebook.staff_in_resident_groups": "conversation",
    "zoom.resident_interactions": "conversation",
}
"""Numbers that are added up, and the topic that says when none means nothing."""


def _typed(town: Reread, month: str) -> dict[str, Figure]:
    found = {}
    for indicator, topic in TYPED.items():
        sums = town.typed(indicator, month)
        is_told = bool(sums) or town.nothing(indicator, topic, month)
        found[indicator] = Figure(sum(sums.values()), round(sum(sums.values()))) if is_told else SILENT
    hours = town.typed("ethics.training", month).get("person_hours")
    spent = town.typed("policy.investment", month, "investment").get("ils")
    found["ethics.training"] = _or_zero(hours, town.nothing("ethics.training", "training", month))
    found["policy.investment"] = _or_zero(spent, town.nothing("policy.investment", "investment", month))
    return found


def _or_zero(amount: float | None, is_complete: bool) -> Figure:
    return Figure(amount if amount is not None else 0) if amount is not None or is_complete else SILENT


def _arrivals(town: Reread, month: str) -> dict[str, Figure]:
    """People who came or joined; groups opened are no people.

    Of both channels the larger is sure, and a number for both together may be of the same people.
    """
    found, through = {}, []
    for indicator in ("website.event_arrivals", "newsletter.event_arrivals"):
        people = {part: amount for part, amount in town.typed(indicator, month).items() if part != "opened"}
        total = round(sum(people.values()))
        found[indicator] = Figure(total, total) if people or town.nothing(indicator, "arrivals", month) else SILENT
        through += [total] if people else []
    own = town.typed("newsletter.site_and_mail_arrivals", month)
    either = max(round(sum(own.values())), *through, 0)
    is_told = bool(own or through or town.nothing("newsletter.site_and_mail_arrivals", "arrivals", month))
    found["newsletter.site_and_mail_arrivals"] = Figure(either, either) if is_told else SILENT
    return found


PROCESS, RESILIENCE = "תהליך ברשות", ("לימוד והשכלה", "תעסוקה והתפתחות מקצועית", "התנהלות כלכלית", "מיצוי זכויות")


def _listed(town: Reread, month: str) -> dict[str, Figure]:
    """Publications: those listed; the numbers staff wrote where the list has none of them."""
    listed = [row for row in town.book["publications"] if f"{row['published_day']:%Y-%m}" == month]
    is_complete = town.complete("publications", month)
    found = {}
    for indicator, asset in (("website.process_publications", "אתר"), ("newsletter.process_items", "ניוזלטר")):
        mine = sum(str(row["asset"]).startswith(asset) and row["topic"] == PROCESS for row in listed)
        sums = town.typed(indicator, month)
        count = mine or round(sum(sums.values()))
        found[indicator] = Figure(count, count) if mine or sums or is_complete else SILENT
    topics = sum(any(word in str(row["topic"]) for word in RESILIENCE) for row in listed)
    sums = town.typed("policy.resilience_use", month)
    count = topics if topics and is_complete else round(sum(sums.values())) if sums else topics
    found["policy.resilience_use"] = Figure(count, count) if topics or sums or is_complete else SILENT
    return found


def _registers(town: Reread, month: str) -> dict[str, Figure]:
    """What is in force on the last day of a month."""
    after = date.fromisoformat(f"{month_before(month, -1)}-01")

    def holds(row: Mapping[str, Any]) -> bool:
        since, until = row["from_day"].date(), row["to_day"]
        return bool(since < after and (until is None or until.date() >= after - timedelta(days=1)))

    found = {}
    for indicator in ("policy.routines", "ethics.routines"):
        label = {"policy.routines": "שגרות עבודה ומדיניות", "ethics.routines": ""}[indicator]
        mine = [row for row in town.book["routines"] if row["indicator"] in (indicator, label) and holds(row)]
        is_told = bool(mine) or town.complete("routines", month)
        found[indicator] = Figure(len(mine), len(mine)) if is_told else SILENT
    held = any(holds(row) for row in town.book["roles"])
    found["policy.role_holder"] = Figure(float(held)) if held or town.complete("roles", month) else SILENT
    kinds: dict[str, str] = {}
    for row in town.book["communities"]:
        if row["month"] <= month and row["ended"]:
            kinds.pop(row["community"], None)
        elif row["month"] <= month and row["kind"]:
            kinds[row["community"]] = row["kind"]
    is_told = bool(kinds) or town.complete("communities", month)
    found["communities.mapped"] = Figure(len(kinds), len(kinds)) if is_told else SILENT
    return found


Put = Callable[[list[tuple[float, float]]], float]


def _share(scores: list[tuple[float, float]]) -> float:
    return sum(weight for score, weight in scores if score >= 4) / sum(weight for _, weight in scores)


def _mean(scores: list[tuple[float, float]]) -> float:
    return sum(score * weight for score, weight in scores) / sum(weight for _, weight in scores)


Q: dict[str, tuple[Put, int, tuple[str, ...], tuple[str, ...]]] = {
    "facebook.relevance_felt": (_share, 1, ("מה שהעירייה כותבת בפייסבוק", "מה שעולה בעמוד ובקבוצות הפייסבוק"), ()),
    "whatsapp.belonging": (
        _mean, 1, ("בקבוצת הוואטסאפ של", "אם אבקש עזרה בקבוצה", "בזכות הקבוצה אנחנו"), ("גם בתוך הקבוצה",),
    ),
    "zoom.partnership_felt": (_mean, 1, ("במפגשים עם העירייה", "על מה ששאלנו", "אחרי המפגש סיפרו"), ()),
    "whatsapp.trust": (_mean, 1, ("אני יכול/ה לסמוך", "כשתושבים כותבים לעירייה", "אני מרוצה מתשומת"), ("לעירייה לא באמת אכפת",)),
    "resilience.social_capital": (_mean, 2, ("יש לי ביישוב אנשים", "השכנים כאן", "כשמשהו לא בסדר"), ("כאן כל אחד לעצמו",)),
    "resilience.satisfaction": (_mean, 2, ("טוב לי לגור כאן", "השירותים שהעירייה", "הרחובות, הגינות"), ("כדי לקבל כאן שירות",)),
    "resilience.attachment": (_mean, 2, ("היישוב הזה הוא הבית", "אני מספר/ת בגאווה", "הייתי רוצה שגם הדור"), ("אם תהיה לי הזדמנות",)),
}  # fmt: skip
"""Indicator -> how people's means are put together, items one must have answered, questions, and questions turned round."""
FIRST = {
    "facebook.relevance_felt": "האם ראית בחודש האחרון משהו בעמוד הפייסבוק",
    "whatsapp.belonging": "האם את/ה חבר/ה בקבוצת וואטסאפ",
    "zoom.partnership_felt": "האם השתתפת בשנה האחרונה במפגש",
}
"""Indicator -> what some forms ask first: who does not say yes is none of those the item is for."""


def _surveys(town: Reread, month: str) -> dict[str, Figure]:
    waves = [one for one in town.waves if one.audience == "residents" and month_before(month, 11) <= one.month <= month]
    if not waves:
        return dict.fromkeys(Q, SILENT)
    wave = waves[-1]
    weights = weights_for(wave.about, town.people(wave.month))
    found = {name: _estimate(_meant(wave, weights, FIRST.get(name)), *told) for name, told in Q.items()}
    return {name: replace(one, is_final=wave.month == month) for name, one in found.items()}


def _meant(wave: ReadWave, weights: Iterable[float], first: str | None) -> list[tuple[dict[str, int], float]]:
    """The people an item is for, each with what she counts for: all, where nothing was asked first."""
    said = [{answer for question, answer in one.items() if first and question.startswith(first)} for one in wave.people]
    people = zip(wave.people, weights, said, strict=True)
    return [(one, weight) for one, weight, told in people if not any(said) or YES in told]


def _estimate(
    people: list[tuple[dict[str, int], float]],
    put: Put,
    least: int,
    asked: tuple[str, ...],
    turned: tuple[str, ...],
) -> Figure:
    scores = []
    for person, weight in people:
        told = [answer for question, answer in person.items() if question.startswith(asked)]
        told += [6 - answer for question, answer in person.items() if turned and question.startswith(turned)]
        if len(told) >= least:
            scores.append((fmean(told), weight))
    return Figure(put(scores), len(scores)) if worth([weight for _, weight in scores]) >= 30 else Figure(None)
