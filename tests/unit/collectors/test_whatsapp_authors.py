"""Who writes in a chat: a line that is no known notice is nobody's message, and nobody who wrote is lost."""

from pathlib import Path

import pytest

from collectors.whatsapp_export.vector import VectorPath
from tests.conftest import SHARED
from tests.plain_chat_path import PlainPath
from tests.said import in_words
from tests.unit.collectors.test_whatsapp_chats import chat, read
from tests.unit.collectors.test_whatsapp_paths import rows

TALK = [
    "Dana Levi: who comes on Friday?",
    "Amir: me",
    "~ Noa: me too\nand the children",
    "+972 50-000-0001: <Media omitted>",
    "Dana Levi: good",
]
NOTICES = {  # wordings the phrase book does not hold, each with a colon in it
    "a community": "Dana Levi suggested a group for the community: Gefen",
    "two words": "Dana Levi created event: Summer party",
    "who did it stands last": "נוספת לקבוצה בקהילה על ידי Dana Levi: גפן",
    "who did it stands inside": "أضافتك Dana Levi إلى مجموعة في المجتمع: الكرمة",
    "Spanish": "Dana Levi te añadió a un grupo de la comunidad: Gefen",
    "Italian": "Dana Levi ti ha aggiunto a un gruppo nella community: Gefen",
    "a channel": "Dana Levi invited you to follow the community channel: Gefen",
    "an event": "Dana Levi created an event in this group: Summer party",
    "a pin": "Amir pinned this message in the group: Gate code",
    "Russian": "Amir добавил(-а) вас в группу в сообществе: Gefen",
    "Hebrew, in a community": "Dana Levi הוסיף/ה אותך לקבוצה בקהילה: גפן",
    "Hebrew": "Dana Levi הוסיף/ה אותך לקבוצה חדשה בקהילה: גפן",
    "Hebrew, quoted": 'Amir שינה את התיאור של הקבוצה ל"גפן: שכנים"',
    "Arabic": "Amir أضافك إلى مجموعة في المجتمع: الكرمة",
    "German": "Amir hat den Betreff von „Gefen“ zu „Gefen: Nachbarn“ geändert",
    "German, unquoted": "Amir hat dich zu einer Gruppe in der Community hinzugefügt: Gefen",
    "French": "Amir a modifié le sujet de « Gefen » en « Gefen : voisins: tous »",
    "Dutch": 'Amir heeft het onderwerp gewijzigd van "Gefen" naar "Gefen: buren"',
    "Portuguese": "Amir mudou o nome do grupo para “Gefen: vizinhos”",
}
PEOPLE = [
    "Dana", "Dana Cohen", "Amir from the yard", "~ Ruth", "~ The gardener", "+972 50-000-0002", 'ד"ר לוי', "עו״ד רחל ב.",
    "אמא של נועה מגן שקד", "مركز البلدية 106", "Лев П", "Vaad Gefen 5", 'Moshe "Moish" Katz', "Group admin", "🌻", "a" * 80,
]  # fmt: skip


def android(lines: list[str]) -> str:
    return "".join(f"{13 + at // 24}/10/2026, {at % 24:02}:05 - {line}\n" for at, line in enumerate(lines))


def senders(path: Path) -> tuple[dict[str, int], int]:
    """How many messages each wrote, and how many entries are unknown; both ways of reading agree on them."""
    told = rows(path, VectorPath)
    assert told == rows(path, PlainPath)
    found: dict[str, int] = {}
    for row in told[1]:
        if row["stream"] == "whatsapp_chat_message":
            found[row["sender"]] = found.get(row["sender"], 0) + 1
    return found, told[0]["unknown_events"]


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
@pytest.mark.parametrize("times", [1, 3])
def test_a_notice_nobody_knows_is_nobody(notice: str, times: int, tmp_path: Path) -> None:
    path = chat(tmp_path, android([TALK[0], *[notice] * times, *TALK[1:]]))
    assert senders(path) == ({"Dana Levi": 2, "Amir": 1, "~ Noa": 1, "+972 50-000-0001": 1}, times)
    report, found = read(path)
    details = report.details
    assert [row["doubtful"] for row in found["whatsapp_chat_export"]] == [""], "it can be no message"
    assert details["doubtful_lines"] == times and details["doubtful_days"] == ["2026-10-13"]


MAYBE = {  # what stands before the colon is nobody's name the file knows, or goes on after one: a contact may be called so
    "a long name": "Residents of 12 Herzl Street, entrance B",
    "a long name in Hebrew": "ועד הבית של רחוב הרצל 12 כניסה ב",
    "somebody's own words for a contact": "Dana Levi from the north of the city",
    "a group's words": "The city added you to a new group in the community",
}


