"""Invented Hebrew chats to read, in the layouts of WhatsApp's clients, and what is true of each."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

FIRST = [
    "אבי",
    "נועה",
    "שירה",
    "תמר",
    "רונית",
    "דובר",
    "חיים",
    "אורלי",
    "יעל",
    "גיל",
    "משה",
    "דנה",
    "רותם",
    "עדי",
    "ליאור",
    "שחר",
    "טל",
    "נטע",
    "עומר",
    "הדר",
]
LAST = [
    "כהן",
    "לוי",
    "מזרחי",
    "פרץ",
    "ביטון",
    "דהן",
    "אברהם",
    "פרידמן",
    "מלכה",
    "אזולאי",
    "כץ",
    "יוסף",
    "עמר",
    "אוחיון",
    "חדד",
]
WORDS = [
    "שלום",
    "לכולם",
    "היום",
    "מחר",
    "בשכונה",
    "הגן",
    "פתוח",
    "סגור",
    "תאורה",
    "רחוב",
    "הגפן",
    "פח",
    "אשפה",
    "מים",
    "חשמל",
    "כביש",
    "תודה",
    "רבה",
    "בבקשה",
    "מישהו",
    "יודע",
    "הקישור",
    "לא",
    "עובד",
    "נשלח",
    "צוות",
    "לבדיקה",
    "פנינו",
    "למוקד",
    "וקיבלנו",
    "מספר",
    "פנייה",
    "הרמזור",
    "בצומת",
    "מהבהב",
    "אסיפת",
    "דיירים",
    "בערב",
    "הטיפול",
    "הסתיים",
    "ההרשמה",
    "לחוגים",
    "נפתחת",
    "ביום",
    "ראשון",
    "גם",
    "אצלנו",
    "אפשר",
    "לקבל",
    "עדכון",
    "מתי",
    "ייפתח",
]
HALF = {"he": ("לפנה״צ", "אחה״צ"), "en": ("AM", "PM"), "ar": ("ص", "م")}
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _twelve(when: datetime, seconds: bool, halves: tuple[str, str]) -> str:
    clock = f"{when.hour % 12 or 12}:{when.minute:02}" + (f":{when.second:02}" if seconds else "")
    return f"{clock} {halves[when.hour >= 12]}"


LAYOUTS: dict[str, Callable[[datetime], str]] = {
    "he Android 24 h": lambda w: f"{w.day}.{w.month}.{w.year}, {w.hour}:{w.minute:02} - ",
    "he iOS 24 h": lambda w: f"[{w.day}.{w.month}.{w.year}, {w.hour}:{w.minute:02}:{w.second:02}] ",
    "en-GB Android": lambda w: f"{w:%d/%m/%Y, %H:%M} - ",
    "en-US Android 12 h": lambda w: f"{w.month}/{w.day}/{w:%y}, {_twelve(w, False, HALF['en'])} - ",
    "he Android 12 h": lambda w: f"{w.day}.{w.month}.{w.year}, {_twelve(w, False, HALF['he'])} - ",
    "ar Android 12 h": lambda w: (
        f"{w.day}\u200f/{w.month}\u200f/{w.year}، {_twelve(w, False, HALF['ar'])}".translate(ARABIC) + " - "
    ),
}
LAYOUTS |= {
    "ar Android 24 h": lambda w: f"{w.day}\u200f/{w.month}\u200f/{w.year}، {w.hour}:{w.minute:02} - ".translate(ARABIC),
    "ar iOS 12 h": lambda w: f"[{w.day}\u200f/{w.month}\u200f/{w.year}، {_twelve(w, True, HALF['ar'])}] ".translate(
        ARABIC
    ),
    "en-GB iOS": lambda w: f"[{w:%d/%m/%Y, %H:%M:%S}] ",
}
COMMON = tuple(LAYOUTS)
# The same chat with keywords in the settings, and one in which half of the messages carry direction marks.
TOPICS, MARKS = ", topics", ", marks in half"
LAYOUTS |= {f"he Android 24 h{kind}": LAYOUTS["he Android 24 h"] for kind in (TOPICS, MARKS)}
LAYOUTS |= {f"he iOS 24 h{kind}": LAYOUTS["he iOS 24 h"] for kind in (TOPICS, MARKS)}
KEYWORDS = {
    "water": ["מים", "צינור", "נזילה", "ביוב"],
    "light": ["תאורה", "חשמל", "פנס"],
    "waste": ["פח", "אשפה", "גזם", "מחזור"],
    "road": ["כביש", "רמזור", "מדרכה", "חניה"],
    "school": ["חוגים", "גן ילדים", "בית ספר", "צהרון"],
}


def _with_marks(text: str, rng: random.Random) -> str:
    """A mention, a telephone number, or a mark at the end, as clients print them."""
    words = text.split(" ")
    kind = rng.randrange(3)
    if kind == 2:
        return text + "\u200f"
    words.insert(rng.randint(1, len(words)), "@\u2068דנה כהן\u2069" if kind else "\u200e+972 50-000-0001\u200e")
    return " ".join(words)


def write_chat(path: Path, messages: int, layout: str, seed: int = 7) -> dict[str, int]:
    """Write an invented chat and return what is true of it."""
    rng = random.Random(seed)
    header, is_ios = LAYOUTS[layout], "iOS" in layout
    people = [f"{a} {b}" for a in FIRST for b in LAST] + [f"+972 50-000-{i:04}" for i in range(280)]
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 9))) for _ in range(5_000)]
    when, truth = datetime(2019, 1, 1, 6), {"entries": 0, "messages": 0, "questions": 0, "multiline": 0}
    senders = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        for _ in range(messages):
            when += timedelta(seconds=rng.randint(1, 240))
            kind, name, text = rng.random(), rng.choice(people), rng.choice(texts)
            truth["entries"] += 1
            if kind < 0.03:
                more = f", {rng.choice(people)} ו-{rng.choice(people)}" if kind < 0.02 else ""
                event = f"{name} עזב/ה" if kind < 0.01 else f"{people[0]} הוסיף/ה את {name}{more}"
                file.write(header(when) + (name + ": \u200f" if is_ios else "") + event + "\n")
                continue
            if kind < 0.08:
                text += "\n" + rng.choice(texts)
                truth["multiline"] += 1
            if rng.random() < 0.22:
                text += "?"
                truth["questions"] += 1
            if MARKS in layout and rng.random() < 0.5:
                text = _with_marks(text, rng)
            truth["messages"] += 1
            senders.add(name)
            file.write(f"{header(when)}{name}: {text}\n")
    return truth | {"senders": len(senders)}
