"""A person who asks is forgotten everywhere, no number moves, and nobody brings her back."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from tests.e2e.canaries import found, spellings
from tests.e2e.towns import opened
from town.store import TownStore
from warehouse.condemned import condemn, destroy_condemned
from warehouse.forgetting import people_of
from warehouse.keys import new_key_file
from warehouse.lake import Lake
from warehouse.sqlite import sqlite3
from warehouse.store import canonical_dump, transaction

CHAT = "שכונת הכרמל"
STAFF = "קנריאל דוברת"
PERSONS = {
    "chat_sender": "כנריתה צפצפנית",
    "phone": "+972 50-777-1234",
    "email": "kanarit@example.invalid",
    "account": "998877665544332211",
    "pointed": "שָׂרָה כנריאל",
}
GIVEN = ["כנריתה צפצפנית", "0507771234", "Kanarit@Example.invalid", "998877665544332211", "שרה כנריאל"]
"""As she writes them herself: without the country, other letters, no points."""
SPACES = {"space": "carmel", "title": "שכונה", "asset": "whatsapp", "kind": "open", "operated_by": "authority"}


def lines(until: int) -> str:
    told = [f"1.10.2026, 08:00 - {STAFF} הוסיף/ה את {PERSONS['chat_sender']} ו-{PERSONS['phone']}"]
    for day in range(1, until):
        told += [
            f"{day}.10.2026, 09:00 - {PERSONS['chat_sender']}: מתי האסיפה?",
            f"{day}.10.2026, 09:05 - {PERSONS['phone']}: ביום שני",
            f"{day}.10.2026, 09:07 - {PERSONS['pointed']}: תודה, {PERSONS['chat_sender']}",
            f"{day}.10.2026, 09:09 - {STAFF}: נתראה",
        ]
    return "\n".join(told)


def export(folder: Path, until: int, *, name: str = f"צ'אט WhatsApp עם {CHAT}.txt", is_zip: bool = False) -> Path:
    path = folder / (name.replace(".txt", ".zip") if is_zip else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_zip:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("_chat.txt", lines(until))
    else:
        path.write_text(lines(until), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town that imported one chat three times, keeps refused and half-read files of hers, and closed October."""
    tmp_path = tmp_path_factory.mktemp("erasure")
    base = tmp_path / "town"
    base.mkdir()
    (base / "kehila.toml").write_text(hostile.CONFIG, encoding="utf-8")
    new_key_file(base / "keys" / "root.key")
    write_staff_workbook(
        tmp_path / "staff.xlsx",
        entries={
            "spaces": [{**SPACES, "names": CHAT}],
            "staff": [{"chat_name": STAFF}, {"phone": PERSONS["phone"]}, {"email": PERSONS["email"]}],
        },
    )
    made = opened(base)
    assert import_file(made, tmp_path / "staff.xlsx").status == "read"
    for number, until in enumerate((12, 12, 28)):
        path = export(tmp_path / str(number), until, is_zip=number == 1)
        assert import_file(made, path).status == "read"
    put_aside(made, tmp_path)
    refresh(made)
    close(made, "2026-10")
    made.engine.dispose()
    return base


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> TownStore:
    """A copy of it that a test may change."""
    shutil.copytree(prepared, tmp_path / "town")
    return opened(tmp_path / "town")


def put_aside(store: TownStore, folder: Path) -> None:
    """Originals that name her, in the vault and in the drop folder."""
    hostile.table(folder / "survey.csv", [*hostile.SURVEY, ["2026-10-28 10:00", PERSONS["chat_sender"], "3"]])
    assert import_file(store, folder / "survey.csv").status == "partial"
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04" + PERSONS["account"].encode())
    assert import_file(store, folder / "broken.xlsx").status == "rejected"
    (folder / "other.csv").write_text("nobody,of,these\n1,2\n", encoding="utf-8")
    assert import_file(store, folder / "other.csv").status == "rejected"
    export(store.config.base / "drop" / "imported", 12)
    (store.config.base / "drop" / "refused").mkdir()
    (store.config.base / "drop" / "refused" / f"{PERSONS['email']}.csv").write_text("a,b\n", encoding="utf-8")
    (store.config.base / "drop" / "imported" / "nobody.csv").write_text("a,b\n", encoding="utf-8")


