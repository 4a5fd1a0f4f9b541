"""Which column of a survey file means what: by the town's mapping, by item id, by an item's own text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.mapping_file import SURVEY, Suggestion, nearest
from collectors.survey_answers.answers import AnswerKey, answer_key
from collectors.survey_answers.mapping import CUTS, OWN_CODE, SurveyMapping, meanings
from collectors.tabular import (
    Cell,
    CellError,
    Row,
    Sheet,
    column_letter,
    find_header,
    header_row,
    is_totals,
    plain_text,
)

_OWN_NAMES: dict[str, str] = {
    "submitted_at": "timestamp|submitdate|date submitted|submit date|submit date utc|submitted at|submission time"
    "|completion time|end date|end date utc|enddate|date modified|date"
    "|חותמת זמן|תאריך|תאריך שליחה|תאריך מענה|طابع زمني|تاريخ الإرسال|التاريخ"
    "|отметка времени|дата отправки|дата ответа|время завершения|дата",
    "status": "status|response type|response status|סטטוס|סוג תגובה|الحالة|نوع الاستجابة|статус|тип ответа",
    "finished": "finished|completed|is finished|הושלם|הסתיים|مكتمل|انتهى|завершено|завершён",
    "last_page": "lastpage|last page|עמוד אחרון|الصفحة الأخيرة|последняя страница",
    "progress": "progress|completion percentage|התקדמות|التقدم|прогресс",
    "seconds": "seconds|interviewtime|total time|duration|duration in seconds|duration seconds|time taken"
    "|משך בשניות|זמן כולל|משך המילוי|المدة بالثواني|المدة|общее время|продолжительность|время заполнения",
    "age_band": "age band|age|age group|גיל|קבוצת גיל|العمر|الفئة العمرية|возраст",
    "sex": "sex|gender|מין|מגדר|الجنس|пол",
    "neighbourhood": "neighbourhood|neighborhood|שכונה|שכונת מגורים|الحي|район",
    "society": "society|population group|חברה|קבוצת אוכלוסייה|المجتمع|общество",
    "religiosity": "religiosity|religiousness|דתיות|רמת דתיות|مستوى التدين|التدين|религиозность",
    "workplace": "workplace|place of work|work place|מקום עבודה|מקום העבודה|مكان العمل|место работы",
    "persona": "persona|פרסונה|الشخصية",
    "mode": "mode|interview mode|survey mode|אופן המילוי|אופן מילוי|طريقة التعبئة|способ заполнения",
    OWN_CODE: "own code|personal code|קוד אישי|رمز شخصي|личный код",
    "language": "language|lang|startlanguage|start language|language code|שפה|שפת המילוי|اللغة|язык",
}
_ITEM_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*_\d+")
_CODE = re.compile(r"[a-z][a-z0-9]*(?:\[[a-z0-9]+\])?")
"""A question's code where codes hold no underscore (LimeSurvey): trust1 is trust_1, barriers[2] is barriers_2."""
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_NUMBERING = re.compile(r"^\s*(?:[qQ]?\d{1,3}|[A-Za-z][\w]*(?:\[[^\]]*\])?)\s*[.):]\s*")
_LETTER = re.compile(r"[A-Z]{1,3}")
_IMPORT_ID = re.compile(r'\{\s*"importid"')
_KINDS = frozenset({"response", "open-ended response", "תגובה", "תשובה פתוחה", "استجابة", "إجابة مفتوحة"})
_HEADERS_ABOVE, _HEADERS_BELOW = 2, 2
_LONG = 15
"""Characters from which an item's text may be found inside a longer header without mistake."""


@dataclass(frozen=True)
class Plan:
    """What was understood of a sheet: its header row, and the meaning of columns counted from 0."""

    sheet: Sheet
    header: Row
    meanings: dict[int, str]
    several: frozenset[str]  # questions with several answers
    twins: tuple[str, ...]  # letters of later columns that mean what an earlier one does
    not_found: tuple[str, ...]  # headers of the town's mapping that the file does not have
    last_header: int = 0  # number of the last row of headers: some services write two or three

    def headers(self) -> Iterator[Row]:
        """The rows of headers."""
        last = max(self.header.number, self.last_header)
        return (row for row in self.sheet.rows if self.header.number <= row.number <= last)

    def rows(self) -> Iterator[Row]:
        """The rows below the headers that are about people, hidden ones too; sums are not."""
        below = max(self.header.number, self.last_header)
        return (row for row in self.sheet.rows if row.number > below and not is_totals(row))

    def items(self) -> dict[int, str]:
        """The columns that hold answers."""
        return {at: m for at, m in self.meanings.items() if m not in _OWN_NAMES and m != "ignore"}

    def single_items(self) -> list[str]:
        """The items that have a column of their own."""
        return [meaning for meaning in self.items().values() if meaning not in self.several]

    def column_of(self, meaning: str) -> int | None:
        """The column of a meaning that stands once."""
        return next((at for at, m in self.meanings.items() if m == meaning), None)


