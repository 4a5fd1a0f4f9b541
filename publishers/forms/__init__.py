"""The questionnaire as people are asked it: on paper, and as form services take it.

    write_paper(form, language, page, sheet)     a page to print, and the sheet its answers are typed into
    write_google(form, language, path)           a script that makes a Google form
    write_lss(form, language, path)              a survey LimeSurvey imports (.lss)
    write_word(form, language, path)             a text for Word, which Microsoft Forms imports
    by_hand(form, language) -> [line]            what is to be set in Microsoft Forms after that

Belongs here: what a questionnaire looks like to who fills it in or sets it up. Does not: what is asked (`transforms`),
which a `Form` brings along in all languages, and reading the answers (`collectors.survey_answers`): whatever is
written here comes back through it.
"""

from publishers.forms.form import Choice, Form, Question
from publishers.forms.google import write_google
from publishers.forms.lss import write_lss
from publishers.forms.paper import write_paper
from publishers.forms.word import by_hand, write_word

__all__ = ["Choice", "Form", "Question", "by_hand", "write_google", "write_lss", "write_paper", "write_word"]
