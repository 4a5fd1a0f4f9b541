"""Google Forms played for a survey wave: the form, its responses page by page, edits, and who may look.

Belongs here: the wire. Does not: who answered what (`simulator.model.Wave`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.model import Wave
from simulator.services.server import Answer, Call, Server
from transforms.questionnaire import questionnaire

STORY = "What else would you like to tell us?"


@dataclass(frozen=True)
class FormResponse:
    """A response as the service keeps it: answers by question."""

    identifier: str
    created: datetime
    sent: datetime
    answers: dict[str, str] = field(default_factory=dict)
    email: str = ""


class GoogleFormsServer(Server):
    """One form made of a wave; items stand in a grid when `is_grid`, else each for itself."""

    def __init__(
        self, wave: Wave, token: str, *, language: str = "he", is_grid: bool = False, largest_page: int = 5000
    ) -> None:
        super().__init__()
        self.wave, self.token, self.language = wave, token, language
        self.is_grid, self.largest_page = is_grid, largest_page
        self.form_id = "form-1"
        self.responses = list(self._responses(wave))
        self.route("GET", "/v1/forms/{form_id}", self._form)
        self.route("GET", "/v1/forms/{form_id}/responses", self._list)

    def before(self, call: Call) -> Answer | None:
        """Without our token nothing is shown."""
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return refusal(401, "UNAUTHENTICATED")
        return None

    def truth(self) -> dict[tuple[int, str], int]:
        """(number of the respondent, item) -> the answer ticked."""
        ordered = sorted(self.responses, key=lambda response: (response.created, response.identifier))
        scores = questionnaire().answer_words()
        items = {item for item, _ in self._items()}
        return {
            (number, item): scores[answer]
            for number, response in enumerate(ordered, start=1)
            for item, answer in response.answers.items()
            if item in items
        }

    def edit(self, number: int, item: str, score: int, at: datetime) -> None:
        """A respondent opens her response again and changes an answer."""
        old = self.responses[number - 1]
        self.responses[number - 1] = replace(old, sent=at, answers={**old.answers, item: self._label(item, score)})

    def _responses(self, wave: Wave) -> Iterable[FormResponse]:
        opened = datetime.combine(wave.closed_day, datetime.min.time(), UTC) - timedelta(days=12)
        step = timedelta(days=12) / max(len(wave.people), 1)
        for number, person in enumerate(wave.people, start=1):
            at = opened + number * step - timedelta(hours=3)
            answers = {item: self._label(item, score) for item, score in person.answers.items()}
            for cut, code in person.cuts.items():
                option = questionnaire().cuts[cut].options.get(code)
                answers[cut] = option.by_language()[self.language] if option else code
            answers["story"] = f"private words of {number}"
            yield FormResponse(f"r{number:05d}", at, at, answers, f"resident{number}@example.org")

    def _label(self, item: str, score: int) -> str:
        scales = questionnaire().scales.values()
        scale = next(scale for scale in scales if item in {one.id for one in scale.items})
        return questionnaire().answers[scale.answers][score - 1].by_language()[self.language]

    def _items(self) -> list[tuple[str, str]]:
        items = questionnaire().items_for("staff" if self.wave.audience == "staff" else "residents")
        return [(item.id, item.by_language()[self.language]) for item in items]

    def _form(self, call: Call, form_id: str) -> Answer:
        if form_id != self.form_id:
            return refusal(404, "NOT_FOUND")
        choice = {"choiceQuestion": {"type": "RADIO", "options": []}}
        listed: list[dict[str, Any]] = [{"itemId": "0", "title": "About this survey", "textItem": {}}]
        if self.is_grid:
            rows = [{"questionId": item, "rowQuestion": {"title": text}} for item, text in self._items()]
            group = {"questions": rows, "grid": {"columns": {"type": "RADIO", "options": []}}}
            listed.append({"itemId": "g", "title": "How far do you agree?", "questionGroupItem": group})
        else:
            listed += [asked(item, text, choice) for item, text in self._items()]
        for cut, texts in questionnaire().cuts.items():
            kind = choice if texts.options else {"textQuestion": {}}
            listed.append(asked(cut, texts.by_language()[self.language], kind))
        listed.append(asked("story", STORY, {"textQuestion": {"paragraph": True}}))
        return Answer.json({"formId": form_id, "info": {"title": "Survey"}, "revisionId": "1", "items": listed})

    def _list(self, call: Call, form_id: str) -> Answer:
        if form_id != self.form_id:
            return refusal(404, "NOT_FOUND")
        condition = call.params.get("filter", "")
        size = min(int(call.params.get("pageSize", 0)) or 5000, self.largest_page)
        start = 0
        if "pageToken" in call.params:
            try:
                told = json.loads(call.params["pageToken"])
                start = int(told["start"])
            except (ValueError, TypeError, KeyError):
                return refusal(400, "INVALID_ARGUMENT")
            if told["filter"] != condition:
                return refusal(400, "INVALID_ARGUMENT")
        chosen = [response for response in self.responses if _passes(response, condition)]
        body: dict[str, Any] = {}
        if chosen[start : start + size]:
            body["responses"] = [_wire(response) for response in chosen[start : start + size]]
        if start + size < len(chosen):
            body["nextPageToken"] = json.dumps({"filter": condition, "start": start + size})
        return Answer.json(body)


def asked(identifier: str, title: str, kind: dict[str, Any]) -> dict[str, Any]:
    """A question as an item of a form."""
    return {
        "itemId": f"i-{identifier}",
        "title": title,
        "questionItem": {"question": {"questionId": identifier, **kind}},
    }


def refusal(code: int, status: str) -> Answer:
    """An error as Google writes it."""
    return Answer.json({"error": {"code": code, "message": "The caller may not", "status": status}}, code)


def _passes(response: FormResponse, condition: str) -> bool:
    if not condition:
        return True
    _, sign, moment = condition.split(" ")
    at = datetime.fromisoformat(moment)
    return response.sent > at or (sign == ">=" and response.sent == at)


def _wire(response: FormResponse) -> dict[str, Any]:
    return {
        "responseId": response.identifier,
        "createTime": f"{response.created:%Y-%m-%dT%H:%M:%S}.123456789Z",
        "lastSubmittedTime": f"{response.sent:%Y-%m-%dT%H:%M:%S}.123456789Z",
        "respondentEmail": response.email,
        "answers": {
            key: {"questionId": key, "textAnswers": {"answers": [{"value": value}]}}
            for key, value in response.answers.items()
        },
    }
