"""What a sheet of paper shows: words with the places of their letters, as poppler finds them in a PDF."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

SPACE = "{http://www.w3.org/1999/xhtml}"
NO_PLACE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
RIGHT_TO_LEFT = re.compile("[א-ת\u0621-\u064a]")
DAY = re.compile(r"\(?(\d{1,2})\.(\d{1,2})\.(\d{4})\)?")


class Word(NamedTuple):
    """Letters from left to right, and their box in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Page(NamedTuple):
    width: float
    height: float
    words: list[Word]


def by_office(path: Path, scratch: Path) -> Path:
    """A workbook as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{scratch}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", scratch, path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return scratch / f"{path.stem}.pdf"


def pages_of(pdf: Path) -> list[Page]:
    """The words of each page."""
    told = subprocess.run(
        ["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, timeout=120
    ).stdout.decode()
    root = ET.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", told))
    found = []
    for page in root.iter(f"{SPACE}page"):
        words = [
            Word(text, *(float(one.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax")))
            for one in page.iter(f"{SPACE}word")
            if (text := NO_PLACE.sub("", one.text or ""))
        ]
        found.append(Page(float(page.attrib["width"]), float(page.attrib["height"]), words))
    return found


def overlapping(page: Page) -> Iterator[tuple[str, str]]:
    """Words printed over one another. Marks above letters have boxes of their own, which say nothing."""
    solid = sorted(
        (
            one
            for one in page.words
            if re.search(r"\w", one.text) and not any(unicodedata.combining(c) for c in one.text)
        ),
        key=lambda one: one.top,
    )
    for place, one in enumerate(solid):
        for other in solid[place + 1 :]:
            if other.top >= one.bottom:
                break
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if across > 1 and down > 0.45 * min(one.bottom - one.top, other.bottom - other.top):
                yield one.text, other.text


def outside(page: Page) -> list[str]:
    """Words that leave the sheet."""
    return [
        one.text
        for one in page.words
        if one.left < 0 or one.top < 0 or one.right > page.width or one.bottom > page.height
    ]


def signs_behind(page: Page) -> list[str]:
    """Numbers whose sign stands on their right."""
    return [one.text for one in page.words if re.fullmatch(r"[₪%\d.,]*\d[₪%\d.,]*[+-]", one.text)]


def stops_on_the_wrong_side(page: Page) -> list[str]:
    """Words of right-to-left writing with the full stop on their right, where a sentence begins."""
    return [one.text for one in page.words if RIGHT_TO_LEFT.search(one.text) and one.text[-1] in ".:"]


def ranges_turned_around(page: Page) -> list[tuple[str, str]]:
    """Stretches of days of which the later one stands on the left."""
    found = []
    for one, dash, other in zip(page.words, page.words[1:], page.words[2:], strict=False):
        days = [DAY.fullmatch(each.text) for each in (one, other)]
        if dash.text not in ("-", "–") or not all(days) or abs(one.top - other.top) > 2:
            continue
        left, right = sorted(zip((one.left, other.left), days, strict=True))
        first, last = (date(int(day[3]), int(day[2]), int(day[1])) for _, day in (left, right) if day)
        if first > last:
            found.append((one.text, other.text))
    return found


def text_of(pdf: Path) -> str:
    """All letters and digits of a PDF in reading order."""
    told = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, timeout=120).stdout.decode()
    return NO_PLACE.sub("", told)
