"""Which landed survey files are one form, and which of its respondents stand: people known by what they answered.

A form is exported again and again: sorted, with late answers, without somebody who asked to be left out. Files are one
form when nearly all respondents of the smaller one are respondents of the other, each counted as often as she
stands there; of one form the latest export stands whole. People are compared by what both files tell of them: answers,
questions about themselves, and the minute they sent it. Where answers are so alike that chance would bring the
same, files are told apart only by more difference than chance; where even that cannot be told, they are one form,
since counting people once is safe and counting them twice would show what is withheld.

Files that are not one form add up; who is surely the same in two of them counts in the earlier.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from transforms.questionnaire import CUTS
from warehouse.calendar import month_of

ABOUT = ("wave", "instrument", "audience", "sample_type", "closed_day", "held_as", "invited")
"""What all answers of a file share."""
_APART = ("wave", "instrument", "audience", "sample_type")
"""Answers of one landing that differ in these are of different files."""
ADDS = "adds"
"""Among what the town stated of a file: that its people are others than those its wave has, however many they are."""
DECLARED = tuple(cut for cut in CUTS if cut != "mode")
"""What people say of themselves; how they were asked is no part of who they are."""

_FOUND_AGAIN = 0.8
"""Share of the smaller file's respondents that must be found in the other for the two to be one form."""
_COINCIDENCES = 3
"""Fewer people alike in two files, to the minute, may be strangers who sent their answers at the same time."""
_TOLD_ALIKE = 0.6
"""Share of the answers of people known by the minute that must be the same: strangers agree on about a third."""
_SEASON = timedelta(days=92)
"""Exports of one form whose last answers lie further apart are two waves, the later of them the new people alone."""

_Key = tuple[Any, ...]


@dataclass
class Person:
    """A respondent of one file. `sent`, `seconds`, `mode` and the cuts are the same on all her rows."""

    sent: str | None
    about: tuple[Any, ...]  # the values of DECLARED, and seconds
    mode: str | None = None
    answers: dict[str, int] = field(default_factory=dict)
    code: str | None = None  # of the pulse the mark of her own code in the quarter, and the day she answered
    day: date | None = None

    @property
    def seconds(self) -> int | None:
        """How long she took; None where nobody knows."""
        found: int | None = self.about[-1]
        return found

    def declared(self) -> dict[str, str | None]:
        """What she says of herself, question -> code."""
        return dict(zip(DECLARED, self.about, strict=False))


@dataclass
class File:
    """The answers one landing holds of a form."""

    about: dict[str, Any]  # the values of ABOUT
    stated: frozenset[str]
    people: list[Person]
    form: str
    batch: str
    read: tuple[datetime, int]  # up to which instant, and in which order of landing
    earlier: list[File] = field(default_factory=list)  # exports it stands for

    def knows_when(self) -> bool:
        """Whether it tells of everybody when she sent her answers."""
        return all(person.sent is not None for person in self.people)

    def shared(self) -> dict[str, Any]:
        """What its answers share: the town's latest word on each, else what was worked out of the latest export."""
        exports = [self, *sorted(self.earlier, key=lambda file: file.read, reverse=True)]
        said = {name: next((f.about[name] for f in exports if name in f.stated), None) for name in ABOUT}
        return {name: self.about[name] if value is None else value for name, value in said.items()}


def standing(files: Iterable[File]) -> list[File]:
    """The files that count, latest first, each with the exports it stands for and without people counted in another.

    The files given stay as they are.
    """
    found: list[File] = []
    for file in sorted((replace(one, earlier=[]) for one in files), key=_order, reverse=True):
        later = next((one for one in found if _is_one_form(file, one)), None)
        if later is None:
            found.append(file)
        else:
            later.earlier.append(file)
    for at, file in reversed(list(enumerate(found))):
        for earlier in found[at + 1 :]:
            file.people = _without_known(file, earlier)
    return [file for file in found if file.people]


def _order(file: File) -> tuple[Any, ...]:
    """The later export reaches further; of two that reach as far it is the one imported last."""
    return (*file.read, sorted(content(person) for person in file.people))


def files_of(table: pa.Table | None) -> list[File]:
    """The files whose answers landed, each as it came: what stands of them is for `standing` to say."""
    if table is None or table.num_rows == 0:
        return []
    names = (
        *ABOUT, *CUTS, "seconds", "sent", "own_code", "answered_day", "stated", "form", "as_of", "landed_order",
        "segment", "batch",
    )  # fmt: skip
    identity = ("segment", "form", *_APART)
    nothing = [None] * table.num_rows
    keys = zip(*(table[name].to_pylist() if name in table.column_names else nothing for name in identity), strict=True)
    rows = zip(keys, *(table[name].to_pylist() for name in ("respondent", "item", "answer")), strict=True)
    answers: dict[_Key, dict[int, dict[str, int]]] = defaultdict(dict)
    first: dict[tuple[_Key, int], int] = {}
    for at, (key, number, item, answer) in enumerate(rows):
        if item is None or answer is None or not 1 <= answer <= 5:
            continue
        first.setdefault((key, number), at)
        own = answers[key].setdefault(number, {})
        # A key given twice in one file cannot come from our reader; the greater keeps it free of order.
        own[item] = max(answer, own.get(item, 0))
    # All else is the same on every row of a person: read once each, not once an answer.
    once = table.select([name for name in names if name in table.column_names]).take(
        pa.array(first.values(), pa.int64())
    )
    told = dict(zip(first, once.to_pylist(), strict=True))
    files = []
    for key, found in answers.items():
        people = []
        for number in sorted(found):
            row = told[key, number]
            about = (*(row.get(cut) for cut in DECLARED), row.get("seconds"))
            people.append(
                Person(
                    row.get("sent"), about, row.get("mode"), found[number], row.get("own_code"), row.get("answered_day")
                )
            )
        head = told[key, next(iter(found))]
        files.append(_file(head, people))
    return files


