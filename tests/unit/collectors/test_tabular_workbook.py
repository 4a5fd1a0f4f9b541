"""xlsx files: caps, entities, bombs, dates, formulas, merged cells. Numbers are reliability items."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.errors import RejectFile
from collectors.tabular import Sheet, read_sheets
from collectors.tabular.sheet_xml import date_of_serial
from tests.said import says

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TWO_ROWS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'


def parts(rows: str = TWO_ROWS, *, after: str = "", workbook: str = "", prologue: str = "") -> dict[str, str]:
    """The parts of a smallest workbook with one sheet."""
    return {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'{prologue}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{workbook}'
        '<sheets><sheet name="גיליון" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{RELS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
    }


def packed(path: Path, content: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path


def code_of(path: Path) -> str:
    with pytest.raises(RejectFile) as refused:
        read_sheets(path)
    return refused.value.code


def value_at(sheet: Sheet, address: str) -> object:
    return next(cell.value for row in sheet.rows for cell in row.cells if cell.address == address)


def test_sheets_rows_and_addresses(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "תשובות"
    sheet["B2"], sheet["D2"], sheet["C5"] = "שלום", 4, True
    book.create_sheet("נסתר").sheet_state = "veryHidden"
    book.save(tmp_path / "book.xlsx")
    first, second = read_sheets(tmp_path / "book.xlsx")
    assert (first.name, first.hidden, second.name, second.hidden) == ("תשובות", False, "נסתר", True)
    assert [row.number for row in first.rows] == [2, 5]
    assert [(c.address, c.value) for c in first.rows[0].cells] == [
        ("A2", None),
        ("B2", "שלום"),
        ("C2", None),
        ("D2", 4),
    ]
    assert first.where("B2") == "תשובות!B2"
    assert value_at(first, "C5") is True


def test_rich_text_inline_text_and_escapes(tmp_path: Path) -> None:
    first = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>'
    content = parts(first + '<row r="2"><c r="A2"><v>2</v></c></row>')
    content["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><r><t>של</t></r><r><t>ום</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si></sst>'
    )
    sheet = read_sheets(packed(tmp_path / "a.xlsx", content))[0]
    assert (value_at(sheet, "A1"), value_at(sheet, "B1"), value_at(sheet, "A2")) == ("שלום", "a\rb", 2)


def test_36_zip_bomb_is_refused_while_reading(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.xlsx", parts("<!--" + " " * 40_000_000 + "-->" + TWO_ROWS))
    assert path.stat().st_size < 100_000
    assert code_of(path) == "zip_bomb"


def test_36_entries_are_capped(tmp_path: Path) -> None:
    path = packed(tmp_path / "many.xlsx", parts() | {f"x/{n}": "" for n in range(2_000)})
    assert code_of(path) == "zip_bomb"


def test_36_overlapping_parts_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "overlap.xlsx", parts() | {"xl/a.xml": "a" * 300, "xl/b.xml": "b" * 300})
    raw = bytearray(path.read_bytes())
    first, second = (raw.rfind(name) for name in (b"xl/a.xml", b"xl/b.xml"))  # in the central directory
    raw[second - 4 : second] = raw[first - 4 : first]  # both now start at one offset
    path.write_bytes(raw)
    assert code_of(path) == "zip_bomb"


def test_38_encrypted_truncated_and_bad_crc(tmp_path: Path) -> None:
    path = packed(tmp_path / "good.xlsx", parts())
    good = path.read_bytes()
    flagged = bytearray(good)
    at = flagged.find(b"PK\x01\x02")
    flagged[at + 8] |= 1
    (tmp_path / "locked.xlsx").write_bytes(flagged)
    (tmp_path / "cut.xlsx").write_bytes(good[: len(good) // 2])
    flipped = bytearray(good)
    flipped[flipped.find(b"xl/worksheets/sheet1.xml") + 30] ^= 0xFF
    (tmp_path / "crc.xlsx").write_bytes(flipped)
    assert code_of(tmp_path / "locked.xlsx") == "encrypted"
    assert code_of(tmp_path / "cut.xlsx") == "damaged"
    assert code_of(tmp_path / "crc.xlsx") == "damaged"
    assert len(read_sheets(path)[0].rows) == 2


def test_39_two_cells_in_opposite_corners(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "a", "b"
    path = tmp_path / "corners.xlsx"
    book.save(path)
    assert path.stat().st_size < 6_000
    with says(RejectFile, "far from the data") as refused:
        read_sheets(path)
    assert refused.value.code == "too_many_cells"


def test_39_far_formatting_alone_is_no_table(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", parts(TWO_ROWS + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert [row.number for row in read_sheets(path)[0].rows] == [1, 2]


def test_39_cap_is_shared_by_the_sheets(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    for name in ("a", "b"):
        sheet = book.add_worksheet(name)
        for row in range(10):
            sheet.write_row(row, 0, range(10))
    book.close()
    assert len(read_sheets(tmp_path / "a.xlsx", max_cells=200)) == 2
    with pytest.raises(RejectFile) as refused:
        read_sheets(tmp_path / "a.xlsx", max_cells=199)
    assert refused.value.code == "too_many_cells"


@pytest.mark.parametrize(
    "prologue",
    [
        "<!DOCTYPE workbook>",
        '<!DOCTYPE w [<!ENTITY a "b">]>',
        '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_40_declared_types_and_entities(tmp_path: Path, prologue: str) -> None:
    assert code_of(packed(tmp_path / "a.xlsx", parts(prologue=prologue))) == "xml_entities"


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ({"xl/vbaProject.bin": "x"}, "macro_workbook"),
        ({"[Content_Types].xml": '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'}, "macro_workbook"),
        ({"xl/externalLinks/externalLink1.xml": "<a/>"}, "macro_workbook"),
        ({"xl/embeddings/oleObject1.bin": "x"}, "macro_workbook"),
        ({"xl/workbook.bin": "x"}, "legacy_format"),
        ({"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "legacy_format"),
    ],
)  # fmt: skip
def test_41_other_workbooks(tmp_path: Path, added: dict[str, str], code: str) -> None:
    assert code_of(packed(tmp_path / "renamed.xlsx", parts() | added)) == code


def test_41_any_other_zip_is_no_table(tmp_path: Path) -> None:
    assert code_of(packed(tmp_path / "chat.xlsx", {"_chat.txt": "hello"})) == "not_a_table"


def test_41_a_workbook_under_any_name(tmp_path: Path) -> None:
    assert len(read_sheets(packed(tmp_path / "export.csv", parts()))[0].rows) == 2


def test_42_formulas_are_read_and_never_computed(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v></v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    sheet = read_sheets(packed(tmp_path / "a.xlsx", parts(rows + '<row r="2"><c r="A2"><v>1</v></c></row>')))[0]
    assert [(c.address, c.value, c.is_formula_without_value) for c in sheet.rows[0].cells] == [
        ("A1", 2, False),
        ("B1", None, True),
        ("C1", None, True),
        ("D1", None, False),
        ("E1", "#DIV/0!", False),
    ]


@pytest.mark.parametrize(
    ("serial", "is_1904", "expected"),
    [
        (46115, False, date(2026, 4, 3)),
        (44653, True, date(2026, 4, 3)),
        (0, True, date(1904, 1, 1)),
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (60, False, 60),
        (61, False, date(1900, 3, 1)),
        (46115.5, False, datetime.fromisoformat("2026-04-03T12:00")),
        (0.5, False, 0.5),
        (-1, False, -1),
        (2_958_465, False, date(9999, 12, 31)),
        (10_000_000, False, 10_000_000),
        (2_958_000, True, 2_958_000),
    ],
)
def test_43_serials(serial: float, is_1904: bool, expected: object) -> None:
    assert date_of_serial(serial, is_1904) == expected


@pytest.mark.parametrize("is_1904", [False, True])
def test_43_date_styles_and_both_date_systems(tmp_path: Path, is_1904: bool) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": is_1904})
    sheet = book.add_worksheet()
    sheet.write_datetime("A1", datetime.fromisoformat("2026-04-03"), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_datetime(
        "A2", datetime.fromisoformat("2026-04-03T06:30"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    )
    sheet.write_number("A3", 46115)
    sheet.write_number("A4", 46115, book.add_format({"num_format": '0.00 "days"'}))
    sheet.write_number("A5", 1.5, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    assert [row.cells[0].value for row in read_sheets(tmp_path / "a.xlsx")[0].rows] == [
        date(2026, 4, 3),
        datetime.fromisoformat("2026-04-03T06:30"),
        46115,
        46115,
        1.5,
    ]


def test_44_merged_cells_are_marked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["C1"], sheet["A2"], sheet["B2"] = "קבוצה", "ליד", 1, 2
    sheet.merge_cells("A1:B1")
    book.save(tmp_path / "a.xlsx")
    rows = read_sheets(tmp_path / "a.xlsx")[0].rows
    assert [(c.address, c.is_merged) for row in rows for c in row.cells] == [
        ("A1", True),
        ("B1", True),
        ("C1", False),
        ("A2", False),
        ("B2", False),
    ]


def test_44_merged_areas_that_overlap_without_end_are_damage(tmp_path: Path) -> None:
    merges = "".join(f'<mergeCell ref="A1:Z{n}"/>' for n in range(2, 400))
    assert code_of(packed(tmp_path / "a.xlsx", parts(after=f"<mergeCells>{merges}</mergeCells>"))) == "damaged"


@pytest.mark.parametrize("rows", ["", '<row r="1"><c r="A1" t="inlineStr"><is><t>כותרת</t></is></c></row>'])
def test_56_header_only(tmp_path: Path, rows: str) -> None:
    assert code_of(packed(tmp_path / "a.xlsx", parts(rows))) == "empty"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1048577"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        '<row r="1"><c r="A1"><v>one</v></c></row>',
        '<row r="1"><c r="A1">',
        "<row>" * 100 + "</row>" * 100,
    ],
)
def test_damaged_sheets_are_refused(tmp_path: Path, rows: str) -> None:
    assert code_of(packed(tmp_path / "a.xlsx", parts(rows))) == "damaged"


def test_first_rows_stop_early(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 50)) + "<broken"
    path = packed(tmp_path / "a.xlsx", parts(rows))
    assert len(read_sheets(path, first_rows=5)[0].rows) == 5
    assert code_of(path) == "damaged"


@settings(deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_38_a_changed_workbook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: bytes
) -> None:
    path = packed(tmp_path_factory.getbasetemp() / "changed.xlsx", parts())
    raw = path.read_bytes()
    at %= len(raw)
    path.write_bytes(raw[:at] + change + raw[at + len(change) :])
    try:
        found = {"read": len(read_sheets(path)[0].rows)}
    except RejectFile as refused:
        found = {refused.code: 0}
    assert set(found) <= {
        *("read", "damaged", "encrypted", "not_a_table", "encoding_unknown", "zip_bomb", "empty", "xml_entities"),
        "legacy_format",
    }
    assert found.get("read", 2) == 2
