"""Classes of many bodies at once are those of the bodies one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.whatsapp_export.bodies import TopicList
from collectors.whatsapp_export.skeletons import Block
from collectors.whatsapp_export.topics import TopicFinder

LISTS = [
    {"water": ["מים", "צינור"], "light": ["תאורה", "חשמל"]},
    {"a": ["עד"], "b": ["ועד", "ועד הבית"], "c": ["הבית"]},
    {"b": ["ועד הבית של השכונה"], "a": ["עד", "של השכונה"]},
    {"مياه": ["ماء", "مياه"], "نور": ["إنارة", "كهرباء"]},
    {"вода": ["Вода", "труба"], "свет": ["СВЕТ"]},
    {"tv": ["tv", "Straße", "kiosk"], "island": ["İzmir", "s", "is"], "phone": ["whatsapp group"]},
    {"short": ["פ", "?", "!!"], "emoji": ["🌻", "⚠️ water"], "mark": ["\u200fמים", "ד״ר", "צ'אט"]},
    {"lines": ["מים\nחמים"], "light": ["תאורה"]},
    {"none": [], "blank": [" "]},
]
KEYWORDS = sorted({word for topics in LISTS for words in topics.values() for word in words})
PIECES = st.one_of(
    st.sampled_from([*KEYWORDS, *(word.upper() for word in KEYWORDS), *(word.title() for word in KEYWORDS)]),
    st.sampled_from(["ו", "ה", "של", "ושב", "כשמה", "x", "é", "ſ", "K", "ı", "İ", "٣", "7", "_", "ֹ", "\u0651"]),
    st.sampled_from(
        [" ", " ", "\r\n", "\n", "־", "-", "״", "،", "\u200f", "\u2068", "\u00a0", "🌻", "“", "…", "/", "×"]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=3),
)
BODIES = st.lists(st.lists(PIECES, min_size=1, max_size=8).map("".join), min_size=1, max_size=12)


def both(topics: dict[str, list[str]], bodies: list[str]) -> tuple[list[int], list[int]]:
    """Classes by the block and one by one."""
    raw, start, end = b"", [], []
    for body in bodies:
        raw += "1.1.2024, 10:00 - מים: ".encode()
        start.append(len(raw))
        raw += body.encode()
        end.append(len(raw))
        raw += b"\n"
    listed = TopicList(topics)
    found = TopicFinder(listed).read(Block(raw), np.array(start), np.array(end))
    return found.tolist(), [listed.of(body.replace("\r\n", "\n")) for body in bodies]


@settings(max_examples=400, deadline=None)
@given(topics=st.sampled_from(LISTS), bodies=BODIES)
def test_topics_of_a_block(topics: dict[str, list[str]], bodies: list[str]) -> None:
    at_once, one_by_one = both(topics, bodies)
    assert at_once == one_by_one


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("אין מים", 0),
        ("כשהמים חזרו והתאורה לא", 0),
        ("התאורה", 1),
        ("שמים", 0),
        ("אגמים", -1),
        ("ד״מים", 0),
        ("a\nמים", 0),
        ("", -1),
    ],
)
def test_beginnings_of_words(body: str, expected: int) -> None:
    assert both(LISTS[0], [body]) == ([expected], [expected])


@pytest.mark.parametrize("body", ["КИОСК вОдА", "вода", "ВОДА", "Вода"])
def test_case_does_not_count(body: str) -> None:
    assert both(LISTS[4], [body]) == ([0], [0])
