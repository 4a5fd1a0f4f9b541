"""A town's drop folder and the step of a run that brings in what lies there, without Prefect's server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.runs import RunLog, bring_in
from town.store import TownStore


class Log(RunLog):
    """A run's log whose steps are plain calls."""

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        return work()


class Dropped:
    """The drop folder of a town."""

    def __init__(self, store: TownStore) -> None:
        self.store, self.folder = store, store.config.base / store.config.drop.folder
        self.folder.mkdir(exist_ok=True)

    def bring_in(self) -> Log:
        """What a run does with all that lies there, taken for settled."""
        log = Log("Import", "import", 1)
        bring_in(log, self.store, 0)
        return log

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tree(self) -> list[str]:
        """Every file of the folder, reasons left out."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
        return sorted(name for name in found if not name.endswith(".reason.txt"))