class Headers:
    """Recognises header texts for one mapping."""

    def __init__(self, mapping: SurveyMapping) -> None:
        self._mapped = {plain_text(header): meaning for header, meaning in mapping.columns.items()}
        self._exact = {answer_key(n): meaning for meaning, names in _OWN_NAMES.items() for n in names.split("|")}
        self._ids = {item.casefold(): item for item in mapping.items}
        self._codes = {_joined(name): name for name in (*mapping.items, *mapping.several, *CUTS, OWN_CODE)}
        self._free_ids = not mapping.items
        self._inside: dict[str, str] = {}
        questions = {
            **mapping.items,
            **{name: one["texts"] for name, one in mapping.several.items()},
            **{name: cut.get("texts", {}) for name, cut in mapping.cuts.items()},
            OWN_CODE: mapping.own_code,
        }
        self._options = {
            name: {answer_key(str(text)): item for item in one["items"] for text in mapping.items[item].values()}
            for name, one in mapping.several.items()
        }
        for meaning, texts in questions.items():
            for text in texts.values():
                key = answer_key(str(text))
                self._exact[key] = meaning
                if len(key) >= _LONG:
                    self._inside[key] = meaning

    def meaning(self, header: str) -> str | None:
        """What a header stands for; None when it is nobody's."""
        mapped = self._mapped.get(plain_text(header))
        if mapped is not None:
            return mapped
        for candidate in _readings(header):
            plain = plain_text(candidate)
            if plain in self._ids:
                return self._ids[plain]
            if self._free_ids and _ITEM_ID.fullmatch(plain):
                return plain
            if _CODE.fullmatch(plain) and _joined(plain) in self._codes:
                return self._codes[_joined(plain)]
            found = self._exact.get(answer_key(candidate))
            if found is not None:
                return found
        whole = answer_key(header)
        inside = [key for key in self._inside if key in whole]
        if not inside:
            return None
        longest = max(inside, key=len)
        # Above the column of one answer some services write the question and then the answer.
        rest = f" {whole.replace(longest, ' ')} "
        options = self._options.get(self._inside[longest], {})
        named = [item for key, item in options.items() if f" {key} " in rest]
        return named[0] if len(named) == 1 else self._inside[longest]


def _joined(code: str) -> str:
    return "".join(c for c in code if c.isalnum())


def _readings(header: str) -> Iterator[str]:
    """The parts of a header that may name the question: a form's numbering, code and brackets taken off."""
    header = header[:4_000]
    yield header
    yield from reversed(_BRACKETS.findall(header))
    bare = _NUMBERING.sub("", header)
    if bare != header:
        yield bare
        yield re.split(r"[.:\[\s]", header.strip(), maxsplit=1)[0]


def plan_of(sheets: list[Sheet], mapping: SurveyMapping) -> Plan | None:
    """The sheet and columns to read: of the visible sheets the one with most items; None when none has any."""
    headers = Headers(mapping)
    best: Plan | None = None
    for sheet in sheets:
        if sheet.hidden or (mapping.sheet is not None and plain_text(sheet.name) != plain_text(mapping.sheet)):
            continue
        plan = _plan(sheet, headers, mapping)
        if plan is not None and plan.items() and (best is None or len(plan.items()) > len(best.items())):
            best = plan
    return best


