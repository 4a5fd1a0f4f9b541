"""A definition that changed since the last release has the next revision, and one that did not has its own."""

from __future__ import annotations

from dataclasses import replace

from tests.architecture.definitions import digest, released, wrong
from transforms.catalogue import ours


def test_each_definition_that_changed_since_the_release_is_one_revision_on() -> None:
    assert wrong(ours(), released()) == []


def test_changes_of_meaning_are_found_and_changes_of_words_are_not() -> None:
    one = ours()["whatsapp.answers"]
    head = one.header
    before = {one.id: (head.revision, digest(one))}

    def told(**changed: object) -> list[str]:
        made = {"revision": head.revision, **changed}
        return wrong({one.id: replace(one, header=head.model_copy(update=made))}, before)

    assert told() == []
    assert told(title=head.question, advice=head.question) == []
    assert told(definition=f"  {head.definition}\n") == []
    assert told(revision=head.revision + 1) == [f"{one.id}: revision {head.revision + 1}, write {head.revision}"]
    for changed in ({"unit": "hours"}, {"windows": {}}, {"needs": {}}, {"definition": "Another thing altogether."}):
        assert told(**changed) == [f"{one.id}: revision {head.revision}, write {head.revision + 1}"]
        assert told(**changed, revision=head.revision + 1) == []
        assert told(**changed, revision=head.revision + 2) != []
    assert digest(replace(one, sql=one.sql.replace("is not null", "is null"))) != digest(one)
    assert digest(replace(one, sql=f"-- why\n{one.sql}")) == digest(one)
    other = replace(one)
    vars(other)["views"] = one.views[1:]
    assert digest(other) != digest(one)
    assert wrong({one.id: one}, {}) == ([] if head.revision == 1 else [f"{one.id}: revision {head.revision}, write 1"])
