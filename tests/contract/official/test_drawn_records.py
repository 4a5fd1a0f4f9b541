"""Services without an OpenAPI file, by what their makers publish instead: Google's discovery, Meta's field lists.

And pages as long as the services send them.
"""

import json
from typing import Any

import pytest

from collectors.facebook.streams import Comments, FacebookStream, Posts, VisitorPosts
from collectors.google_forms.source import FormAnswer, GoogleForms
from collectors.mailchimp.streams_audience import MailchimpMonth
from collectors.mailchimp.streams_reactions import MailchimpLink
from collectors.zoom.streams import ZoomConnection
from simulator.services.server import Answer
from tests.accounts import account_of
from tests.conftest import shared
from tests.contract.official.playing import MAILCHIMP, NOW, WINDOW, ZOOM, Played, pull
from tests.contract.official.referee import Referee, drawing
from tests.contract.official.specification import Specification
from tests.contract.official.test_ga4_official import by_pointer
from tests.contract.official.values import STRANGER, Walker
from tests.contract.test_facebook_samples import session_of
from transforms.questionnaire import questionnaire

GRAPH_TYPES = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "unsigned int": {"type": "integer"},
    "int": {"type": "integer"},
}


def graph_fields(name: str) -> dict[str, Any]:
    """The schema of a kind of object by Meta's list of its fields; every field may be absent."""
    document = json.loads(shared("contracts", "meta-graph", "specs", f"{name}.json").read_text(encoding="utf-8"))
    fields = {one["name"]: GRAPH_TYPES.get(one["type"], {}) for one in document["fields"]}
    return {"type": "object", "properties": {**fields, "from": {}, "id": {"type": "string"}}, "required": ["id"]}


@pytest.mark.parametrize(
    ("stream", "spec"),
    [(Posts, "PagePost"), (VisitorPosts, "PagePost"), (Comments, "Comment")],
    ids=lambda one: str(one),
)
def test_objects_with_any_of_their_published_fields(stream: type[FacebookStream], spec: str) -> None:
    schema, rows, aside, drift = graph_fields(spec), 0, 0, 0
    for seed in range(24):
        assert WINDOW.since is not None
        walker = Walker(Specification({"paths": {}}), seed, WINDOW.since, WINDOW.until, {"id": lambda w: f"4_{w.seed}"})
        records = [walker.record(schema, 1) for _ in range(5)]
        session = session_of({})
        read = Comments().page(records, session, "1", True) if stream is Comments else stream().page(records, session)  # type: ignore[attr-defined]
        assert read.rows.num_rows + len(session.report.rejected) == len(records)
        assert session.report.drift[f"{stream.name}.{STRANGER}"] == walker.strangers
        rows, aside, drift = rows + read.rows.num_rows, aside + len(session.report.rejected), drift + walker.strangers
    assert rows > 0 and aside > 0 and drift > 0


def forms() -> Specification:
    """Google's discovery document as the paths of an OpenAPI file."""
    document = json.loads(shared("contracts", "forms", "google-forms.v1.discovery.json").read_text(encoding="utf-8"))
    own = document["resources"]["forms"]
    paths: dict[str, Any] = {}
    for method in (own["methods"]["get"], own["resources"]["responses"]["methods"]["list"]):
        listed = [{"name": name, "in": one["location"], "schema": one} for name, one in method["parameters"].items()]
        good = {"description": "", "schema": {"$ref": method["response"]["$ref"]}}
        paths["/" + method["flatPath"]] = {"get": {"parameters": listed, "responses": {"200": good}}}
    return Specification(by_pointer({"schemas": document["schemas"], "paths": paths}))


