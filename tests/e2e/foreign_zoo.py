"""One specimen or more of every kind of foreign file, made here: what people hand over that is none of ours.

Each holds the canaries, the name of a person and what she wrote, as far as its kind can hold any text.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.e2e import hostile

NAME, WROTE = "Zipporah Quillfeather", "the lamp by my window hums"
CANARIES = (NAME, WROTE)
MAIL = "zipporah@example.org"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PERSON = f"{NAME} {WROTE}".encode()


def _json(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def _csv(*rows: Sequence[object], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def _zip(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _office(*members: str) -> bytes:
    return _zip({"[Content_Types].xml": b"<Types/>", **dict.fromkeys(members, _PERSON)})


def _open_document(kind: str) -> bytes:
    return _zip({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": _PERSON})


def _old_office(stream: str) -> bytes:
    return _OLE + bytes(504) + stream.encode("utf-16-le") + bytes(2) + _PERSON


def _xlsx(*rows: Sequence[object]) -> bytes:
    book, saved = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(saved)
    return saved.getvalue()


def _tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("people.csv")
        member.size = len(_PERSON)
        archive.addfile(member, io.BytesIO(_PERSON))


def _database(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.execute("create table people (name text, wrote text)")
        made.execute("insert into people values (?, ?)", (NAME, WROTE))


def _locked(path: Path) -> None:
    hostile.packed(path, {"report.csv": f"name,wrote\n{NAME},{WROTE}\n"}, zipfile.ZIP_STORED)
    hostile.locked(path)


MESSAGE = {"id": 1, "type": "message", "date": "2026-10-14T10:00:00", "from": NAME, "from_id": "user1", "text": WROTE}
FRIEND = {"title": "", "media_list_data": [], "string_list_data": [{"value": NAME, "timestamp": 1}]}
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{NAME}\r\nNOTE:{WROTE}\r\nEND:VCARD\r\n".encode()
EVENT = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:{WROTE}\r\nORGANIZER:{NAME}\r\nEND:VEVENT\r\n"
LETTER = f"From: {NAME} <{MAIL}>\r\nTo: town@example.org\r\nSubject: {WROTE}\r\nMessage-ID: <1@example.org>\r\n\r\n{WROTE}\r\n"
QSF = {"SurveyEntry": {"SurveyID": "SV_1", "SurveyName": WROTE, "SurveyOwnerID": NAME}, "SurveyElements": []}
SUMMARY = [["1. Summary"], ["Meeting title", WROTE], [], ["2. Participants"]]

ZOO: dict[str, tuple[str, bytes | Callable[[Path], object]]] = {
    "~$staff.xlsx": ("foreign_temporary", b"\x14" + NAME.encode().ljust(54) + WROTE.encode("utf-16-le").ljust(110)),
    ".DS_Store": ("foreign_temporary", b"\0\0\0\1Bud1" + bytes(60) + NAME.encode("utf-16-be")),
    "register.gsheet": ("foreign_shortcut", _json({"doc_id": WROTE, "email": NAME})),
    "link.txt": ("foreign_shortcut", f"[InternetShortcut]\r\nURL=https://example.org/{NAME}\r\n{WROTE}".encode()),
    "msgstore.db.crypt15": ("foreign_whatsapp_backup", b"\x0a\x26\x08\x01" + _PERSON),
    "msgstore-2026-10-01.1.db.crypt14": ("foreign_whatsapp_backup", b"\x98\x01" + _PERSON),
    "media.zip": ("foreign_whatsapp_media", _zip({f"IMG-20261014-WA000{n}.jpg": b"\xff\xd8\xff" + _PERSON for n in range(3)})),
    "photos.zip": ("foreign_whatsapp_media", _zip({"00000012-PHOTO-2026-10-14-10-00-00.jpg": b"\xff\xd8\xff" + _PERSON})),
    "signal-2026-10-14-10-00-00.backup": ("foreign_signal_backup", b"\0\0\0\x3a" + _PERSON),
    "chat.md": ("foreign_signal", f"[2026-10-14, 15:04] Me: {WROTE}\n[2026-10-14, 15:10] {NAME}: fine\n".encode()),
    "result.json": ("foreign_telegram", _json({"name": "Gefen", "type": "private_supergroup", "id": 1, "messages": [MESSAGE]})),
    "messages.html": ("foreign_telegram", f"<!DOCTYPE html>\n<html>\n<head><title>Exported Data</title></head>{NAME}: {WROTE}".encode()),
    "channel.json": ("foreign_discord", _json({"guild": {"id": 1}, "channel": {"name": NAME}, "messages": [{"content": WROTE}]})),
    "discord.csv": ("foreign_discord", _csv(["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"], ["1", NAME, "2026-10-14T10:00:00.0000000+03:00", WROTE, "", ""])),
    "messages.csv": ("foreign_discord", _csv(["ID", "Timestamp", "Contents", "Attachments"], [1, "2026-10-14 10:00:00+00:00", f"{NAME} {WROTE}", ""])),
    "messages.json": ("foreign_discord", _json([{"ID": 1, "Timestamp": "2026-10-14 10:00:00", "Contents": f"{NAME} {WROTE}", "Attachments": ""}])),
    "discord.txt": ("foreign_discord", f"{'=' * 62}\nGuild: Gefen\nChannel: general\n{'=' * 62}\n\n[14/10/2026 10:00] {NAME}\n{WROTE}\n".encode()),
    "package.zip": ("foreign_discord", _zip({"messages/c123/messages.json": _json([NAME, WROTE])})),
    "workspace.zip": ("foreign_slack", _zip({"channels.json": b"[]", "users.json": _json([NAME]), "general/2026-10-14.json": _json([WROTE])})),
    "facebook-zipporah.zip": ("foreign_facebook_data", _zip({"your_facebook_activity/posts/your_posts_1.json": _json([NAME, WROTE])})),
    "message_1.json": ("foreign_facebook_data", _json({"participants": [{"name": NAME}], "messages": [{"sender_name": NAME, "content": WROTE}], "thread_path": "inbox/x"})),
    "instagram-town.zip": ("foreign_instagram_data", _zip({"connections/followers_and_following/followers_1.json": _json([NAME, WROTE])})),
    "followers_1.json": ("foreign_instagram_data", _json([{**FRIEND, "note": WROTE}])),
    "posts_1.json": ("foreign_instagram_data", _json([{"media": [{"uri": "media/posts/202610/1.jpg", "creation_timestamp": 1, "title": f"{NAME} {WROTE}"}]}])),
    "personal_information.json": ("foreign_instagram_data", _json({"profile_user": [{"string_map_data": {"Name": {"value": NAME}, "Bio": {"value": WROTE}}}]})),
    "followers.csv": ("foreign_instagram_data", _csv(["User ID", "Username", "Fullname", "Bio"], [1, "zip", NAME, WROTE])),
    "following.csv": ("foreign_instagram_data", _csv(["Username", "Full name", "Followed by viewer", "Bio"], ["zip", NAME, "YES", WROTE])),
    "takeout-20261014.zip": ("foreign_takeout", _zip({"Takeout/Mail/All mail.mbox": _PERSON, "Takeout/archive_browser.html": b"<html>"})),
    "survey.qsf": ("foreign_qualtrics_survey", _json(QSF)),
    "survey.lss": ("foreign_limesurvey_survey", f'<?xml version="1.0" encoding="UTF-8"?>\n<document>\n <LimeSurveyDocType>Survey</LimeSurveyDocType>{NAME} {WROTE}'.encode()),
    "survey.lsa": ("foreign_limesurvey_survey", _zip({"survey_123456.lss": _PERSON, "survey_123456_responses.lsr": _PERSON})),
    "survey.sav": ("foreign_statistics", b"$FL2@(#) SPSS DATA FILE" + bytes(40) + _PERSON),
    "survey.dta": ("foreign_statistics", b"<stata_dta><header><release>118</release>" + _PERSON),
    "meeting_saved_chat.txt": ("foreign_zoom_chat", f"20:01:33\t From  {NAME} : to Everyone: {WROTE}\n20:02:10\t From  Noa : to Everyone: yes\n".encode()),
    "meeting_new_chat.txt": ("foreign_zoom_chat", f"2026-10-14 20:01:33 From {NAME} to Everyone:\n\t{WROTE}\n".encode()),
    "closed_caption.vtt": ("foreign_captions", f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\n{NAME}: {WROTE}\n".encode()),
    "recording.mp4": ("foreign_recording", b"\0\0\0\x20ftypisom" + _PERSON),
    "voice.opus": ("foreign_recording", b"OggS\0\2" + bytes(20) + b"OpusHead" + _PERSON),
    "contacts.vcf": ("foreign_card", CARD),
    "contacts.csv": ("foreign_contacts", _csv(["Given Name", "Family Name", "E-mail 1 - Value", "Notes"], [*NAME.split(), MAIL, WROTE])),
    "town.ics": ("foreign_calendar", EVENT.encode()),
    "letter.eml": ("foreign_mail", LETTER.encode()),
    "letter.msg": ("foreign_mail", _old_office("__properties_version1.0")),
    "forwarded.eml": ("foreign_mail", f"<html><body>{NAME} {WROTE}</body></html>".encode()),
    "outlook.pst": ("foreign_mailbox", b"!BDN" + bytes(20) + _PERSON),
    "inbox.mbox": ("foreign_mailbox", f"From {MAIL} Wed Oct 14 10:00:00 2026\n{LETTER}".replace("\r", "").encode()),
    "subscribed_members_export.csv": ("foreign_mailchimp_members", _csv(["Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME", "NOTES"], [MAIL, *NAME.split(), 4, "2026-01-02 10:00:00", WROTE])),
    "brevo.csv": ("foreign_brevo_contacts", _csv(["CONTACT ID", "EMAIL", "FIRSTNAME", "LASTNAME", "SMS", "ADDED_TIME", "NOTE"], [1, MAIL, *NAME.split(), "972500000000", "2026-10-14", WROTE], delimiter=";")),
    "teams.csv": ("foreign_teams_attendance", _csv(*SUMMARY, ["Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Role"], [NAME, "10/14/26, 8:00:01 PM", "10/14/26, 9:00:00 PM", "59m", MAIL, WROTE], encoding="utf-16", delimiter="\t")),
    "meet_codes.csv": ("foreign_meet_attendance", _csv(["Meeting code", "Participant name", "Email", "Duration", "Time joined", "Time exited"], ["abc-defg-hij", NAME, MAIL, "59 min", "8:00 PM", WROTE])),
    "meet.csv": ("foreign_meet_attendance", _csv(["First name", "Last name", "Email", "Duration", "Time joined", "Time exited"], [*NAME.split(), MAIL, "59 min", "8:00 PM", WROTE])),
    "Table data.csv": ("foreign_youtube", _csv(["Content", "Video title", "Video publish time", "Views", "Watch time (hours)"], ["x", f"{NAME}: {WROTE}", "Oct 14, 2026", 100, 3.5])),
    "instagram.csv": ("foreign_instagram_insights", _csv(["Post ID", "Account ID", "Account username", "Account name", "Description", "Publish time", "Reach", "Likes", "Comments", "Saves"], [1, 2, "town", NAME, WROTE, "10/14/2026 10:02", 100, 5, 1, 2])),
    "tweets.csv": ("foreign_x", _csv(["Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "engagements"], [1, NAME, WROTE, "2026-10-14 10:00 +0000", 100, 5])),
    "linkedin.xlsx": ("foreign_linkedin", _xlsx(["Update engagement"], ["Post title", "Post link", "Posted by", "Impressions", "Clicks"], [WROTE, "x", NAME, 100, 5])),
    "tiktok.csv": ("foreign_tiktok", _csv(["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"], ["October 14", 100, 5, 1, NAME, WROTE])),
    "secret.zip": ("zip_encrypted", _locked),
    "exports.rar": ("foreign_archive", b"Rar!\x1a\x07\x01\0" + _PERSON),
    "exports.7z": ("foreign_archive", b"7z\xbc\xaf\x27\x1c\0\4" + _PERSON),
    "exports.csv.gz": ("foreign_archive", b"\x1f\x8b\x08\0\0\0\0\0\0\3" + _PERSON),
    "exports.tar": ("foreign_archive", _tar),
    "server.log": ("foreign_log", f"started\n{NAME} {WROTE}\n".encode()),
    "server.txt": ("foreign_log", f"2026-10-14 10:00:00,123 INFO sent: {NAME}\n2026-10-14 10:00:01,007 ERROR {WROTE}\n".encode()),
    "bracketed.txt": ("foreign_log", f"[2026-10-14 10:00:00] INFO: sent {NAME}\n[2026-10-14 10:00:01] ERROR: {WROTE}\n".encode()),
    "access.txt": ("foreign_log", f'10.0.0.1 - zip [14/Oct/2026:10:00:00 +0300] "GET /?{NAME} {WROTE} HTTP/1.1" 200 12\n'.encode()),
    "syslog": ("foreign_log", f"Oct 14 10:00:00 town mail[12]: {NAME} {WROTE}\n".encode()),
    "account.csv": ("foreign_bank", _csv(["תנועות בחשבון"], ["תאריך", "הפעולה", "פרטים", "חובה", "זכות", "יתרה"], ["14/10/2026", WROTE, NAME, 100, "", 900])),
    "account.xlsx": ("foreign_bank", _xlsx(["תאריך", "תיאור", "₪ זכות/חובה", "₪ יתרה"], ["14/10/2026", f"{NAME} {WROTE}", -100, 900])),
    "card.xlsx": ("foreign_bank", _xlsx(["תאריך עסקה", "שם בית עסק", "סכום חיוב"], ["14-10-2026", f"{NAME} {WROTE}", 100])),
    "statement.csv": ("foreign_bank", _csv(["Date", "Description", "Amount", "Balance"], ["2026-10-14", f"{NAME} {WROTE}", -100, 900])),
    "statement.ofx": ("foreign_bank", f"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><NAME>{NAME}<MEMO>{WROTE}".encode()),
    "statement.sta": ("foreign_bank", f":20:STMT\n:25:10/123\n:28C:1/1\n:60F:C261001ILS900,\n:86:{NAME} {WROTE}\n".encode()),
    "broken.csv": ("foreign_zeros", bytes(4096)),
    "minutes.docx": ("foreign_word", _office("word/document.xml")),
    "minutes.doc": ("foreign_word", _old_office("WordDocument")),
    "minutes.odt": ("foreign_word", _open_document("text")),
    "minutes.rtf": ("foreign_word", b"{\\rtf1\\ansi " + _PERSON + b"}"),
    "deck.pptx": ("foreign_slides", _office("ppt/presentation.xml")),
    "report.pdf": ("foreign_pdf", b"%PDF-1.7\n" + _PERSON),
    "report.csv": ("foreign_pdf", b"%PDF-1.4\nname,wrote\n" + _PERSON),
    "Screenshot.png": ("foreign_image", b"\x89PNG\r\n\x1a\n" + _PERSON),
    "IMG_0001.heic": ("foreign_image", b"\0\0\0\x18ftypheic" + _PERSON),
    "photo.csv": ("foreign_image", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + _PERSON),
    "town.db": ("foreign_database", _database),
    "messages.parquet": ("foreign_columnar", lambda path: pq.write_table(pa.table({"name": [NAME], "wrote": [WROTE]}), path)),
    "export.xls": ("foreign_web_page", f"<html dir=rtl><table><tr><td>{NAME}</td><td>{WROTE}</td></tr></table></html>".encode()),
    "login.csv": ("foreign_web_page", f"<!DOCTYPE html>\n<html><body><form>{NAME} {WROTE}</form></body></html>\n".encode()),
    "data.json": ("foreign_json", _json([{"name": NAME, "wrote": WROTE}])),
    "registrants.csv": ("foreign_zoom_report", _csv(["Registration Report"], [], ["First Name", "Last Name", "Email", "Registration Time", "Approval Status"], [*NAME.split(), MAIL, "10/14/2026 08:00", WROTE])),
    "search.csv": ("foreign_search_console", _csv(["Top queries", "Clicks", "Impressions", "CTR", "Position"], [f"{NAME} {WROTE}", 5, 100, "5%", 3.5])),
    "ads.csv": ("foreign_ads", _csv(["Campaign name", "Ad set name", "Results", "Reach", "Impressions", "Amount spent (ILS)"], [NAME, WROTE, 5, 100, 120, 35])),
    "table.numbers": ("foreign_apple", _zip({"Index/Document.iwa": _PERSON, "Metadata/Properties.plist": b""})),
    "crm.xls": ("foreign_excel_xml", f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>{NAME} {WROTE}</Workbook>'.encode()),
    "data.xml": ("foreign_xml", f'<?xml version="1.0"?>\n<people><name>{NAME}</name><wrote>{WROTE}</wrote></people>'.encode()),
    "old.xls": ("legacy_format", _old_office("Workbook")),
    "table.ods": ("legacy_format", _open_document("spreadsheet")),
    "protected.xlsx": ("encrypted", _old_office("EncryptedPackage")),
    "nothing.csv": ("empty", b""),
    "seed.py": ("unknown_format", f'import csv\n\nROWS = """\nName (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n{NAME},{MAIL},10/14/2026 08:00:00 PM,10/14/2026 09:00:00 PM,60,Yes\n"""\nWROTE = "{WROTE}"\n'.encode()),
    "seed.txt": ("unknown_format", f"#!/bin/sh\ncat > campaigns.csv <<EOF\nSend Date,Audience,Total Recipients,Successful Deliveries,Unique Opens\n14/10/2026,{NAME},1,1,1\nEOF\necho {WROTE}\n".encode()),
    "meet_like_zoom.csv": ("foreign_meet_attendance", _csv(["Meeting code", "Participant name", "Email", "Duration", "Join time", "Time joined", "Time exited"], ["abc-defg-hij", NAME, MAIL, "59", "2026-10-14 20:00", "8:00 PM", WROTE])),
    "line.txt": ("unknown_format", f"{NAME} {WROTE}\n".encode()),
    "program.csv": ("unknown_format", struct.pack("<2sH60x", b"MZ", 1) + _PERSON),
}  # fmt: skip
"""Name of the file -> the code it is refused with, and its bytes or what writes it."""


def housed(folder: Path) -> dict[str, Path]:
    """All specimens written into a folder, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (_, content) in ZOO.items():
        if callable(content):
            content(folder / name)
        else:
            (folder / name).write_bytes(content)
    return {name: folder / name for name in ZOO}
