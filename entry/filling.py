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
from entry.book import MONTH, PERIODS, book_of, figures, is_monthly, is_of_figures, is_of_people, sheets_in
from entry.fields import Shown, new_line, shown, typed_in
from entry.lines import SURE, Line, Typed, decide, plain, save
from entry.pages import page
from entry.sending import Sent, send
from entry.sessions import Session
from entry.town import Amounts, FormTown
from entry.web import MAX_FORM, Form, fields, language_of, see
from entry.words import Words
from operations.login import Refused
from pipeline.month.run import last_full_month
from warehouse.calendar import shift

SHOWN_MONTHS = 12
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

    def __init__(self, form: Form) -> None:
        self.form = form

    def _visit(self, request: Request) -> Visit | None:
        session = self.form.session(request)
        if session is None:
            return None
        store = self.form.store(session)
        words = Words(language_of(request), store.authority.timezone)
        return Visit(self.form, session, words, FormTown(store, session.account, self.form.database))

    def _month(self, request: Request, visit: Visit) -> str:
        month = request.path_params.get("month") or request.query_params.get("month") or visit.months[0]
        if not MONTH.fullmatch(month) or not shift(visit.months[0], -120) <= month <= visit.months[1]:
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
        entered = visit.town.entered(month)
        known = visit.town.lines(month)
        found = due.of_month(visit.town, month, entered)
        asked = due.asked_for(visit.town, found)
        numbers = iter(range(10_000))
        doubts = doubted(month, known, entered)

        def blocks(of: Sequence[due.DueIndicator]) -> list[tuple[due.DueIndicator, list[tuple[due.DueLine, Shown]]]]:
            made = []
            for one in of:
                rows = []
                for line in one.lines:
                    fixed = {"indicator": one.indicator.id, **({"part": line.part.code} if line.part else {})}
                    rows.append(
                        (line, self._shown(visit, next(numbers), known, line.name, one.sheet, month, fixed, doubts))
                    )
                made.append((one, rows))
            return made

        topics = {one.topic for one in asked if one.topic}
        periods = SHEETS[PERIODS]
        boxes = [
            (column, self._shown(visit, next(numbers), known, f"{TOPIC}{column.id}", PERIODS, month, {}, {}))
            for column in periods.columns
            if column.id in TOPICS and column.id in topics
        ]
        is_all = "all" in request.query_params
        others = [one for one in found if one not in asked] if is_all else []
        back = f"?month={month}{'&all=1' if is_all else ''}"
        return visit.page(
            "month.html.j2", back, month=month, asked=blocks(asked), others=blocks(others), boxes=boxes,
            said=_said(request), is_closed=visit.town.closed(month), action=visit.address(f"save/{month}"),
            previous=shift(month, -1), back=back, is_all=is_all, waiting=waiting(known),
        )  # fmt: skip

    def _shown(
        self, visit: Visit, number: int, known: Mapping[str, Line], name: str, sheet: str, month: str,
        fixed: Mapping[str, str], doubts: Mapping[str, str],
    ) -> Shown:  # fmt: skip
        line = known.get(name) or Line(name, sheet)
        faults = {}
        if line.is_draft and not line.is_removed and not line.is_empty:
            faults = visit.town.faults(SHEETS[sheet], [line.values], month)[0]
        doubt = visit.words.say("doubt", figure=doubts[name]) if name in doubts else ""
        return shown(number, line, visit.town.spaces, visit.words, faults, fixed, doubt)

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
        doubts = doubted(month, known, visit.town.entered(month)) if month else {}
        rows = [
            self._shown(visit, number, known, name, layout.id, month, {}, doubts)
            for number, name in enumerate([*names, new_line()])
        ]
        here = f"sheet/{layout.id}" + (f"?month={month}" if month else "")
        return visit.page(
            "sheet.html.j2", here, month=month, layout=layout, rows=rows, said=_said(request), back=here,
            is_closed=bool(month) and visit.town.closed(month), action=visit.address(f"save/{book}"),
            waiting=waiting(known), is_of_people=is_of_people(layout),
        )  # fmt: skip

    async def keep(self, request: Request) -> Response:
        """Keep what was typed, and send it where that is asked."""
        session = await run_in_threadpool(self.form.session, request)
        found = await fields(request, MAX_FORM)
        if session is None:
            raise Refused(401, "signed_out")
        if not session.is_own(found.get("token", "")):
            raise Refused(403, "old_page")
        return await run_in_threadpool(self._keep, request, found)

    def _keep(self, request: Request, found: Mapping[str, str]) -> Response:
        visit = self._visit(request)
        book = request.path_params["book"]
        if visit is None:
            raise Refused(401, "signed_out")
        if not sheets_in(book):
            raise Refused(404, "no_such_page")
        month = book if MONTH.fullmatch(book) else ""
        typed, town = typed_in(found, book), visit.town
        save(town.database, town.store.keys, town.account, book, typed)
        for choice in ("mine", "theirs"):
            if line := found.get(choice):
                decide(town.database, town.account, book, line, is_mine=choice == "mine")
        action = found.get("do", "save")
        if action == "autosave":
            return JSONResponse(self._as_typed(visit, book, month, found))
        if action == "nothing" and month:
            save(town.database, town.store.keys, town.account, book, nothing_happened(visit, month))
        result = "kept"
        if action in ("send", "nothing"):
            known = town.lines(book)
            entered = town.entered(month) if month else {}
            result = _result(send(town, book, frozenset(doubted(month, known, entered))))
        back = found.get("back", "")
        back = back if back.startswith(("?month=", "sheet/")) and "\n" not in back and "\\" not in back else ""
        return see(f"{visit.address(back)}{'&' if '?' in back else '?'}said={result}#said")

    def _as_typed(self, visit: Visit, book: str, month: str, found: Mapping[str, str]) -> dict[str, Any]:
        """What the script is answered: by line, what is wrong and what is asked about."""
        known = visit.town.lines(book)
        entered = visit.town.entered(month) if month else {}
        doubts = doubted(month, known, entered) if month else {}
        told = {}
        for name, line in known.items():
            if line.is_draft and not line.is_removed:
                layout = SHEETS[line.sheet]
                faults = visit.town.faults(layout, [line.values], month)[0]
                told[name] = {
                    "faults": {
                        one: visit.words.fault(layout, layout.column(one), fault) for one, fault in faults.items()
                    },
                    "doubt": visit.words.say("doubt", figure=doubts[name]) if name in doubts else "",
                }
        return {"lines": told, "said": visit.words.say("kept_now")}


