"""CSV and TSV files: encodings, delimiters, records, and what is refused. Numbers are reliability items."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors.errors import RejectFile
from collectors.tabular import Row, Sheet, find_header, is_totals, read_sheets, unique_names
from collectors.tabular.cells import Cell
from collectors.tabular.text_file import records, text_sheet
from tests.said import says

HEBREW = [["שכונה", "תושבים"], ["רמת אביב, מזרח", "1,204"], ['קריית "הים"', "35"], ["שתי\nשורות", "7"]]
ARABIC = [["الحي", "السكان"], ["حي الزهور", "120"], ["وسط البلد", "35"]]


def written(rows: list[list[str]], delimiter: str = ",", newline: str = "\r\n") -> str:
    quoted = (['"' + value.replace('"', '""') + '"' for value in row] for row in rows)
    return newline.join(delimiter.join(row) for row in quoted) + newline


def values(sheet: Sheet) -> list[list[object]]:
    return [[cell.value for cell in row.cells] for row in sheet.rows]


def read(tmp_path: Path, raw: bytes) -> Sheet:
    path = tmp_path / "table.bin"
    path.write_bytes(raw)
    return read_sheets(path)[0]


def code_of(tmp_path: Path, raw: bytes) -> str:
    with pytest.raises(RejectFile) as refused:
        read(tmp_path, raw)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1255", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_45_same_rows_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert values(read(tmp_path, written(HEBREW).encode(encoding))) == HEBREW


def test_45_windows_1256_is_arabic_and_not_hebrew(tmp_path: Path) -> None:
    assert values(read(tmp_path, written(ARABIC).encode("cp1256"))) == ARABIC


def test_45_visual_hebrew_is_refused(tmp_path: Path) -> None:
    backwards = [[value[::-1] for value in row] for row in [["שלום", "עולם"], ["ירושלים", "חיים"], ["קטן", "גדול"]]]
    raw = written(backwards).encode("iso8859-8")
    assert code_of(tmp_path, raw) == "encoding_visual"
    assert values(read(tmp_path, written([["שלום", "עולם"], ["קטן", "גדול"]]).encode("iso8859-8")))[0][0] == "שלום"


@pytest.mark.parametrize("text", ["naïve;café\nété;déjà\n", "Größe,Straße\nfür,über\n"])
def test_45_western_code_page_is_refused_not_read_as_hebrew(tmp_path: Path, text: str) -> None:
    assert code_of(tmp_path, text.encode("cp1252")) == "encoding_unknown"


def test_45_broken_utf_16_is_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path, b"\xff\xfea\x00,\x00b\x00\n") == "encoding_unknown"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_46_delimiters_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    assert values(read(tmp_path, written(HEBREW, delimiter, newline).encode())) == HEBREW


def test_46_decimal_commas_do_not_win_over_semicolons(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n")) == [
        ["a", "b", "c"],
        ["1,5", "2,5", "3,5"],
        ["4,5", "5,5", "6,5"],
    ]


def test_46_excels_declared_delimiter_is_not_a_record(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"sep=;\na;b\n1;2\n")) == [["a", "b"], ["1", "2"]]


def test_46_ragged_rows_keep_their_own_length(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"a,b,c\n1\n\n1,2,3,4\n")
    assert [(row.number, len(row.cells)) for row in sheet.rows] == [(1, 3), (2, 1), (4, 4)]
    assert sheet.rows[2].cells[3].address == "D4"


def test_46_a_lone_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    sheet = read(tmp_path, 'שם,מספר\n"רחוב הרצ"ל,1\n"אחר,2\nדואר אלקטרוני,3\n'.encode())
    assert [row.cells[1].value for row in sheet.rows[1:]] == ["1", "2", "3"]


def test_46_nul_stays_in_its_cell(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"a,b\n1,x\0y\n2,z\n")
    assert values(sheet) == [["a", "b"], ["1", "x\0y"], ["2", "z"]]


def test_46_fifty_megabyte_cell_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"a,b\n1," + b"x" * 50_000_000 + b"\n2,y\n")
    assert [row.cells[0].value for row in sheet.rows] == ["a", "1", "2"]
    assert sheet.rows[2].cells[1].value == "y"


def test_52_a_long_line_of_quotes_is_one_pass() -> None:
    assert sum(len(record) for record in records('"a,' * 300_000 + "\n", ",")) == 300_001


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"a,b,c\n", b"\xef\xbb\xbf", "כותרת בלבד\n".encode("cp1255"), b",,\n,,\n"]
)
def test_56_nothing_below_the_header_is_empty(tmp_path: Path, raw: bytes) -> None:
    assert code_of(tmp_path, raw) == "empty"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "not_a_table"),
        (b"\xef\xbb\xbf  <html>", "not_a_table"),
        (b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 60, "not_a_table"),
        (b"%PDF-1.7\n1 0 obj\n", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n0000", "not_a_table"),
        (b"\x1f\x8b\x08\x00", "not_a_table"),
        (bytes(range(32)) * 40, "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "legacy_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_41_other_kinds_are_told_by_their_bytes(tmp_path: Path, raw: bytes, code: str) -> None:
    assert code_of(tmp_path, raw) == code


def test_41_a_column_called_like_a_signature_is_no_signature(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"PK,MZ\n1,2\n")) == [["PK", "MZ"], ["1", "2"]]


def test_39_cells_are_capped_in_text_too(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(b"1,2,3,4\n" * 100)
    assert len(read_sheets(path, max_cells=400)[0].rows) == 100
    with pytest.raises(RejectFile) as refused:
        read_sheets(path, max_cells=399)
    assert refused.value.code == "too_many_cells"


def test_39_a_file_beyond_the_byte_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(RejectFile) as refused:
        read_sheets(path, max_bytes=7)
    assert refused.value.code == "file_too_large"


def test_refusals_name_the_remedy(tmp_path: Path) -> None:
    with says(RejectFile, "export it again"):
        read(tmp_path, b"")


@pytest.mark.parametrize("label", ['סה"כ', "סה״כ:", "סך הכל", "Total", "TOTALS", "المجموع", "الإجمالي"])
def test_44_totals_row(label: str) -> None:
    assert is_totals(Row(9, [Cell("A9", None), Cell("B9", label), Cell("C9", 5)]))


@pytest.mark.parametrize("label", ["Total Street", "סהר", 12, None])
def test_44_other_rows_are_not_totals(label: str | int | None) -> None:
    assert not is_totals(Row(9, [Cell("A9", label), Cell("B9", 3)]))


def test_44_header_moved_below_a_title(tmp_path: Path) -> None:
    sheet = read(tmp_path, "דוח חודשי,,\n,,\nשכונה,תושבים,הערה\nמזרח,5,\n".encode())
    header = find_header(sheet, {"שכונה", "תושבים"}.__contains__)
    assert header is not None and header.number == 3
    assert find_header(sheet, {"אחר"}.__contains__) is None


def test_58_names_stay_unique_whatever_a_database_does() -> None:
    long = "תושבים שהגיעו לפעילות קהילתית בעקבות"  # over 63 bytes
    names = unique_names(["select", 'a"b', "Name", "NAME", "name_2", "", None, long + " האתר", long + " העלון"])
    assert names[:8] == ["select", 'a"b', "Name", "NAME_2", "name_2_2", "column_6", "column_7", names[7]]
    assert all(len(name.encode()) <= 63 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert names == unique_names(["select", 'a"b', "Name", "NAME", "name_2", "", None, long + " האתר", long + " העלון"])


plain_cells = st.text(st.sampled_from("אבגדהוזחטיכלמנסעפצקרשת abcXYZ019.-'"), min_size=1, max_size=8).filter(
    lambda text: bool(text.strip())
)
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(plain_cells, min_size=width, max_size=width), min_size=3, max_size=8)
)


@settings(deadline=None)
@given(
    tables,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_round_trip(rows: list[list[str]], delimiter: str, encoding: str, newline: str) -> None:
    raw = written(rows, delimiter, newline).encode(encoding)
    assert values(text_sheet(raw, max_cells=1000)) == rows


@settings(deadline=None)
@example("ףא".encode("cp1255"))  # a word that begins with a letter of word ends
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
def test_arbitrary_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(raw)
    try:
        outcome = "read" if sum(len(sheet.rows) for sheet in read_sheets(path)) >= 2 else "too little"
    except RejectFile as refused:
        outcome = refused.code
    refused = {"empty", "encoding_unknown", "encoding_visual", "encrypted", "legacy_format", "not_a_table", "damaged"}
    assert outcome in {"read", *refused}
