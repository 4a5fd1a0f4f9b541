"""Files of other programmes: each refused by what it is with its own way out, none read, none landed, nothing kept."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from collectors.base import file_formats
from collectors.foreign.recognition import ForeignFile, foreign_file, kinds
from pipeline.land.files import format_of, import_file
from tests.contract.files.cases import CASES
from tests.e2e import hostile
from tests.e2e.canaries import found
from tests.e2e.command_line import Run, config
from tests.e2e.foreign_zoo import CANARIES, ZOO, housed
from texts import LANGUAGES, error, error_texts
from texts.catalogue import load
from town.store import TownStore

OF_OURS = {"legacy_format", "encrypted", "empty", "unknown_format", "zip_encrypted"}
"""Codes that files of our own kinds are refused with as well."""


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return housed(tmp_path_factory.mktemp("zoo"))


def test_the_command_line_refuses_every_specimen_by_what_it_is(tmp_path: Path, run: Run, zoo: dict[str, Path]) -> None:
    hostile.town(tmp_path / "town").engine.dispose()
    ran = run(*config(tmp_path), "import", *zoo.values(), "--json")
    assert ran.code == 1
    reports = {Path(one["path"]).name: one for one in json.loads(ran.out)["files"]}
    assert {name: one["code"] for name, one in reports.items()} == {name: code for name, (code, _) in ZOO.items()}
    assert {(one["format"], one["status"], one["quarantined"]) for one in reports.values()} == {
        ("unknown", "rejected", 0)
    }
    assert not any(canary in ran.out + ran.err for canary in CANARIES)


@pytest.mark.parametrize("name", ZOO)
def test_nothing_of_it_is_read_landed_or_kept(stocked: TownStore, zoo: dict[str, Path], name: str) -> None:
    path, (code, _) = zoo[name], ZOO[name]
    assert [one.name for one in file_formats() if one.recognises(path)] == []
    sealed = {one for one in hostile.tree(stocked.config.base) if one.endswith(".sealed")}
    assert hostile.code_of(stocked, path) == code
    new = {one for one in hostile.tree(stocked.config.base) if one.endswith(".sealed")} - sealed
    assert not new or code in OF_OURS, "a foreign file is not kept, sealed or otherwise"
    assert found(stocked.config.base, list(CANARIES)) == set()


def test_the_control_the_canaries_are_in_the_files(zoo: dict[str, Path]) -> None:
    folder = next(iter(zoo.values())).parent
    written = [CANARIES[0].split()[1], CANARIES[1]]
    hits = found(folder, written, skip=("secret.zip",))
    assert {file for _, file in hits} == set(zoo) - {"nothing.csv", "broken.csv", "secret.zip"}
    assert {canary for canary, _ in hits} == set(written)
    assert written[1].encode() in zoo["secret.zip"].read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_own_sentence_and_a_way_out(language: str) -> None:
    said = defaultdict(set)
    for code, _ in ZOO.values():
        arguments = dict.fromkeys(error_texts()[code].arguments, "xls")
        said[error(code, language, **arguments)].add(code)  # type: ignore[arg-type]
    assert len(said) == len({code for code, _ in ZOO.values()}) >= 40
    assert all(len(sentence.split()) >= 5 for sentence in said)


def test_every_mark_has_a_specimen_and_every_kind_its_words() -> None:
    assert set(kinds()) <= {code for code, _ in ZOO.values()}
    assert set(load("errors_foreign")) == set(kinds()) - OF_OURS


def test_no_specimen_is_taken_for_another_kind(zoo: dict[str, Path]) -> None:
    """Every list of marks holds for specimens of its own kind alone, but for those that wider kinds take as well."""
    wide = {"foreign_json", "foreign_web_page", "foreign_word", "foreign_xml"}
    for name, path in zoo.items():
        bears = {code for code in kinds() if foreign_file(path, only=code)}
        assert bears - wide <= {ZOO[name][0]}, name


@pytest.mark.parametrize("case", CASES)
def test_a_readers_mark_wins(tmp_path: Path, case: str) -> None:
    for path in CASES[case]().write(tmp_path):
        assert format_of(path, file_formats()).name == case


def test_a_mapping_is_suggested_for_a_table_of_ours_alone_and_says_nothing_of_any_other_file(
    tmp_path: Path, run: Run, zoo: dict[str, Path]
) -> None:
    """What any reader knows, or what is known to be another programme's, is said by its sentence and not by its lines."""
    for name, path in zoo.items():
        ran, code = run("import", path, "--suggest-mapping"), ZOO[name][0]
        assert (ran.code, ran.out) == (2, ""), (name, ran)
        assert code in OF_OURS or error_texts()[code].happened.form("en", None).partition("{")[0] in ran.err, (
            name,
            ran.err,
        )
        assert not any(canary in ran.out + ran.err for canary in CANARIES), (name, ran)
    for case in CASES:
        made = CASES[case]()
        (tmp_path / case).mkdir()
        ran = run("import", made.write(tmp_path / case)[0], "--suggest-mapping")
        is_mapped = case in ("survey", "hotline_106")
        assert (ran.code, case in ran.out + ran.err) == (0 if is_mapped else 2, True), (case, ran)
        assert is_mapped or (ran.out == "" and "needs no mapping" in ran.err), (case, ran)
        assert not any(canary in ran.out + ran.err for canary in made.canaries), (case, ran)
    for number, words in enumerate(
        (f"{CANARIES[0]}, call 050-1234567, please\nyes, no\n", f"{CANARIES[0]}\n{CANARIES[1]}\n")
    ):
        for path in (tmp_path / f"{number}.txt", tmp_path / f"{number}.csv"):
            path.write_text(words, encoding="utf-8")
            ran = run("import", path, "--suggest-mapping")
            assert not any(canary in ran.out + ran.err for canary in CANARIES) and "050" not in ran.out, ran
            assert ran.code == 2 or path.suffix == ".csv", ran


def test_a_chat_with_its_media_is_a_chat(stocked: TownStore, tmp_path: Path) -> None:
    members = {"_chat.txt": hostile.chat(range(1, 14), 9), "IMG-20261014-WA0001.jpg": "x"}
    assert import_file(stocked, hostile.packed(tmp_path / "WhatsApp Chat with Media.zip", members)).status == "read"


def test_a_foreign_file_is_refused_again_and_stays_one_item(tmp_path: Path, zoo: dict[str, Path]) -> None:
    store = hostile.town(tmp_path / "town")
    for _ in range(2):
        assert import_file(store, zoo["letter.eml"]).code == "foreign_mail"
    (item,) = store.ledger.quarantine()
    assert (item.code, item.sealed_path) == ("foreign_mail", "")
    with pytest.raises(ForeignFile):
        format_of(zoo["letter.eml"], file_formats())
    store.engine.dispose()
