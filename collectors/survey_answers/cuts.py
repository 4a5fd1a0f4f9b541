"""Answers to the questions about the respondent, as codes; anything that might name a person is dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from collectors.survey_answers.answers import AnswerKey, answer_key
from collectors.survey_answers.mapping import CUTS
from collectors.tabular import Cell, CellError, as_text

_MAX_CODE = 40
_PERSONAL = re.compile(r"@|\d{4}|https?:")
_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")
_AGE = re.compile(r"\d{1,3}")


class CutValues:
    """Turns a cut's cell into the code of its option. Counts what it could not take, by cut."""

    def __init__(self, cuts: Mapping[str, Mapping[str, Any]], silence: AnswerKey) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        for name in CUTS:
            options = cuts.get(name, {}).get("options", {})
            codes = {answer_key(str(code)): str(code) for code in options}
            for code, texts in options.items():
                words = texts.values() if isinstance(texts, Mapping) else [texts]
                codes.update({answer_key(str(word)): str(code) for word in words})
            self._codes[name] = codes
        self._silence = silence
        self.dropped: dict[str, int] = {}

    def code(self, cut: str, cell: Cell | None) -> str | None:
        """The option's code; None when blank, declined or not taken.

        Where the town listed no options (neighbourhoods), a short text without digits in a row is
        taken as it stands: aggregates of fewer than ten people are never shown.
        """
        try:
            text = as_text(cell)
        except CellError:
            text, is_broken = None, True
        else:
            is_broken = False
        if text is not None and self._silence.is_silent(text):
            return None
        if text is None:
            if is_broken:
                self._drop(cut)
            return None
        codes = self._codes[cut]
        known = codes.get(answer_key(text))
        if known is None and cut == "age_band" and _AGE.fullmatch(text):
            known = _band(int(text), codes.values())
        if known is None and not codes and len(text) <= _MAX_CODE and not _PERSONAL.search(text):
            known = text
        if known is None:
            self._drop(cut)
        return known

    def _drop(self, cut: str) -> None:
        self.dropped[cut] = self.dropped.get(cut, 0) + 1


def _band(age: int, bands: Any) -> str | None:
    for band in bands:
        match = _BAND.fullmatch(band)
        if match and int(match[1]) <= age <= int(match[2] or 120):
            return str(band)
    return None
