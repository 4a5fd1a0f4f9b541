"""One answer cell to 1 to 5, to nothing, or to a refusal that names the cell."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.survey_answers.answers import AnswerKey
from collectors.tabular import Cell, CellError


@pytest.mark.parametrize(
    ("value", "score"),
    [(1, 1), (5.0, 5), ("3", 3), ("٤", 4), ("5 - מאוד מסכים/ה", 5), ("Agree (4)", 4), (" strongly  AGREE ", 5),
     ("מסכימה מאוד", 5), ("n/a", None), ("-", None), ("", None), (None, None), ("Don't know", None)],
)  # fmt: skip
def test_answers(value: str | float | None, score: int | None) -> None:
    assert AnswerKey().score(Cell("A1", value)) == score


@pytest.mark.parametrize("value", [0, 6, -1, 2.5, "10", "1-5", "yes", True, date(2026, 5, 1), "5 stars 3"])
def test_what_is_not_on_the_scale(value: Any) -> None:
    with pytest.raises(CellError):
        AnswerKey().score(Cell("A1", value))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_an_answer_nothing_or_a_cell_error(text: str) -> None:
    try:
        score = AnswerKey().score(Cell("A1", text))
    except CellError as error:
        score = None if error.address == "A1" else 0
    assert score in (None, 1, 2, 3, 4, 5)
