"""The pages of who is signed in: what is due, a month's sheets, the lists; keeping what is typed, and sending it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from collectors.staff_workbook.layout import SHEETS, TOPICS
from entry import due
from entry.book import MONTH, PERIODS, book_of, figures, is_monthly, is_of_people, is_open
from entry.checking import Checked, checked, stamp
from entry.elsewhere import elsewhere
from entry.fields import Shown, new_line, shown, typed_in
from entry.lines import SURE, Line, Typed, decide, save
from entry.pages import page
from entry.sending import send
from entry.sessions import Session
from entry.signing import Signing
from entry.town import FormTown
from entry.web import MAX_FORM, Form, back_to, fields, language_of, see
from entry.words import Words
from entry.workbook import workbook
from operations.login import Refused
from pipeline.months import last_full_month
from warehouse.calendar import shift

SHOWN_MONTHS = 12
Lines = list[tuple[due.DueLine, Shown]]
"""Lines asked for, each as it is shown."""
TOPIC = "topic:"
"""Before a topic in the name of the line that says it is finished."""


@dataclass
class Visit:
    """One request of somebody signed in."""

    form: Form
    session: Session
    words: Words
    town: FormTown

    def address(self, rest: str) -> str:
        """An address in the reader's language."""
        return f"/{self.words.language}/{rest}"

    @property
    def months(self) -> list[str]:
        """The months that may be chosen, the last whole one first."""
        last = last_full_month(self.town.store.today)
        return [last, shift(last, 1), *(shift(last, -one) for one in range(1, SHOWN_MONTHS))]

    def page(self, template: str, here: str, **values: Any) -> Response:
        """A page."""
        lists = [one for one in SHEETS.values() if not is_monthly(one)]
        monthly = [one for one in SHEETS.values() if is_monthly(one) and one.id != PERIODS]
        return HTMLResponse(
            page(
                template, self.words, here=here, session=self.session, token=self.session.form_token,
                months=self.months, lists=lists, monthly=monthly, town=self.town.store.authority, **values,
            )
        )  # fmt: skip


