"""One answer cell to a whole number 1 to 5, or to nothing, or to a refusal that names the cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from collectors.tabular import Cell, CellError, as_number, as_text, plain_text

_WORDS: dict[int, str] = {
    1: "בכלל לא מסכים/ה|כלל לא מסכים|כלל לא מסכימה|מאוד לא מסכים|במידה מועטה מאוד|אף פעם|אף פעם לא|לא מרוצה בכלל|גרוע"
    "|لا أوافق إطلاقاً|لا أوافق بشدة|ولا مرة|أبداً|سيئ|strongly disagree|never|not at any time|not at all|bad"
    "|совсем не согласен/согласна|совершенно не согласен|никогда|ни разу|плохо",
    2: "לא כל כך מסכים/ה|לא מסכים/ה|לא מסכים|לא מסכימה|במידה מועטה|כמה פעמים בשנה|לעיתים רחוקות|לא כל כך מרוצה"
    "|לא כל כך טוב"
    "|لا أوافق|بضع مرات في السنة|نادراً|ليس جيداً جداً|disagree|a few times a year|rarely|to a small extent|not very good"
    "|скорее не согласен/согласна|не согласен|не согласна|несколько раз в год|редко|не очень хорошо",
    3: "ככה ככה|לא מסכים ולא מתנגד|ניטרלי|במידה בינונית|בערך פעם בחודש|לפעמים|סביר"
    "|بين بين|محايد|مرة في الشهر تقريباً|أحياناً|مقبول|in between|neither agree nor disagree|neutral"
    "|about once a month|sometimes|fair"
    "|и да, и нет|примерно раз в месяц|иногда|удовлетворительно",
    4: "מסכים/ה|מסכים|מסכימה|במידה רבה|בערך פעם בשבוע|לעיתים קרובות|מרוצה|טוב"
    "|أوافق|مرة في الأسبوع تقريباً|غالباً|جيد|agree|about once a week|often|to a large extent|good"
    "|согласен/согласна|согласен|согласна|примерно раз в неделю|часто|хорошо",
    5: "מאוד מסכים/ה|מסכים מאוד|מסכימה מאוד|מאוד מסכים|מאוד מסכימה|במידה רבה מאוד|כמה פעמים בשבוע|כל הזמן|מרוצה מאוד"
    "|טוב מאוד|أوافق تماماً|أوافق بشدة|عدة مرات في الأسبوع|طوال الوقت|جيد جداً"
    "|strongly agree|several times a week|all the time|very good"
    "|полностью согласен/согласна|полностью согласен|полностью согласна|несколько раз в неделю|всё время|очень хорошо",
}
_NO_ANSWER = (
    "מעדיף/ה לא לענות|מעדיפ/ה לא לענות|לא יודע/ת|לא יודע|לא יודעת|לא רלוונטי|אין תשובה|-|--|n/a|na|#n/a"
    "|prefer not to say|don't know|not applicable|no answer|أفضّل عدم الإجابة|أفضل عدم الإجابة|لا أعرف|لا ينطبق"
    "|предпочитаю не отвечать|не знаю|нет ответа|не применимо"
)
_LEADING_DIGIT = re.compile(r"([1-5])\s*[-–—:.)(=]\s*\D*")
_TRAILING_DIGIT = re.compile(r"[^\W\d_]\D*[-–—:(=]\s*([1-5])\s*\)?")
_LONGEST_LABEL = 100

ILLEGIBLE = "? 0000"
"""Stands in a cell for an answer a service sent in a shape we do not know: put aside wherever it is read.

Four digits, because a question without options takes any short text that could not be a number of somebody.
"""


def answer_key(text: str) -> str:
    """Text as labels are compared: letters, digits and single spaces only, so gender slashes may differ."""
    plain = plain_text(text)
    return " ".join("".join(c if c.isalnum() or c.isspace() else " " for c in plain).split()) or plain


class AnswerKey:
    """The words of the answer scales in use: the product's own, and those the town adds.

    Without `is_scale` the words given are all there are: a number stands for nothing.
    """

    def __init__(
        self, added: Mapping[str, int] | None = None, no_answer: Iterable[str] = (), *, is_scale: bool = True
    ) -> None:
        own = _WORDS if is_scale else {}
        self._is_scale = is_scale
        self._scores = {answer_key(word): score for score, words in own.items() for word in words.split("|")}
        self._scores.update({answer_key(word): score for word, score in (added or {}).items()})
        self._silent = {answer_key(word) for word in (*_NO_ANSWER.split("|"), *no_answer)} - set(self._scores)

    def score(self, cell: Cell | None) -> int | None:
        """1 to 5; None when not answered. Raises CellError for anything else."""
        if cell is None or cell.is_blank:
            return None
        if isinstance(cell.value, str) and plain_text(cell.value) in ("#n/a", "-", "--"):
            return None
        text = as_text(cell)
        if text is None or self.is_silent(text):
            return None
        known = self._scores.get(answer_key(text))
        if known is not None:
            return known
        if not self._is_scale:
            raise CellError(cell.address, "answer_not_on_scale")
        digit = _LEADING_DIGIT.fullmatch(text) or _TRAILING_DIGIT.fullmatch(text)
        if digit and len(text) <= _LONGEST_LABEL:
            return int(digit[1])
        number = None
        if not isinstance(cell.value, bool):
            try:
                number = as_number(cell)
            except CellError:
                number = None
        if number is None or number not in (1, 2, 3, 4, 5):
            raise CellError(cell.address, "answer_not_on_scale")
        return int(number)

    def is_silent(self, text: str) -> bool:
        """Whether the text says that there is no answer."""
        return answer_key(text) in self._silent
