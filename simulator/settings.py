"""The generated town's `kehila.toml`."""

from __future__ import annotations

from pathlib import Path

from simulator.model import Town
from simulator.places import CODE, NAMES, TIMEZONE
from simulator.planted import LEAD, TARGETS
from simulator.surveys import MARGINS
from simulator.talk import texts

FILE = "kehila.toml"


def write_settings(folder: Path, town: Town) -> Path:
    """Write the configuration; gives the file."""
    population = "\n".join(f"{year} = {residents}" for year, residents in sorted(town.residents.items()))
    topics = "\n".join(
        f"{name} = [{', '.join(_quoted(word) for word in words)}]" for name, words in texts()["topics"].items()
    )
    margins = "\n".join(
        f"{cut} = {{ {', '.join(f'{_quoted(name)} = {people}' for name, people in groups.items())} }}"
        for cut, groups in MARGINS.items()
    )
    path = folder / FILE
    path.write_text(
        f"""\
# A generated town for the demo: nothing and nobody in it is real.
[[authority]]
code = "{CODE}"
name_he = {_quoted(NAMES["he"])}
name_ar = {_quoted(NAMES["ar"])}
name_en = {_quoted(NAMES["en"])}
timezone = "{TIMEZONE}"
languages = ["he", "ar", "en"]
{_asked() if town.planted else ""}

[authority.margins]   # adults, by which surveys are weighed
{margins}

[authority.population]   # residents at the end of the year
{population}

[store]
lake = "lake"
warehouse = "sqlite:///warehouse.db"
output = "output"

[keys]
root = "file:keys/root.key"

[whatsapp.topics]
{topics}
""",
        encoding="utf-8",
    )
    return path


def _asked() -> str:
    """What leads in the demo town, and what it wants to reach."""
    targets = ", ".join(f'"{name}" = {target}' for name, target in TARGETS.items())
    lead = "".join(f"\n  {_quoted(name)}," for name in LEAD)
    return f"lead = [   # what page one looks at{lead}\n]\ntargets = {{ {targets} }}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
