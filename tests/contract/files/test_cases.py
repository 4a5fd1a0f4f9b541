"""Every file format has a case, and a new one without it is told, line by line, what is missing."""

import gc

from collectors.base import FileFormat, file_formats
from tests.contract.files.case import FileCase, lacking
from tests.contract.files.cases import CASES


def test_every_format_can_be_asked() -> None:
    missing = lacking(file_formats(), CASES)
    assert missing == [], "to be written before the suite can ask:\n" + "\n".join(missing)


def test_a_format_without_a_case_fails_and_lists_what_is_missing() -> None:
    class Pigeon(FileFormat):
        """Letters by pigeon."""

        name = "pigeon"

    Pigeon.__module__ = "collectors.pigeon"
    try:
        assert "pigeon" in [one.name for one in file_formats()]  # discovery finds it by itself
        assert lacking(file_formats(), CASES) == [
            "pigeon: `gives`",
            "pigeon: `canaries`",
            "pigeon: `write`",
            "pigeon: neither `less` nor why its files restate nothing (`versions`)",
        ]
    finally:
        Pigeon.__module__ = "tests.gone"
        del Pigeon
        gc.collect()


def test_a_case_that_is_half_written_is_told_the_other_half() -> None:
    class Half(FileCase):
        format = "gone"
        gives = {"message": 1}
        named = "because"

    class Pigeon(FileFormat):
        name = "pigeon"

    assert lacking([Pigeon()], {"pigeon": Half, "gone": Half}) == [
        "gone: a case but no format",
        "pigeon: `canaries`",
        "pigeon: `write`",
        "pigeon: `named` is no reason",
        "pigeon: neither `less` nor why its files restate nothing (`versions`)",
    ]
