"""The drop folder: only what is whole is taken, once, and everything taken is put where people find it."""

import os
from pathlib import Path

import pytest

from collectors.base import FileReport
from flows.runs import reason_text
from pipeline.land import drop_folder as watching
from pipeline.land.drop_folder import Watch, candidates, drop_folder, put_away, stable_now
from town.config import Config


def names(folder: Path) -> list[str]:
    return [one.path.relative_to(folder).as_posix() for one in candidates(folder)]


def whole(folder: Path, name: str, text: str = "x") -> watching.CandidateFile:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    found = watching.seen(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name",
    ["chat.txt.part", "chat.zip.crdownload", "~$staff.xlsx", ".chat.txt.Xy12", "chat.TMP", "Thumbs.db", "a/.b/c.txt"],
)
def test_unfinished_and_hidden_names_are_left_alone(tmp_path: Path, name: str) -> None:
    whole(tmp_path, name)
    whole(tmp_path, "chat.txt")
    assert names(tmp_path) == ["chat.txt"]


def test_what_was_dealt_with_and_what_is_no_file_is_not_looked_at(tmp_path: Path) -> None:
    whole(tmp_path, "imported/old.txt")
    whole(tmp_path, "refused/bad.txt")
    whole(tmp_path, "from the office/imported/new.txt")
    (tmp_path / "link.txt").symlink_to(tmp_path / "imported" / "old.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == ["from the office/imported/new.txt"]


def test_a_file_still_being_written_is_not_taken_until_it_stands_still(tmp_path: Path) -> None:
    watch = Watch(tmp_path, quiet_seconds=10)
    path = whole(tmp_path, "chat.txt", "one").path
    assert watch.stable(now=0) == []
    path.write_text("one two")
    assert watch.stable(now=9) == []
    assert watch.stable(now=18.9) == []  # ten seconds since it was seen, but not since it grew
    assert [one.path for one in watch.stable(now=19)] == [path]


def test_a_change_that_keeps_the_size_is_a_change(tmp_path: Path) -> None:
    watch = Watch(tmp_path, quiet_seconds=10)
    path = whole(tmp_path, "chat.txt", "one").path
    watch.stable(now=0)
    path.write_text("two")
    os.utime(path, ns=(0, 1))
    assert watch.stable(now=10) == []


def test_a_file_with_a_copied_time_is_looked_at_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`cp -p` and phones keep the time of the original: an old time does not mean a whole file."""
    path = whole(tmp_path, "chat.txt", "half").path
    os.utime(path, (0, 0))
    monkeypatch.setattr(watching.time, "sleep", lambda _seconds: path.write_text("half and half"))
    assert stable_now(tmp_path, quiet_seconds=5) == []


def test_an_old_file_is_taken_without_waiting_and_an_empty_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_waiting(_seconds: float) -> None:
        raise AssertionError("nothing to wait for")

    monkeypatch.setattr(watching.time, "sleep", no_waiting)
    assert stable_now(tmp_path) == []
    path = whole(tmp_path, "chat.txt").path
    later = path.stat().st_ctime + 11
    monkeypatch.setattr(watching.time, "time", lambda: later)
    assert [one.path for one in stable_now(tmp_path, quiet_seconds=10)] == [path]


def test_an_imported_file_moves_and_keeps_its_place(tmp_path: Path) -> None:
    one = whole(tmp_path, "office/chat.txt")
    assert put_away(tmp_path, one, FileReport("", status="read"), "")
    assert not one.path.exists()
    assert (tmp_path / "imported/office/chat.txt").exists()


@pytest.mark.parametrize("status", ["partial", "duplicate"])
def test_what_was_read_in_part_or_before_counts_as_imported(tmp_path: Path, status: str) -> None:
    put_away(tmp_path, whole(tmp_path, "chat.txt"), FileReport("", status=status), "")  # type: ignore[arg-type]
    assert [path.name for path in (tmp_path / "imported").iterdir()] == ["chat.txt"]


def test_a_refused_file_has_its_reason_beside_it_in_three_languages(tmp_path: Path) -> None:
    report = FileReport("", status="rejected", code="zip_encrypted")
    put_away(tmp_path, whole(tmp_path, "chat.zip"), report, reason_text(report))
    said = (tmp_path / "refused/chat.zip.reason.txt").read_text()
    assert "מוגן בסיסמה" in said and "محمي" in said and "protected by a password" in said
    assert said.endswith("[zip_encrypted]\n")


def test_a_code_nobody_registered_is_named_all_the_same() -> None:
    assert "new_code" in reason_text(FileReport("", status="rejected", code="new_code"))


def test_a_file_somebody_wrote_to_meanwhile_stays(tmp_path: Path) -> None:
    one = whole(tmp_path, "chat.txt", "half")
    one.path.write_text("half and half")
    assert not put_away(tmp_path, one, FileReport("", status="read"), "")
    assert one.path.exists()
    one.path.unlink()
    assert not put_away(tmp_path, one, FileReport("", status="read"), "")


def test_a_name_used_before_overwrites_nothing(tmp_path: Path) -> None:
    for text in ("first", "second", "third"):
        put_away(tmp_path, whole(tmp_path, "chat.txt", text), FileReport("", status="read"), "")
    kept = {path.name: path.read_text() for path in (tmp_path / "imported").iterdir()}
    assert kept == {"chat.txt": "first", "chat-2.txt": "second", "chat-3.txt": "third"}


def test_a_name_as_long_as_names_get_is_still_put_away(tmp_path: Path) -> None:
    name = "ש" * 125 + ".txt"
    for text in ("first", "second"):
        report = FileReport("", status="rejected", code="empty")
        put_away(tmp_path, whole(tmp_path, name, text), report, "why")
    assert len(list((tmp_path / "refused").iterdir())) == 4


def test_whose_folder_it_is(tmp_path: Path) -> None:
    def folder(codes: list[str], owner: str = "") -> dict[str, Path | None]:
        config = Config.model_validate({"authority": [{"code": c} for c in codes], "drop": {"authority": owner}})
        config.base = tmp_path
        return {code: drop_folder(config, code) for code in codes}

    assert folder(["0070"]) == {"0070": tmp_path / "drop"}
    assert folder(["0070", "0031"]) == {"0070": tmp_path / "drop/0070", "0031": tmp_path / "drop/0031"}
    assert folder(["0070", "0031"], owner="0031") == {"0070": None, "0031": tmp_path / "drop"}
