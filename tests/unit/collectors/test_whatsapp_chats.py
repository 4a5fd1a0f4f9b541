"""Small chats written by hand, with what is in them counted by hand."""

from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings, source_key
from collectors.errors import RejectFile
from collectors.whatsapp_export.members import split_list
from collectors.whatsapp_export.naming import chat_key
from collectors.whatsapp_export.reader import WhatsAppExport
from tests.said import in_words, says

HEBREW = """\
2.11.2023, 8:00 - ההודעות והשיחות מוצפנות מקצה לקצה.
2.11.2023, 8:00 - העירייה יצר/ה את הקבוצה "שכונה: צפון"
2.11.2023, 8:01 - העירייה הוסיף/ה אותך
2.11.2023, 8:02 - העירייה הוסיף/ה את אבי מ, דנה ו-3 נוספים
2.11.2023, 8:03 - דנה: שלום
לכולם

2.11.2023, 8:04 - אבי מ: מתי האסיפה
3.11.2023, 18:00 - דנה: ‏<המדיה לא נכללה>
3.11.2023, 18:01 - דנה: תודה ‏<ההודעה נערכה>
3.11.2023, 18:02 - אבי מ: הודעה זו נמחקה
1.12.2023, 7:00 - אבי מ עזב/ה
1.12.2023, 7:05 - משהו שאיש לא מכיר קרה כאן
1.12.2023, 7:06 - דנה: אבי מ עזב/ה
1.12.2023, 7:07 - העירייה: סקר:
מתי נוח לכם?
אפשרות: בוקר (3 הצבעות)
"""


def read(path: Path, **options: Any) -> tuple[FileReport, dict[str, list[dict[str, Any]]]]:
    """The report and the rows by stream."""
    report = FileReport(str(path))
    found: dict[str, list[dict[str, Any]]] = {stream.name: [] for stream in WhatsAppExport.streams}
    for page in WhatsAppExport().pages(
        path, FileSettings(options=WhatsAppExport.Settings.model_validate(options)), report
    ):
        found[page.stream.name] += page.rows.to_pylist()
    return report, found


