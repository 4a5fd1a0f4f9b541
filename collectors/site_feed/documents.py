"""Sitemaps, RSS and Atom as plain entries: bounded, and with nothing a document could make the reader fetch."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.errors import SourceChanged

LARGEST_DOCUMENT = 50 << 20
"""What the sitemap protocol allows a file, uncompressed."""
MAX_ENTRIES = 50_000
"""And how many addresses in it."""
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Entry:
    """An address a document lists. `published` is known of feeds and news, `modified` of sitemaps."""

    address: str
    published: str = ""
    modified: str = ""
    language: str = ""


@dataclass(frozen=True)
class Document:
    """What one document says: entries, or further sitemaps."""

    kind: str  # sitemap | feed | index
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()
    odd: int = 0  # entries without an address, or what stands where one belongs


def unpacked(body: bytes) -> bytes:
    """The document, unpacked if it is compressed; SourceChanged when it is larger than any may be."""
    if body.startswith(GZIP):
        packed = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = packed.decompress(body, LARGEST_DOCUMENT + 1)
        except zlib.error:
            raise SourceChanged("not_xml") from None
        if not packed.eof and len(body) <= LARGEST_DOCUMENT:
            raise SourceChanged("not_xml")
    if len(body) > LARGEST_DOCUMENT:
        raise SourceChanged("too_large", limit=f"{LARGEST_DOCUMENT >> 20} MB")
    return body


def read(body: bytes) -> Document:
    """A sitemap, a sitemap index, RSS 2.0 (or 1.0) or Atom. SourceChanged when it is none of them."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(unpacked(body), forbid_dtd=True)
    except DefusedXmlException:
        raise SourceChanged("xml_forbidden") from None
    except (ValueError, SyntaxError, LookupError):
        raise SourceChanged("not_xml") from None
    kind = _local(root)
    if kind == "sitemapindex":
        listed = tuple(_texts(root, "sitemap", "loc"))
        return Document("index", sitemaps=listed, odd=len(root) - len(listed))
    readers = {"urlset": _urlset, "rss": _rss, "RDF": _rss, "feed": _atom}
    if kind not in readers:
        raise SourceChanged("not_a_feed")
    entries: list[Entry] = []
    odd = sum(_local(child) != "url" for child in root) if kind == "urlset" else 0
    for entry in readers[kind](root):
        if len(entries) == MAX_ENTRIES:
            raise SourceChanged("too_large", limit=f"{MAX_ENTRIES} entries")
        if entry.address:
            entries.append(entry)
        else:
            odd += 1
    return Document("sitemap" if kind == "urlset" else "feed", tuple(entries), odd=odd)


def _urlset(root: Any) -> Iterator[Entry]:
    for url in _children(root, "url"):
        news = next(_children(url, "news"), None)
        published = _text(news, "publication_date") if news is not None else ""
        spoken = next(_children(news, "publication"), None) if news is not None else None
        yield Entry(_text(url, "loc"), published, _text(url, "lastmod"), _text(spoken, "language"))


def _rss(root: Any) -> Iterator[Entry]:
    channels = list(_children(root, "channel"))
    language = _text(channels[0], "language") if channels else ""
    for holder in (root, *channels):  # RSS 1.0 has its items beside the channel
        for item in _children(holder, "item"):
            spoken = _text(item, "language") or language
            yield Entry(_text(item, "link"), _text(item, "pubDate") or _text(item, "date"), language=spoken)


def _atom(root: Any) -> Iterator[Entry]:
    xml = "{http://www.w3.org/XML/1998/namespace}lang"
    for entry in _children(root, "entry"):
        links = [one for one in _children(entry, "link") if one.get("rel", "alternate") == "alternate"]
        language = (links[0].get("hreflang") if links else None) or entry.get(xml) or root.get(xml) or ""
        address = (links[0].get("href") or "").strip() if links else ""
        yield Entry(address, _text(entry, "published"), _text(entry, "updated"), language)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element if _local(child) == name)


def _text(element: Any, name: str) -> str:
    if element is None:
        return ""
    found = next(_children(element, name), None)
    return (found.text or "").strip() if found is not None else ""


def _texts(root: Any, holder: str, name: str) -> Iterator[str]:
    return (text for one in _children(root, holder) if (text := _text(one, name)))


def instant_of(text: str, zone: ZoneInfo) -> datetime | None:
    """A W3C or RFC 822 date as an instant; one without a zone is the town's own. None when it is not understood."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        found = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
