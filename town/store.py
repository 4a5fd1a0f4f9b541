"""Everything one run works with: configuration, warehouse, ledger, lake and keys of one authority."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from collectors.mapping_file import sidecar_of
from expectations.suites import SuiteProblem, Suites
from town.accounts import all_accounts
from town.codes import label
from town.config import Config, ConfigProblem
from town.sections import Authority
from transforms.catalogue import Indicator, catalogue
from warehouse.calendar import day_in
from warehouse.identity import LINE, recognise
from warehouse.identity_tables import StoreRow
from warehouse.keys import KEY_BYTES, KeyProblem, Keys, load_root_key, load_secret
from warehouse.lake import OWN_NAMES, Lake
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import SegmentRow
from warehouse.migrations import upgrade
from warehouse.names import no_such
from warehouse.proof import LakeDamaged
from warehouse.store import open_engine

if TYPE_CHECKING:
    from warehouse.people import People


def no_progress(_text: str) -> None:
    """Say nothing."""


@dataclass
class TownStore:
    """One authority's store, opened."""

    config: Config
    authority: Authority
    engine: Engine
    lake: Lake
    keys: Keys
    today: date  # by the town's own clock, whatever the machine's says
    progress: Callable[[str], None] = no_progress

    @property
    def ledger(self) -> Ledger:
        """The ledger of the authority."""
        return Ledger(self.engine, self.authority.code)

    @property
    def people(self) -> People:
        """The people of the authority, to be asked for."""
        from warehouse.forgetting import people_of

        return people_of(self.ledger, self.lake, self.keys.derive("pseudonym"))

    @property
    def catalogue(self) -> dict[str, Indicator]:
        """Kehila's indicators and those of the folder `indicators/` beside the configuration."""
        return catalogue(self.own_indicators)

    @property
    def own_indicators(self) -> Path:
        """The folder in which the town may keep indicators of its own."""
        return self.config.base / "indicators"

    @cached_property
    def suites(self) -> Suites:
        """What is expected of facts: Kehila's suites, the folder `expectations/` beside the configuration, and its own
        section. Raises ConfigProblem for one that cannot be used.
        """
        try:
            made = Suites(self.config.base / "expectations", self.config.expectations)
            if made.own:
                from expectations.prove import prove_own
                from town.staged import facts_of_sources

                made.refuse_unknown(facts_of_sources(), self.catalogue)
                prove_own(made)
            return made
        except SuiteProblem as problem:
            raise ConfigProblem(str(problem)) from None

    @property
    def output(self) -> Path:
        """Where reports and snapshots are written."""
        return self.config.base / self.config.store.output

    def of(self, authority: str) -> TownStore:
        """The same store for another authority's code, configured or not: for its keys."""
        return self if authority == self.authority.code else replace(self, keys=self.keys.of(authority))

    def unsealed(self, path: str) -> bytes:
        """A sealed file of the vault. The key is the store's own: what it cannot open is damaged (LakeDamaged)."""
        try:
            return self.keys.unseal(self.lake.read_bytes(path))
        except KeyProblem:
            raise LakeDamaged(self.lake.name, path) from None

    def file_fingerprint(self, path: Path) -> str:
        """Keyed digest of a file's content: a plain digest of a small chat could be guessed."""
        digest = hmac.new(self.keys.derive("file"), digestmod=hashlib.sha256)
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()

    def import_fingerprint(self, path: Path) -> str:
        """Keyed digest of a file as it is read: of its content, and of the mapping beside it where there is one."""
        content, sidecar = self.file_fingerprint(path), sidecar_of(path)
        if sidecar is None:
            return content
        mapped = content.encode() + sidecar.read_bytes()
        return hmac.new(self.keys.derive("file"), mapped, hashlib.sha256).hexdigest()


SQLITE = "sqlite:///"
RESTORING = ".restoring"
"""Stands beside kehila.toml while a backup is put back there, and says which."""


@lru_cache(maxsize=4)
def _engine(url: str, _file: tuple[int, ...]) -> Engine:
    """The engine of a database, one for all the towns this process opens: it remembers the statements it compiled.

    `_file` tells a SQLite database from one put in its place, and one that may be written from one that may not:
    a connection made before stays as it was.
    """
    return open_engine(url)


def _file_of(url: str) -> tuple[int, ...]:
    """Inode and permissions of a SQLite database and of its folder; nothing for another or none."""
    path = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or not path.exists():
        return ()
    return tuple(one for stat in (path.stat(), path.parent.stat()) for one in (stat.st_ino, stat.st_mode, stat.st_uid))


def warehouse_url(config: Config) -> str:
    """The database address, a relative SQLite path taken from the configuration's folder."""
    url = config.store.warehouse
    if url.startswith(SQLITE) and not url.startswith(SQLITE + "/"):
        return SQLITE + str(config.base / url.removeprefix(SQLITE))
    return url


