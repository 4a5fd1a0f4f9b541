"""The source `google_forms`: one form an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from collectors.base import Page, Rejected
from collectors.errors import CollectorError, SourceChanged
from collectors.google_forms.session import HOSTS, FormsSession
from collectors.google_forms.settings import GoogleFormsSettings
from collectors.google_forms.sheet import created_at, questions, sent_at, sheet_of, unasked
from collectors.kinds import WrongValue
from collectors.paging import Cursor, by_cursor
from collectors.remarks import said
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window
from collectors.survey_answers.service import mapping_of, survey_pages
from collectors.survey_answers.streams import SurveyAnswer

PAGE_SIZE = 5_000

_FORM_FIELDS = frozenset(
    "formId info settings revisionId responderUri items linkedSheetId publishSettings".split()  # noqa: SIM905
)


class FormAnswer(SurveyAnswer, ServiceStream):
    """The answers of a form, whole each time something in it is new.

    A response may be edited and has no number of its own in the answers, so a part of the responses could
    not be told from the whole; staging keeps the latest of several readings of one form.
    """

    max_window = timedelta(days=36_500)  # the service has no limit, and the form is read whole
    schedule = "40 3 * * *"

    def pages(self, session: FormsSession, window: Window) -> Iterator[Page]:
        """All answers first sent before the window's end, if any was sent or edited within it."""
        account, report = session.account, session.report
        path = f"v1/forms/{quote(account.own(GoogleFormsSettings).form_id, safe='')}"
        if window.since is not None:
            new = _pages(session, path, {"pageSize": 1, "filter": _since(window.since)})
            if not any(new):  # one record is enough; an empty page may have others behind it
                return
        form = session.get(path)
        if not isinstance(form, Mapping) or not isinstance(form.get("items", []), list):
            raise SourceChanged("wrong_shape", where="items")
        for name in set(form) - _FORM_FIELDS:
            report.drift[f"{self.name}.form.{name}"] += 1
        told = responses(session, path, window.until)
        if number := unasked(form, told):
            report.notices.append(said("unasked_answers", count=number))
        sheet = sheet_of(questions(form), told, account.timezone)
        form_name = f"google_forms {account.own(GoogleFormsSettings).form_id}"
        mapping = mapping_of(account)
        yield from survey_pages(sheet, mapping, account, report, type(self), form=form_name, as_of=window.until)


class GoogleForms(Source):
    """Surveys asked with Google Forms, read with a service account the form is shared with."""

    Settings = GoogleFormsSettings
    streams = (FormAnswer,)
    hosts = HOSTS

    def open(self, account: Account, report: PullReport) -> FormsSession:
        """A session for one form."""
        return FormsSession(account, report)

    def check(self, account: Account) -> list[Finding]:
        """Whether the form and its responses may be read, and which questions are items."""
        session = self.open(account, PullReport())
        path = f"v1/forms/{quote(account.own(GoogleFormsSettings).form_id, safe='')}"
        found = []
        try:
            asked = questions(session.get(path))
            found.append(Finding("the form", "ok"))
            sheet = sheet_of(asked, [], account.timezone)
            list(survey_pages(sheet, mapping_of(account), account, PullReport(), FormAnswer))
            found.append(Finding("questions", "ok"))
            next(_pages(session, path, {"pageSize": 1}))
            found.append(Finding("responses", "ok"))
        except CollectorError as problem:
            found.append(Finding(("the form", "questions", "responses")[len(found)], "fail", problem=problem))
        return found


def responses(session: FormsSession, path: str, until: datetime) -> list[Mapping[str, Any]]:
    """Every response once, as last sent, in the order they first came: a new one is always the last."""
    latest: dict[str, tuple[datetime, datetime, Mapping[str, Any]]] = {}
    for records in _pages(session, path, {"pageSize": PAGE_SIZE}):
        for place, record in enumerate(records):
            try:
                created, sent = created_at(record), sent_at(record)
                if not record.get("responseId") or created is None or sent is None:
                    raise WrongValue("a response without its identifier or time")
            except WrongValue as problem:
                session.report.drift[f"{FormAnswer.name}.response ({problem})"] += 1
                session.report.rejected.append(_rejected(place, problem))
                continue
            key = str(record["responseId"])
            if created < until and (key not in latest or latest[key][1] <= sent):
                latest[key] = (created, sent, record)
    ordered = sorted(latest.items(), key=lambda one: (one[1][0], one[0]))
    return [record for _, (_, _, record) in ordered]


def _pages(session: FormsSession, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    return by_cursor(
        lambda cursor: session.get(f"{path}/responses", {**params, **cursor}),
        items="responses",
        following=_following,
        unsure=session.report.unsure.append,
        is_left_out_when_empty=True,
    )


def _following(answer: Mapping[str, Any]) -> Cursor | None:
    token = str(answer.get("nextPageToken") or "")
    return {"pageToken": token} if token else None


def _since(at: datetime) -> str:
    return f"timestamp >= {at:%Y-%m-%dT%H:%M:%S}Z"


def _rejected(place: int, problem: WrongValue) -> Rejected:
    return Rejected(f"response {place}", "wrong_value", {"found": str(problem)})
