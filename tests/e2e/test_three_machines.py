"""Three machines with nothing in common but a database and a bucket do what one does alone, whatever fails meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.upkeep.upkeep import sweep
from pipeline.upkeep.verify import verify
from tests.e2e.towns import TODAY
from tests.integration.bad_line import bad_line
from tests.integration.s3_server import s3_server
from tests.machines import Machine, Pool, machine, write_towns
from town.config import load
from town.store import open_store
from warehouse.store import canonical_dump

TOWNS = 60


@pytest.mark.long
def test_a_machine_that_dies_and_a_bucket_that_is_gone_for_a_while_change_nothing(
    tmp_path: Path, postgres: Callable[[str], str]
) -> None:
    codes = write_towns(tmp_path, TOWNS)
    one = machine(tmp_path / "alone", tmp_path, codes, "")
    Pool(tmp_path, codes).run([one])

    killed: list[str] = []
    with s3_server(tmp_path / "log") as service, bad_line(service.port) as line:

        def fail(pool: Pool, at: Machine, said: str) -> None:
            """One machine dies in the middle of its second town; then the bucket is gone until that was met."""
            word, _, code = said.partition(" ")
            if word == "landed" and not killed and len(pool.done) >= 1:
                killed.append(code)
                at.kill()
            elif word == "landed" and killed and len(pool.done) >= 2 and not outages:
                outages.append("begun")
                line.is_down = True
                line.cut()
            elif word == "again" and outages:
                line.mend()

        outages: list[str] = []
        shared = (
            f'[store]\nwarehouse = "{postgres("machines")}"\nlake = "s3://backups/towns"\n'
            f'[lake]\nendpoint = "http://127.0.0.1:{line.port}"\nprivate_hosts = ["127.0.0.1"]\n'
            'access_key = "file:keys/access"\nsecret_key = "file:keys/secret"\n'
        )
        folders = [machine(tmp_path / f"machine{number}", tmp_path, codes, shared) for number in range(3)]
        for folder in folders:
            (folder / "keys" / "access").write_text(service.access_key)
            (folder / "keys" / "secret").write_text(service.secret_key)
        pool = Pool(tmp_path, codes, fail)
        pool.run(folders)
        assert killed and outages
        again = [said for said in pool.said if said.startswith("again ")]
        assert again
        assert all("the bucket's service" in one or "the database" in one for one in again), again
        alone, shared_store = (open_store(load(one / "kehila.toml"), codes[0], TODAY) for one in (one, folders[1]))
        left, right = list(canonical_dump(alone.engine)), list(canonical_dump(shared_store.engine))
        assert len(left) > 300 * TOWNS
        assert left == right
        assert verify(shared_store).damaged == []
        assert shared_store.lake.name == "s3://backups/towns"
        assert sweep(shared_store) == 0  # what the dead machine left is spared for a day
        assert not [path for folder in folders for path in folder.rglob("*.parquet")]
        alone.engine.dispose()
        shared_store.engine.dispose()
