"""What the report of an import tells beside what was read: what it added to, or changed of, what was there."""

from __future__ import annotations

from dataclasses import asdict

from collectors.base import FileFormat, FileReport
from collectors.remarks import said
from town.landed import LandedParts, landed_tables
from town.staged import staging_modules
from town.store import TownStore
from transforms.staging import chats, staff
from transforms.staging.records import landed_rows
from transforms.staging.restated import Changes
from transforms.staging.skipped import Skipped
from transforms.staging.staff_changes import changes_in_json
from transforms.staging.staff_versions import KEYS, VERSION, workbooks
from transforms.staging.survey_care import STRAIGHT, TOO_FAST, careless_in
from transforms.staging.survey_decided import decided
from transforms.staging.survey_forms import files_of
from transforms.staging.survey_pulse import answered_again_in
from transforms.staging.town import Town
from transforms.staging.whatsapp import STREAMS, new_messages
from warehouse.alike import runs_like
from warehouse.store import as_text

CHAT = "whatsapp_chat"


def add_what_changed(store: TownStore, file_format: FileFormat, run: str, landed: int, report: FileReport) -> None:
    """Add to the report what only all that landed can say of a file of which `landed` records came in this run."""
    if file_format.name == CHAT:
        _tell_of_chat(store, run, report)
    if file_format.name == "survey" and landed:
        answers = files_of(landed_tables(store, ["survey_answer"])["survey_answer"])
        found = decided(answers, run)
        left_out = careless_in(answers, run)
        report.details |= {"careless": left_out} if left_out else {}
        if fast := left_out.get(TOO_FAST):
            report.notices.append(said("too_fast", count=fast))
        if straight := left_out.get(STRAIGHT):
            report.notices.append(said("one_answer", count=straight))
        if again := answered_again_in(answers, run):
            report.notices.append(said("answered_again", count=again))
        if found is not None:
            report.details |= {"wave": found.wave, "counted": {**asdict(found), "added": found.added}}
    if landed:
        _tell_of_figures(store, file_format, run, report)
    if VERSION in {one.name for one in file_format.streams}:
        changes = changes_in_json(workbooks(landed_tables(store, KEYS)).changes[run])
        report.details["changes"] = changes
        if landed == 1 and not (changes["vanished"] or changes["withdrawn"]):  # nothing but the row of the workbook
            report.notices.append(
                "It is empty, and which of the workbooks imported before it was cannot be told: nothing is withdrawn. "
                "Leave a row in it and import it again with --withdraw."
            )


def counted_as_text(report: FileReport) -> str:
    """What is kept in the ledger of how a survey was counted beside what was there, as JSON; '' of other files."""
    counted = report.details.get("counted")
    return as_text(counted) if counted else ""


def _tell_of_figures(store: TownStore, file_format: FileFormat, run: str, report: FileReport) -> None:
    """Say what a file changed of what files before it told of the same, and what of it does not count."""
    town = Town(store.authority.code, store.authority.timezone)
    whole, names = Changes(), {one.name for one in file_format.streams}
    for module in staging_modules():
        for stream, restated in getattr(module, "RESTATED", {}).items():
            # Of a stream's first file nothing can be told otherwise.
            if stream in names and len(store.ledger.segments([stream])) > 1:
                rows = landed_rows(Skipped(module.NEEDS, town).fit(landed_tables(store, [stream])), stream)
                whole += restated.changes(rows, run, town)
    if whole.changed:
        report.notices.append(said("figures_changed", count=whole.changed, months=", ".join(whole.months)))
    if whole.outreached:
        report.notices.append(said("figures_outreached", count=whole.outreached))
    if whole != Changes():
        report.details["figures"] = asdict(whole)


def _tell_of_chat(store: TownStore, run: str, report: FileReport) -> None:
    """Say what a chat's export added, and of which chat it is: judged beside those that hold something it holds."""
    landed = LandedParts(store, runs_like(store.ledger, run, STREAMS))
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    found = chats.found_in(landed, town, run)
    report.details["chat_key"] = found.chat.key
    report.details["new_messages"] = new_messages(landed, found.chat, run)
    if found.doubts:
        report.notices.append(
            f"It cannot be told whether this is the same chat as {found.doubts} imported before: they have a name or "
            "messages in common, but too little else. They are kept apart. If they are one, export the whole chat "
            "again and import that; if both are of one space, write the codes that `kehila spaces` shows of both into "
            "the names of its row in the workbook."
        )
    if found.namesakes:
        report.notices.append(
            f"{found.namesakes} other chats imported before bear the name of this one and are not the same chat. "
            "That name stands for none of them: `kehila spaces` lists each by a code of its own, and the rows that "
            "`kehila workbook` writes register it by that."
        )