def chat(tmp_path: Path, text: str, name: str = "WhatsApp Chat with x.txt", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def code_of(path: Path, **options: Any) -> str:
    with pytest.raises(RejectFile) as caught:
        read(path, **options)
    return caught.value.code


def test_hebrew_group_by_hand(tmp_path: Path) -> None:
    report, found = read(chat(tmp_path, HEBREW))
    details = report.details
    expected = {
        "entries": 13,
        "messages": 7,
        "system_events": 6,
        "senders": 3,
        "first": "2023-11-02T08:00:00",
        "last": "2023-12-01T07:07:00",
        "multiline": 2,
        "lines_before_first": 0,
        "events": {"e2e_notice": 1, "group_created": 1, "member_added": 2, "member_left": 1, "unknown": 1},
        "members_final": 6,
        "members_at_month_end": {"2023-11": 7, "2023-12": 6},
        "messages_by_month": {"2023-11": 5, "2023-12": 2},
        "date_order": "dmy",
        "platform": "android",
        "encoding": "utf-8",
        "media": 1,
        "deleted": 1,
        "edited": 1,
        "polls": 1,
        "unknown_events": 1,
        "is_base_known": True,
    }
    assert {key: details[key] for key in expected} == expected
    assert details["lines"] == {
        "physical": 17,
        "entries": 13,
        "continuation": 3,
        "blank": 1,
        "before_first": 0,
        "imitated": 0,
        "out_of_order": 0,
    }
    events = [(e["event"], e["actor"], e["member"], e["delta"]) for e in found["whatsapp_chat_event"]]
    assert events == [
        ("e2e_notice", None, None, 0),
        ("group_created", "העירייה", "העירייה", 1),
        ("member_added", "העירייה", None, 1),
        ("member_added", "העירייה", "אבי מ", 1),
        ("member_added", "העירייה", "דנה", 1),
        ("member_added", "העירייה", None, 3),
        ("member_left", None, "אבי מ", -1),
        ("unknown", None, None, 0),
    ]
    kinds = [(m["kind"], m["length"], m["is_question"], m["is_edited"]) for m in found["whatsapp_chat_message"]]
    assert kinds == [
        ("text", 10, False, False),
        ("text", 10, True, False),
        ("media", 0, False, False),
        ("text", 4, False, True),
        ("deleted", 0, False, False),
        ("text", 11, False, False),
        ("poll", 12, True, False),
    ]
    assert "Hebrew letters, 6 words" in " ".join(in_words(report.notices))


def test_nothing_personal_in_the_report(tmp_path: Path) -> None:
    report, found = read(chat(tmp_path, HEBREW, "WhatsApp Chat with סוד.txt"))
    told = str(report.details) + " ".join(in_words(report.notices)) + repr(report.arguments)
    for secret in ("דנה", "אבי", "העירייה", "סוד", "האסיפה", "משהו"):
        assert secret not in told
    assert "האסיפה" not in str(found)


def test_ios_hebrew_twelve_hours(tmp_path: Path) -> None:
    text = (
        '\u200f[1.2.2024, 11:59:59\u202fאחה״צ] ועד הבית: \u200fהקבוצה "ועד הבית" נוצרה על ידי גיל\r\n'
        "[2.2.2024, 12:00:01\u202fלפנה״צ] גיל: \u200fגיל צירף/ה את \u202a+972 50‑000‑0001\u202c ו-\u202a+972 50‑000‑0002\u202c\r\n"
        "[2.2.2024, 12:30:00\u202fאחה״צ] \u202a+972 50‑000‑0001\u202c: גיל עזב/ה.\r\n"
        "\u200f[2.2.2024, 1:00:00\u202fאחה״צ] ~\u202fדנה: \u200fסטיקר הושמט\r\n"
        "[2.2.2024, 2:00:00\u202fאחה״צ] גיל: \u200fגיל עזב/ה.\r\n"
    )
    report, found = read(chat(tmp_path, text))
    assert report.details["events"] == {"group_created": 1, "member_added": 1, "member_left": 1}
    assert report.details["members_final"] == 2
    assert report.details["first"] == "2024-02-01T23:59:59" and report.details["last"] == "2024-02-02T14:00:00"
    assert [m["sender"] for m in found["whatsapp_chat_message"]] == ["+972 50-000-0001", "~ דנה"]
    assert [e["at_local"].hour for e in found["whatsapp_chat_event"]] == [23, 0, 0, 14]


def test_arabic_android_twelve_hours(tmp_path: Path) -> None:
    text = (
        '٣١\u200f/١٢\u200f/٢٠٢٣، ١٢:٠٥ ص - سامي أنشأ مجموعة "الحي"\n'
        "٣١\u200f/١٢\u200f/٢٠٢٣، ١٢:١٠ م - سامي أضاف ليلى، محمود ن و٤ آخرون\n"
        "٣١\u200f/١٢\u200f/٢٠٢٣، ١٢:١١ م - سامي أضاف جمال وسعاد\n"
        "٣١\u200f/١٢\u200f/٢٠٢٣، ١١:٥٩ م - ليلى: هل الطريق مفتوح؟\n"
        "١\u200f/١\u200f/٢٠٢٤، ١:٠٠ ص - ليلى غادر\n"
    )
    report, _ = read(chat(tmp_path, text, "دردشة واتساب مع الحي.txt"))
    assert report.details["members_at_month_end"] == {"2023-12": 9, "2024-01": 8}
    assert report.details["last"] == "2024-01-01T01:00:00"
    assert report.details["unknown_events"] == 0


def test_russian_and_english(tmp_path: Path) -> None:
    russian = (
        "01.03.2024, 08:00 - Создатель группы: Лев\n"
        "01.03.2024, 08:01 - Лев добавил(-а) Анна, Вера и еще 5\n"
        "01.03.2024, 08:02 - Анна: Когда будет вода\n"
        '14.03.2024, 08:02 - Вера изменил(-а) тему на "Дом: 5"\n'
    )
    report, found = read(chat(tmp_path, russian))
    assert report.details["events"] == {"group_created": 1, "member_added": 1, "subject_changed": 1}
    assert report.details["members_final"] == 8
    assert found["whatsapp_chat_message"][0]["is_question"]
    english = (
        "[05/03/2024, 08:00:00] Board: \u200eSam created group “Board”\n"
        "[05/03/2024, 08:00:01] Sam: \u200eSam added Ann, Bo, and 12 others\n"
        "[25/03/2024, 08:00:02] Sam: \u200eYou removed Ann\n"
        "[25/03/2024, 08:00:03] Ann: \u200eAnn joined using this group's invite link\n"
    )
    report, _ = read(chat(tmp_path, english))
    assert report.details["members_final"] == 15 and report.details["messages"] == 0
    assert report.status == "read"


@pytest.mark.parametrize(
    ("text", "names", "others"),
    [
        ("Ann", ["Ann"], 0),
        ("Ann and Bo", ["Ann", "Bo"], 0),
        ("Ann, Bo, and Cy", ["Ann", "Bo", "Cy"], 0),
        ("Ann and 5 others", ["Ann"], 5),
        ("Ann and 106", ["Ann", "106"], 0),
        ("אבי, דנה ו-106", ["אבי", "דנה", "106"], 0),
        ("+972 50-000-0001", ["+972 50-000-0001"], 0),
        ("אבי ו-דנה", ["אבי", "דנה"], 0),
        ("אבי, דנה ורון", ["אבי", "דנה", "רון"], 0),
        ("שלמה ורד", ["שלמה ורד"], 0),
        ("אבי, +972 50-000-0001 ו-7 נוספים", ["אבי", "+972 50-000-0001"], 7),
        ("جمال وسعاد", ["جمال", "سعاد"], 0),
        ("رنا، نور و‏3 آخرون".replace("\u200f", ""), ["رنا", "نور"], 3),
        ("Лев и Анна", ["Лев", "Анна"], 0),
        ("Лев, Анна и еще 2", ["Лев", "Анна"], 2),
    ],
)
def test_lists(text: str, names: list[str], others: int) -> None:
    assert split_list(text) == (names, others)


def test_a_known_name_is_not_taken_apart() -> None:
    assert split_list("محمد وليد", {"محمد وليد"}) == (["محمد وليد"], 0)


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (["3/5/24, 3:07 PM", "3/25/24, 3:07 PM"], "mdy"),
        (["3/5/24, 3:07 PM", "25/5/24, 3:07 PM"], "dmy"),
        (["3/5/24, 3:07 PM"], "mdy"),
        (["3/5/24, 3:07 pm"], "dmy"),
        (["3/5/24, 15:07"], "dmy"),
        (["03/05/24, 3:07 PM"], "dmy"),
        (["3/5/2024, 3:07 PM"], "dmy"),
        (["3.5.24, 3:07 PM"], "dmy"),
        (["24. 3. 5. 15:07", "24. 4. 5. 15:07"], "ymd"),
        (["2024-03-05, 15:07"], "ymd"),
        (["6/1/24, 1:00 PM", "8/1/24, 1:00 PM", "5/2/24, 1:00 PM", "1/3/24, 1:00 PM", "7/3/24, 1:00 PM"], "dmy"),
        (["1/1/2024, 8:00", "1/2/2024, 8:00", "1/3/2024, 8:00", "1/12/2024, 8:00"], "dmy"),
    ],
)
def test_date_order(lines: list[str], order: str, tmp_path: Path) -> None:
    report, _ = read(chat(tmp_path, "".join(f"{line} - Ann: hello\n" for line in lines)))
    assert report.details["date_order"] == order and report.details["date_order_basis"]


