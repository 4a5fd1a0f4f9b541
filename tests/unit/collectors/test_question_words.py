"""One question is one in every channel: chat exports, the hotline and the page measure alike."""

import pytest

from collectors.question_words import Questions, asks
from collectors.text_measures import measure
from collectors.whatsapp_cloud.events import records_of
from collectors.whatsapp_export.bodies import BodyReader, TopicList
from collectors.whatsapp_export.kept_phrases import standard_table
from tests.accounts import account_of

SENTENCES = [
    ("מתי נפתחת ההרשמה", True),
    ("מה?", True),
    ("מהנדס העיר כאן", False),  # begins with the letters of a question word
    ("המתי", False),
    ("אילו ימים", True),
    ("شو صار", True),
    ("من البلدية", False),  # "from", not "who"
    ("откуда это", True),
    ("Whose dog is this", True),
    ("WHEN", True),
    ("however", False),
    ("see https://town.example/?page=3", False),
    ("really؟", True),
    ("nice ❓", True),
    ("", False),
]

ACCOUNT = account_of("whatsapp_cloud", "hotline", {"business_account": "1"})


def on_the_hotline(text: str) -> bool:
    message = {
        "from": "972500000001",
        "id": "wamid.1",
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": text},
    }
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "messages": [message]}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    (row,) = (row for page in records_of(body, ACCOUNT) for row in page.rows.to_pylist() if "is_question" in row)
    return bool(row["is_question"])


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_every_channel_says_the_same(text: str, expected: bool) -> None:
    exported = BodyReader(standard_table().bodies, TopicList(None)).read(text) if text else None
    assert asks(text) is expected
    assert measure(text).is_question is expected
    assert on_the_hotline(text) is expected
    assert exported is None or exported.is_question is expected


def test_marks_and_blanks_around_a_question_do_not_hide_it() -> None:
    assert asks("\u200f \u2067מתי נפתח\u2069")


def test_a_town_adds_words_of_its_own() -> None:
    assert Questions(["אולי"]).asked_in("אולי מחר") and not asks("אולי מחר")
