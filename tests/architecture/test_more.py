"""`make ci-more` says what it counted and what it could not have, and fails for a failed test only."""

from pathlib import Path

import pytest

from tests import more

FINE = "def test_a():\n    assert True\n\n\ndef test_b():\n    import pytest\n\n    pytest.skip('no browser')\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (FINE, 0, "1 passed, 0 failed, 1 skipped"),
        (FINE + "\n\ndef test_c():\n    assert False\n", 1, "1 passed, 1 failed, 1 skipped"),
        ("import no_such_module\n", 1, "0 passed, 1 failed, 0 skipped"),
    ],
)
def test_its_last_line_counts_and_what_is_not_to_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], text: str, code: int, line: str
) -> None:
    def no_npm() -> None:
        raise SystemExit("npm is not on this machine")

    (tmp_path / "test_some.py").write_text(text)
    monkeypatch.setattr(more, "PROGRAMS", {"browser-of-nobody": ("browser-of-nobody",)})
    monkeypatch.setattr(more, "SUITES", {"some": [str(tmp_path / "test_some.py"), f"--rootdir={tmp_path}"]})
    monkeypatch.setattr(more.os, "geteuid", lambda: 1)
    monkeypatch.setattr(more.prism, "install", no_npm)
    monkeypatch.setattr(more.axe, "install", no_npm)
    monkeypatch.setattr(more.environment, "install_pyodbc", no_npm)
    monkeypatch.setattr(more.spark, "install", no_npm)
    monkeypatch.setenv("KEHILA_PRISM", "")
    assert more.main() == code
    said = capfd.readouterr().out.splitlines()
    assert said[-1] == line
    assert any("browser-of-nobody" in one for one in said) and "npm: npm is not on this machine" in said
