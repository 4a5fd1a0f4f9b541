"""The workbook: right to left, numbers as numbers, text as text, absence as a word."""

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from publishers.pictures import pictures
from publishers.report import Report
from publishers.workbook import COLUMNS, workbook
from tests.unit.publishers.town import HOSTILE
from texts import LANGUAGES

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")


@pytest.fixture(scope="module")
def written(report: Report) -> dict[str, bytes]:
    return {language: workbook(report, language) for language in LANGUAGES}


def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_sheets_and_direction(written: dict[str, bytes]) -> None:
    he, en = book(written["he"]), book(written["en"])
    assert he.sheetnames == ["תקציר", "מדדים", "תרשימים", "פירוט", "מילון", "series"]
    assert he["series"].sheet_state == "hidden"
    assert all(he[name].sheet_view.rightToLeft for name in he.sheetnames[:-1])
    assert not any(en[name].sheet_view.rightToLeft for name in en.sheetnames)
    assert book(written["ar"]).sheetnames[0] == "ملخص"


def test_ready_to_read_filter_and_print(written: dict[str, bytes]) -> None:
    sheet = book(written["he"])["מדדים"]
    assert sheet.freeze_panes == "D2" and sheet.auto_filter.ref.startswith("A1:P")
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "&P / &N"
    properties = book(written["he"]).properties
    assert "עיר לדוגמה" in properties.title


def test_missing_zero_and_suppressed_differ(written: dict[str, bytes]) -> None:
    place = {name: number for number, name in enumerate(COLUMNS)}
    rows = {row[place["code"]].value: row for row in book(written["he"])["מדדים"].iter_rows(min_row=2)}
    assert rows["website.service_pages"][place["value"]].value == 0
    assert rows["facebook.business_ties"][place["value"]].value == "אין נתון"
    assert rows["whatsapp.trust"][place["value"]].value == "מוסתר"
    assert rows["zoom.attendees"][place["value"]].value == "לא רלוונטי"
    share = rows["newsletter.open_rate"][place["value"]]
    assert (share.value, share.number_format) == (0.4213, "0.0%")
    assert (
        rows["website.resident_users"][place["quality"]].value == "המערכת דגמה חלק מהנתונים\nהמערכת הסתירה ערכים קטנים"
    )
    looks = {
        rows[name][place["value"]].fill.fgColor.rgb
        for name in ("website.service_pages", "facebook.business_ties", "whatsapp.trust")
    }
    assert len(looks) == 3


def test_rows_sort_and_pivot_and_tell_the_year_before(report: Report) -> None:
    """Nothing stands between the rows; the change is a number where both months may be compared, of shares in points."""
    place = {name: number for number, name in enumerate(COLUMNS)}
    with_values = [one for one in report.indicators if one.speaks.value is not None]
    share = next(one for one in with_values if (one.speaking_unit or one.unit) == "share")
    count = next(one for one in with_values if (one.speaking_unit or one.unit) == "count")
    said = {}
    for quality in ((), ("series_break:formula",)):
        before = [replace(one.speaks, value=one.speaks.value - 0.25, quality=()) for one in (share, count)]
        after = [replace(one.speaks, quality=quality) for one in (share, count)]
        lengthened = tuple(
            replace(one, series=(old, *[new] * 12)) for one, old, new in zip((share, count), before, after, strict=True)
        )
        sheet = book(workbook(replace(report, indicators=lengthened), "he", {}))["מדדים"]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert len(rows) == 2 and all(row[place["outcome"]] and row[place["asset"]] for row in rows)
        said[quality] = {row[place["code"]]: (row[place["year_ago"]], row[place["change"]]) for row in rows}
    assert said[()][share.indicator] == (pytest.approx(share.speaks.value - 0.25), pytest.approx(25.0))
    assert said[()][count.indicator] == (pytest.approx(count.speaks.value - 0.25), pytest.approx(0.25))
    assert {change for _, change in said["series_break:formula",].values()} == {"אין להשוות"}


def test_each_picture_stands_beside_its_title(written: dict[str, bytes], report: Report) -> None:
    drawn = pictures(report)
    assert drawn and all(one.startswith(b"\x89PNG") for one in drawn.values())
    drawings = "".join(xml for name, xml in parts(written["he"]).items() if name.startswith("xl/drawings/drawing"))
    rows = [int(row) for row in re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>", drawings)]
    assert len(set(rows)) == len(rows) == drawings.count("<xdr:pic>") == len(drawn)
    sheet = book(written["he"])["תרשימים"]
    assert all(sheet.cell(row + 1, 1).value for row in rows)


def test_no_formula_and_no_link_whatever_names_say(written: dict[str, bytes]) -> None:
    texts = set()
    for content in written.values():
        for name, xml in parts(content).items():
            assert "externalLink" not in name
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(r"<f[ >]", xml) and "<hyperlink" not in xml, name
        for sheet in book(content):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and cell.hyperlink is None
                    texts.add(cell.value)
    for name in HOSTILE:
        assert re.sub("[\u202a-\u202e]", "", name) in texts, name


def test_a_conclusion_stands_under_its_word(written: dict[str, bytes]) -> None:
    said = {cell.value for sheet in book(written["he"]) for row in sheet.iter_rows() for cell in row if cell.value}
    assert any(str(one).startswith("□") for one in said)
    assert any("3 חודשים ברציפות" in str(one) for one in said)


def test_small_lines_have_gaps(written: dict[str, bytes]) -> None:
    xml = "".join(parts(written["he"]).values())
    assert xml.count("<x14:sparkline>") == 10 and 'displayEmptyCellsAs="gap"' in xml
    series = list(book(written["he"])["series"].iter_rows(min_row=2, values_only=True))
    assert series[0][0] == "website.resident_users" and series[0][4:6] == (None, None)
    assert series[1][12] == 0
    broken = series[2]
    assert broken[0] == "newsletter.open_rate"
    assert [place for place, value in enumerate(broken) if value is None] == [7], "a line stops where the series breaks"


def test_same_report_same_bytes(report: Report, written: dict[str, bytes]) -> None:
    assert workbook(report, "he") == written["he"]
    assert "2026-11-08T07:30:00Z" in parts(written["he"])["docProps/core.xml"]
