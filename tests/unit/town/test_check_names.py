"""A threshold of what is not there is refused: it would never be crossed."""

from pathlib import Path

import pytest

from tests.e2e import hostile
from tests.e2e.towns import opened
from town.config import ConfigProblem

ZOOM = '[source.zoom.main]\nspace = "hall"\n'


@pytest.mark.parametrize("name", ["whatsapp", "zoom", "zoom.main", "zoom.main.zoom_meeting"])
def test_days_of_what_is_there_are_taken(tmp_path: Path, name: str) -> None:
    store = hostile.town(tmp_path, ZOOM + f'[check.days]\n"{name}" = 3\n')
    assert store.config.check.days == {name: 3}


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("whatsap", "whatsapp"),
        ("zoom.mian", "zoom.main"),
        ("zoom.main.zoom_meetin", "zoom.main.zoom_meeting"),
        ("brevo.main", ""),
    ],
)
def test_days_of_what_is_not_there_are_refused_with_the_nearest(tmp_path: Path, name: str, near: str) -> None:
    hostile.town(tmp_path, ZOOM)
    (tmp_path / "kehila.toml").write_text(hostile.CONFIG + ZOOM + f'[check.days]\n"{name}" = 3\n', encoding="utf-8")
    with pytest.raises(ConfigProblem, match=r"\[check\] days") as refused:
        opened(tmp_path)
    assert f"did you mean {near}?" in str(refused.value) or not near