def unsealed(store: TownStore) -> list[bytes]:
    """All that is sealed, opened, and what is packed in it."""
    told = []
    for path in store.lake.root.rglob("*.sealed"):
        with zipfile.ZipFile(io.BytesIO(store.keys.unseal(path.read_bytes()))) as archive:
            told += [archive.read(name) for name in archive.namelist()]
    return told


def traces(store: TownStore) -> set[str]:
    """Where anything of the five is found: in files as they are, sealed ones opened, hashes of the dictionary."""
    people = people_of(store.ledger, store.lake, store.keys.derive("pseudonym"))
    marks = {one for name in (*PERSONS.values(), *GIVEN) for one in spellings(name)}
    hits = {place for _, place in found(store.config.base, [*PERSONS.values(), *GIVEN])}
    hits |= {"sealed" for content in unsealed(store) if any(mark in content for mark in marks)}
    hits |= {f"dictionary {kind}" for kind, name in zip(PERSONS, GIVEN, strict=True) if any_of(people, name)}
    for stored in store.lake.root.glob("landing/*/people/*.parquet"):
        if stored.relative_to(store.lake.root).as_posix() not in store.ledger.listed_paths():
            hits.add("a segment of the dictionary nobody lists")
    return hits


def any_of(people: object, name: str) -> bool:
    return any(people.stored(kind, name) for kind in ("chat_sender", "phone", "email", "account"))  # type: ignore[attr-defined]


def told(store: TownStore) -> list[str]:
    return list(canonical_dump(store.engine))


def test_five_persons_are_forgotten_everywhere_and_no_number_moves(town: TownStore, tmp_path: Path) -> None:
    before, ledger = told(town), sqlite3.connect(town.config.base / "warehouse.db")
    runs = ledger.execute("select * from ledger_run order by run").fetchall()
    assert traces(town) >= {"sealed", "dictionary chat_sender", "dictionary phone", "dictionary pointed"}
    would = erase(town, GIVEN, is_dry_run=True)
    assert traces(town) >= {"sealed"} and would["found"]

    done = erase(town, GIVEN)
    assert (
        [one["erased"] for one in done["places"]] == [one["erased"] for one in would["places"]] == [4, 2, 2, 0, 0, 0, 0]
    )
    assert traces(town) == set()
    assert len(unsealed(town)) > 0 and (town.config.base / "drop/imported/nobody.csv").exists()
    assert told(town) == before
    assert ledger.execute("select * from ledger_run order by run").fetchall() == runs, "nothing dates it"
    assert not erase(town, GIVEN)["found"]

    # Whatever makes the numbers anew, or brings her again, moves none of them.
    rebuild(town)
    assert told(town) == before
    again = import_file(town, export(tmp_path / "later", 28, name=f"צ'אט WhatsApp עם {CHAT}.txt", is_zip=True))
    assert again.status == "read" and again.details["new_messages"] == 0
    refresh(town)
    assert told(town) == before
    assert traces(town) == set()


def test_what_she_says_later_is_counted_and_nobodys(town: TownStore, tmp_path: Path) -> None:
    erase(town, GIVEN)
    people = town.lake.read([row.path for row in town.ledger.segments(["people"])])
    later = f"{lines(28)}\n2.11.2026, 09:00 - {PERSONS['chat_sender']}: שוב אני\n"
    path = export(tmp_path / "november", 1)
    path.write_text(later, encoding="utf-8")
    assert import_file(town, path).details["new_messages"] == 1
    after = town.lake.read([row.path for row in town.ledger.segments(["people"])])
    assert after.num_rows == people.num_rows, "nobody new"
    assert traces(town) == set()


def test_a_dry_run_changes_nothing_not_even_what_another_left(town: TownStore) -> None:
    left = next(town.lake.root.rglob("*.sealed")).relative_to(town.lake.root).as_posix()
    with transaction(town.engine) as tx:
        condemn(tx, town.ledger, [left])
    before = {path: path.read_bytes() for top in ("lake", "drop") for path in (town.config.base / top).rglob("*.*")}
    erase(town, GIVEN, is_dry_run=True)
    assert before == {path: path.read_bytes() for path in before if path.exists()}
    erase(town, ["nobody of this name"])
    assert not (town.lake.root / left).exists()


