"""LimeSurvey's RemoteControl 2 played for a survey wave: session keys, questions, exports, and its odd refusals.

Belongs here: the wire. Does not: who answered what (`simulator.model.Wave`).
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from simulator.model import Wave
from simulator.services.server import Answer, Call, Server
from transforms.questionnaire import questionnaire

SURVEY = 123456


class LimeSurveyServer(Server):
    """One installation with one survey made of a wave. Scales are arrays: `trust` with rows 1, 2, 3."""

    def __init__(self, wave: Wave, password: str, *, user: str = "kehila", language: str = "he") -> None:
        super().__init__()
        self.wave, self.user, self.password, self.language = wave, user, password, language
        self.open_keys: set[str] = set()
        self.given = 0
        self.keeps_dates = True  # else it is anonymous without date stamp, and every response bears 1980-01-01
        self.expires: str | None = None
        self.says: dict[str, str] = {}  # method -> the status it answers instead
        self.route("POST", "/index.php/admin/remotecontrol", self._call)

    def truth(self) -> dict[tuple[int, str], int]:
        """(number of the respondent, item) -> the answer ticked."""
        return {
            (number, item): score
            for number, person in enumerate(self.wave.people, start=1)
            for item, score in person.answers.items()
        }

    def _call(self, call: Call) -> Answer:
        asked = call.json()
        method, params = asked["method"], asked["params"]
        answers: dict[str, Callable[..., Any]] = {
            "get_session_key": self._sign_in,
            "release_session_key": self._release,
            "list_questions": self._questions,
            "get_summary": self._summary,
            "get_survey_properties": self._properties,
            "export_responses": self._export,
        }
        if method not in answers:
            return Answer.json({"id": asked["id"], "result": None, "error": f"Unknown method {method}"})
        result: Any
        if method in self.says:
            result = {"status": self.says[method]}
        elif method != "get_session_key" and (not params or params[0] not in self.open_keys):
            result = {"status": "Invalid session key"}
        else:
            result = answers[method](*params)
        return Answer.json({"id": asked["id"], "result": result, "error": None})

    def _sign_in(self, user: str, password: str) -> Any:
        if (user, password) != (self.user, self.password):
            return {"status": "Invalid user name or password"}
        self.given += 1
        key = f"key{self.given}"
        self.open_keys.add(key)
        return key

    def _release(self, key: str) -> str:
        self.open_keys.discard(key)
        return "OK"

    def _questions(self, key: str, survey: int, group: int | None = None, language: str | None = None) -> Any:
        if survey != SURVEY:
            return {"status": "Error: Invalid survey ID"}
        listed: list[dict[str, Any]] = []

        def add(title: str, text: str, kind: str, parent: int = 0) -> int:
            number = len(listed) + 1
            row = {"qid": number, "parent_qid": str(parent), "title": title, "question": text, "type": kind}
            listed.append({"id": number, "gid": 1, "language": self.language, **row})
            return number

        audience = self.wave.audience
        for name, question in questionnaire().filters_for(audience).items():
            add(name.replace("_", ""), f"<p>{question.by_language()[self.language]}</p>", "Y")
        for name, scale in questionnaire().scales_for(audience).items():
            asked = scale.question.by_language()[self.language] if scale.question else "How far do you agree?"
            parent = add(name.replace("_", ""), f"<p>{asked}</p>", "M" if scale.question else "F")
            for item in scale.items:
                text = item.by_language()[self.language].replace("'", "&#039;")
                add(f"SQ{item.id.rsplit('_', 1)[1]}", f"<p><strong>{text}</strong></p>", "T", parent)
        for cut, texts in questionnaire().cuts.items():
            add(cut.replace("_", ""), f"<p>{texts.by_language()[self.language]}</p>", "L")
        add("story", "What else would you like to tell us?", "T")
        return listed

    def _summary(self, key: str, survey: int, kind: str = "all") -> Any:
        if survey != SURVEY:
            return {"status": "Invalid survey ID"}
        return {"completed_responses": str(len(self.wave.people)), "incomplete_responses": "0"}

    def _properties(self, key: str, survey: int, names: list[str]) -> Any:
        flag = {True: "Y", False: "N"}
        kept = {"anonymized": flag[not self.keeps_dates], "datestamp": flag[self.keeps_dates]}
        return {name: {**kept, "expires": self.expires, "startdate": None}[name] for name in names}

    def _export(
        self,
        key: str,
        survey: int,
        kind: str,
        language: str | None,
        status: str,
        heading: str,
        form: str,
        first: int = 1,
        last: int | None = None,
    ) -> Any:
        if survey != SURVEY:
            return {"status": "Invalid survey ID"}
        if not self.wave.people:
            return {"status": "No Data, survey table does not exist."}
        assert (status, heading, form) == ("complete", "code", "long")
        numbers = range(max(first, 1), min(last or len(self.wave.people), len(self.wave.people)) + 1)
        if not numbers:
            return {"status": "No Data, could not get max id."}
        rows = [self._response(number) for number in numbers]
        if kind == "json":
            return base64.b64encode(json.dumps({"responses": rows}, ensure_ascii=False).encode()).decode()
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
        return base64.b64encode(text.getvalue().encode("utf-8-sig")).decode()

    def _word(self, asked: str, score: int | None) -> str:
        label = questionnaire().label(asked, score) if score else None
        return label.by_language()[self.language] if label else ""

    def _response(self, number: int) -> dict[str, Any]:
        person = self.wave.people[number - 1]
        opened = datetime.combine(self.wave.closed_day - timedelta(days=12), time(9, 0))
        at = opened + number * timedelta(days=12) / len(self.wave.people)
        row: dict[str, Any] = {
            "id": str(number),
            "submitdate": f"{at:%Y-%m-%d %H:%M:%S}" if self.keeps_dates else "1980-01-01 00:00:00",
            "lastpage": "1",
            "startlanguage": self.language,
            "token": f"secret{number}",
            "ipaddr": "192.0.2.7",
            "email": f"resident{number}@example.org",
        }
        audience = self.wave.audience
        for name in questionnaire().filters_for(audience):
            row[name.replace("_", "")] = self._word(name, person.answers.get(name))
        for name, scale in questionnaire().scales_for(audience).items():
            for item in scale.items:
                code = f"{name.replace('_', '')}[SQ{item.id.rsplit('_', 1)[1]}]"
                row[code] = self._word(item.id, person.answers.get(item.id))
        for cut, texts in questionnaire().cuts.items():
            option = texts.options.get(person.cuts.get(cut, ""))
            row[cut.replace("_", "")] = option.by_language()[self.language] if option else person.cuts.get(cut, "")
        return {**row, "story": f"private words of {number}", "interviewtime": str(float(person.seconds))}
