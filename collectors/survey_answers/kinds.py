"""A respondent's answers by kind of question: on a scale, yes or no, and several answers to one question.

A yes, and an answer that was chosen of several, is 5; a no, and one that was not, is 1. Of several, what is not
chosen is a no only where something was: who marks nothing has not answered, so such a question offers "nothing" too.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.survey_answers.answers import ILLEGIBLE, AnswerKey, answer_key
from collectors.survey_answers.columns import Plan
from collectors.survey_answers.mapping import SurveyMapping
from collectors.tabular import Cell, CellError, Row, as_text

YES, NO = 5, 1
_CHOSEN = "yes|y|true|1|x|v|selected|checked|כן|נבחר|نعم|اختير|да|выбрано"
_NOT_CHOSEN = "no|n|false|0|not selected|unchecked|לא|לא נבחר|لا|لم يختر|нет|не выбрано"

Refuse = Callable[[Cell | None, CellError], None]


class AnswersByKind:
    """Reads the answers of a sheet's rows, by what the mapping says of each item."""

    def __init__(self, plan: Plan, mapping: SurveyMapping) -> None:
        key = AnswerKey(mapping.answers, mapping.no_answer)
        self._silent = key.is_silent
        self._keys: dict[int, AnswerKey] = {}
        self._several: dict[int, _Several] = {}
        for at, meaning in plan.items().items():
            group = meaning if meaning in mapping.several else mapping.group_of(meaning)
            if group is not None:
                self._several[at] = _Several(group, "" if meaning == group else meaning, mapping)
            elif meaning in mapping.yes_no:
                words = {**mapping.yes_no[meaning], **mapping.answers}
                self._keys[at] = AnswerKey(words, mapping.no_answer, is_scale=False)
            else:
                self._keys[at] = key
        self._items = plan.items()
        self._groups = {name: mapping.items_of(name) for name in mapping.several}

    def of(self, row: Row, refuse: Refuse) -> list[tuple[str, int]]:
        """Item and score, 1 to 5, of what the row answers; `refuse` is told of each cell that cannot be taken."""
        found: list[tuple[str, int]] = []
        chosen: dict[str, set[str]] = {}
        for at, item in self._items.items():
            cell = row.cell(at)
            try:
                if at in self._several:
                    one = self._several[at]
                    chosen.setdefault(one.group, set()).update(one.chosen(cell, self._silent))
                elif (score := self._keys[at].score(cell)) is not None:
                    found.append((item, score))
            except CellError as error:
                refuse(cell, error)
        for group, items in chosen.items():
            if items:
                found += [(item, YES if item in items else NO) for item in self._groups[group]]
        return found


class _Several:
    """One column of a question with several answers: all that were chosen in one cell, or one answer's own column."""

    def __init__(self, group: str, item: str, mapping: SurveyMapping) -> None:
        self.group, self._item, self._other = group, item, mapping.several[group].get("other") or ""
        labels = {
            answer_key(str(text)): one
            for one in mapping.items_of(group)
            for text in mapping.items.get(one, {}).values()
        }
        self._labels = dict(sorted(labels.items(), key=lambda pair: -len(pair[0])))
        self._chosen = {answer_key(word) for word in _CHOSEN.split("|")}
        self._not_chosen = {answer_key(word) for word in _NOT_CHOSEN.split("|")}

    def chosen(self, cell: Cell | None, is_silent: Callable[[str], bool]) -> set[str]:
        """The items chosen in the cell. Raises CellError where it holds no answer of the question."""
        text = as_text(cell) if cell is not None else None
        if text is None or is_silent(text):
            return set()
        if text == ILLEGIBLE:
            raise CellError(cell.address if cell else "", "answer_not_on_scale")
        return self._one(cell, text) if self._item else self._listed(text)

    def _one(self, cell: Cell | None, text: str) -> set[str]:
        key = answer_key(text)
        if key in self._not_chosen:
            return set()
        # Beside `other` people write what it is: that they did is all that is taken of it.
        if key in self._chosen or self._labels.get(key) == self._item or self._item == self._other:
            return {self._item}
        raise CellError(cell.address if cell else "", "answer_not_on_scale")

    def _listed(self, text: str) -> set[str]:
        left, found = f" {answer_key(text)} ", set()
        for label, item in self._labels.items():
            if f" {label} " in left:
                found.add(item)
                left = left.replace(f" {label} ", "  ")
        return found | ({self._other} if left.strip() and self._other else set())
