"""An account of a source as the configuration would make it, for tests of collectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.service import Account
from collectors.settings import source_settings


def account_of(
    source: str,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
    base_url: str | None = None,
    **more: Any,
) -> Account:
    """`settings` as they stand in the account's section of kehila.toml, `secrets` as they are once fetched."""
    section = {**settings, **({"base_url": base_url} if base_url else {})}
    return Account(name, source_settings()[source].model_validate(section), secrets or {}, **more)