def _file(head: Mapping[str, Any], people: list[Person]) -> File:
    """A file of these people; `head` is a row of its first answer."""
    # What landed before the reader said what was stated is taken at its word.
    said = head.get("stated")
    stated = ABOUT if said is None else ("instrument", *said.split())
    until = head.get("as_of") or datetime.combine(head["closed_day"], time(), UTC)
    return File(
        {name: head.get(name) for name in ABOUT},
        frozenset(stated),
        people,
        head.get("form") or "",
        head.get("batch") or "",
        (until, head.get("landed_order") or 0),
    )


def _is_one_form(file: File, later: File) -> bool:
    """Whether the later file is an export of the same form, as the same wave."""
    is_same_name = bool(file.form) and file.form == later.form
    if is_same_name and _agree(file, later, "wave"):
        return True
    if abs(file.read[0] - later.read[0]) > _SEASON:
        return False
    tell_when = file.knows_when() and later.knows_when()
    if not (tell_when or is_same_name or _may_be_one_wave(file, later)):
        return False
    if not tell_when and len(_items(file) & _items(later)) * 2 < len(_items(file) | _items(later)):
        return False
    return _are_found_again(*_keys(file, later)) or (tell_when and _sent_the_same(file, later))


def _agree(file: File, later: File, name: str) -> bool:
    """Whether two files say the same, or what one says is no word of the town's."""
    return file.about[name] == later.about[name] or not (name in file.stated and name in later.stated)


def _may_be_one_wave(file: File, later: File) -> bool:
    """Whether nothing the town said is against it. Where people cannot be told by time, its word is all there is."""
    is_same_month = month_of(file.about["closed_day"]) == month_of(later.about["closed_day"])
    is_same_wave = file.about["wave"] == later.about["wave"] or (_agree(file, later, "wave") and is_same_month)
    return is_same_wave and all(_agree(file, later, name) for name in ("instrument", "audience", "sample_type"))


def _keys(one: File, other: File) -> tuple[list[_Key], list[_Key]]:
    """The respondents of both files by what both tell of them; none where they share no item."""
    items = sorted(_items(one) & _items(other))
    places = [n for n in range(len(DECLARED) + 1) if _is_told(one, n) and _is_told(other, n)]
    is_timed = one.knows_when() and other.knows_when()

    def key(person: Person) -> _Key:
        answers = tuple(person.answers.get(item) for item in items)
        return person.sent if is_timed else None, answers, tuple(person.about[place] for place in places)

    if not items:
        return [], []
    return [key(person) for person in one.people], [key(person) for person in other.people]


def _items(file: File) -> set[str]:
    return {item for person in file.people for item in person.answers}


def _is_told(file: File, place: int) -> bool:
    return any(person.about[place] is not None for person in file.people)


def _are_found_again(one: Sequence[_Key], other: Sequence[_Key]) -> bool:
    """Whether nearly all of the fewer are among the others, more of them than chance would have there.

    A stranger's answers are new to a file about as often as somebody's in it are like nobody else's.
    """
    few, many = sorted((one, other), key=len)
    if not few:
        return False
    new = sum((Counter(few) - Counter(many)).values())
    new_by_chance = len(few) * min(_unlike(few), _unlike(many))
    is_found = len(few) - new >= _FOUND_AGAIN * len(few)
    return is_found and not (new_by_chance >= 1 and new > new_by_chance / 2)


def _unlike(keys: Sequence[_Key]) -> float:
    """Share of a file's respondents who are like nobody else in it."""
    return sum(count == 1 for count in Counter(keys).values()) / len(keys)


def _sent_the_same(one: File, other: File) -> bool:
    """Whether nearly everybody is known by the minute she sent it, and told mostly the same in both files.

    So a column turned around in the sheet, or answers whose words were not known at first, make no other people.
    """
    known = [{p.sent: p for p in file.people if times[p.sent] == 1} for file in (one, other) if (times := _times(file))]
    pairs = [(known[0][sent], known[1][sent]) for sent in known[0].keys() & known[1].keys()]
    if len(pairs) < _FOUND_AGAIN * min(len(one.people), len(other.people)):
        return False
    both = [(a.answers[item], b.answers[item]) for a, b in pairs for item in a.answers.keys() & b.answers.keys()]
    return bool(both) and sum(a == b for a, b in both) >= _TOLD_ALIKE * len(both)


def _times(file: File) -> Counter[str | None]:
    return Counter(person.sent for person in file.people)


def _without_known(file: File, earlier: File) -> list[Person]:
    """A file's people but for those the earlier file surely holds: sent in the same minute, all told alike."""
    if not (file.knows_when() and earlier.knows_when()):
        return file.people
    own, known = _keys(file, earlier)
    if not own or min(_unlike(own), _unlike(known)) < _FOUND_AGAIN:
        return file.people
    in_both = sum((Counter(own) & Counter(known)).values())
    if in_both < max(_COINCIDENCES, (1 - _FOUND_AGAIN) / 2 * min(len(own), len(known))):
        return file.people
    left = Counter(known)
    people = []
    for person, key in zip(file.people, own, strict=True):
        if left[key]:
            left[key] -= 1
        else:
            people.append(person)
    return people


def content(person: Person) -> str:
    """All that is told of her but when she sent it, as text to put people in an order that no file decides."""
    return repr((person.about, sorted(person.answers.items())))