def _plan(sheet: Sheet, headers: Headers, mapping: SurveyMapping) -> Plan | None:
    by_letter = {key: meaning for key, meaning in mapping.columns.items() if _LETTER.fullmatch(key)}
    header = find_header(sheet, lambda text: headers.meaning(text) is not None)
    if header is None and by_letter and sheet.rows:
        header = max(sheet.rows[:10], key=lambda row: sum(cell.value is not None for cell in row.cells))
    if header is None:
        return None
    headers_below = _more_headers(sheet, header, headers, mapping)
    others = [row for row in sheet.rows if row.number < header.number][-_HEADERS_ABOVE:] + headers_below
    meanings: dict[int, str] = {}
    twins: list[str] = []
    texts = {plain_text(cell.value) for cell in header.cells}
    for at in range(max(len(row.cells) for row in (header, *headers_below))):
        letter = column_letter(at + 1)
        meaning = by_letter.get(letter) if plain_text(letter) not in texts else None
        meaning = meaning or next((m for row in (header, *others) if (m := _meaning_at(row, at, headers))), None)
        if meaning is None:
            continue
        if meaning != "ignore" and meaning in meanings.values():
            twins.append(letter)
        else:
            meanings[at] = meaning
    width = len(header.cells)
    letters = {column_letter(i + 1) for i in range(width)}
    not_found = tuple(
        key for key in mapping.columns if plain_text(key) not in texts and not (key in by_letter and key in letters)
    )
    last = headers_below[-1].number if headers_below else header.number
    return Plan(sheet, header, meanings, frozenset(mapping.several), tuple(twins), not_found, last)


def _meaning_at(row: Row, at: int, headers: Headers) -> str | None:
    cell = row.cell(at)
    return headers.meaning(cell.value) if cell is not None and isinstance(cell.value, str) else None


def _more_headers(sheet: Sheet, header: Row, headers: Headers, mapping: SurveyMapping) -> list[Row]:
    """The rows right below the headers that are headers too: question texts, kinds of answer, a service's own codes.

    Such a row answers nothing, bears no time, and names a question, or says in every cell what only a service writes.
    """
    key = AnswerKey(mapping.answers, mapping.no_answer)
    times = {at for at in range(len(header.cells)) if _meaning_at(header, at, headers) == "submitted_at"}
    found = []
    for row in [row for row in sheet.rows if row.number > header.number][:_HEADERS_BELOW]:
        filled = [cell for cell in row.cells if cell.value is not None]
        words = [plain_text(cell.value) for cell in filled]
        names = sum(isinstance(cell.value, str) and headers.meaning(cell.value) is not None for cell in filled)
        is_of_the_service = all(word in _KINDS or _IMPORT_ID.match(word) for word in words)
        is_sent = any(_is_told(row.cell(at), headers) for at in times)
        is_answered = is_sent or any(_is_answer(cell, key) for cell in filled)
        if not words or not (is_of_the_service or (names and not is_answered)):
            break
        found.append(row)
    return found


def _is_told(cell: Cell | None, headers: Headers) -> bool:
    """Whether a cell holds something that is no header."""
    if cell is None or cell.is_blank:
        return False
    text = plain_text(cell.value)
    is_header = isinstance(cell.value, str) and headers.meaning(cell.value) is not None
    return not (is_header or text in _KINDS or _IMPORT_ID.match(text))


def _is_answer(cell: Cell, key: AnswerKey) -> bool:
    try:
        return key.score(cell) is not None
    except CellError:
        return False


def suggestion_of(sheets: list[Sheet], mapping: SurveyMapping) -> Suggestion | None:
    """A mapping of the visible sheet whose headers say most; a header nobody knows is what it is most like."""
    headers = Headers(mapping)
    known = {answer_key(str(text)): item for item, texts in mapping.items.items() for text in texts.values()}
    key = AnswerKey(mapping.answers, mapping.no_answer)
    best: Suggestion | None = None
    for sheet in (one for one in sheets if not one.hidden):
        plan = _plan(sheet, headers, mapping)
        row = plan.header if plan else header_row(sheet)
        if row is None:
            continue
        columns = []
        for at, cell in enumerate(row.cells):
            if isinstance(cell.value, str):
                told = plan.meanings.get(at) if plan else None
                columns.append((cell.value, told or nearest(answer_key(cell.value), known)))
        has_item = any(meaning in mapping.items for _, meaning in columns)
        is_likely = has_item or any(_is_on_scale(sheet, row, at, key) for at in range(len(row.cells)))
        lacking = () if has_item else ("an item of the questionnaire",)
        found = Suggestion(SURVEY, columns, meanings(mapping.items, mapping.several), lacking, is_likely)
        best = found if best is None or found.rank > best.rank else best
    return best


def _is_on_scale(sheet: Sheet, header: Row, at: int, key: AnswerKey) -> bool:
    """Whether all that stands in a column is answers on the scale, and no counting of its rows."""
    cells = [cell for row in sheet.rows if row.number > header.number and (cell := row.cell(at)) is not None]
    try:
        scores = [score for cell in cells if (score := key.score(cell)) is not None]
    except CellError:
        return False
    is_counting = scores == [1] or (len(scores) > 1 and scores == list(range(scores[0], scores[0] + len(scores))))
    return bool(scores) and not is_counting
