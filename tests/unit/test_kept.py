"""What somebody changed on Prefect's page stays until `kehila.toml` says something else."""

from pathlib import Path

import pytest

from flows.kept import Record, Seen, Time, steps, was_changed

NIGHT = Time("30 4 * * *", "Asia/Jerusalem")
LATER = Seen("calendar", "0 7 * * * Asia/Jerusalem")


@pytest.mark.parametrize(
    ("made", "there", "done", "told"),
    [
        ({}, [], "make", ""),
        ({"calendar": str(NIGHT)}, [Seen("calendar", str(NIGHT))], "leave", ""),
        ({"calendar": str(NIGHT)}, [Seen("calendar", str(NIGHT), False)], "leave", "is switched off on the page; left so"),
        ({}, [Seen("calendar", str(NIGHT), False)], "leave", "is switched off on the page; left so"),
        ({"calendar": str(NIGHT)}, [LATER], "leave", "was changed on the page to 0 7 * * * Asia/Jerusalem"),
        ({"calendar": str(NIGHT)}, [Seen("calendar", "interval", False)], "leave", "It is switched off there; left so"),
        ({"calendar": "0 5 * * * Asia/Jerusalem"}, [LATER], "set", "is set to 30 4 * * * Asia/Jerusalem, it was 0 7"),
        ({"calendar": "0 5 * * * Asia/Jerusalem"}, [Seen("calendar", "0 5 * * * Asia/Jerusalem", False)], "set", "off"),
        ({}, [LATER], "set", "it was 0 7"),
        ({"calendar": str(NIGHT)}, [], "leave", "was removed on the page; left so"),
        ({"calendar": "0 5 * * * Asia/Jerusalem"}, [], "make", ""),
        ({"calendar": str(NIGHT)}, [Seen(None, "interval")], "leave", "was removed on the page; left so"),
    ],
)  # fmt: skip
def test_a_schedule_is_made_set_or_left(made: dict[str, str], there: list[Seen], done: str, told: str) -> None:
    (step,) = steps({"calendar": NIGHT}, made, there)
    assert step.do == done and told in step.words and bool(told) == bool(step.words)


def test_what_is_scheduled_no_more_goes_and_what_the_page_added_stays() -> None:
    there = [Seen("collect-0", "15 3 * * * UTC"), Seen(None, "0 1 * * * UTC"), Seen("mine", "0 2 * * * UTC")]
    assert [(one.do, one.slug) for one in steps({}, {}, there)] == [("remove", "collect-0")]
    assert [(one.do, one.slug) for one in steps({}, {"mine": "0 2 * * * UTC"}, there[2:])] == [("remove", "mine")]


def test_a_thing_is_changed_only_where_we_would_make_it_as_last_time() -> None:
    assert was_changed("a", "b", "a") and was_changed("a", None, "a")
    assert not was_changed("a", "a", "a") and not was_changed(None, "b", "a") and not was_changed("a", "b", "c")


def test_the_record_is_read_as_it_was_written_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    assert Record.read(tmp_path) == Record()
    kept = Record({"id": {"calendar": str(NIGHT)}}, {"name": "digest"})
    kept.write(tmp_path)
    assert Record.read(tmp_path) == kept
    for damaged in ("", "[]", '{"schedules": 3, "automations": {}}', '{"schedules": {}}'):
        (tmp_path / ".prefect/made.json").write_text(damaged)
        assert Record.read(tmp_path) == Record()
