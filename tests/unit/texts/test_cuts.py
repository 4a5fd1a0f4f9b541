"""Names of groups of people: every answer of the questionnaire has one, worded as it is asked."""

from texts import LANGUAGES
from texts.catalogue import texts_of
from texts.cuts import cut_name
from transforms.questionnaire import CUTS as ASKED
from transforms.questionnaire import questionnaire
from warehouse.vocabulary import CUTS, PLACE_CUTS, cut_code


def test_every_group_of_the_questionnaire_has_its_name_in_three_languages():
    assert (*CUTS, "mode") == ASKED and set(PLACE_CUTS) <= set(CUTS)
    for dimension in CUTS:
        for group, option in questionnaire().cuts[dimension].options.items():
            for language in LANGUAGES:
                wording = option.by_language()[language]
                spelled = wording.replace("اً", "ًا")  # as all other texts are
                assert cut_name(cut_code(dimension, group), language).endswith(f": {spelled}")  # type: ignore[arg-type]


def test_a_towns_own_word_is_said_as_it_is_and_two_ways_are_both_said():
    assert cut_name("neighbourhood=נווה תאנה", "he") == "שכונה: נווה תאנה"
    assert cut_name("sex=female&society=arab", "en") == "Sex: Woman; Society: Arab society"


def test_nothing_is_named_that_nobody_is_asked():
    asked = {cut_code(name, group) for name in CUTS for group in questionnaire().cuts[name].options} | {
        "language=mixed"
    }
    assert {name.removeprefix("groups.") for name in texts_of("cuts") if name.startswith("groups.")} == asked