@pytest.mark.parametrize("name", MAYBE.values(), ids=MAYBE)
def test_a_line_that_may_be_a_message_is_told_apart(name: str, tmp_path: Path) -> None:
    path = chat(tmp_path, android([*TALK, f"{name}: Gefen"]))
    assert senders(path)[1] == 1
    report, found = read(path)
    assert [row["doubtful"] for row in found["whatsapp_chat_export"]] == ["2026-10-13=1"]
    assert any("1 may be messages: their months are not whole" in notice for notice in in_words(report.notices))


def test_one_wording_under_many_names_is_a_notice_however_often(tmp_path: Path) -> None:
    lines = [f"{name} fijou esta mensagem: {word}" for word in "abcdef" for name in ("Amir", "Dana Levi")]
    assert senders(chat(tmp_path, android([*TALK, *lines])))[0].keys() == {
        "Dana Levi",
        "Amir",
        "~ Noa",
        "+972 50-000-0001",
    }


@pytest.mark.parametrize("name", PEOPLE)
def test_who_wrote_once_is_not_lost(name: str, tmp_path: Path) -> None:
    assert senders(chat(tmp_path, android([*TALK, f"{name}: I can bring a cake"])))[0][name] == 1


def test_a_name_like_a_sentence_is_a_person_where_the_file_shows_it(tmp_path: Path) -> None:
    name = "Dana Levi from the north of the city"
    shown = {
        "it is a member in a notice": [f"{name} left", f"{name}: hello"],
        "it sent a file": [f"{name}: IMG-20261013-WA0001.jpg (file attached)", f"{name}: hello"],
        "it deleted a message": [f"{name}: This message was deleted", f"{name}: hello"],
    }
    assert name not in senders(chat(tmp_path, android([*TALK, f"{name}: hello"])))[0]
    for lines in shown.values():
        assert senders(chat(tmp_path, android([*TALK, *lines])))[0][name] >= 1


VAAD = [
    "Vaad: Dana Levi: shall we meet?",
    "Vaad: Amir Cohen: yes",
    "~ Noa: see https://example.org/a: b",
    "Vaad: Dana Levi: good",
]


def test_names_with_a_colon_are_told_apart_by_the_whole_file(tmp_path: Path) -> None:
    lines = [*VAAD, "~ Noa added Vaad: Amir Cohen", "Vaad: Dana Levi left", "Vaad: Amir Cohen: <Media omitted>"]
    path = chat(tmp_path, android(lines))
    assert senders(path) == ({"Vaad: Dana Levi": 2, "Vaad: Amir Cohen": 2, "~ Noa": 1}, 0)
    members = [(row["event"], row["member"]) for row in rows(path, VectorPath)[1] if "member" in row]
    assert members == [("member_added", "Vaad: Amir Cohen"), ("member_left", "Vaad: Dana Levi")]


def test_names_with_a_colon_of_an_iphone(tmp_path: Path) -> None:
    text = "".join(f"[{13 + at}/10/2026, 10:00:05] {line}\n" for at, line in enumerate(VAAD))
    text += "[20/10/2026, 10:00:05] Vaad: Amir Cohen: \u200eVaad: Amir Cohen left\n"
    path = chat(tmp_path, text)
    assert senders(path) == ({"Vaad: Dana Levi": 2, "Vaad: Amir Cohen": 1, "~ Noa": 1}, 0)


@pytest.mark.parametrize(
    "lines",
    [
        ["Moked: Update: the water is back", "Moked: Update: all is well", "Moked: Reminder: Friday"],
        ["Moked: News of the day: a", "Moked: News of the day: b", "Moked: hello"],
        ["Moked: see you: at 5", "Moked: now: here", "Moked: one more thing: this"],
        ["Moked: Dana Levi: I answer you", "Moked: no colon", "Moked: none here", "Moked: Dana Levi: again"],
    ],
)
def test_a_person_who_writes_colons_is_one(lines: list[str], tmp_path: Path) -> None:
    assert senders(chat(tmp_path, android([*TALK, *lines])))[0]["Moked"] == len(lines)


TRIALS = {
    "W01_android_added_to_group_in_community.txt": ({"+972 50-111-2205": 1, "Dana Vaad": 1}, 0),
    "W02_ios_community_and_disappearing_2024.txt": ({"~ Noa": 2}, 0),
    "W03_ios_calls_with_duration.txt": ({"Noa": 1}, 4),
    "W06_android_german_system_lines.txt": ({"Noa": 1}, 5),
    "W08_sender_name_with_colon_and_dash.txt": (
        {"Noa - school": 1, "Vaad: Dana Levi": 2, "Vaad: Amir Cohen": 1}, 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRIALS)
def test_trials(name: str) -> None:
    path = SHARED / "trials" / "files" / "whatsapp" / name
    if not path.exists():
        pytest.skip("shared material not present: trials/files/whatsapp")
    assert senders(path) == TRIALS[name]
