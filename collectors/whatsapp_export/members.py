"""Who an event touches, and by how much the membership changes.

Belongs here: lists of names as clients print them in the languages of the phrase book, and their overflow
("and 5 others"). Does not belong here: recognising the event (`phrases`).
"""

import re
from collections.abc import Mapping

from collectors.whatsapp_export.marks import clean
from collectors.whatsapp_export.phrases import Found

Touched = tuple[str | None, int]  # a member and the change, or None and a change of unnamed members

# The noun is asked for: a contact may be called "106". Russian says "и еще 5", Ukrainian "та ще 5".
_OVERFLOW = re.compile(
    r"(?:(?:,? and |,? & |[,،] ?| ו-?| و ?)(\d{1,4}) (?:others?|more|other people|other participants"
    r"|נוספים|אחרים|נוסף|משתתפים נוספים|אנשים נוספים|آخرون|آخرين|آخر|غيرهم|أشخاص آخرين)"
    r"| et (\d{1,4}) autres?| y (\d{1,4}) (?:más|otros)"
    r"| и ещ[её] (\d{1,4})(?: [а-я]+)?| (?:та|і|i) ще (\d{1,4})(?: [а-яіїє]+)?)$"
)
_NOUNS = frozenset(
    ["others", "other", "more", "people", "participants", "נוספים", "אחרים", "נוסף", "آخرون", "آخرين", "آخر", "غيرهم",
     "autre", "autres", "más", "otros"]
)  # fmt: skip
_OVERFLOW_CHARS = 48  # no overflow is longer
_AND = (", and ", " and ", " и ", " ו-", " et ", " y ", " та ", " і ", " i ")
_LEADING_AND = ("and ", "и ", "ו-", "et ", "y ", "та ", "і ", "i ")


def split_list(text: str, known: frozenset[str] | set[str] = frozenset()) -> tuple[list[str], int]:
    """The names of a printed list and how many more it only counts.

    "A, B and C" -> three names; "A ו-5 נוספים" -> one name and five more. A name that was seen alone
    before is not taken apart, however it is spelled ("محمد وليد", "Bed and Breakfast").
    """
    text = text.strip()
    if text in known:
        return [text], 0
    others = 0
    last_word = text[text.rfind(" ") + 1 :]
    if last_word in _NOUNS or " и ещ" in text or " ще " in text:
        overflow = _OVERFLOW.search(text, max(len(text) - _OVERFLOW_CHARS, 0))
        if overflow and overflow.start() > 0:
            others = int(next(number for number in overflow.groups() if number))
            text = text[: overflow.start()].rstrip(" ,،")
    names = text.replace("، ", ", ").split(", ")
    last = names.pop()
    if last in known or others:
        names.append(last)
    else:
        names += _last_two(last, bool(names))
    return [stripped for name in names if (stripped := name.strip())], others


def _last_two(text: str, after_comma: bool) -> list[str]:
    """The last two names of a list, or the one there is."""
    for conjunction in _AND:
        at = text.rfind(conjunction)
        if at > 0:
            return [text[:at].rstrip(" ,،"), text[at + len(conjunction) :]]
    if after_comma:
        for word in _LEADING_AND:
            if text.startswith(word):
                return [text[len(word) :]]
    # In Arabic the conjunction is written together with the name, in Hebrew it may be. Without a comma before
    # it, a Hebrew name that begins with that letter ("שלמה ורד") is likelier than a list of two.
    at = max(text.rfind(" و"), text.rfind(" ו") if after_comma else -1)
    rest = text[at + 2 :].strip()
    return [text[:at], rest] if at > 0 and rest and rest[0] != "-" else [text]


_SIGN = {"member_added": 1, "member_joined": 1, "member_left": -1, "member_removed": -1}


_NUMBER = re.compile(r"\+?\d[\d\s().\-\u2010-\u2013\u00a0]{5,}\d")


def changed_number(values: Mapping[str, str]) -> tuple[str | None, list[Touched]]:
    """Who changed her number, and what else she is called by: only where the notice tells the new number.

    Without it nobody can say who of those who write later she is; a name in its place may be another person's.
    """
    person, old, new = (clean(values.get(name, "")).rstrip(".") for name in ("member", "old_number", "new_number"))
    who = person or old
    if not (who and _NUMBER.fullmatch(new)):
        return None, [(person, 0)] if person else []
    return who, [(new, 0), *([(old, 0)] if person and _NUMBER.fullmatch(old) else [])]


class Membership:
    """Turns recognised events into touched members; remembers names that stood alone."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def touched(self, found: Found) -> list[Touched]:
        """The members an event touches, each with its change; unnamed ones are summed in one row."""
        values: Mapping[str, str] = found.values
        sign = _SIGN.get(found.event, 0)
        if found.event == "group_created":
            creator = values.get("actor")
            if creator:
                self._known.add(creator)
            return [(creator, 1)]
        if found.event == "added_to_group_and_community":
            return [(None, 1)]
        if found.event == "number_changed":
            return changed_number(values)[1]
        single = values.get("member")
        if single:
            self._known.add(single)
            return [(single, sign)]
        listed = values.get("targets") or values.get("members")
        if not listed:
            return [(None, sign)] if sign else []
        names, others = split_list(listed, self._known)
        if len(names) == 1:
            if not others:
                self._known.add(names[0])
        elif len(set(names)) < len(names):
            names = list(dict.fromkeys(names))
        rows: list[Touched] = [(name, sign) for name in names]
        if others:
            rows.append((None, sign * others))
        return rows
