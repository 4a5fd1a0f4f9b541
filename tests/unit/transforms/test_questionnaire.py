"""The questionnaire covers what it must, says nothing twice, and the file reader knows its words."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from collectors.survey_answers.answers import AnswerKey
from collectors.tabular import Cell
from transforms import questionnaire as module
from transforms.catalogue import WEIGHTED, ours
from transforms.questionnaire import Questionnaire, Texts, questionnaire

SURVEYED = {
    "facebook.relevance_felt",
    "whatsapp.trust",
    "whatsapp.meetups",
    "whatsapp.belonging",
    "zoom.right_awareness",
    "zoom.partnership_felt",
    "assets.digital_literacy",
    "assets.digital_use",
    "ethics.staff_need_felt",
    "ethics.neutrality_felt",
    "societies.haredi_users",
    "societies.arab_users",
    "societies.met_in_place",
    "resilience.index",
    "resilience.social_capital",
    "resilience.satisfaction",
    "resilience.attachment",
    "resilience.loneliness",
    "resilience.reach_depth",
    "resilience.quality_of_life",
    "resilience.opportunity",
    "resilience.pulse",
    "measurement.barriers",
    "whatsapp.answers",
    "zoom.participation",
}


def raw() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(module.__file__).with_suffix(".yaml")).read_text(encoding="utf-8"))
    return loaded


def test_every_surveyed_indicator_has_items() -> None:
    fed = {indicator for meaning in questionnaire().meanings().values() for indicator in meaning.indicators}
    assert fed == SURVEYED


def test_the_index_rests_on_three_factors() -> None:
    scales = questionnaire().scales
    assert {name for name, scale in scales.items() if "resilience.index" in scale.indicators} == {
        "social_capital",
        "satisfaction",
        "attachment",
    }


def test_staff_are_asked_about_need_and_residents_are_not() -> None:
    asked = {item.id for item in questionnaire().items_for("staff")}
    assert asked == {"staff_need_1", "staff_need_2", "staff_need_3"}
    assert not asked & {item.id for item in questionnaire().items_for("residents")}


def test_who_the_items_are_for_is_asked_before_them() -> None:
    filters = {name: scale.filter for name, scale in questionnaire().scales.items() if scale.filter}
    assert filters == {
        "relevance": "reads_page_1",
        "belonging": "in_open_group_1",
        "partnership": "was_in_meeting_1",
        "answer_quality": "got_answer_1",
    }
    assert set(filters.values()) == set(questionnaire().filters)


def test_what_the_first_version_asked_is_asked_still_but_for_one_sentence() -> None:
    first, second, third = (set(asked) for asked in questionnaire().versions().values())
    assert not second - third and {item.rsplit("_", 1)[0] for item in third - second} == {"pulse"}
    assert first - second == {"relevance_1"}
    assert {item.rsplit("_", 1)[0] for item in second - first} == {
        "relevance", "answer_quality", "quality_of_life", "opportunity", "barriers", "awareness", "flow", "after_meeting",
        "reads_page", "in_open_group", "was_in_meeting", "got_answer",
    }  # fmt: skip


@pytest.mark.parametrize("scale", ["opportunity", "barriers", "pulse"])
def test_a_statement_counts_each_kind_by_the_item_that_asks_for_it(scale: str) -> None:
    asked = questionnaire().scales[scale]
    [indicator] = asked.indicators
    told = dict(re.findall(rf"when '({scale}_\d+)' then '(\w+)'", ours()[indicator].sql))
    assert told == {item.id: item.part for item in asked.items if item.part != "nothing"}


def test_every_scale_of_three_or_more_items_but_one_turns_an_item() -> None:
    straight = {
        name
        for name, scale in questionnaire().scales.items()
        if len(scale.items) >= 3 and not any(item.reverse for item in scale.items)
    }
    # The form after a meeting is filled in on the way out: three plain sentences.
    assert straight == {"partnership", "after_meeting", "opportunity", "barriers"}


def test_slots_carry_items_without_wording() -> None:
    options = questionnaire().reader_options()
    assert [i for i in options["items"] if i.startswith("ccram10_")] == [f"ccram10_{n}" for n in range(1, 11)]
    assert sorted(int(i[8:]) for i in options["items"] if i.startswith("ccram28_")) == list(range(1, 29))
    assert options["items"]["ccram10_1"] == {}
    assert questionnaire().meanings()["ccram10_7"].indicators == ("resilience.attachment", "resilience.index")
    assert "ccram10_1" not in questionnaire().meanings()


def test_the_reader_knows_every_label_without_being_told() -> None:
    key = AnswerKey()
    for text, score in questionnaire().answer_words().items():
        assert key.score(Cell("A1", text)) == score, text
    for text in questionnaire().prefer_not_to_say.by_language().values():
        assert key.is_silent(text), text


def test_texts_are_in_their_own_script() -> None:
    q = questionnaire()
    texts: list[Texts] = [item for scale in q.scales.values() for item in scale.items]
    texts += [label for labels in q.answers.values() for label in labels]
    texts += [*q.filters.values(), *q.yes_no.values(), *(s.question for s in q.scales.values() if s.question)]
    texts += [one for cut in q.cuts.values() for one in (cut, *cut.options.values())]
    for text in texts:
        assert any("א" <= c <= "ת" for c in text.he) and not any("\u0600" <= c <= "\u06ff" for c in text.he), text.he
        assert any("\u0600" <= c <= "\u06ff" for c in text.ar) and not any("א" <= c <= "ת" for c in text.ar), text.ar
        assert text.en.isascii(), text.en


def _twice(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["items"][0]["id"] = "belonging_1"


def _alike(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["items"][0]["he"] = content["scales"]["trust"]["items"][1]["he"]


def _two_numbers(content: dict[str, Any]) -> None:
    content["answers"]["how_often"][0]["he"] = content["answers"]["agreement"][4]["he"]


def _share_of_two(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["measure"] = "share"


def _no_such_answers(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["answers"] = "smileys"


def _no_such_factor(content: dict[str, Any]) -> None:
    content["slots"]["ccram10"]["social_trust"]["feeds"] = "hope"


def _lost_arabic(content: dict[str, Any]) -> None:
    del content["scales"]["trust"]["items"][0]["ar"]


def _filter_of_nobody(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["filter"] = "owns_a_cat_1"


def _kinds_unnamed(content: dict[str, Any]) -> None:
    del content["scales"]["opportunity"]["items"][0]["part"]


def _choices_without_question(content: dict[str, Any]) -> None:
    del content["scales"]["barriers"]["question"]


def _item_of_tomorrow(content: dict[str, Any]) -> None:
    content["scales"]["trust"]["items"][0]["since"] = questionnaire().version + 1


def _lost_cut(content: dict[str, Any]) -> None:
    del content["cuts"]["society"]


@pytest.mark.parametrize(
    "spoil",
    [
        _twice,
        _alike,
        _two_numbers,
        _share_of_two,
        _no_such_answers,
        _no_such_factor,
        _lost_arabic,
        _lost_cut,
        _filter_of_nobody,
        _kinds_unnamed,
        _choices_without_question,
        _item_of_tomorrow,
    ],
)
def test_a_questionnaire_that_contradicts_itself_is_refused(spoil: Any) -> None:
    content = raw()
    Questionnaire.model_validate(content)
    spoil(content)
    with pytest.raises(ValidationError):
        Questionnaire.model_validate(content)


def test_no_definition_claims_weights_or_a_filter_that_do_not_exist() -> None:
    surveyed = {name: one for name, one in ours().items() if "survey_response" in one.header.inputs}
    assert len(surveyed) >= 15
    for name, one in surveyed.items():
        own, said, rest = one.header.definition.partition(WEIGHTED["definition"])
        assert said and not rest, name
        assert "weighted" not in own.casefold(), name
    filtered = {n for n, one in surveyed.items() if "asked first" in one.header.definition}
    assert filtered == {name for scale in questionnaire().scales.values() if scale.filter for name in scale.indicators}
