"""What a push says where no answer came, and which links a mail may name."""

from __future__ import annotations

import pytest
import requests
from pydantic import ValidationError

from publishers.delivery import Answered, until_answered
from town.sections import PushTarget


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (requests.exceptions.SSLError("https://t0ken@host"), "http or https"),
        (requests.ConnectTimeout("https://t0ken@host"), "did not answer in time"),
        (TimeoutError("https://t0ken@host"), "did not answer in time"),
        (requests.ConnectionError("https://t0ken@host"), "check name and port"),
        (OSError("https://t0ken@host"), "check name and port"),
    ],
)
def test_where_no_answer_came_it_says_what_to_look_at_and_no_address(trouble: Exception, said: str) -> None:
    def ask() -> Answered:
        raise trouble

    waited: list[float] = []
    found = until_answered("bucket.example", 2, waited.append, ask)
    assert said in found.problem and "bucket.example" in found.problem and "t0ken" not in found.problem
    assert (found.answered, found.attempts, len(waited)) == (None, 2, 1)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://host/x", "https://a b", "//host"])
def test_a_link_is_an_address_of_the_web_or_nothing(link: str) -> None:
    with pytest.raises(ValidationError):
        PushTarget(kind="mail", link=link)
    assert PushTarget(kind="mail").link == "" and PushTarget(kind="mail", link="https://bi.example/x").link