def test_any_form_and_any_responses() -> None:
    specification, rows, aside = forms(), 0, 0
    items = list(questionnaire().items_for("residents"))
    for seed in range(18):
        played = Played((), lambda now: GoogleForms(), "", {}, {}, mend=lambda call, path, body, base: body)
        assert WINDOW.since is not None
        walker = Walker(specification, seed, WINDOW.since, WINDOW.until)
        ask = drawing(specification, walker)

        def answers(call: Any, path: str, ask: Any = ask, walker: Any = walker) -> Answer:
            body = json.loads(ask(call, path).body)
            body.pop("nextPageToken", None)  # it would be drawn anew for ever
            if not path.endswith("responses"):
                known = [
                    {"title": one.he, "questionItem": {"question": {"questionId": f"q{at}", "scaleQuestion": {}}}}
                    for at, one in enumerate(items)
                ]
                body["items"] = [*body.get("items", []), *known]
            for one in body.get("responses", []):
                one["answers"] = {
                    f"q{at}": walker.value(specification.document["schemas"]["Answer"], 3) for at in range(len(items))
                }
                one["answers"]["q0"] = {"textAnswers": {"answers": [{"value": "3"}]}}
            return Answer.json(body)

        with played.referee([(specification, answers)]) as referee:
            given = {"form_id": "form-1", "wave": "w"}
            account = account_of(
                "google_forms",
                "survey",
                given,
                {"service_account": "token"},
                referee.base_url,
                reader_options=questionnaire().reader_options(),
            )
            done = pull(GoogleForms(), account, FormAnswer)
            assert referee.faults == []
        # Nothing was said in the window, or what was said is told.
        assert done.problem is None or done.problem.code in ("unmapped", "no_items"), (seed, done.problem)  # type: ignore[attr-defined]
        rows, aside = rows + len(done.rows.get("survey_answer", [])), aside + len(done.report.rejected)
    assert rows > 0 and aside > 0


@pytest.mark.parametrize("length", [0, 1, 300])
def test_two_pages_of_participants(length: int) -> None:
    played, specification = ZOOM, ZOOM.specifications()[0]

    def answers(call: Any, path: str) -> Answer:
        start = 300 if "next_page_token" in call.params else 0
        people = [
            {"id": "", "name": f"n {start + at}", "user_id": str(start + at), "join_time": "2026-03-05T10:00:00Z"}
            for at in range(length)
        ]
        return Answer.json({"page_size": 300, "next_page_token": "more", "participants": people})

    def history(call: Any, path: str) -> Answer:
        if path != "/report/history_meetings":
            return answers(call, path)
        record = {"meeting_uuid": "/a==", "meeting_id": 1, "start_time": "2026-03-05T10:00:00Z"}
        return Answer.json({"next_page_token": "", "history_meetings": [record]})

    with played.referee([(specification, history)]) as referee:
        done = pull(played.source(NOW), played.account(referee), ZoomConnection)
        assert referee.faults == [] and done.problem is None
    assert len(done.rows.get("zoom_connection", [])) == 2 * length


@pytest.mark.parametrize("length", [0, 1, 1000])
@pytest.mark.parametrize("stream", [MailchimpMonth, MailchimpLink])
def test_two_pages_of_a_thousand(stream: Any, length: int) -> None:
    specification = MAILCHIMP.specifications()[0]
    total = 2 * length

    def answers(call: Any, path: str) -> Answer:
        if path == "/campaigns":
            return Answer.json({"campaigns": [{"id": "c", "send_time": "2026-03-05T10:00:00Z"}], "total_items": 1})
        start = int(call.params["offset"])
        months = [{"month": f"{2026 - at // 12:04d}-{at % 12 + 1:02d}", "subscribed": at} for at in range(total)]
        links = [{"id": f"l{at}", "url": "https://town.example/", "total_clicks": at} for at in range(total)]
        listed = {"history": months} if path.endswith("history") else {"urls_clicked": links}
        page = {name: one[start : start + length] for name, one in listed.items()}
        return Answer.json({**page, "total_items": total})

    with Referee(MAILCHIMP.base_path, [(specification, answers)], lambda call, path, body: body) as referee:
        source = MAILCHIMP.source(NOW)
        done = pull(source, MAILCHIMP.account(referee), stream)
        assert referee.faults == [] and done.problem is None
    if stream is MailchimpLink:
        assert len(done.rows.get(stream.name, [])) == total
    else:
        recent = [at for at in range(total) if f"{2026 - at // 12:04d}-{at % 12 + 1:02d}" >= "2026-01"]
        assert len(done.rows.get(stream.name, [])) == len(recent)
