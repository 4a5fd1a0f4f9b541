"""The cases of Kehila's own indicators: the files of this folder, `<family>.<name>.yaml`."""

from pathlib import Path

from transforms import cases

HERE = Path(__file__).parent


def load(indicator: str) -> list[cases.Case]:
    """The cases of one of them, checked. Raises CaseError."""
    return cases.load(HERE / f"{indicator}.yaml")