class Filling:
    """Answers of the pages behind the login."""

    def __init__(self, form: Form, signing: Signing) -> None:
        self.form, self.signing = form, signing

    def _visit(self, request: Request) -> Visit | None:
        session = self.form.session(request)
        if session is None:
            return None
        store = self.form.store(session)
        words = Words(language_of(request), store.authority.timezone)
        return Visit(self.form, session, words, FormTown(store, session.account, self.form.database))

    def _month(self, request: Request, visit: Visit) -> str:
        month = request.path_params.get("month") or request.query_params.get("month") or visit.months[0]
        if not MONTH.fullmatch(month) or not is_open(month, visit.town.store.today):
            raise Refused(404, "no_such_page")
        return str(month)

    async def home(self, request: Request) -> Response:
        """What is due of the month asked for, or of the last whole one."""
        return await run_in_threadpool(self._home, request)

    def _home(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return see(f"/{language_of(request)}/login")
        month = self._month(request, visit)
        past, known = visit.town.past(month), visit.town.lines(month)
        read = checked(visit.town, month, known, past)
        found = due.of_month(visit.town, month, past)
        asked = due.asked_for(visit.town, found)
        numbers = iter(range(10_000))

        def blocks(of: Sequence[due.DueIndicator]) -> list[tuple[due.DueIndicator, Lines, Lines]]:
            made = []
            for one in of:
                rows = []
                for line in one.lines:
                    fixed = {"indicator": one.indicator.id, **({"part": line.part.code} if line.part else {})}
                    rows.append((line, _shown(visit, next(numbers), known, read, line.name, one.sheet, fixed)))
                used = [(line, row) for line, row in rows if line.is_used or row.line.values]
                made.append((one, used or rows, [pair for pair in rows if used and pair not in used]))
            return made

        topics = {one.topic for one in asked if one.topic}
        periods = SHEETS[PERIODS]
        boxes = [
            (column, _shown(visit, next(numbers), known, read, f"{TOPIC}{column.id}", PERIODS))
            for column in periods.columns
            if column.id in TOPICS and column.id in topics
        ]
        entered = [one for one in asked if any(x.known is not None or x.name in known for x in one.lines)]
        is_all = "all" in request.query_params
        others = [one for one in found if one not in asked] if is_all else []
        back = f"?month={month}{'&all=1' if is_all else ''}"
        mine, more = blocks(asked), blocks(others)
        here = {row.line.name for _, *of in (*mine, *more) for some in of for _, row in some}
        here |= {row.line.name for _, row in boxes}
        return visit.page(
            "month.html.j2", back, month=month, asked=mine, others=more, boxes=boxes,
            said=_said(request), is_closed=visit.town.closed(month), action=visit.address(f"save/{month}"),
            previous=shift(month, -1), back=back, is_all=is_all, entered=len(entered), waiting=waiting(known),
            away=elsewhere(visit.town, month, known, read, here, visit.words),
        )  # fmt: skip

    async def sheet(self, request: Request) -> Response:
        """The lines of one sheet."""
        return await run_in_threadpool(self._sheet, request)

    def _sheet(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return see(f"/{language_of(request)}/login")
        layout = SHEETS.get(request.path_params["sheet"])
        if layout is None or layout.id == PERIODS:
            raise Refused(404, "no_such_page")
        month = self._month(request, visit) if is_monthly(layout) else ""
        book = book_of(layout, month)
        known = visit.town.lines(book)
        names = [one.name for one in known.values() if one.sheet == layout.id and (one.is_draft or one.sent)]
        read = checked(visit.town, book, known, visit.town.past(month) if month else {})
        rows = [_shown(visit, number, known, read, name, layout.id) for number, name in enumerate([*names, new_line()])]
        here = f"sheet/{layout.id}" + (f"?month={month}" if month else "")
        return visit.page(
            "sheet.html.j2", here, month=month, layout=layout, rows=rows, said=_said(request), back=here,
            is_closed=bool(month) and visit.town.closed(month), action=visit.address(f"save/{book}"),
            waiting=waiting(known), is_of_people=is_of_people(layout),
            away=elsewhere(visit.town, month, known, read, set(names), visit.words),
        )  # fmt: skip

    async def sent(self, request: Request) -> Response:
        """What was sent of late."""
        return await run_in_threadpool(self._sent, request)

    def _sent(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return see(f"/{language_of(request)}/login")
        return visit.page("sent.html.j2", "sent", rows=sendings(visit))

    async def workbook(self, request: Request) -> Response:
        """A month and the lists as they were sent, as the workbook."""
        return await run_in_threadpool(self._workbook, request)

    def _workbook(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return see(f"/{language_of(request)}/login")
        month = self._month(request, visit)
        return Response(
            workbook(visit.town, month, visit.words.language),
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"content-disposition": f'attachment; filename="kehila-{month}.xlsx"'},
        )

    async def keep(self, request: Request) -> Response:
        """Keep what was typed, and send it where that is asked."""
        session = await run_in_threadpool(self.form.session, request)
        found = await fields(request, MAX_FORM)
        if session is None:
            if found.get("do") == "autosave":
                raise Refused(401, "signed_out")
            return self.signing.carrying(request, request.path_params["book"], found)
        if not session.is_own(found.get("token", "")):
            raise Refused(403, "old_page")
        return await run_in_threadpool(self._keep, request, found)

    def _keep(self, request: Request, found: Mapping[str, str]) -> Response:
        visit = self._visit(request)
        book = request.path_params["book"]
        if visit is None:
            raise Refused(401, "signed_out")
        if not is_open(book, visit.town.store.today):
            raise Refused(404, "no_such_page")
        month = book if MONTH.fullmatch(book) else ""
        typed, town = typed_in(found, book), visit.town
        save(town.database, town.store.keys, town.account, book, typed)
        for choice in ("mine", "theirs"):
            if line := found.get(choice):
                decide(town.database, town.account, book, line, is_mine=choice == "mine")
        action = found.get("do", "save")
        if action == "autosave":
            return JSONResponse(self._as_typed(visit, book, month))
        if action == "nothing" and month:
            save(town.database, town.store.keys, town.account, book, nothing_happened(visit, month))
        result = "kept"
        if action in ("send", "nothing"):
            sent = send(town, book)
            result = f"{sent.lines}.{sent.waiting}"
        back = back_to(found.get("back", ""))
        return see(f"{visit.address(back)}{'&' if '?' in back else '?'}said={result}#said")

    def _as_typed(self, visit: Visit, book: str, month: str) -> dict[str, Any]:
        """What the script is answered: by line, what is wrong, what is asked about, and what a tick would say."""
        known = visit.town.lines(book)
        told = {}
        for name, found in checked(visit.town, book, known, visit.town.past(month) if month else {}).items():
            line = shown(0, known[name], visit.town, visit.words, found)
            told[name] = {
                "faults": {one.column.id: one.fault for one in line.fields},
                "notes": {one.column.id: one.note for one in line.fields},
                "doubt": line.doubt, "sure": line.sure,
            }  # fmt: skip
        return {"lines": told, "said": visit.words.say("kept_now")}


def sendings(visit: Visit) -> list[dict[str, Any]]:
    """What was sent of late in the town, the latest first: when, by which role, of what, how many lines."""
    query = "select * from sent where authority = ? order by sent_at desc limit 60"
    with visit.town.database.reading() as tx:
        rows = tx.execute(query, (visit.town.account.authority,)).fetchall()
    found = []
    for row in rows:
        sheet = SHEETS.get(row["book"].partition("-")[2]) if not MONTH.fullmatch(row["book"]) else None
        page = f"sheet/{sheet.id}" if sheet else f"?month={row['book']}"
        found.append({**dict(row), "page": page, "what": visit.words.of(sheet.title) if sheet else ""})
    return found


def _shown(
    visit: Visit, number: int, known: Mapping[str, Line], read: Mapping[str, Checked], name: str, sheet: str,
    fixed: Mapping[str, str] | None = None,
) -> Shown:  # fmt: skip
    line = known.get(name) or Line(name, sheet)
    return shown(number, line, visit.town, visit.words, read.get(name), fixed)


def nothing_happened(visit: Visit, month: str) -> list[Typed]:
    """Zero for each figure asked for of which nothing was entered, where it can be one; its topic as finished."""
    town = visit.town
    known = town.lines(month)
    asked = due.asked_for(town, due.of_month(town, month, town.past(month)))
    typed = []
    for one in asked:
        lines = [known.get(line.name) for line in one.lines]
        has_some = any(line is not None and not line.is_empty for line in lines)
        if has_some or any(line.known is not None for line in one.lines) or not one.is_countable:
            continue
        # One zero says it of the whole where kinds add up; of several measures each has its own.
        adds_up = figures()[one.indicator.id].adds_up
        for line in one.lines[:1] if adds_up else one.lines:
            values = {
                "indicator": one.indicator.id,
                "amount": "0",
                SURE: "0",
                **({"part": line.part.code} if line.part else {}),
            }
            typed.append(Typed(line.name, one.sheet, {**values, SURE: stamp(values)}))
    uncounted = {one.topic for one in asked if not one.is_countable}
    topics = sorted({one.topic for one in asked if one.topic} - uncounted)
    return [*typed, *(Typed(f"{TOPIC}{topic}", PERIODS, {topic: "yes"}) for topic in topics)]


def waiting(known: Mapping[str, Line]) -> int:
    """Lines that were typed and not sent."""
    return sum(one.is_draft for one in known.values())


def _said(request: Request) -> dict[str, int] | str:
    """What is to be said at the top: `kept`, or what became of a sending; '' nothing."""
    told = request.query_params.get("said", "")
    if told == "kept":
        return told
    numbers = told.split(".")
    if len(numbers) == 2 and all(one.isascii() and one.isdigit() and len(one) < 6 for one in numbers):
        return dict(zip(("lines", "waiting"), map(int, numbers), strict=True))
    return ""
