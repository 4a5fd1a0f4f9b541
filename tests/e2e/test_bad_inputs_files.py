"""Tables, workbooks and zips nobody should have to receive, through the import. Numbers: docs/bad_inputs.md."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from tests.e2e import hostile
from tests.e2e.hostile import NEWS, SURVEY, SURVEY_HEAD, code_of, packed, parts, rows, table
from town.store import TownStore

CHAT = hostile.chat()


def test_36_bombs_of_every_build_are_refused(stocked: TownStore, tmp_path: Path) -> None:
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as inner:
        inner.writestr("_chat.txt", CHAT)
    made = {
        "overlap.xlsx": hostile.overlapping(tmp_path / "overlap.xlsx"),
        "entries.xlsx": packed(tmp_path / "entries.xlsx", parts(SURVEY) | {f"x/{n}": "" for n in range(2_000)}),
        "chat.zip": hostile.bomb(tmp_path / "WhatsApp Chat with x.zip", "_chat.txt", 30, CHAT.encode()),
    }
    assert {name: code_of(stocked, path) for name, path in made.items()} == dict.fromkeys(made, "zip_bomb")
    assert code_of(stocked, packed(tmp_path / "nested.zip", {"in.zip": nested.getvalue()})) == "unknown_format"
    assert code_of(stocked, hostile.quine(tmp_path / "WhatsApp Chat with r.zip")) == "unknown_format"


UNFOLDING = (
    "columns:\n  a: &a ["
    + "x," * 10
    + "]\n"
    + "".join(f"  {after}: &{after} [{','.join([f'*{before}'] * 10)}]\n" for before, after in pairwise("abcdefghijklm"))
)
MAPPINGS = {
    "unfolding": UNFOLDING,
    "code": "wave: !!python/object/apply:os.system ['true']",
    "deep": "{" * 900_000,
    "list": "[1, 2]",
    "options": "cuts: {sex: {options: [1, 2]}}",
    "texts": "cuts: {sex: {texts: 5}}",
    "items": "items: {1: {he: x}}",
    "silent": "no_answer: 7",
}


@pytest.mark.parametrize("kind", MAPPINGS)
def test_36_a_mapping_beside_a_survey_does_no_harm(stocked: TownStore, tmp_path: Path, kind: str) -> None:
    (tmp_path / "s.mapping.yaml").write_text(MAPPINGS[kind], encoding="utf-8")
    assert code_of(stocked, table(tmp_path / "s.csv", SURVEY)) == "mapping_invalid"


@pytest.mark.parametrize(
    "name",
    [b"../../out/_chat.txt", b"/tmp/out/_chat.txt", b"a\\..\\..\\_chat.txt", b"C:_chat.txt", b"_chat.txt\0.txt",
     b"n" * 300 + b"/_chat.txt", b"\xff\xfe/_chat.txt"],
)  # fmt: skip
def test_37_member_names_lead_nowhere(stocked: TownStore, tmp_path: Path, name: bytes) -> None:
    path = hostile.raw_zip(
        tmp_path / "WhatsApp Chat with Garden.zip", [(name, CHAT.encode()), (b"../../evil.sh", b"x")]
    )
    outside, astray = hostile.tree(tmp_path), _astray(tmp_path)
    report = import_file(stocked, path)
    # The chat in it is the one imported already, so nothing is new; a name cut at a NUL is still that chat.
    assert (report.status, report.details.get("new_messages")) in {("read", 0), ("duplicate", 0)}, report
    assert hostile.tree(tmp_path) == outside
    assert _astray(tmp_path) == astray
    assert not Path("/tmp/out").exists()


def _astray(folder: Path) -> list[Path]:
    """Files beside a test's folder, other tests' too, of the names its zip would write."""
    return sorted(one for one in folder.parent.rglob("*") if one.name in ("out", "evil.sh", "_chat.txt"))


def test_37_links_and_twins_in_a_zip(stocked: TownStore, tmp_path: Path) -> None:
    link = hostile.raw_zip(tmp_path / "WhatsApp Chat with l.zip", [(b"_chat.txt", b"/etc/passwd")], unix_mode=0o120777)
    twins = hostile.raw_zip(tmp_path / "WhatsApp Chat with t.zip", [(b"_chat.txt", CHAT.encode())] * 2)
    assert code_of(stocked, link) in {"unknown_format", "no_entries", "empty"}
    assert code_of(stocked, twins) == "zip_ambiguous"


def test_38_locked_cut_and_altered_zips(stocked: TownStore, tmp_path: Path) -> None:
    def book(name: str) -> Path:
        return packed(tmp_path / name, parts(SURVEY))

    def chat(name: str) -> Path:
        return packed(tmp_path / f"WhatsApp Chat with {name}.zip", {"_chat.txt": CHAT * 9})

    assert code_of(stocked, hostile.locked(book("locked.xlsx"))) == "encrypted"
    assert code_of(stocked, hostile.cut(book("cut.xlsx"))) == "damaged"
    assert code_of(stocked, hostile.bad_crc(book("crc.xlsx"), "xl/worksheets/sheet1.xml")) == "damaged"
    assert code_of(stocked, hostile.locked(chat("locked"))) == "zip_encrypted"
    assert code_of(stocked, hostile.cut(chat("cut"))) == "zip_damaged"
    assert code_of(stocked, hostile.bad_crc(chat("crc"), "_chat.txt")) == "zip_damaged"


DTD = {
    "type": "<!DOCTYPE workbook>",
    "laughs": '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    "file": '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
}


@pytest.mark.parametrize("kind", DTD)
@pytest.mark.parametrize("where", ["prologue", "sheet_prologue"])
def test_40_declared_entities_are_refused(stocked: TownStore, tmp_path: Path, kind: str, where: str) -> None:
    path = packed(tmp_path / "survey.xlsx", parts(SURVEY, **{where: DTD[kind]}))
    assert code_of(stocked, path) == "xml_entities"


def test_40_an_svg_is_no_table(stocked: TownStore, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>\n<a/>\n')
    assert code_of(stocked, tmp_path / "a.svg") == "unknown_format"


OTHER_WORKBOOKS: dict[str, tuple[dict[str, str], str]] = {
    "xlsm": ({"xl/vbaProject.bin": "x"}, "macro_workbook"),
    "links": ({"xl/externalLinks/externalLink1.xml": "<a/>"}, "macro_workbook"),
    "ole": ({"xl/embeddings/oleObject1.bin": "x"}, "macro_workbook"),
    "xlsb": ({"xl/workbook.bin": "x"}, "legacy_format"),
    "ods": ({"content.xml": "<a/>"}, "legacy_format"),
}
OTHER_BYTES: dict[str, tuple[bytes, str]] = {
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "legacy_format"),
    "protected": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "html": (b"<html><table><tr><td>trust_1</td></tr></table></html>\n", "foreign_web_page"),
    "exe": (b"MZ\x90\0" + bytes(600), "unknown_format"),
    "pdf": (b"%PDF-1.7\ntrust_1,trust_2\n1,2\n", "foreign_pdf"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(600), "foreign_image"),
}


@pytest.mark.parametrize("kind", OTHER_WORKBOOKS)
def test_41_workbooks_with_more_than_cells(stocked: TownStore, tmp_path: Path, kind: str) -> None:
    added, code = OTHER_WORKBOOKS[kind]
    assert code_of(stocked, packed(tmp_path / "survey.xlsx", parts(SURVEY) | added)) == code


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", OTHER_BYTES)
def test_41_other_kinds_by_their_signature(stocked: TownStore, tmp_path: Path, kind: str, ending: str) -> None:
    content, code = OTHER_BYTES[kind]
    path = tmp_path / f"survey.{ending}"
    path.write_bytes(content)
    assert code_of(stocked, path) == code


def test_41_a_dde_formula_is_not_followed(stocked: TownStore, tmp_path: Path) -> None:
    report = import_file(stocked, table(tmp_path / "dde.csv", [*SURVEY, ["=cmd|' /C calc'!A0", "=cmd|'x'!A0", "4"]]))
    assert (report.format, report.status) == ("survey", "partial")
    assert {one.where for one in report.rejected} == {"A27", "B27"}


def test_42_a_formula_without_its_value_is_named_and_the_rest_loads(stocked: TownStore, tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    entries = [{**hostile.ENTRY, "part": part} for part in ("culture", "safety")]
    write_staff_workbook(path, months=["2026-10"], entries={"spaces": [NEWS], "monthly": entries})
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets if s["A1"].value == "monthly.month")
    column = next(c.column_letter for c in sheet[1] if c.value == "monthly.amount")
    row = next(c.row for c in sheet[column] if c.value == 2)
    sheet[f"{column}{row}"] = "=1+1"
    book.save(path)
    report = import_file(stocked, path)
    assert (report.status, report.details["entries"]) == ("partial", 2)
    assert [(one.where, one.code) for one in report.rejected] == [
        (f"{sheet.title}!{column}{row}", "formula_without_value")
    ]
    assert [row["part"] for row in rows(stocked, "staff_report")] == ["safety"]


def test_43_dates_of_every_system_are_right_or_put_aside(stocked: TownStore, tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, hostile.GROUP_HEAD)
        for n, value in enumerate([44653, "05/04/2026", "6.4.26", 10_000_000, "26/04/03", "29/02/1900"], start=1):
            sheet.write_row(n, 0, [None, 500 + n, 3, 4])
            sheet.write(n, 0, value, day)
    report = import_file(stocked, path)
    assert (report.format, report.status) == ("facebook_group", "partial")
    found = {str(row["period_start"]): row["amount"] for row in rows(stocked, "facebook_group_metric") if row["metric"] == "members"}  # fmt: skip
    assert found == {"2026-04-03": 501.0, "2026-04-05": 502.0, "2026-04-06": 503.0}
    assert {one.where: one.code for one in report.rejected} == {
        "Sheet1!A5": "not_a_date",
        "Sheet1!A6": "two_digit_year",
        "Sheet1!A7": "not_a_date",
    }


def test_43_the_leap_day_that_never_was(stocked: TownStore, tmp_path: Path) -> None:
    path = tmp_path / "serial60.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, hostile.GROUP_HEAD)
        for n, value in enumerate([46115, 60, 46116], start=1):
            sheet.write_row(n, 0, [None, 500 + n, 3, 4])
            sheet.write(n, 0, value, day)
    report = import_file(stocked, path)
    assert [(one.where, one.code) for one in report.rejected] == [("Sheet1!A3", "not_a_date")]
    assert (report.details["first"], report.details["last"]) == ("2026-04-03", "2026-04-04")


def test_44_moved_headers_totals_and_blanks(stocked: TownStore, tmp_path: Path) -> None:
    path = tmp_path / "moved.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["נתוני הקבוצה", None, None, None, None])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["פוסטים", None, "תאריך", 'סה"כ חברים', "תגובות"])
    for n in range(1, 4):
        sheet.append([n, None, f"{n}.10.2026", 100 + n, 7])
    sheet.append([6, None, 'סה"כ', 306, 21])
    sheet.column_dimensions["D"].hidden = True
    book.save(path)
    report = import_file(stocked, path)
    assert report.status in ("read", "partial")
    numbers = {
        (row["metric"], str(row["period_start"])): row["amount"] for row in rows(stocked, "facebook_group_metric")
    }
    assert numbers["members", "2026-10-02"] == 102
    assert {day for _, day in numbers} == {"2026-10-01", "2026-10-02", "2026-10-03"}
    assert 306 not in numbers.values()


def test_44_a_workbook_that_lost_a_column_names_the_cell(stocked: TownStore, tmp_path: Path) -> None:
    path = tmp_path / "staff.xlsx"
    write_staff_workbook(path, months=["2026-10"], entries={"spaces": [NEWS], "monthly": [hostile.ENTRY]})
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets if s["A1"].value == "monthly.month")
    sheet.delete_cols(next(c.column for c in sheet[1] if c.value == "monthly.amount"))
    book.save(path)
    report = import_file(stocked, path)
    assert report.status == "partial"
    assert [(one.code, one.where) for one in report.rejected] == [("column_missing", f"{sheet.title}!A2")]


ENCODINGS = ["utf-8", "utf-8-sig", "cp1255", "utf-16", "utf-16-le"]


def test_45_one_table_in_every_encoding(stocked: TownStore, tmp_path: Path) -> None:
    hebrew = [[*SURVEY_HEAD, "שכונה"], *[[*row, "רמת הגפן"] for row in SURVEY[1:]]]
    found = []
    for encoding in ENCODINGS:
        report = import_file(stocked, table(tmp_path / f"{encoding}.csv", hebrew, encoding=encoding))
        assert (report.format, report.status) == ("survey", "read"), (encoding, report)
        found.append([(row["respondent"], row["item"], row["answer"], row["neighbourhood"]) for row in rows(stocked, "survey_answer")])  # fmt: skip
    assert len(found[0]) == 50 and found[0][0][3] == "רמת הגפן"
    assert all(one == found[0] for one in found)


def test_45_backward_and_undecodable_text_is_refused(stocked: TownStore, tmp_path: Path) -> None:
    visual = [[word[::-1] for word in ("שלום", "מים", "ארץ", "בית חולים")], ["1", "2", "3", "4"]]
    assert code_of(stocked, table(tmp_path / "visual.csv", visual, encoding="cp1255")) == "encoding_visual"
    (tmp_path / "mixed.csv").write_bytes("שכונה,trust_1\n".encode() + "גפן,3\n".encode("cp1255") + b"\x81\x8d\x8f,4\n")
    assert code_of(stocked, tmp_path / "mixed.csv") == "encoding_unknown"


@pytest.mark.parametrize(
    "dialect",
    [{"delimiter": ";"}, {"delimiter": "\t"}, {"newline": "\r"}, {"newline": "\n"}],
    ids=["semicolon", "tab", "cr", "lf"],
)  # fmt: skip
def test_46_delimiters_and_line_ends(stocked: TownStore, tmp_path: Path, dialect: dict[str, str]) -> None:
    report = import_file(stocked, table(tmp_path / "s.csv", SURVEY, **dialect))
    assert (report.status, report.details["answers"], report.details["respondents"]) == ("read", 50, 25)


def test_46_newlines_in_quotes_ragged_rows_and_nul(stocked: TownStore, tmp_path: Path) -> None:
    odd = [*SURVEY, ["2026-10-26 10:00", "4"], ["2026-10-27 10:00", "5", "5", "too", "many"], ["x\ny\0", "3", "a\nb"]]
    report = import_file(stocked, table(tmp_path / "odd.csv", odd))
    assert (report.status, report.details["answers"]) == ("partial", 54)
    assert {one.where for one in report.rejected} == {"A29", "C29"}
