"""The two paths agree, and what is written into a chat is what is read out of it, in every layout."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.whatsapp_export import archive, blocks, places
from collectors.whatsapp_export.reader import WhatsAppExport
from collectors.whatsapp_export.vector import VectorPath
from tests.conftest import SHARED
from tests.plain_chat_path import PlainPath

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
HINDI = str.maketrans("0123456789", "०१२३४५६७८९")


def half_day(when: datetime, halves: tuple[str, str], space: str = " ", seconds: bool = False) -> str:
    """A time on a clock of twelve hours."""
    tail = f":{when.second:02}" if seconds else ""
    return f"{when.hour % 12 or 12}:{when.minute:02}{tail}{space}{halves[when.hour >= 12]}"


NARROW, HARD, ES = "\u202f", "\u00a0", ("a.\u00a0m.", "p.\u00a0m.")
HE, HE_ASCII, AR = ("לפנה״צ", "אחה״צ"), ('לפנה"צ', 'אחה"צ'), ("ص", "م")
LAYOUTS: dict[str, Any] = {
    "he android": lambda w: f"{w.day}.{w.month}.{w.year}, {w.hour}:{w.minute:02} - ",
    "he android 12 h": lambda w: f"{w.day}.{w.month}.{w.year}, {half_day(w, HE)} - ",
    "he android ascii": lambda w: f"{w.day}.{w.month}.{w.year}, {half_day(w, HE_ASCII)} - ",
    "he ios": lambda w: f"[{w.day}.{w.month}.{w.year}, {w.hour}:{w.minute:02}:{w.second:02}] ",
    "he ios 12 h": lambda w: f"[{w.day}.{w.month}.{w.year}, {half_day(w, HE, NARROW, True)}] ",
    "he ios AM": lambda w: f"[{w.day}.{w.month}.{w.year}, {half_day(w, ('AM', 'PM'), NARROW, True)}] ",
    "ar android 12 h": lambda w: (
        f"{w.day}\u200f/{w.month}\u200f/{w.year}، {half_day(w, AR, HARD)}".translate(ARABIC) + " - "
    ),
    "ar android latin": lambda w: f"{w.day}\u200f/{w.month}\u200f/{w.year} {half_day(w, AR)} - ",
    "ar ios": lambda w: f"\u200f[\u200f{w.day}\u200f/{w.month}\u200f/{w.year}، {half_day(w, AR, ' ', True)}] ",
    "ar-IL ios": lambda w: f"[{w.day}\u200f/{w.month}\u200f/{w.year}، {w.hour}:{w.minute:02}:{w.second:02}] ".translate(
        ARABIC
    ),
    "ru android": lambda w: f"{w:%d.%m.%Y, %H:%M} - ",
    "en-GB ios": lambda w: f"[{w:%d/%m/%Y, %H:%M:%S}] ",
    "en-US android": lambda w: f"{w.month}/{w.day}/{w:%y}, {half_day(w, ('AM', 'PM'), NARROW)} - ",
    "en-CA android": lambda w: f"{w:%Y-%m-%d}, {half_day(w, ('a.m.', 'p.m.'))} - ",
    "es android": lambda w: f"{w.day}/{w.month}/{w:%y}, {half_day(w, ES)} - ",
    "fi": lambda w: f"{w.day}.{w.month}.{w.year} klo {w.hour}.{w.minute:02} - ",
    "hu": lambda w: f"{w:%Y. %m. %d.} {('de.', 'du.')[w.hour >= 12]} {w.hour % 12 or 12}:{w.minute:02} - ",
    "ko": lambda w: (
        f"{w:%y}. {w.month}. {w.day}. {('오전', '오후')[w.hour >= 12]} {w.hour % 12 or 12}:{w.minute:02} - "
    ),
    "ja ios": lambda w: f"[{w:%Y/%m/%d} {('午前', '午後')[w.hour >= 12]}{w.hour % 12}:{w:%M:%S}] ",
    "vi ios": lambda w: f"[{w:%H:%M:%S} {w.day}/{w.month}/{w:%y}] ",
    "fr": lambda w: f"{w:%d/%m/%Y à %H:%M} - ",
    "nl": lambda w: f"{w:%d-%m-%Y %H:%M} - ",
    "hi": lambda w: f"{w:%d/%m/%Y, %H:%M} - ".translate(HINDI),
    "dash": lambda w: f"{w:%d.%m.%Y, %H:%M} – ",
    "legacy": lambda w: f"{w:%d.%m.%y %H:%M:%S}: ",
    "buddhist": lambda w: f"[{w.day}/{w.month}/{w.year + 543} BE, {w:%H:%M:%S}] ",
    "web": lambda w: f"[{w.hour}:{w.minute:02}, {w.day}.{w.month}.{w.year}] ",
    "persian digits": lambda w: f"{w:%Y/%m/%d, %H:%M} - ".translate(PERSIAN),
}
ORDERS = {"en-US android": "mdy", "ko": "ymd"}
NAMES = ["אבי כ.", "~ Dana", "\u202a+972\u00a050‑000‑0001\u202c", "سعاد", "Лев П", 'ד"ר לוי', "a" * 80, "x - y", "🌻"]
MARKS = st.sampled_from(["\u200f", "\u200e", "\u2068", "\u061c", "\ufeff", "\u200b", " ", "\u202f", "\u00a0"])
FIXED = [
    "שלום לכולם",
    "מתי זה?",
    "מתי נוח",
    "<Media omitted>",
    "<המדיה לא נכללה>",
    "כן (קובץ מצורף)",
    "תמונה.jpg (קובץ מצורף)",
    "הודעה זו נמחקה",
    "הודעה זו נמחקה. אולי",
    "נערך <ההודעה נערכה>",
    "נערך \u200f<ההודעה נערכה>",
    "https://example.org/?a=1",
    "location: https://maps.google.com/?q=1,2",
    "Sea: https://maps.google.com/?q=1,2",
    "null",
    "אבי עזב/ה",
    "סקר:\nמתי?\nאפשרות: א (3 הצבעות)",
    "سؤال؟",
    "هل تعرف",
    "Как дела",
    ":)",
    "x ",
    "x\u00a0",
    " x",
    "",
    "\n",
    "a\n\nb",
    "@\u2068דנה\u2069 שלום",
    "31.12.2024 is the deadline",
    "\ufeffx",
    "a\u2028b\x0b\x85c",
    "что?b=1",
    "？",
    "Missed voice call",
]


def _marked(body: str, marks: list[tuple[int, str]]) -> str:
    for place, mark in marks:
        at = place % (len(body) + 1)
        body = body[:at] + mark + body[at:]
    return body


BODY = st.one_of(
    st.sampled_from(FIXED),
    st.builds(
        _marked,
        st.sampled_from([*FIXED, "x:", "Sea: http://maps.apple.com/?q", "@דנה כהן שלום", "+972 50-000-0001"]),
        st.lists(st.tuples(st.integers(-4, 40), MARKS), min_size=1, max_size=4),
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40),
    st.text(alphabet="אבגדה ?:<>()/.,-0123456789\n\u200f", max_size=30),
)
ENTRY = st.tuples(st.integers(0, 90_000), st.sampled_from(NAMES), BODY)


def rows(
    path: Path, kind: type, held: int = WhatsAppExport.held, **options: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report's details and all rows but the file's own; the plain path reads when it is known who writes."""
    reader = WhatsAppExport()
    reader.path_class = kind  # type: ignore[misc]
    reader.held = 0 if kind is PlainPath else held  # type: ignore[misc]
    report = FileReport(str(path))
    found: list[dict[str, Any]] = []
    for page in reader.pages(path, FileSettings(options=WhatsAppExport.Settings.model_validate(options)), report):
        found += [{"stream": page.stream.name, **row} for row in page.rows.to_pylist()]
    found.sort(key=lambda row: (row["stream"], row.get("position", -1), row.get("member") or ""))
    return report.details, found


