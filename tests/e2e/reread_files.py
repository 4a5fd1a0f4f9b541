"""The files a town hands over, read again by small parsers of the tests' own: chats, workbook, groups, survey waves.

Nothing of the product is used. A chat's messages and movements, the workbook's rows by its hidden row of codes, days of
groups, answers as numbers.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from transforms.questionnaire import questionnaire

CUTS = questionnaire().cuts
UNSAID = frozenset(questionnaire().prefer_not_to_say.by_language().values())

MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202c"))
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789") | {0xA0: " ", 0x2011: "-"}
HEADER = re.compile(
    r"\[?(\d{1,2})[./](\d{1,2})[./](\d{4})[,،] (\d{1,2}):(\d\d)(?::(\d\d))?(?: (אחה״צ|לפנה״צ))?(?:\] | - )(.*)",
    re.DOTALL,
)
GROUP_NAME = re.compile(
    r"(?:WhatsApp Chat - |צ'אט WhatsApp עם |Чат WhatsApp с |دردشة واتساب مع )(.*?)(?: \(\d\))?\.(?:txt|zip)$"
)
LINK = "ההצטרפות של (?P<who>.*) בוצעה באמצעות קישור"
COMING = [re.compile(one) for one in (
    r'(?P<who>.*) יצר/ה את הקבוצה "', r'הקבוצה ".*" נוצרה על ידי (?P<who>.*)', r'(?P<who>.*) أنشأ مجموعة "', r'(?P<who>.*) создал\(-а\) группу "',
    r"(?P<you>.*) הוסיף/ה אותך$", r"(?P<you>צורפת על ידי .*)", r"(?P<you>.*) أضافك$", r"(?P<you>.*) добавил\(-а\) вас$",
    r".* (?:הוסיף|צירף)/ה את (?P<who>.*)", r".* أضاف (?P<who>.*)", r".* добавил\(-а\) (?P<who>.*)",
    r"(?P<who>.*) הצטרף/ה באמצעות", LINK, r"(?P<who>.*) انضم إلى المجموعة", r"(?P<who>.*) присоединился\(-ась\) к группе",
)]  # fmt: skip
GOING = [re.compile(one) for one in (
    r"(?P<who>.*) עזב/ה\.?$", r"(?P<who>.*) غادر$", r"(?P<who>.*) покинул\(-а\) группу$",
    r".* הסיר/ה את (?P<who>.*)", r".* أزال (?P<who>.*)", r".* удалил\(-а\) (?P<who>.*)",
)]  # fmt: skip
OTHER = re.compile(
    r"מקצה-לקצה|مشفرة|сквозным|מספר הטלפון למספר|רقم هاتفه|رقم هاتفه|сменил\(-а\) номер|תמונת (?:ה)?קבוצה|أيقونة|картинку|תיאור הקבוצה|وصف|описание"
)
MORE = re.compile(r"(?: ו-(\d+) נוספים| و (\d+) آخرون| и еще (\d+))$")
DELETED = re.compile(r"^(?:הודעה זו נמחקה\.?|تم حذف هذه الرسالة|Данное сообщение удалено)$")


@dataclass(eq=False)
class Line:
    """A message: when by the phone's clock, who, and what it answers by the rule of the nearest earlier other."""

    at: datetime
    author: str
    starts: bool = False
    answers: Line | None = None


@dataclass
class ReadChat:
    """A chat as its longest export tells it."""

    name: str
    first: date
    last: date
    is_cut: bool  # it does not begin with the group
    lines: list[Line] = field(default_factory=list)
    moves: list[tuple[datetime, int, tuple[str, ...], int]] = field(
        default_factory=list
    )  # when, in or out, names, unnamed

    def residents(self, month: str, is_staff: Callable[[str, date], bool]) -> int:
        """Everybody seen and not gone at a month's end, staff left out: let in by name, by number, or writing all the same."""
        inside, others, unnamed, you = set[str](), set[str](), 0, 0
        wrote = [(line.at, 0, (line.author,), 0) for line in self.lines]
        for at, way, names, more in sorted((*self.moves, *wrote), key=lambda one: one[0]):
            if f"{at:%Y-%m}" > month:
                break
            if way == 0:
                others |= set(names) - inside
                continue
            if not names and way > 0:  # "you", whom notices do not name: one more
                you = 1
                continue
            unnamed = max(unnamed + more * way - (len(set(names) - inside) if way < 0 else 0), 0)
            inside = inside | set(names) if way > 0 else inside - set(names)
            others -= set(names)
        year, number = int(month[:4]), int(month[5:])
        until = min(date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1), self.last)
        staff = sum(is_staff(name, until) for name in inside | others)
        return len(inside) + max(unnamed, len(others)) + you - staff

    def in_month(self, month: str) -> list[Line]:
        """The messages of a month."""
        return [line for line in self.lines if f"{line.at:%Y-%m}" == month]


