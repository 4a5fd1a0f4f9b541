"""The town's rules for its own addresses: what a page is about, in which language, and which is the same page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from collectors.errors import FixSettings
from collectors.service import Account

TOPICS = ("process", "service", "contact", "learning", "work", "finance", "rights", "culture", "emergency", "other")
PROCESS_KINDS = ("planning", "education", "events", "tenders", "legislation", "budget", "residents_meeting", "other")
STAGES = ("idea", "draft", "decision", "done")
LANGUAGES = ("he", "ar", "en", "ru", "am", "yi", "uk", "fr", "es")
OLD_CODES = {"iw": "he", "ji": "yi"}


@dataclass(frozen=True)
class Topic:
    """What a rule says of a page: topic, and of a process its kind and the stage it is shared at."""

    topic: str = "other"
    process_kind: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Rules:
    """The settings, read and checked."""

    site: str
    space: str
    documents: tuple[str, ...]
    topics: Mapping[str, Topic]
    languages: Mapping[str, str]
    language: str
    response: tuple[str, ...] | None  # path prefixes; None when the town named none

    @property
    def host(self) -> str:
        """The site's host; addresses elsewhere are not its publications."""
        return plain_host(self.site)

    def topic_of(self, path: str) -> Topic:
        """By the longest prefix that fits."""
        fitting = [prefix for prefix in self.topics if path.startswith(prefix)]
        return self.topics[max(fitting, key=len)] if fitting else Topic()

    def calls_for_response(self, path: str) -> bool | None:
        """Whether the town says that the page calls for a response; None when it says so of no page."""
        return None if self.response is None else path.startswith(self.response)

    def language_of(self, path: str, declared: str) -> str:
        """By the longest prefix that fits, else as the document declares, else the site's own."""
        fitting = [prefix for prefix in self.languages if path.startswith(prefix)]
        if fitting:
            return self.languages[max(fitting, key=len)]
        code = declared.lower().replace("_", "-").split("-")[0]
        code = OLD_CODES.get(code, code)
        return code if code in LANGUAGES else self.language


def rules_of(account: Account) -> Rules:
    """The rules of an account; FixSettings names the setting that is wrong."""
    settings = account.settings
    site = str(settings.get("site", ""))
    if urlsplit(site).scheme not in ("http", "https") or not urlsplit(site).hostname:
        raise wrong("site", "the site's own address, such as https://www.town.example")
    space = str(settings.get("space") or "")
    if not space:
        raise wrong("space", "the code of the site among the town's spaces")
    topics = {prefix: _topic(str(value)) for prefix, value in _table(settings, "page_rules").items()}
    languages = {str(prefix): str(code) for prefix, code in _table(settings, "language_rules").items()}
    language = str(settings.get("language", "he"))
    if not {language, *languages.values()} <= set(LANGUAGES):
        raise wrong("language", f"among {', '.join(LANGUAGES)}")
    documents = (*_list(settings, "sitemaps", ["sitemap.xml"]), *_list(settings, "feeds", []))
    if not documents:
        raise wrong("sitemaps", "a list of paths on the site, or feeds one")
    response = tuple(_list(settings, "response_paths", [])) if "response_paths" in settings else None
    return Rules(site, space, documents, topics, languages, language, response)


def _topic(text: str) -> Topic:
    """`service`, `process:planning` or `process:planning:draft`."""
    topic, kind, stage = (*text.split(":"), "", "")[:3]
    known = topic in TOPICS and kind in ("", *PROCESS_KINDS) and stage in ("", *STAGES)
    if not known or (kind and topic != "process") or text.count(":") > 2:
        raise wrong("page_rules", "a table of path = topic, or process:kind, or process:kind:stage")
    return Topic(topic, (kind or "other") if topic == "process" else None, stage or None)


def _table(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = settings.get(name, {})
    if not isinstance(found, Mapping):
        raise wrong(name, "a table of path = value")
    return found


def _list(settings: Mapping[str, Any], name: str, otherwise: list[str]) -> list[str]:
    found = settings.get(name, otherwise)
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise wrong(name, "a list of paths on the site")
    return found


def wrong(name: str, wanted: str) -> FixSettings:
    """A setting that cannot be used."""
    return FixSettings("wrong_setting", name=name, wanted=wanted)


def plain_host(address: str) -> str:
    """An address's host as it counts: www or not is one site. '' for what is no address."""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def path_of(address: str) -> str:
    """The path as people write it in a rule: unquoted, without query and fragment."""
    return unquote(urlsplit(address.strip()).path) or "/"


def digest_of(address: str) -> str:
    """16 hex digits of a page: the same for http and https, with www or without, with a last slash or without."""
    query = urlsplit(address.strip()).query
    same = f"{plain_host(address)}{path_of(address).rstrip('/')}?{query}"
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()[:16]
