"""Whose store this is, as the ledger knows it."""

from sqlalchemy import BigInteger, Connection, update
from sqlmodel import Field, SQLModel


class StoreRow(SQLModel, table=True):
    """The store itself, in one row: the lake beside it bears the same identity."""

    __tablename__ = "ledger_store"
    name: str = Field(primary_key=True, max_length=8, description="A store has one row, `main`")
    store: str = Field(max_length=32, description="Random identity of this store and of its lake")
    key_check: str = Field(max_length=32, description="Keyed check value of the root key: it tells nothing of the key")
    landings: int = Field(sa_type=BigInteger, description="Landings so far; the lake knows the number too")


_STORE = SQLModel.metadata.tables[StoreRow.__tablename__]
_COUNT = update(_STORE).values(landings=_STORE.c.landings + 1)


def count_landing(tx: Connection) -> None:
    """Count a landing in its own transaction. The last of its statements: towns of one database wait here."""
    tx.execute(_COUNT)
