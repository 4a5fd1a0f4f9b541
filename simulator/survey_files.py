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
from transforms.questionnaire import questionnaire

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
    about = {
        "wave": wave.name,
        "audience": wave.audience,
        "sample_type": wave.sample_type,
        "closed_day": wave.closed_day.isoformat(),
    }
    path.with_name(f"{path.name}.mapping.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return path


def _rows(wave: Wave) -> Iterator[list[Cell]]:
    questions = questionnaire()
    items = questions.items_for("staff" if wave.audience == "staff" else "residents")
    cuts = questions.cuts if wave.audience == "residents" else {}
    yield ["חותמת זמן", "משך בשניות", *(item.he for item in items), *(cut.he for cut in cuts.values())]
    labels = {item.id: questions.answers[scale.answers] for scale in questions.scales.values() for item in scale.items}
    opened = datetime.combine(wave.closed_day - timedelta(days=12), time(9, 0))
    step = timedelta(days=12) / max(len(wave.people), 1)
    for number, person in enumerate(wave.people):
        at = opened + number * step
        language = "ar" if wave.file_kind == "csv-bom" and person.cuts.get("language") == "ar" else "he"
        row: list[Cell] = [at.strftime("%d/%m/%Y %H:%M:%S"), person.seconds]
        for item in items:
            answer = person.answers.get(item.id)
            if answer is None:
                row.append("")
            elif wave.file_kind == "xlsx":
                row.append(answer)
            else:
                row.append(labels[item.id][answer - 1].by_language()[language])
        row.extend(_declared(person, name, language) for name in cuts)
        yield row


def _declared(person: Respondent, cut: str, language: str) -> str:
    code = person.cuts.get(cut)
    if code is None:
        return questionnaire().prefer_not_to_say.by_language()[language]
    option = questionnaire().cuts[cut].options.get(code)
    return option.by_language()[language] if option else code
