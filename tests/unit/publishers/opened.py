"""A page as a reader has it before her who unfolded everything."""

import base64
import re
import zlib
from html import unescape

from publishers.page import pages
from publishers.report import Report
from texts import Language


def page_of(report: Report, language: Language) -> str:
    """The page with its details in plain sight, as HTML."""
    return opened(pages(report, (language,), "page")[f"page-{language}.html"].decode())


def opened(html: str) -> str:
    """A page whose details are unpacked into the place they are kept in."""
    packed = re.search(r'(?<=<template id="packed">)[^<]*', html)
    assert packed is not None
    return html.replace(packed[0], zlib.decompress(base64.b64decode(packed[0])).decode())


def words_of(html: str) -> str:
    """What can be read of it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
