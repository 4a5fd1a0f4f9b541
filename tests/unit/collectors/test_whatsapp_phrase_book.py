"""What the phrase book does not know is nobody's message: each phrase is left out of it, one at a time."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.whatsapp_export import reader as reading
from collectors.whatsapp_export.phrases import BODIES, LANGUAGES, PhraseTable, _phrase_file, compile_template
from collectors.whatsapp_export.reader import WhatsAppExport

pytestmark = pytest.mark.more

NAMES = {
    "he": ("דנה כהן", "אבי לוי", "נועה"),
    "ar": ("سعاد حداد", "محمد وليد", "نور"),
    "ru": ("Вера Новик", "Лев П", "Ольга"),
    "en": ("Dana Cohen", "Amir Levi", "Noa"),
    "uk": ("Оксана Коваль", "Тарас Бондар", "Леся"),
    "fr": ("Claire Dubois", "Marc Petit", "Inès"),
    "es": ("Lucía Gómez", "Pablo Ruiz", "Inés"),
    "other": ("Dana Cohen", "+972 50-000-0001", "Noa"),
}
GROUPS = ("Gefen", "Gefen: neighbours")
COMPILED = cache(compile_template)
# Of these languages the book knows two notices of calls that do not begin alike: on Android one is no help for the other.
UNLIKE_CALLS = {
    "Llamada perdida", "Llamada de voz perdida", "Llamada grupal perdida", "Videollamada perdida",
    "Videollamada grupal perdida", "Chiamata vocale persa", "Videochiamata persa",
}  # fmt: skip
MARK = "\u200e"
HEADERS = {"android": "{day}/10/2026, 10:{minute:02} - ", "ios": "[{day}/10/2026, 10:{minute:02}:00] "}


def chat_with(notices: list[str], language: str, platform: str, is_call: bool) -> tuple[str, list[tuple[int, str]]]:
    """Some days of a small group with notices in the middle, and who wrote which entry of it."""
    one, two, three = NAMES[language]
    said = [
        (one, "hello all"),
        (two, "שלום?"),
        (one, "who comes: me and two more"),
        (three, "ok"),
        (two, "me\nand a dog"),
    ]
    # A call stands under the caller's name, and on an iPhone every notice does.
    author = one if is_call or platform == "ios" else ""
    lines = [*said[:2], *[(author, MARK * (platform == "ios") + notice) for notice in notices], *said[2:]]
    text = ""
    for minute, (who, body) in enumerate(lines):
        text += f"{HEADERS[platform].format(day=13 + minute, minute=minute)}{who + ': ' if who else ''}{body}\n"
    return text, [(at, who) for at, (who, body) in enumerate(lines) if (who, body) in said]


def read(path: Path, text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """Who wrote which entry, and the events."""
    path.write_text(text, encoding="utf-8", newline="")
    messages: list[tuple[int, str]] = []
    events: list[str] = []
    settings = FileSettings(options=WhatsAppExport.Settings.model_validate({"date_order": "dmy"}))
    for page in WhatsAppExport().pages(path, settings, FileReport(str(path))):
        for row in page.rows.to_pylist():
            if page.stream.name == "whatsapp_chat_message":
                messages.append((row["position"], row["sender"]))
            elif page.stream.name == "whatsapp_chat_event":
                events.append(row["event"])
    return messages, events


def table_without(phrase: str, monkeypatch: pytest.MonkeyPatch) -> PhraseTable:
    """The phrase book of all languages but for one phrase, however it is spelled at its end."""

    def reduced(language: str) -> Any:
        content = _phrase_file(language)
        return {
            part: {
                kind: [p for p in phrases if p.rstrip(".") != phrase.rstrip(".")]
                for kind, phrases in content[part].items()
            }
            for part in ("events", "bodies")
        }

    with monkeypatch.context() as patch:
        patch.setattr("collectors.whatsapp_export.phrases._phrase_file", reduced)
        patch.setattr("collectors.whatsapp_export.phrases.compile_template", COMPILED)
        return PhraseTable()


def filled(phrase: str, language: str, group: str) -> str:
    one, two, three = NAMES[language]
    words = {
        "actor": one, "member": two, "target": two, "targets": f"{two}, {three}", "members": f"{two}, {three}",
        "admin": one, "group": group, "old": "Vine", "community": group, "rest": " More.", "n": "7",
        "old_number": "+972 50-000-0002", "new_number": "+972 50-000-0003",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: words[found[1]], phrase)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_left_out_only_moves_to_unknown(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[str] = []
    step = 1 if language in ("he", "ar", "ru") else 3  # a table is built for each
    for event, phrases in _phrase_file(language)["events"].items():
        for phrase in phrases[::step]:
            table = table_without(phrase, monkeypatch)
            monkeypatch.setattr(reading, "standard_table", lambda table=table: table)
            for platform in ["ios"] if phrase in UNLIKE_CALLS else HEADERS:
                notices = [filled(phrase, language, group) for group in GROUPS]
                text, said = chat_with(list(dict.fromkeys(notices)), language, platform, event == "missed_call")
                messages, events = read(tmp_path / "chat.txt", text)
                # Another phrase of the same event may fit as well.
                if messages != said or not set(events) <= {"unknown", event}:
                    wrong.append(f"{platform}: {notices[-1]} -> {events}")
    assert not wrong


def body_phrases(language: str) -> list[str]:
    """The bodies that stand alone in a message: a deletion, left out media, what has not arrived."""
    return [phrase for kind in BODIES for phrase in _phrase_file(language)["bodies"].get(kind, [])]


@pytest.mark.parametrize("platform", HEADERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_left_out_is_at_worst_unknown(
    language: str, platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[str] = []
    one, two, three = NAMES[language]
    for phrase in body_phrases(language):
        table = table_without(phrase, monkeypatch)
        monkeypatch.setattr(reading, "standard_table", lambda table=table: table)
        body = MARK * (platform == "ios") + filled(phrase, language, GROUPS[0])
        lines = [(one, "hello all"), (two, body), (three, "ok"), (one, body), (two, "שלום?")]
        text = "".join(
            f"{HEADERS[platform].format(day=13 + at, minute=at)}{who}: {what}\n" for at, (who, what) in enumerate(lines)
        )
        messages, events = read(tmp_path / "chat.txt", text)
        # On an iPhone a line led by a mark is a notice unless it is known to be a message: then it is counted as unknown.
        expected = [(at, who) for at, (who, what) in enumerate(lines) if what != body]
        others = [(at, who) for at, who in messages if lines[at][1] != body]
        lost = len(lines) - len(messages)
        if (
            others != expected
            or len(events) != lost
            or not set(events) <= ({"unknown"} if platform == "ios" else set())
        ):
            wrong.append(f"{phrase} -> {events}")
    assert not wrong
