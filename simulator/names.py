"""Invented residents and staff. Nobody here exists: family names are flowers, spices and the word "example".

Belongs here: how people are shown in a chat (a saved name, `~` and a nickname, a number). Every
shown name is one person's alone, because an export tells people apart by it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import product
from random import Random

FIRST = {
    "he": (
        "נועה", "תמר", "יעל", "אורלי", "שירה", "מיכל", "רונית", "הדס", "ענבל", "ליאור", "גיל", "אבי", "חיים", "משה",
        "עומר", "איתי", "רועי", "דנה", "טל", "עדי", "נגה", "אלון", "יובל", "מאיה", "רחל", "אסתר", "שמעון", "בועז",
    ),
    "ar": (
        "نور", "ليلى", "سامي", "هدى", "رنا", "جمال", "سعاد", "محمود", "يوسف", "أمل", "خالد", "سهى", "عادل", "منى",
        "رامي", "دعاء", "فادي", "لينا", "كريم", "سلمى",
    ),
    "ru": (
        "Анна", "Ольга", "Сергей", "Игорь", "Вера", "Лев", "Марина", "Павел", "Юля", "Дмитрий", "Катя", "Борис",
        "Нина", "Олег", "Света", "Роман", "Галя", "Миша",
    ),
}  # fmt: skip
FAMILY = {
    "he": (
        "לדוגמה", "כלנית", "רקפת", "לוונדר", "כורכום", "קינמון", "זעתר", "מרווה", "נענע", "חרצית", "צבעוני", "אזוביון",
        "גרגיר", "שומר", "תלתן", "נורית", "סביון", "כמון", "פטל", "תות", "ריחן", "אגוזי", "חבצלת", "שושן-דמיון",
    ),
    "ar": (
        "المثال", "الياسمين", "الزعتر", "القرفة", "النعناع", "البابونج", "الريحان", "السوسن", "النرجس", "الكمون",
        "الخزامى", "اللوز", "الجوري", "الحبق",
    ),
    "ru": (
        "Пример", "Ромашка", "Василёк", "Мята", "Укроп", "Сирень", "Клевер", "Имбирь", "Ландыш", "Чабрец", "Шалфей",
        "Калина", "Орешник",
    ),
}  # fmt: skip
NICKNAMES = {
    "he": ("{first} 🌻", "{first} משכונת הדמיון", "אמא של {first}", "סבא {first}"),
    "ar": ("{first} 🌸", "أم {first}", "أبو {first}", "{first} من الحي"),
    "ru": ("{first} 🌷", "{first} с первого этажа", "Баба {first}", "{first} из дома 9"),
}


class Register:
    """Hands out shown names, each once."""

    def __init__(self, seed: int) -> None:
        rng = Random(f"{seed}:names")
        self._numbers = iter(rng.sample(range(1000, 10_000), 9_000))
        self._pools = {language: self._pool(language, rng) for language in FIRST}
        self._rng = rng
        self._met: dict[str, list[str]] = {language: [] for language in FIRST}

    @staticmethod
    def _pool(language: str, rng: Random) -> Iterator[str]:
        saved = [f"{first} {family}" for first, family in product(FIRST[language], FAMILY[language])]
        nicknames = [f"~ {n.format(first=first)}" for first, n in product(FIRST[language], NICKNAMES[language])]
        names = saved + nicknames
        rng.shuffle(names)
        return iter(names)

    def resident(self, language: str, inside: Container[str]) -> str:
        """Somebody who is not `inside`: a resident known from another chat, or a new one.

        New ones have a name of the language while there are any, otherwise a number.
        """
        if self._met[language] and self._rng.random() < 0.3:
            name = self._rng.choice(self._met[language])
            if name not in inside:
                return name
        known = next(self._pools[language], None) if self._rng.random() < 0.75 else None
        name = known or self._number()
        self._met[language].append(name)
        return name

    def _number(self) -> str:
        """A number of the range kept for examples, as an Android chat prints it."""
        return f"+972 50-000-{next(self._numbers):04d}"
