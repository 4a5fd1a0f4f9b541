"""The town's rules for its own addresses: what a page is about, in which language, and which is the same page."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote, urlsplit

from collectors.site_feed.settings import LANGUAGES, SiteSettings, Topic

OLD_CODES = {"iw": "he", "ji": "yi"}


class Rules:
    """What the settings say of an address."""

    def __init__(self, settings: SiteSettings) -> None:
        self._settings = settings
        self.host = plain_host(settings.site)  # addresses elsewhere are not its publications

    def topic_of(self, path: str) -> Topic:
        """By the longest prefix that fits."""
        rules = self._settings.page_rules
        fitting = [prefix for prefix in rules if path.startswith(prefix)]
        return rules[max(fitting, key=len)] if fitting else Topic()

    def calls_for_response(self, path: str) -> bool | None:
        """Whether the town says that the page calls for a response; None when it says so of no page."""
        paths = self._settings.response_paths
        return None if paths is None else path.startswith(paths)

    def language_of(self, path: str, declared: str) -> str:
        """By the longest prefix that fits, else as the document declares, else the site's own."""
        rules = self._settings.language_rules
        fitting = [prefix for prefix in rules if path.startswith(prefix)]
        if fitting:
            return rules[max(fitting, key=len)]
        code = declared.lower().replace("_", "-").split("-")[0]
        code = OLD_CODES.get(code, code)
        return code if code in LANGUAGES else self._settings.language


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
