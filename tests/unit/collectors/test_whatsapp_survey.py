"""The first look at a chat: what it counts by arrays is what one counts line by line, and short cuts decide nothing."""

import unicodedata
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.whatsapp_export import authors, survey
from collectors.whatsapp_export.dates import OrderVotes, Run
from collectors.whatsapp_export.header import Layout, read_header
from collectors.whatsapp_export.places import Chat
from collectors.whatsapp_export.skeletons import Block, HeaderFinder
from tests.unit.collectors.test_whatsapp_paths import ENTRY, LAYOUTS

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = [
    "Dana",
    "Levi",
    "created",
    "group",
    "event",
    "the",
    "community",
    "הוסיף/ה",
    "106",
    "+972",
    "50-000-0001",
    "Dana's",
]
NAME = st.builds(
    " ".join, st.lists(st.sampled_from([*WORDS, "~", "Amir", "Herzl", '"Vine', "ז״ל"]), min_size=1, max_size=5)
)


def chat(first: str, second: str, entries: list[tuple[int, str, str]], both: int) -> str:
    """A chat in two layouts, entry by entry."""
    when, text = datetime(2023, 12, 30, 23, 50), ""
    for at, (seconds, name, body) in enumerate(entries):
        when += timedelta(seconds=seconds)
        text += f"{LAYOUTS[second if both >> at & 1 else first](when)}{name}: {body}\n"
    return text


def begins_with(line: str, date: str) -> bool:
    """Whether a line begins with a date, in digits of whatever script."""
    plain, wanted = ("".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in one) for one in (line, date))
    return bool(date) and plain.startswith(wanted) and not plain[len(wanted) :][:1].isdecimal()


def line_by_line(text: str, early: int) -> tuple[dict[Layout, OrderVotes], Layout | None]:
    """The votes of a chat and the layout of its first line, one line after another; digits are those of any script."""
    votes: dict[Layout, OrderVotes] = {}
    first, filled, date, of = None, 0, "", None
    for line in text.split("\n"):
        header = read_header(line)
        if header is not None:
            if not votes and filled == 0:
                first = header.layout
            own = votes.setdefault(header.layout, OrderVotes())
            own.lines += 1
            if filled < early or header.layout.time_first or header.layout != of or not begins_with(line, date):
                own.add(Run(header, header.fields, 1))
            if not header.layout.time_first:
                date, of = line[: header.spans[2][1]], header.layout
        filled += bool(line[header.rest if header else 0 :].strip())
    return votes, first


@CALM
@given(
    layouts=st.lists(st.sampled_from(sorted(LAYOUTS)), min_size=2, max_size=2),
    entries=st.lists(ENTRY, min_size=1, max_size=40),
    both=st.integers(0, 2**40 - 1) | st.just(0),
    early=st.sampled_from([1, 3, 2_000]),
)
def test_votes_are_those_of_every_line(
    layouts: list[str], entries: list[tuple[int, str, str]], both: int, early: int
) -> None:
    text = chat(layouts[0], layouts[1], entries, both)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey, "EARLY", early)
        finder = HeaderFinder()
        block = Block(text.encode())
        found = survey.Survey(finder.kinds)
        found.add(block, finder.find(block))
    votes, first = line_by_line(text, early)
    assert (found.votes.keys(), found.first) == (votes.keys(), first)
    for layout, own in votes.items():
        told = found.votes[layout]
        for name in ("lines", "dates", "walk", "exists", "only", "is_american", "dotted"):
            assert getattr(told, name) == getattr(own, name), name


def test_a_few_pasted_lines_do_not_take_the_file() -> None:
    """A date that is repeated counts for the layout of its own line, not for that of the line before."""
    lines = [f"01.01.2023, 05:{n // 60:02} - Dana: x" for n in range(3_000)]
    for at in range(2_100, 2_900, 100):
        lines.insert(at, "[05:00:00 31/12/22] Zed: pasted")
    text = "\n".join(["before the first", *lines]).encode()
    grammar = Chat(lambda: [text], len(text)).survey("dmy")
    assert not grammar.layout.bracketed


@CALM
@given(
    name=NAME,
    others=st.lists(NAME, max_size=6),
    said=st.lists(NAME, max_size=4),
    facts=st.tuples(st.integers(1, 5), st.booleans(), st.booleans(), st.booleans()),
    whole=st.lists(NAME, max_size=3),
)
def test_a_name_that_needs_no_second_look_is_never_doubtful(
    name: str, others: list[str], said: list[str], facts: tuple[int, bool, bool, bool], whole: list[str]
) -> None:
    vocabulary, verbs = frozenset({"created", "group", "community", "the", "הוסיף/ה"}), frozenset({"created", "event"})
    if authors.may_be_doubtful(name, vocabulary):
        return
    lines, wrote, spoke, closes_quote = facts
    one = authors.Author(name, lines=lines, wrote=wrote, spoke=spoke, closes_quote=closes_quote, whole=whole)
    told = [authors.Author(other) for other in others if other != name]
    decided = authors.decide([one, *told], [name, *others], [], said, vocabulary, verbs, is_told=False)
    assert name not in decided.doubtful


def test_a_plain_name_needs_no_second_look() -> None:
    vocabulary = frozenset({"added", "הוסיף/ה"})
    looked = Counter(
        authors.may_be_doubtful(name, vocabulary)
        for name in ("דנה לוי", "~ Dana Levi", "+972 50-000-0001", "אבי כ.", "🌻")
    )
    assert looked == {False: 5}
    assert authors.may_be_doubtful("Dana added", vocabulary) and authors.may_be_doubtful("Vaad Gefen North", vocabulary)