def write(path: Path, layout: str, entries: list[tuple[int, str, str]], end: str = "\n") -> list[datetime]:
    """Write a chat; the times of its entries."""
    when, times = datetime(2023, 12, 30, 23, 50), []
    has_seconds = LAYOUTS[layout](datetime(2024, 1, 1, 1, 1, 1)) != LAYOUTS[layout](datetime(2024, 1, 1, 1, 1, 2))
    with path.open("w", encoding="utf-8", newline="") as file:
        for seconds, name, body in entries:
            when += timedelta(seconds=seconds)
            times.append(when if has_seconds else when.replace(second=0))
            file.write(f"{LAYOUTS[layout](when)}{name}: {body}{end}")
    return times


@CALM
@given(layout=st.sampled_from(sorted(LAYOUTS)), entries=st.lists(ENTRY, min_size=1, max_size=25), crlf=st.booleans())
def test_both_paths_agree(layout: str, entries: list[tuple[int, str, str]], crlf: bool, tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    write(path, layout, entries, "\r\n" if crlf else "\n")
    options = {
        "date_order": ORDERS.get(layout, "dmy"),
        "topics": {"a": ["שלום"], "b": ["מתי", "b"], "c": ["ماء", "سؤال", "Как", "שלום לכולם", "לא"]},
    }
    plain, vector = rows(path, PlainPath, **options), rows(path, VectorPath, **options)
    assert plain == vector
    lines = plain[0]["lines"]
    assert lines["physical"] == sum(lines[k] for k in ("entries", "continuation", "blank", "before_first"))


@CALM
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    entries=st.lists(
        st.tuples(st.integers(0, 90_000), st.sampled_from(NAMES), st.sampled_from(["שלום", "a b", "نعم\nلا", "да"])),
        min_size=1,
        max_size=40,
    ),
)
def test_round_trip(layout: str, entries: list[tuple[int, str, str]], tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    times = write(path, layout, entries)
    details, found = rows(path, VectorPath, date_order=ORDERS.get(layout, "dmy"))
    messages = [row for row in found if row["stream"] == "whatsapp_chat_message"]
    assert [row["sent_local"] for row in messages] == times
    assert details["entries"] == details["messages"] == len(entries)
    assert details["first"] == min(times).isoformat() and details["last"] == max(times).isoformat()
    assert details["senders"] == len({name for _, name, _ in entries})
    assert details["multiline"] == sum("\n" in body for _, _, body in entries)
    assert [row["length"] for row in messages] == [len(body) for _, _, body in entries]
    assert Counter(details["messages_by_month"]) == Counter(f"{when:%Y-%m}" for when in times)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=400)
    | st.text(alphabet="0123456789[]./:, -–PMamאצ״\n\r\u200f", max_size=200).map(str.encode)
)
def test_no_bytes_crash_it(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with x.txt"
    path.write_bytes(content)
    reader = WhatsAppExport()
    assert reader.recognises(path)
    results: list[Any] = []
    for kind in (PlainPath, VectorPath):
        try:
            results.append(rows(path, kind))
        except RejectFile as error:
            results.append((error.code, str(error)))
    assert results[0] == results[1]


@pytest.mark.parametrize("size", [200, 1_000, 20_000])
@pytest.mark.parametrize("tells", ["", "Dana Levi created event: Summer party"])
def test_blocks_do_not_show(size: int, tells: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where a chat is cut, nor how much of it is kept until it is known who writes in it."""
    path = tmp_path / "chat.txt"
    bodies = ["שלום", "a\nb\n\nc", "<Media omitted>", "מי?", "x" * 300]
    said = [(7_000, NAMES[i % len(NAMES)], bodies[i % len(bodies)]) for i in range(300)]
    # Two lines that imitate a header, where both and what comes after them lie in one block.
    pasted = {170: -60 * 86_400, 172: 60 * 86_400} if size > 10_000 else {}
    said = [(pasted.get(at, seconds), name, body) for at, (seconds, name, body) in enumerate(said)]
    write(path, "he android" if tells else "he ios", said)
    with path.open("a", encoding="utf-8") as file:
        file.write(LAYOUTS["he android"](datetime(2024, 3, 1)) + tells + "\n" if tells else "")
    whole = rows(path, VectorPath)
    assert whole[0]["lines"]["imitated"] == len(pasted) and whole[0]["doubtful_lines"] == bool(tells)
    monkeypatch.setattr(archive, "CHUNK", 150)
    monkeypatch.setattr(places, "BLOCK", size)  # larger chats are not taken apart as a whole
    monkeypatch.setattr(blocks.blocks, "__defaults__", (size,))
    assert whole == rows(path, PlainPath)
    for held in (0, 1, 100, 250, 10_000):
        assert rows(path, VectorPath, held) == whole


def test_both_paths_agree_on_the_corpus() -> None:
    files = sorted((SHARED / "corpora" / "whatsapp").glob("*/*"))
    chats = [path for path in files if path.suffix in {".txt", ".zip"} and path.stat().st_size]
    if not chats:
        pytest.skip("shared material not present: corpora/whatsapp")
    for path in chats:
        topics = {"water": ["מים", "مياه", "воды"], "light": ["תאורה", "إنارة"]}
        assert rows(path, PlainPath, topics=topics) == rows(path, VectorPath, topics=topics), path.name