def read_chats(folder: Path) -> dict[str, ReadChat]:
    """Every chat of a folder, by the group's name in the file's."""
    texts: dict[str, list[str]] = defaultdict(list)
    for path in folder.iterdir():
        if found := GROUP_NAME.match(path.name):
            texts[found[1]].append(_text(path))
    return {name: _chat(name, max(each, key=len)) for name, each in texts.items()}


def _text(path: Path) -> str:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read("_chat.txt").decode("utf-8")
    return path.read_text(encoding="utf-8")


def _entries(text: str) -> Iterator[tuple[datetime, str]]:
    """Instant and rest of each entry; a line without a header goes on with the one before."""
    held: tuple[datetime, str] | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        found = HEADER.match(line.translate(MARKS).translate(DIGITS))
        if not found:
            held = (held[0], f"{held[1]}\n{line}") if held else None
            continue
        if held:
            yield held
        day, month, year, hour, minute = (int(found[place]) for place in range(1, 6))
        hour = hour if found[7] is None else hour % 12 + (12 if found[7].startswith("אחה") else 0)
        held = datetime(year, month, day, hour, minute), found[8]
    if held:
        yield held


def _chat(name: str, text: str) -> ReadChat:
    entries = list(_entries(text))
    is_ios = text.lstrip("\u200f\u200e").startswith("[")
    is_cut = not any(
        re.search(r"יצר/ה את הקבוצה|נוצרה על ידי|أنشأ مجموعة|создал\(-а\) группу", rest) for _, rest in entries[:3]
    )
    chat = ReadChat(name, entries[0][0].date(), entries[-1][0].date(), is_cut)
    for at, rest in entries:
        author, separator, body = rest.partition(": ")
        told = body if is_ios and separator else rest
        if (is_ios or not separator or _move(rest)) and (move := _move(told)):
            chat.moves.append((at, *move))
        elif not separator or (is_ios and OTHER.search(body)):
            assert OTHER.search(told), told
        elif not DELETED.match(body.strip()):
            chat.lines.append(Line(at, author))
    _link(chat.lines)
    return chat


def _move(told: str) -> tuple[int, tuple[str, ...], int] | None:
    if "\n" in told:
        return None
    for way, patterns in ((1, COMING), (-1, GOING)):
        for pattern in patterns:
            if found := pattern.match(told):
                groups = found.groupdict()
                return (way, *_people(groups["who"])) if groups.get("who") else (way, (), 1)
    return None


def _people(text: str) -> tuple[tuple[str, ...], int]:
    more = 0
    if found := MORE.search(text):
        more, text = int(found[1] or found[2] or found[3]), text[: found.start()]
    return tuple(one.strip() for one in re.split(r", | ו-|، | و(?=\S)| и ", text) if one.strip()), more


def _link(lines: Iterable[Line]) -> None:
    """An hour of silence ends a talk; whoever goes on answers the nearest earlier message of somebody else."""
    before: Line | None = None
    for line in lines:
        if before is None or line.at - before.at > timedelta(minutes=60):
            line.starts = True
        else:
            line.answers = before if before.author != line.author else before.answers
        before = line


