"""The phrases put together once for all processes: equal to those made now, whatever became of the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from collectors.whatsapp_export import kept_phrases
from collectors.whatsapp_export.kept_phrases import PREFIX, kept, standard_table
from collectors.whatsapp_export.phrases import PhraseTable


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_phrases, "cache_from_source", lambda _path: str(tmp_path / "kept" / "module.pyc"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    standard_table.cache_clear()
    return tmp_path / "kept"


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_the_kept_table_is_the_made_one_in_every_part(folder: Path) -> None:
    first = standard_table()
    standard_table.cache_clear()
    assert [one.suffix for one in files(folder)] == [".json"]
    assert vars(first) == vars(standard_table()) == vars(PhraseTable())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_file_cut_short_or_damaged_is_made_again(folder: Path, share: float) -> None:
    made: list[int] = []

    def make() -> dict[str, int]:
        made.append(1)
        return {"events": 3}

    source = folder.parent / "source.yaml"
    source.write_text("one")
    assert kept([source], make) == kept([source], make) == {"events": 3}
    assert len(made) == 1
    (place,) = files(folder)
    whole = place.read_bytes()
    for damaged in (whole[: int(len(whole) * share)], whole.replace(b"3", b"4"), b"\xff" + whole):
        place.write_bytes(damaged)
        made.clear()
        assert kept([source], make) == {"events": 3}
        assert len(made) == 1
        assert place.read_bytes() == whole


def test_another_content_is_another_file_and_the_old_one_goes(folder: Path) -> None:
    source = folder.parent / "source.yaml"
    for content in ("one", "two"):
        source.write_text(content)
        assert kept([source], lambda content=content: [content]) == [content]
    assert len(files(folder)) == 1


def test_where_nothing_can_be_written_the_table_is_made_all_the_same(folder: Path) -> None:
    folder.write_text("no folder")
    assert kept([], lambda: [1]) == [1]
    assert folder.read_text() == "no folder"


def test_nothing_is_kept_where_python_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert kept([], lambda: [1]) == [1]
    assert not folder.exists()


def test_processes_that_begin_at_once_all_read_the_same(tmp_path: Path) -> None:
    code = (
        "from collectors.whatsapp_export.kept_phrases import standard_table\n"
        "from collectors.whatsapp_export.phrases import PhraseTable\n"
        "print(vars(standard_table()) == vars(PhraseTable()))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-c", code],
            cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True, env={"PATH": ""},
        )
        for _ in range(3)
    ]  # fmt: skip
    assert [one.communicate(timeout=120)[0].strip() for one in started] == ["True"] * 3
    (kept_file,) = tmp_path.rglob(f"{PREFIX}*")
    assert kept_file.suffix == ".json"