def doubted(month: str, known: Mapping[str, Line], entered: Amounts) -> dict[str, str]:
    """Line -> the usual figures, where its own is unlike them and nobody said that it is right."""
    found = {}
    for name, line in known.items():
        layout = SHEETS.get(line.sheet)
        if layout is None or not line.is_draft or not is_of_figures(layout) or not plain(line.values):
            continue
        values = plain(line.values)
        try:
            amount = float(values.get("amount", "").replace(",", ""))
        except ValueError:
            continue
        of = entered.get((values.get("indicator", ""), values.get("part", "")), {})
        before = [figure for when, figure in of.items() if when < month]
        if due.is_implausible(amount, before) and line.values.get(SURE) != values.get("amount"):
            found[name] = f"{min(before):g}–{max(before):g}"
    return found


def nothing_happened(visit: Visit, month: str) -> list[Typed]:
    """Zero for each figure asked for of which nothing was entered, where it can be one; its topic as finished."""
    town = visit.town
    entered, known = town.entered(month), town.lines(month)
    asked = due.asked_for(town, due.of_month(town, month, entered))
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
            typed.append(Typed(line.name, one.sheet, values))
    uncounted = {one.topic for one in asked if not one.is_countable}
    topics = sorted({one.topic for one in asked if one.topic} - uncounted)
    return [*typed, *(Typed(f"{TOPIC}{topic}", PERIODS, {topic: "yes"}) for topic in topics)]


def waiting(known: Mapping[str, Line]) -> int:
    """Lines that were typed and not sent."""
    return sum(one.is_draft for one in known.values())


def _result(sent: Sent) -> str:
    """What became of a sending, as an address carries it."""
    return f"{sent.lines}.{sent.waiting}.{sent.contested}.{sent.doubted}"


def _said(request: Request) -> dict[str, int] | str:
    """What is to be said at the top: `kept`, or what became of a sending; '' nothing."""
    told = request.query_params.get("said", "")
    if told == "kept":
        return told
    numbers = told.split(".")
    if len(numbers) == 4 and all(one.isascii() and one.isdigit() and len(one) < 6 for one in numbers):
        return dict(zip(("lines", "waiting", "contested", "doubted"), map(int, numbers), strict=True))
    return ""
