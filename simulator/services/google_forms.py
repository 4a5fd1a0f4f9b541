"""Google Forms played for a survey wave: the form, its responses page by page, edits, and who may look.

Belongs here: the wire. Does not: who answered what (`simulator.model.Wave`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.model import Wave
from simulator.services.server import Answer, Call, Server
from transforms.questionnaire import YES, Audience, Scale, questionnaire

STORY = "What else would you like to tell us?"


@dataclass(frozen=True)
class FormResponse:
    """A response as the service keeps it: what is ticked under each question, and the scores."""

    identifier: str
    created: datetime
    sent: datetime
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
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
        return {
            (number, item): score
            for number, response in enumerate(ordered, start=1)
            for item, score in response.scores.items()
        }

    def edit(self, number: int, item: str, score: int, at: datetime) -> None:
        """A respondent opens her response again and changes an answer."""
        old = self.responses[number - 1]
        scores = {**old.scores, item: score}
        self.responses[number - 1] = replace(
            old, sent=at, scores=scores, answers={**old.answers, **self._ticked(scores)}
        )

    def _responses(self, wave: Wave) -> Iterable[FormResponse]:
        opened = datetime.combine(wave.closed_day, datetime.min.time(), UTC) - timedelta(days=12)
        step = timedelta(days=12) / max(len(wave.people), 1)
        for number, person in enumerate(wave.people, start=1):
            at = opened + number * step - timedelta(hours=3)
            answers = self._ticked(person.answers)
            for cut, code in person.cuts.items():
                option = questionnaire().cuts[cut].options.get(code)
                answers[cut] = (option.by_language()[self.language] if option else code,)
            answers["story"] = (f"private words of {number}",)
            yield FormResponse(f"r{number:05d}", at, at, answers, dict(person.answers), f"resident{number}@example.org")

    def _ticked(self, scores: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        """Question -> what is ticked; under one with several answers all of them."""
        several = self._several()
        listed = {item.id for scale in several.values() for item in scale.items}
        found: dict[str, tuple[str, ...]] = {
            asked: (questionnaire().label(asked, score).by_language()[self.language],)
            for asked, score in scores.items()
            if asked not in listed
        }
        for name, scale in several.items():
            marked = [item for item in scale.items if scores.get(item.id) == YES]
            found |= {name: tuple(item.by_language()[self.language] for item in marked)} if marked else {}
        return found

    def _audience(self) -> Audience:
        return self.wave.audience

    def _several(self) -> dict[str, Scale]:
        scales = questionnaire().scales_for(self._audience())
        return {name: scale for name, scale in scales.items() if scale.question is not None}

    def _items(self) -> list[tuple[str, str]]:
        scales = questionnaire().scales_for(self._audience())
        filters = questionnaire().filters_for(self._audience())
        asked = [(name, question.by_language()[self.language]) for name, question in filters.items()]
        items = (item for scale in scales.values() if scale.question is None for item in scale.items)
        return [*asked, *((item.id, item.by_language()[self.language]) for item in items)]

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
        for name, scale in self._several().items():
            tick = {"choiceQuestion": {"type": "CHECKBOX", "options": []}}
            listed.append(asked(name, scale.question.by_language()[self.language] if scale.question else "", tick))
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
            key: {"questionId": key, "textAnswers": {"answers": [{"value": value} for value in values]}}
            for key, values in response.answers.items()
        },
    }