def test_ambiguous_dates_are_refused_with_the_remedy(tmp_path: Path) -> None:
    path = chat(tmp_path, "3/5/24, 3:07 PM - אבי: שלום לכולם\n")
    with says(RejectFile, "date_order") as caught:
        read(path)
    assert caught.value.code == "date_order_ambiguous"
    assert read(path, date_order="mdy")[0].details["first"] == "2024-03-05T15:07:00"
    mixed = "".join(f"{line} - Ann: x\n" for line in ["13/5/24, 8:00", "5/14/24, 8:00"])
    assert code_of(chat(tmp_path, mixed)) == "date_order_ambiguous"
    assert code_of(chat(tmp_path, "25.11.24, 8:00 - A: b\n"), date_order="mdy") == "date_order_wrong"
    assert code_of(chat(tmp_path, "۱۴۰۲/۱۲/۱۵, ۱۵:۰۷ - A: b\n")) == "calendar_unknown"


def test_membership_before_the_export_is_unknown(tmp_path: Path) -> None:
    report, found = read(chat(tmp_path, "5.3.2024, 15:07 - דנה: שלום\n5.3.2024, 15:08 - דנה עזב/ה\n"))
    assert any("Membership before 2024-03-05 is unknown" in notice for notice in in_words(report.notices))
    assert found["whatsapp_chat_export"][0]["is_base_known"] is False
    assert report.details["members_final"] == -1


