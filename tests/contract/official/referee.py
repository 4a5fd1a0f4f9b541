"""The thin server between a collector and what answers for the service: it checks each call, and mends what a
specification cannot play (a base path, a token from another host, links to the true host, an end of paging)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import requests

from simulator.services.server import Answer, Call, Server
from tests.contract.official.specification import Specification
from tests.contract.official.values import Walker

Asked = Callable[[Call, str], Answer]
"""Answers a call to a path below the service's base path."""
Mend = Callable[[Call, str, Any], Any]
"""The body that goes back, from the one that came."""


class Referee(Server):
    """`faults` says what the collector asked that no specification knows, `asked` which operations were called."""

    def __init__(self, base_path: str, backs: list[tuple[Specification, Asked]], mend: Mend) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.asked: set[str] = set()
        self._base_path, self._backs, self._mend = base_path, backs, mend

    def missing(self, call: Call) -> Answer:
        """Every call that is not played by the test itself comes here."""
        if not call.path.startswith(self._base_path):
            self.faults.append(f"outside the base path: {call.path}")
            return Answer.json({}, 404)
        path = call.path.removeprefix(self._base_path)
        for specification, ask in self._backs:
            operation = specification.operation(call.method, path)
            if operation is not None:
                self.asked.add(operation.template)
                self.faults += specification.faults(call, path)
                return self._mended(call, path, ask(call, path))
        self.faults.append(f"no such call: {call.method} {path}")
        return Answer.json({}, 404)

    def _mended(self, call: Call, path: str, answer: Answer) -> Answer:
        if answer.status >= 400:
            self.faults.append(f"refused by the specification's server: {answer.status} for {path}")
            return answer
        body = self._mend(call, path, json.loads(answer.body))
        return Answer.json(body, answer.status, {name: v for name, v in answer.headers.items() if name[0] == "X"})


def asking_prism(address: str, *, dynamic: bool = False) -> Asked:
    """Passes calls on to a Prism; `dynamic` asks it for random values instead of the file's examples."""

    def ask(call: Call, path: str) -> Answer:
        headers = {"Accept": "application/json", "Authorization": call.headers.get("authorization", "")}
        if "api-key" in call.headers:
            headers["api-key"] = call.headers["api-key"]
        if dynamic:
            headers["Prefer"] = "dynamic=true"
        query = f"?{urlencode(call.params)}" if call.params else ""
        answer = requests.request(call.method, f"{address}{path}{query}", headers=headers, timeout=60)
        violations = json.loads(answer.headers.get("sl-violations", "[]"))
        asked_wrong = [one["message"] for one in violations if one["location"][:1] == ["request"]]
        if asked_wrong or answer.status_code >= 400:
            return Answer.json({"violations": asked_wrong}, max(answer.status_code, 422))
        body = answer.json()
        if dynamic and isinstance(body, dict):
            # Each record asks for more; two of a list are as random as five.
            body = {name: one[:2] if isinstance(one, list) else one for name, one in body.items()}
        return Answer.json(body)

    return ask


def drawing(specification: Specification, walker: Walker) -> Asked:
    """Answers each call with a value drawn from the schema of its answer."""

    def ask(call: Call, path: str) -> Answer:
        operation = specification.operation(call.method, path)
        assert operation is not None
        return Answer.json(walker.value(operation.answer))

    return ask