def read_workbook(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Sheet -> rows by the codes of the hidden first row; labels turned back by the sheet of codes where it has them."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    codes: dict[str, dict[str, str]] = defaultdict(dict)
    for record, code, label, *_ in book["_kehila"].iter_rows(values_only=True):
        if record in ("indicator", "space", "part"):
            owner, _, part = str(code).rpartition("/")
            codes[f"part:{owner}" if record == "part" else record][str(label)] = part if record == "part" else str(code)
    found: dict[str, list[dict[str, Any]]] = {}
    for sheet in book.worksheets:
        head, _, *rows = [*sheet.iter_rows(values_only=True), (), ()]
        if not head or not isinstance(head[0], str) or "." not in head[0]:
            continue
        names = [str(one).partition(".")[2] for one in head]
        kept = [dict(zip(names, row, strict=False)) for row in rows if any(one is not None for one in row)]
        for row in kept:
            row["indicator"] = codes["indicator"].get(str(row.get("indicator")), row.get("indicator"))
            row["part"] = codes[f"part:{row['indicator']}"].get(str(row.get("part")), row.get("part"))
            if sheet.title != book.worksheets[1].title and row.get("space") is not None:
                row["space"] = codes["space"][str(row["space"])]
        found[str(head[0]).partition(".")[0]] = kept
    return found


GROUP_COLUMNS = {
    "Total members": "members", "Posts": "posts", "Comments": "comments", "Reactions": "reactions",
    "מספר חברים": "members", "פוסטים": "posts", "תגובות": "comments", "תגובות רגש": "reactions",
}  # fmt: skip


def read_groups(folder: Path) -> dict[str, dict[date, dict[str, int]]]:
    """Name of a group -> day -> its numbers."""
    found: dict[str, dict[date, dict[str, int]]] = defaultdict(dict)
    for path in sorted(folder.iterdir()):
        if path.name.startswith("group-insights"):
            rows: list[list[Any]] = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        elif path.name.startswith("תובנות"):
            rows = [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]
        else:
            continue
        for day, *cells in rows[3:]:
            when = day.date() if isinstance(day, datetime) else date.fromisoformat(str(day))
            told = {GROUP_COLUMNS.get(str(name), ""): cell for name, cell in zip(rows[2][1:], cells, strict=False)}
            found[str(rows[0][1])][when] = {name: int(cell) for name, cell in told.items() if name}
    return found


AGREES = {
    "בכלל לא מסכים/ה": 1, "לא כל כך מסכים/ה": 2, "ככה ככה": 3, "מסכים/ה": 4, "מאוד מסכים/ה": 5,
    "لا أوافق إطلاقاً": 1, "لا أوافق": 2, "بين بين": 3, "أوافق": 4, "أوافق تماماً": 5, "כן": 5, "לא": 1, "نعم": 5, "لا": 1,
}  # fmt: skip
YES = AGREES["כן"]


@dataclass(frozen=True)
class ReadWave:
    """A wave: the month it closed in, whom it asked and how they were found, and the answers by question, 1 to 5."""

    month: str
    audience: str
    sample: str
    people: tuple[dict[str, int], ...]
    about: tuple[dict[str, str], ...]  # what each says of herself, question -> option


def read_waves(folder: Path) -> list[ReadWave]:
    """The waves of a folder, the earliest first."""
    found = []
    for about in folder.glob("*.mapping.yaml"):
        told = yaml.safe_load(about.read_text(encoding="utf-8"))
        path = folder / about.name.removesuffix(".mapping.yaml")
        if path.suffix == ".xlsx":
            rows = [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]
        else:
            raw = path.read_bytes()
            text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "cp1255")
            rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.count(";") > text.count(",") else ","))
        people = tuple(
            {str(name): number for name, cell in zip(rows[0][2:], row[2:], strict=False) if (number := _answer(cell))}
            for row in rows[1:]
        )
        found.append(
            ReadWave(
                str(told["closed_day"])[:7],
                told["audience"],
                told["sample_type"],
                people,
                tuple(_about(rows[0], row) for row in rows[1:]),
            )
        )
    return sorted(found, key=lambda one: one.month)


def _about(heads: list[Any], row: list[Any]) -> dict[str, str]:
    """What somebody says of herself; a word that is no option of ours is a name of the town's."""
    found = {}
    for name, question in CUTS.items():
        words = str(row[heads.index(question.he)] or "") if question.he in heads else ""
        codes = {text: code for code, one in question.options.items() for text in one.by_language().values()}
        if words and words not in UNSAID and (code := codes.get(words, "" if codes else words)):
            found[name] = code
    return found


def _answer(cell: Any) -> int | None:
    return int(cell) if isinstance(cell, int | float) else AGREES.get(str(cell).strip())
