"""What an error says, for tests of what people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from collectors.remarks import Remark
from texts import Language, error, text


def in_words(remarks: Iterable[Remark], language: Language = "en") -> list[str]:
    """What is said of something that was read, as its reader is told."""
    return [one if isinstance(one, str) else text(f"remarks.{one.code}", language, **one.arguments) for one in remarks]


def said(problem: Any, language: Language = "en") -> str:
    """The sentence of an error, a rejected record or a refused file."""
    return error(problem.code, language, **problem.arguments)


@contextmanager
def says(
    kind: type[BaseException] | tuple[type[BaseException], ...], words: str
) -> Iterator[pytest.ExceptionInfo[Any]]:
    """`pytest.raises` of an error whose sentence matches."""
    with pytest.raises(kind) as met:
        yield met
    assert re.search(words, said(met.value)), said(met.value)