@pytest.mark.parametrize("spelled", ["O\u2019Neil", "o'neil ", "\u200eO\u05f3Neil", "~ O'NEIL"])
def test_one_name_in_several_spellings_is_one_person(tmp_path: Path, spelled: str) -> None:
    store = hostile.town(tmp_path)
    path = tmp_path / "WhatsApp Chat with Yard.txt"
    path.write_text(hostile.chat(name="O'Neil"), encoding="utf-8")
    assert import_file(store, path).status == "read"
    assert erase(store, [spelled])["places"][0]["erased"] == 1


def test_what_was_imported_where_it_lies_is_deleted_and_words_of_staff_are_counted(
    town: TownStore, tmp_path: Path
) -> None:
    dropped = export(town.config.base / "drop", 28)
    assert import_file(town, dropped).status in ("read", "duplicate")  # as `kehila run` does, which leaves it there
    waiting = export(town.config.base / "drop", 27, name="WhatsApp Chat with Others.txt")
    entry = {"month": "2026-10", "indicator": "facebook.initiatives", "part": "culture", "amount": 2,
             "subject": f"פיקניק של {PERSONS['chat_sender']}"}  # fmt: skip
    write_staff_workbook(tmp_path / "words.xlsx", entries={"monthly": [entry]})
    assert import_file(town, tmp_path / "words.xlsx").status == "read"
    done = {one["place"]: one for one in erase(town, GIVEN)["places"]}
    assert not dropped.exists() and waiting.exists()
    assert (done["drop_waiting"]["left"], done["staff_words"]["left"]) == (1, 1)
    again = erase(town, GIVEN[:1])
    assert again["was_forgotten"] and not erase(town, ["nobody of this name"])["was_forgotten"]


class Killed(BaseException):
    """As if the machine had stopped."""


STEPS: list[tuple[object, str]] = [(Path, "unlink"), (Lake, "write"), (Lake, "remove")]


@pytest.mark.more
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=lambda one: str(getattr(one, "__name__", one)))
@pytest.mark.parametrize("is_after", [False, True])
def test_killed_at_any_step_it_is_finished_by_the_next(
    town: TownStore, monkeypatch: pytest.MonkeyPatch, owner: object, step: str, is_after: bool
) -> None:
    before, original = told(town), getattr(owner, step)

    def killed(*arguments: object, **named: object) -> object:
        if is_after:
            original(*arguments, **named)
        raise Killed

    monkeypatch.setattr(owner, step, killed)
    with pytest.raises(Killed):
        erase(town, GIVEN)
    monkeypatch.setattr(owner, step, original)
    finish(town)(town)
    assert traces(town) == set()
    assert told(town) == before


def finish(town: TownStore) -> Callable[[TownStore], object]:
    """What the next start does: where she is known still, the command is run again; else only what was listed goes."""
    people = people_of(town.ledger, town.lake, town.keys.derive("pseudonym"))
    if any(any_of(people, name) for name in GIVEN):
        return lambda store: erase(store, GIVEN)
    return lambda store: destroy_condemned(store.ledger, store.lake)


def test_a_wrong_key_of_the_vault_is_said(town: TownStore) -> None:
    stranger = town.lake.root / "vault" / town.authority.code / ("0" * 32 + ".sealed")
    stranger.write_bytes(b"x" * 40)
    done = {one["place"]: one for one in erase(town, GIVEN)["places"]}
    assert done["vault"]["unsearched"] == 1 and stranger.exists()


def test_a_sweep_takes_nothing_it_does_not_know(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    others = ["kehila.toml", "keys/root.key", "landing/notes.txt", "vault/T1/letter.pdf", "facts/a/b/own.parquet"]
    ours = ["landing/T1/x/0123456789abcdef0123-12345678.parquet", "facts/a/tmpabcd1234.tmp", "vault/T1/0a.sealed"]
    for name in (*others, *ours):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert lake.sweep(set()) == len(ours)
    assert all((tmp_path / name).exists() for name in others)