def test_pasted_transcripts_are_body(tmp_path: Path) -> None:
    text = "".join(f"{day}.6.2024, 8:00 - Ann: {day}\n" for day in range(1, 9))
    other = text + "[9/30/2018, 10:47] Someone: pasted\n9.6.2024, 8:00 - Ann: x\n"
    assert read(chat(tmp_path, other))[0].details["entries"] == 9
    same = text + "1.2.2020, 8:00 - Someone: pasted\n2.2.2020, 9:00 - Else: pasted\n9.6.2024, 8:00 - Ann: x\n"
    report, _ = read(chat(tmp_path, same))
    assert report.details["entries"] == 9 and report.details["lines"]["imitated"] == 2
    assert report.details["first"] == "2024-06-01T08:00:00"
    assert any("older than their surroundings" in notice for notice in in_words(report.notices))
    # A message of a week ago that arrives late is a message.
    late = text + "2.6.2024, 8:00 - Ann: late\n9.6.2024, 8:00 - Ann: x\n"
    assert read(chat(tmp_path, late))[0].details["entries"] == 10


def test_settings(tmp_path: Path) -> None:
    text = (
        HEBREW
        + "2.12.2023, 8:00 - שיר הצטרפה בדרך פלא\n2.12.2023, 8:01 - דנה: והמים? ובתאורה\n2.12.2023, 9:00 - דנה: עליכם אולי\n"
    )
    report, found = read(
        chat(tmp_path, text),
        phrases={"member_joined": ["{member} הצטרפה בדרך פלא"]},
        topics={"water": ["מים", "ביוב"], "light": ["תאורה"]},
        question_words=["אולי"],
        chat_name="שכונה",
    )
    assert report.details["events"]["member_joined"] == 1 and report.details["members_final"] == 7
    topics = [m["topic"] for m in found["whatsapp_chat_message"]]
    assert topics == [None] * 7 + ["water", None]
    assert report.details["chat_key"] == chat_key("שכונה", b"\0" * 32)


def test_chat_key(tmp_path: Path) -> None:
    key = b"k" * 32
    assert chat_key("  Gefen\u200f  Residents ", key) == chat_key("gefen residents", key)
    assert chat_key("Gefen Residents", key) == source_key("gefen residents", key)
    names = (
        "WhatsApp Chat with X y.txt",
        "צ'אט WhatsApp עם X y.txt",
        "دردشة واتساب مع X y.txt",
        "Чат WhatsApp с X y.txt",
    )
    keys = {
        read(chat(tmp_path, HEBREW, name))[0].details["chat_key"] for name in (*names, "WhatsApp Chat - X y (1).txt")
    }
    assert keys == {chat_key("X y", b"\0" * 32)}


@pytest.mark.parametrize("name", ["<img onerror>", "'); DROP", "{{7*7}}", "=HYPERLINK()", "a" * 10_000, "", "\u202ex"])
def test_hostile_names_are_only_names(name: str, tmp_path: Path) -> None:
    report, found = read(chat(tmp_path, f"5.3.2024, 15:07 - {name}: שלום\n"))
    assert report.details["messages"] == 1
    assert found["whatsapp_chat_message"][0]["sender"] == name.replace("\u202e", "")


@pytest.mark.parametrize(
    ("notice", "rows"),
    [
        ("+972 50-000-0002 changed to +972 50-000-0003", [("+972 50-000-0002", "+972 50-000-0003")]),
        ("Dana's number was changed from +972 50-000-0002 to +972 50-000-0003.",
         [("Dana", "+972 50-000-0003"), ("Dana", "+972 50-000-0002")]),
        ("המספר של דנה השתנה מ-+972 50-000-0002 ל-+972 50-000-0003",
         [("דנה", "+972 50-000-0003"), ("דנה", "+972 50-000-0002")]),
        ("דנה החליף/ה את מספר הטלפון למספר חדש.", [(None, "דנה")]),  # which number is new it does not tell
        ("Dana changed to Noa", [(None, None)]),  # a name joins nobody
    ],
)  # fmt: skip
def test_a_changed_number_is_told_with_both(tmp_path: Path, notice: str, rows: list[tuple[str | None, str]]) -> None:
    path = tmp_path / "WhatsApp Chat with Gefen.txt"
    path.write_text(f"13/10/2026, 10:00 - Dana: hello\n14/10/2026, 10:00 - {notice}\n", encoding="utf-8")
    _, found = read(path)
    events = found["whatsapp_chat_event"]
    assert [(row["actor"], row["member"]) for row in events] == rows
    assert {row["delta"] for row in events} == {0}