def open_store(
    config: Config, code: str | None = None, today: date | None = None, *, is_reading: bool = False
) -> TownStore:
    """Open the store of one authority, bringing the warehouse to the present schema unless it `is_reading` only.

    `code` may be left out where one authority is configured. `today` is the local day everything is dated by, for
    demonstrations and tests; else it is that of the town's clock. Raises ConfigProblem, KeyProblem when the root key
    cannot be read or is another's, and StoreRefused, NewerStore or OlderStore when warehouse and lake are not one
    store's, or not this release's.
    """
    authority = config.the_authority(code)
    if (config.base / RESTORING).exists():
        raise ConfigProblem("a backup was not put back to its end here: run the same `kehila restore` again")
    url = warehouse_url(config)
    try:
        keys = Keys(load_root_key(config.keys.root, config.base), authority.code)
    except KeyProblem as problem:
        if _is_begun(url):
            raise KeyProblem(
                f"{str(problem).partition(';')[0]}; this store was made with a root key: put that one back, from where "
                "its copy is kept; a new one would open nothing of it"
            ) from None
        raise
    file = _file_of(url)
    # One that is not there yet is not remembered: its connections would stay with it when another takes its place.
    engine = _engine(url, file) if file or not url.startswith(SQLITE) else open_engine(url)
    upgrade(engine, is_reading=is_reading)
    store = TownStore(config, authority, engine, lake_of(config), keys, today or day_in(authority.timezone))
    _refuse_another_town(store)
    _refuse_strangers(config, store.lake)
    recognise(engine, store.lake, keys)
    _ = store.suites  # a mistake in what the town expects is told by whatever opens it
    _refuse_unknown_names(config)
    return store


def _refuse_unknown_names(config: Config) -> None:
    """What `days` of [check] names has to be there: a threshold of nothing is never crossed. Raises ConfigProblem."""
    if not config.check.days:
        return
    from collectors.service import sources
    from town.staged import facts_of_sources

    known = {*facts_of_sources(), *config.source}
    for one in all_accounts(config):
        streams = [stream.name for stream in sources()[one.ref.source].streams]
        known |= {str(one.ref), *(f"{one.ref}.{stream}" for stream in streams)}
    for name in sorted(set(config.check.days) - known):
        raise ConfigProblem(f"[check] days: {no_such('source, account or stream', name, known)}")


def _is_begun(url: str) -> bool:
    """Whether a database holds a store, and so knows its key; False also where that cannot be found out."""
    if url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists():
        return False
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return connection.execute(select(core(StoreRow).c.key_check)).first() is not None
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def bring_up(config: Config) -> None:
    """Bring the database to the present schema, where it can be reached. Raises NewerStore, DatabaseDamaged."""
    engine = open_engine(warehouse_url(config))
    with suppress(SQLAlchemyError):  # whoever needs it next says so
        upgrade(engine)
    engine.dispose()


def store_beside(config: Config, code: str) -> TownStore:
    """An empty store in memory, for whoever asks a town's services while its own store cannot be opened."""
    engine = open_engine(SQLITE)
    upgrade(engine)
    try:
        root = load_root_key(config.keys.root, config.base)
    except KeyProblem:
        root = bytes(KEY_BYTES)
    authority = config.the_authority(code)
    return TownStore(config, authority, engine, lake_of(config), Keys(root, authority.code), day_in(authority.timezone))


def lake_of(config: Config) -> Lake:
    """The lake, in a folder or in a bucket. Raises ConfigProblem, KeyProblem and Refused for a bucket as configured."""
    where, how = config.store.lake, config.lake
    if "://" not in where:
        return Lake(config.base / where)
    from publishers.rooms import Access, bucket_of
    from warehouse.shelves import SECTION, BucketShelf

    keys = {name: load_secret(one, config.base) for name, one in how.references.items()}
    access = Access(
        how.endpoint, allow_hosts=how.allow_hosts, private_hosts=how.private_hosts, region=how.region, **keys
    )
    return Lake(BucketShelf(*bucket_of(where, access, SECTION), how.endpoint))


def _refuse_strangers(config: Config, lake: Lake) -> None:
    """A lake is a folder of its own: sweeps and backups go through all of it. Raises ConfigProblem."""
    if not lake.is_folder:
        return
    root, base = lake.root.resolve(), config.base.resolve()
    remedy = 'give the lake a folder of its own in kehila.toml, for instance lake = "lake" under [store]'
    if root == base or root in base.parents:
        raise ConfigProblem(f"store.lake is the folder of kehila.toml or lies above it; {remedy}")
    names = [one.name for one in root.iterdir()] if root.is_dir() else []
    strange = sum(not name.startswith(".") and name not in {*OWN_NAMES, LINE, "lost+found"} for name in names)
    if strange:
        raise ConfigProblem(
            f"store.lake holds {strange} files or folders that are not Kehila's; {remedy}, or move them out"
        )


def _refuse_another_town(store: TownStore) -> None:
    """A code changed after files had landed would look like an empty town. Raises ConfigProblem."""
    held = core(SegmentRow).c.authority
    configured = [one.code for one in store.config.authority]
    with store.engine.connect() as connection:
        if connection.execute(select(held).where(held.in_(configured)).limit(1)).first():
            return
        codes = connection.execute(select(held).distinct().order_by(held)).scalars().all()
    if codes:
        raise ConfigProblem(
            f"this store holds {' and '.join(map(label, codes))}; kehila.toml says {store.authority.label}; "
            "put the old code back, or begin the other town in a folder of its own (kehila init --folder)"
        )
