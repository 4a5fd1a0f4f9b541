"""One chat as phones of every language export it tells the same facts: only the wording differs.

Each line is a kind of event with its people; the phone's phrase for it is taken from its phrase file, so a phrase
that fits another kind, loses a member or becomes somebody's message shows at once.
"""

from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.whatsapp_export.kept_phrases import standard_table
from collectors.whatsapp_export.phrases import _phrase_file
from collectors.whatsapp_export.reader import WhatsAppExport

PEOPLE = {"actor": "Dana Cohen", "member": "Noa", "group": "Gefen", "old": "Vine", "community": "North: all",
          "admin": "Dana Cohen", "rest": "", "old_number": "+972 50-000-0002", "new_number": "+972 50-000-0003"}  # fmt: skip
# What happened, with the placeholders its phrase must have (of several the first phrase that has them).
EVENTS: list[tuple[str, frozenset[str]]] = [
    ("e2e_notice", frozenset()),
    ("group_created", frozenset({"actor", "group"})),
    ("member_added", frozenset({"actor", "targets"})),
    ("member_joined", frozenset({"members"})),
    ("member_left", frozenset({"member"})),
    ("member_removed", frozenset({"actor", "targets"})),
    ("number_changed", frozenset({"member", "old_number", "new_number"})),
    ("subject_changed", frozenset({"actor", "group"})),
    ("icon_changed", frozenset({"actor"})),
    ("description_changed", frozenset({"actor"})),
    ("admin_granted", frozenset()),
    ("settings_changed", frozenset({"actor"})),
    ("join_requested", frozenset({"member"})),
    ("invite_link_reset", frozenset({"actor"})),
    ("community_linked", frozenset()),
    ("community_changed", frozenset({"actor"})),
    ("phone_number_notice", frozenset({"member"})),
    ("message_pinned", frozenset({"actor"})),
]
BODIES = ("media_omitted", "contact_omitted", "deleted", "edited_suffix", "poll")
LANGUAGES = ("he", "en", "ru", "uk", "fr", "es")
LISTS = {"he": "Noa, Avi ו-Ben", "en": "Noa, Avi and Ben", "ru": "Noa, Avi и Ben", "uk": "Noa, Avi та Ben",
         "fr": "Noa, Avi et Ben", "es": "Noa, Avi y Ben"}  # fmt: skip
HEADERS = {"android": "{day}/10/2026, 10:{minute:02} - ", "ios": "[{day}/10/2026, 10:{minute:02}:00] "}
MARK = "\u200e"


def phrase(language: str, event: str, wanted: frozenset[str]) -> str:
    """The phone's phrase for an event with just these people in it."""
    for text in _phrase_file(language)["events"][event]:
        names = {part.partition("}")[0] for part in text.split("{")[1:]} - {"rest"}
        if names == wanted:
            people = {**PEOPLE, "targets": LISTS[language], "members": LISTS[language]}
            return str(text).format(**people)
    raise AssertionError(f"{language} has no phrase of {event} with {sorted(wanted)}")


def chat(language: str, platform: str) -> str:
    """The chat as a phone of this language and platform writes it."""
    bodies = _phrase_file(language)["bodies"]
    said = {kind: bodies[kind][0] for kind in BODIES}
    lines = [("Noa", "hello?"), ("Dana Cohen", said["media_omitted"]), ("Noa", said["contact_omitted"]),
             ("Avi", said["deleted"]), ("Avi", f"see you {said['edited_suffix']}"),
             ("Noa", f"{said['poll']}:\nwhen\n{bodies['poll_option'][0]}: today (2)")]  # fmt: skip
    text = ""
    for event, wanted in EVENTS:
        notice = phrase(language, event, wanted)
        lines.append(("Dana Cohen", MARK + notice) if platform == "ios" else ("", notice))
    lines += [("Dana Cohen", "thanks"), ("Noa", "bye")]
    for minute, (who, body) in enumerate(lines):
        head = HEADERS[platform].format(day=13 + minute // 60, minute=minute % 60)
        text += f"{head}{who + ': ' if who else ''}{body}\n"
    return text


def facts(path: Path, text: str) -> tuple[list[Any], list[Any]]:
    """The messages with their measures and the events with whom they touch, keys left out."""
    path.write_text(text, encoding="utf-8", newline="")
    messages: list[Any] = []
    events: list[Any] = []
    settings = FileSettings(options=WhatsAppExport.Settings.model_validate({"date_order": "dmy"}))
    for page in WhatsAppExport().pages(path, settings, FileReport(str(path))):
        for row in page.rows.to_pylist():
            # What stands in a message (its length in letters) differs only where a placeholder of a language does.
            kept = {key: row[key] for key in row if key != "chat_key" and key != "length"}
            if page.stream.name == "whatsapp_chat_message":
                messages.append(kept)
            elif page.stream.name == "whatsapp_chat_event":
                events.append(kept)
    return messages, events


@pytest.mark.parametrize("platform", HEADERS)
def test_a_chat_tells_the_same_in_every_language(platform: str, tmp_path: Path) -> None:
    told = {
        language: facts(tmp_path / f"WhatsApp Chat with {language}.txt", chat(language, platform))
        for language in LANGUAGES
    }
    kinds = {row["event"] for row in told["en"][1]}
    assert kinds == {event for event, _ in EVENTS}
    for language in LANGUAGES:
        assert told[language] == told["en"], language


@pytest.mark.parametrize("language", [*LANGUAGES, "ar"])
def test_every_phrase_is_read_as_its_own_kind(language: str) -> None:
    table = standard_table()
    people = {**PEOPLE, "targets": "Noa, Avi", "members": "Noa, Avi", "n": "256"}
    wrong = [
        (event, text)
        for event, phrases in _phrase_file(language)["events"].items()
        for text in phrases
        if (found := table.find(text.format(**people))) is None or found.event != event
    ]
    assert not wrong
