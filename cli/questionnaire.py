"""The command `questionnaire`: the product's own questionnaire for a form service or for paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from cli.printing import printed
from cli.session import Problem, Session

if TYPE_CHECKING:
    from publishers.forms import Choice, Form, Question
    from texts.writing import FormLanguage
    from transforms.questionnaire import Audience, Scale, Texts

Kind = Literal["paper", "lss", "google", "word"]
FORMATS: tuple[Kind, ...] = get_args(Kind)
NEXT: dict[Kind, str] = {
    "google": "paste it into a new project at script.google.com and run createQuestionnaire; the log names the form",
    "word": "open it in Word, save it as a document, and in Microsoft Forms choose Quick import",
    "lss": "in LimeSurvey: Create survey, Import; answers come by [source.limesurvey.NAME] or as an exported file",
}
"""What is done with a file."""


@click.command()
@click.option(
    "--language", type=click.Choice(["he", "ar", "en", "ru"]), default="he", show_default=True, help="Of the questions."
)
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="What it is written for.")
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to write it.")
@click.option(
    "--audience", type=click.Choice(["residents", "staff", "meeting", "pulse"]), default="residents", show_default=True,
    help="Who is asked; `meeting` is the short form for the way out of one, `pulse` six that are always open.",
)  # fmt: skip
@click.pass_obj
def questionnaire(session: Session, language: FormLanguage, kind: Kind, output: Path, audience: Audience) -> None:
    """Write the questionnaire residents are asked.

    In its latest version, with the questions that say whom the others are for. Neighbourhoods are those of `margins`
    in kehila.toml; where it names none, people write theirs. Answers come back by `kehila import`.
    A file that is there already is never written over.

    \b
    google   a script that makes a Google form: paste it at script.google.com and run it once
    lss      a survey to import into LimeSurvey (4 or later), in all four languages, this one first
    word     a text to open in Word, save as a document and give to the quick import of Microsoft Forms
    paper    a page to print, FILE, and beside it a sheet to type the answers into, of the same name and .xlsx

    \b
    Examples:
      kehila questionnaire --format paper --output survey.html
      kehila questionnaire --format google --language ru --output form.gs
      kehila questionnaire --format word --output survey.txt
      kehila questionnaire --format lss --output survey.lss
      kehila questionnaire --format paper --output exit.html --audience meeting --language ar
      kehila questionnaire --format google --output pulse.gs --audience pulse
    """
    from publishers.forms import by_hand, write_google, write_lss, write_paper, write_word

    town = session.town() if session.config_path.exists() else None
    form = form_for(audience, town.margins.get("neighbourhood", ()) if town else ())
    if kind == "paper":
        sheet = output.with_suffix(".xlsx")
        _refuse_to_overwrite(output, sheet)
        write_paper(form, language, output, sheet)
        printed(f"wrote {output}, to be printed, and {sheet} for the answers; then: kehila import {sheet}")
    else:
        _refuse_to_overwrite(output)
        {"google": write_google, "lss": write_lss, "word": write_word}[kind](form, language, output)
        printed(f"wrote {output}; {NEXT[kind]}")
        for line in by_hand(form, language) if kind == "word" else ():
            printed(f"  {line}")


def _refuse_to_overwrite(*paths: Path) -> None:
    """Raises Problem where one of them is there, or two are one."""
    if len(set(paths)) < len(paths):
        raise Problem(f"{paths[0]} is the name of the sheet for the answers: name the page another, as in survey.html")
    for path in paths:
        if path.exists():
            raise Problem(f"{path} is there already and is not written over: name another file, or move this one away")
        if not path.parent.is_dir():
            raise Problem(f"there is no folder {path.parent} to write it into")


def form_for(audience: Audience, neighbourhoods: Iterable[str] = ()) -> Form:
    """The latest questionnaire as a form: a question that asks whom others are for stands before all of those."""
    from publishers.forms import Form, Question
    from transforms.questionnaire import PULSE
    from transforms.questionnaire import questionnaire as own
    from transforms.surveys.population import WEIGHED

    asked = own()
    scales = list(asked.scales_for(audience).items())
    first = {scale.filter: at for at, (_, scale) in reversed(list(enumerate(scales))) if scale.filter}
    scales = [one for _, one in sorted(enumerate(scales), key=lambda pair: first.get(pair[1][1].filter, pair[0]))]
    filters = asked.filters_for(audience)
    found: list[Question] = []
    for name, scale in scales:
        if scale.filter and scale.filter not in {one.id for one in found}:
            texts = filters[scale.filter].by_language()
            found.append(Question(scale.filter, texts, "yes_no", _choices(asked.yes_no)))
        found += _questions(name, scale)
    if audience == "residents":
        found += _about(neighbourhoods, asked.cuts)
    if audience == PULSE:
        found.insert(0, Question("own_code", asked.own_code.by_language(), "words", is_required=True))
        found += _about(neighbourhoods, WEIGHED)
    return Form(audience, asked.consent.by_language(), tuple(found))


def _questions(name: str, scale: Scale) -> list[Question]:
    from publishers.forms import Choice, Question
    from transforms.questionnaire import SEVERAL, YES_NO
    from transforms.questionnaire import questionnaire as own

    if scale.answers == SEVERAL:
        assert scale.question is not None
        choices = tuple(Choice(item.id, item.by_language()) for item in scale.items)
        return [Question(name, scale.question.by_language(), "several", choices, scale.filter)]
    if scale.answers == YES_NO:
        choices = _choices(own().yes_no)
        return [Question(item.id, item.by_language(), "yes_no", choices, scale.filter) for item in scale.items]
    labels = own().answers[scale.answers]
    choices = tuple(Choice(str(score), label.by_language()) for score, label in enumerate(labels, start=1))
    return [Question(item.id, item.by_language(), "scale", choices, scale.filter) for item in scale.items]


def _about(neighbourhoods: Iterable[str], names: Collection[str]) -> list[Question]:
    """The questions about the respondent of these names; who would not say may tick that."""
    from publishers.forms import Choice, Question
    from texts.writing import FORM_LANGUAGES
    from transforms.questionnaire import questionnaire as own

    asked, found = own(), []
    for name, cut in asked.cuts.items():
        if name not in names:
            continue
        options = _choices(cut.options)
        if name == "neighbourhood":
            options = tuple(Choice(one, dict.fromkeys(FORM_LANGUAGES, one)) for one in neighbourhoods)
        is_asked_of_interviewer = name == "mode"
        if options and not is_asked_of_interviewer:
            options = (*options, Choice("", asked.prefer_not_to_say.by_language()))
        found.append(
            Question(
                name, cut.by_language(), "one" if options else "words", options, is_about=True,
                is_for_interviewer=is_asked_of_interviewer,
            )
        )  # fmt: skip
    return found


def _choices(options: Mapping[Any, Texts]) -> tuple[Choice, ...]:
    from publishers.forms import Choice

    return tuple(Choice(str(code), label.by_language()) for code, label in options.items())
