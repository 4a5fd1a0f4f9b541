"""The grammar of one header: date, time, half of the day, in every locale the format study lists.

Belongs here: the shape of a header line and the numbers in it. Does not belong here: which of two
numbers is the day (`dates`), and which layout a file keeps (`survey`).
"""

import re
from operator import itemgetter
from typing import NamedTuple

from collectors.whatsapp_export.marks import MARK_CLASS, SPACE_CLASS

HEAD_CHARS = 120  # no header is longer; matching only this much keeps a line of any length linear

# First bytes (UTF-8) a header can begin with: digits of any script, a bracket, an era, a mark. Letters of
# Hebrew (D6, D7) and Russian (D0, D1) are none of these.
FIRST_BYTES = frozenset(b"0123456789[RH") | frozenset(range(0xC2, 0xF5)) - {0xD0, 0xD1, 0xD6, 0xD7}

_M = f"[{MARK_CLASS}]*"
_S = f"[{SPACE_CLASS}]"
_G = f"{_M}{_S}?{_M}"  # a gap: perhaps one space, perhaps marks

# Spelling without dots, spaces and quotes, in lower case -> whether it is the second half of the day.
_HALVES = {
    **dict.fromkeys(("am", "לפנהצ", "ص", "قظ", "πμ", "дп", "오전", "午前", "上午"), False),
    **dict.fromkeys(("sa", "öö", "de", "dop", "ap", "fm", "to", "ጥዋት", "ቅቀ", "凌晨", "早上"), False),
    **dict.fromkeys(("pm", "אחהצ", "م", "بظ", "μμ", "пп", "오후", "午後", "下午"), True),
    **dict.fromkeys(("ch", "ös", "du", "odp", "ip", "em", "tk", "ከሰዓት", "ድቀ", "中午", "晚上"), True),
}
_HALF = (
    rf"[AaPp]\.?{_S}?[Mm]\.?|(?:לפנה|אחה)[״\"”׳'’]{{1,2}}צ|[صم]|[قب]\.{_S}?ظ\.?|[πμΠΜ]\.{_S}?[μΜ]\.?|[дпДП]п|[дпДП]П"
    r"|오전|오후|午前|午後|上午|下午|凌晨|早上|中午|晚上|SA|CH|ÖÖ|ÖS|d[eu]\.|dop\.|odp\.|[ai]p\.|fm|em|TO|TK"
    r"|ጥዋት|ከሰዓት|[ቅድ]\.ቀ\.?"
)
_DATE = (
    rf"(?P<a>[RH]?\d{{1,4}}){_M}(?P<sep>[./-]){_G}(?P<b>\d{{1,2}}){_M}(?P=sep){_G}(?P<c>[RH]?\d{{1,4}})"
    rf"(?P<dot>\.)?(?:{_S}?г\.)?(?:{_S}(?P<era>BE|B\.E\.|R|H)(?![A-Za-z]))?"
)
_TIME = (
    rf"(?:(?P<pre>{_HALF}){_G})?(?P<h>\d{{1,2}})(?:(?P<tsep>[:.])|{_S}?h{_S}?)(?P<mi>\d{{2}})"
    rf"(?:(?:[:.]|{_S}?min{_S}?)(?P<s>\d{{2}})(?:{_S}?s(?![a-z]))?)?"
    rf"(?:{_G}(?:ч\.{_S}?)?(?P<post>{_HALF}))?"
)
_JOIN = rf"{_M}(?:[,،]{_S}*|{_S}+){_M}(?:(?:klo|kl\.|à|at|um|ob|alle){_S}+)?{_M}"
_OPEN = rf"{_M}(?P<open>\[)?{_M}"
_CLOSE = rf"{_M}(?(open)\]{_M}{_S}|(?P<end>{_S}[-–—]{_S}|:{_S}))"

_DATE_FIRST = re.compile(f"{_OPEN}{_DATE}{_JOIN}{_TIME}{_CLOSE}")
_TIME_FIRST = re.compile(f"{_OPEN}{_TIME}{_JOIN}{_DATE}{_CLOSE}")
_spans = [
    itemgetter(*(pattern.groupindex[name] for name in ("a", "b", "c", "h", "mi", "s")))
    for pattern in (_DATE_FIRST, _TIME_FIRST)
]
_NAMES = ("open", "end", "pre", "post", "h", "mi", "s", "a", "b", "c", "era", "sep", "tsep", "dot")
_MAYBE = re.compile(rf"{_M}(?:\[|\d|[RH]\d)")
_DROP = re.compile(rf"[.״\"”׳'’{SPACE_CLASS}]")


class Layout(NamedTuple):
    """What stays the same in every header of one export."""

    bracketed: bool
    time_first: bool
    has_seconds: bool
    date_separator: str
    time_separator: str
    end: str  # "-" or ":" after a plain header, "" inside brackets
    year_digits: tuple[int, int]  # how many digits the first and the last field have: 4, 2, or 0 for an era


class Header(NamedTuple):
    """The numbers of one header as printed, and where the rest of the line begins."""

    layout: Layout
    fields: tuple[int, int, int]
    era: str  # "", "BE", "R" (Reiwa), "H" (Heisei)
    era_first: bool
    trailing_dot: bool
    padded: bool  # day or month with a leading zero
    half: bool | None  # second half of the day; None on a 24-hour clock
    half_text: str
    seconds: int  # of the day
    marked: bool  # a direction mark stands before the header
    rest: int  # offset of the rest of the line, in characters
    spans: tuple[tuple[int, int], ...]  # a, b, c, hour, minute, second or (-1, -1)


def _width(digits: str) -> int:
    return 0 if digits[0] in "RH" else (4 if len(digits) > 2 else 2)


def read_header(line: str) -> Header | None:
    """The header a line begins with, or None. Nothing is decided about day and month."""
    head = line[:HEAD_CHARS]
    if not _MAYBE.match(head):
        return None
    match = _DATE_FIRST.match(head)
    time_first = match is None
    if match is None:
        match = _TIME_FIRST.match(head)
        if match is None:
            return None
    opened, end, pre, post, h, mi, s, a, b, c, era, separator, time_separator, dot = match.group(*_NAMES)
    end = (end or "").strip(SPACE_CLASS)
    if end == ":" and ": " not in line[match.end() :]:
        return None  # the old form without a dash has an author, always
    half_text = pre or post or ""
    half = _HALVES.get(_DROP.sub("", half_text).lower()) if half_text else None
    hour, minute, second = int(h), int(mi), int(s or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    if half is not None and hour <= 12:
        hour = hour % 12 + 12 * half
    era = era or ""
    first, last = _width(a), _width(c)
    if 0 in (first, last):
        era = (a if first == 0 else c)[0]
    layout = Layout(
        opened is not None,
        time_first,
        s is not None,
        separator,
        time_separator or "h",
        "-" if end in "–—-" and end else end,
        (first, last),
    )
    fields = (int(a.lstrip("RH") or 0), int(b), int(c.lstrip("RH") or 0))
    padded = any(len(x) == 2 and int(x) < 10 for x in ((b, c) if first == 4 else (a, b)) if x[0] not in "RH")
    return Header(
        layout=layout,
        fields=fields,
        era="BE" if era.startswith("B") else era,
        era_first=first == 0,
        trailing_dot=dot is not None,
        padded=padded,
        half=half,
        half_text=half_text,
        seconds=hour * 3600 + minute * 60 + second,
        marked=match.start("open") > 0 if opened else match.start("h" if time_first else "a") > 0,
        rest=match.end(),
        spans=_spans[time_first](match.regs),
    )
