"""Survey waves as a form service exports them, each with a mapping file that says which wave it is.

Three looks: a windows-1255 CSV with semicolons and Hebrew labels, an xlsx with digits, and a UTF-8 CSV
with a byte-order mark in which Arabic speakers answered in Arabic.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import xlsxwriter
import yaml

from simulator.model import Respondent, Wave
from transforms.questionnaire import SEVERAL, YES, Scale, questionnaire

ENDINGS = {"csv-1255": "csv", "csv-bom": "csv", "xlsx": "xlsx"}

Cell = str | int


def write_wave(folder: Path, wave: Wave) -> Path:
    """Write a wave and its mapping file; gives the wave's file."""
    path = folder / f"סקר {wave.name}.{ENDINGS[wave.file_kind]}"
    rows = list(_rows(wave))
    if wave.file_kind == "xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("תשובות")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    else:
        text = io.StringIO()
        is_windows = wave.file_kind == "csv-1255"
        csv.writer(text, delimiter=";" if is_windows else ",", lineterminator="\r\n").writerows(rows)
        path.write_bytes(text.getvalue().encode("cp1255" if is_windows else "utf-8-sig"))
    about: dict[str, str | int] = {
        "wave": wave.name,
        "audience": wave.audience,
        "sample_type": wave.sample_type,
        "closed_day": wave.closed_day.isoformat(),
    }
    about |= {"held_as": wave.held_as} if wave.held_as else {}
    about |= {"invited": wave.invited} if wave.invited else {}
    path.with_name(f"{path.name}.mapping.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return path


def _rows(wave: Wave) -> Iterator[list[Cell]]:
    questions = questionnaire()
    scales = questions.scales_for(wave.audience, wave.version)
    several = {name: scale for name, scale in scales.items() if scale.answers == SEVERAL}
    items = [item for name, scale in scales.items() if name not in several for item in scale.items]
    filters = questions.filters if wave.version > 1 and wave.audience == "residents" else {}
    is_listed = wave.file_kind != "xlsx"  # in one cell, else a column for each answer
    cuts = {name: cut for name, cut in questions.cuts.items() if wave.audience == "residents" and _is_asked(name, wave)}
    heads = [text for scale in several.values() for text in _heads(scale, is_listed)]
    yield [
        "חותמת זמן", "משך בשניות", *(one.he for one in filters.values()), *(item.he for item in items), *heads,
        *(cut.he for cut in cuts.values()),
    ]  # fmt: skip
    labels = {
        i.id: questions.answers[s.answers] for s in scales.values() if s.answers in questions.answers for i in s.items
    }
    opened = datetime.combine(wave.closed_day - timedelta(days=12), time(9, 0))
    step = timedelta(days=12) / max(len(wave.people), 1)
    for number, person in enumerate(wave.people):
        at = opened + number * step
        language = "ar" if wave.file_kind == "csv-bom" and person.cuts.get("language") == "ar" else "he"
        row: list[Cell] = [at.strftime("%d/%m/%Y %H:%M:%S"), person.seconds]
        for asked in (*filters, *(item.id for item in items)):
            answer = person.answers.get(asked)
            if answer is None:
                row.append("")
            elif asked not in labels:
                row.append(questions.yes_no["yes" if answer == YES else "no"].by_language()[language])
            elif wave.file_kind == "xlsx":
                row.append(answer)
            else:
                row.append(labels[asked][answer - 1].by_language()[language])
        for scale in several.values():
            row.extend(_marked(scale, person, language, is_listed))
        row.extend(_declared(person, name, language) for name in cuts)
        yield row


def _is_asked(cut: str, wave: Wave) -> bool:
    return wave.version > 1 or cut not in ("workplace", "persona", "mode")


def _heads(scale: Scale, is_listed: bool) -> list[str]:
    assert scale.question is not None
    return [scale.question.he] if is_listed else [f"{scale.question.he} [{item.he}]" for item in scale.items]


def _marked(scale: Scale, person: Respondent, language: str, is_listed: bool) -> list[Cell]:
    """The answers she marked, in one cell as forms list them, or a word in the column of each."""
    marked = [item.id for item in scale.items if person.answers.get(item.id) == YES]
    if is_listed:
        return [", ".join(item.by_language()[language] for item in scale.items if item.id in marked)]
    return [questionnaire().yes_no["yes"].he if item.id in marked else "" for item in scale.items]


def _declared(person: Respondent, cut: str, language: str) -> str:
    code = person.cuts.get(cut)
    if code is None:
        return questionnaire().prefer_not_to_say.by_language()[language]
    option = questionnaire().cuts[cut].options.get(code)
    return option.by_language()[language] if option else code
