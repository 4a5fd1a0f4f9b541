"""The order of day and month is decided in one place: no reader of tables reads a day by itself."""

import ast

from tests.conftest import ROOT

BY_ITSELF = {"as_day", "as_time", "as_month"}
ALLOWED = {
    "collectors/facebook_group_export/columns.py": "asks which column holds days in either order; months have none",
    "collectors/facebook_group_export/export.py": "months by the order its column of days has",
    "collectors/staff_workbook/cells.py": "by the order its column has, which the sheet asks for",
    "collectors/survey_file/recognition.py": "asks whether a table counts days; none of them is kept",
}


def test_days_are_read_by_columns() -> None:
    found = set()
    for path in sorted((ROOT / "collectors").rglob("*.py")):
        if "tabular" in path.parts:
            continue
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        taken = (
            one for one in tree if isinstance(one, ast.ImportFrom) and str(one.module).startswith("collectors.tabular")
        )
        if BY_ITSELF & {name.name for one in taken for name in one.names}:
            found.add(path.relative_to(ROOT).as_posix())
    assert found == set(ALLOWED), "read days with collectors.tabular.day_columns"
