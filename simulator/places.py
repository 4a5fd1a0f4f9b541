"""The invented municipality: its name, spaces and staff, and how lively each chat is."""

from __future__ import annotations

from datetime import date

from simulator.calendar import Span
from simulator.model import Place, Rhythm, StaffPerson

CODE = "9999"
NAMES = {"he": "רמת אלון (לדוגמה)", "ar": "رمات ألون (مثال)", "en": "Ramat Alon (demo)"}
TIMEZONE = "Asia/Jerusalem"
NEIGHBOURHOODS = ("שכונת הגפן", "גבעת הרקפת", "מרכז היישוב", "נווה תאנה")

CHATS: tuple[tuple[Place, Rhythm], ...] = (
    (
        Place("wa-updates", "עדכוני עיריית רמת אלון", "whatsapp", "broadcast", "עדכוני רמת אלון", relevant_share=0.75),
        Rhythm("he-android", (420, 1900), (1.4, 1.9), 0, 1.0, 0, by_link=0.8, only_staff=True),
    ),
    (
        Place(
            "wa-gefen",
            "שכונת הגפן",
            "whatsapp",
            "open",
            "שכונת הגפן 🌿",
            neighbourhood="שכונת הגפן",
            relevant_share=0.14,
        ),
        Rhythm("he-ios", (110, 260), (2.6, 4.4), 3.0, 0.12, 0.75, exported_before=30.6 / 36),
    ),
    (
        Place(
            "wa-parents", "הורי רמת אלון", "whatsapp", "open", "הורים ברמת אלון", audience="הורים", relevant_share=0.25
        ),
        Rhythm("he-android", (300, 520), (5.2, 5.0), 3.4, 0.1, 0.66, exported_from=4.6 / 36),
    ),
    (
        Place(
            "wa-seniors",
            "אזרחים ותיקים",
            "whatsapp",
            "open",
            "ותיקים בקהילה",
            audience="בני 65 ומעלה",
            relevant_share=0.12,
        ),
        Rhythm("he-ios-12h", (60, 150), (1.6, 2.9), 2.6, 0.2, 0.85),
    ),
    (
        Place(
            "wa-arabic",
            "أهالي رمات ألون",
            "whatsapp",
            "open",
            "أهالي الحي",
            language="ar",
            society="arab",
            relevant_share=0.08,
        ),
        Rhythm("ar-android", (45, 190), (1.2, 2.8), 2.4, 0.15, 0.78, begins=2.4 / 36),
    ),
    (
        Place("wa-russian", "Соседи", "whatsapp", "open", "Соседи Рамат-Алон", language="ru", relevant_share=0.1),
        Rhythm("ru-android", (50, 170), (2.1, 2.4), 2.6, 0.12, 0.72),
    ),
    (
        Place(
            "wa-haredi",
            "קהילת נווה תאנה",
            "whatsapp",
            "open",
            "נווה תאנה - קהילה",
            society="haredi",
            neighbourhood="נווה תאנה",
            relevant_share=0.06,
        ),
        Rhythm("he-android", (30, 110), (0.8, 1.8), 1.8, 0.2, 0.75, begins=10.3 / 36, keeps_sabbath=True),
    ),
    (
        Place("wa-hotline", "מוקד פניות", "whatsapp", "hotline", "מוקד רמת אלון", relevant_share=0.75),
        Rhythm(
            "he-android",
            (80, 215),
            (3.4, 4.0),
            0.5,
            0.04,
            0.88,
            is_hotline=True,
            staff_minutes=75.0,
            exported_before=22.3 / 36,
        ),
    ),
    (
        Place(
            "wa-residents",
            "דיבורים ברמת אלון",
            "whatsapp",
            "open",
            "דיבורים ברמת אלון",
            operated_by="residents",
            relevant_share=0.5,
        ),
        Rhythm("he-android", (180, 95), (3.0, 1.1), 3.0, 0.03, 0.08),
    ),
    (
        Place("wa-garden", "הגינה הקהילתית", "whatsapp", "open", "גינה קהילתית", audience="גינון", relevant_share=0.01),
        Rhythm("he-ios", (7, 7), (0.35, 0.4), 2.0, 0.1, 0.5, begins=7.2 / 36),
    ),
)

PAGE = Place("fb-page", "עמוד עיריית רמת אלון", "facebook", "page", relevant_share=1.0)
GROUP_HE = Place(
    "fb-town", "רמת אלון - הקבוצה העירונית", "facebook", "group", "רמת אלון - הקבוצה העירונית", relevant_share=0.8
)
GROUP_AR = Place(
    "fb-arabic",
    "أهالي رمات ألون على فيسبوك",
    "facebook",
    "group",
    "أهالي رمات ألون",
    language="ar",
    society="arab",
    relevant_share=0.08,
)
GROUP_RESIDENTS = Place(
    "fb-residents", "רמת אלון מדברת", "facebook", "group", operated_by="residents", relevant_share=0.6
)

SITE = Place("site", "אתר העירייה", "website", "site", relevant_share=1.0)


def all_places(chats: tuple[Place, ...]) -> tuple[Place, ...]:
    """Every space the town registers, the given chats among them."""
    return (*chats, PAGE, GROUP_HE, GROUP_AR, GROUP_RESIDENTS)


def staff(span: Span) -> tuple[StaffPerson, ...]:
    """The roster. One person began in the middle and one left: before and after they write as residents."""
    began, left = span.day_at(7.2 / 36), span.day_at(17.5 / 36)
    return (
        StaffPerson("עיריית רמת אלון", "דוברות", email="office@example.org"),
        StaffPerson("מוקד 106 רמת אלון", "מוקד", phone="+972 50-000-0106"),
        StaffPerson("עדי - עובדת קהילתית", "קהילה"),
        StaffPerson("+972 50-000-0201", "קהילה", phone="050-000-0201"),
        StaffPerson("בלדור מהנדסה", "הנדסה", from_day=began),
        StaffPerson("כרמלה מחינוך", "חינוך", to_day=left),
        StaffPerson("بلدية رمات ألون", "דוברות"),
        StaffPerson("Мэрия Рамат-Алон", "קליטה"),
        StaffPerson("Галя из отдела абсорбции", "קליטה", from_day=date(2020, 1, 1)),
        StaffPerson("سميرة - الرفاه", "רווחה"),
    )


def staff_in(place: Place) -> tuple[str, ...]:
    """Who of the staff is in a chat, by shown name; the first speaks there for the authority most."""
    if place.language == "ar":
        return ("بلدية رمات ألون", "سميرة - الرفاه")
    if place.language == "ru":
        return ("Мэрия Рамат-Алон", "Галя из отдела абсорбции")
    if place.kind == "broadcast":
        return ("עיריית רמת אלון", "מוקד 106 רמת אלון")
    if place.kind == "hotline":
        return ("מוקד 106 רמת אלון", "+972 50-000-0201", "בלדור מהנדסה")
    if place.operated_by == "residents":
        return ("עדי - עובדת קהילתית", "כרמלה מחינוך")
    if place.code == "wa-garden":
        return ("עדי - עובדת קהילתית", "בלדור מהנדסה")
    if place.code == "wa-parents":
        return ("עיריית רמת אלון", "כרמלה מחינוך", "עדי - עובדת קהילתית")
    return ("עיריית רמת אלון", "עדי - עובדת קהילתית", "בלדור מהנדסה")
