"""The accounts of a town's services: which sections of `kehila.toml` are an authority's. Decided here alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.settings import SourceSettings, format_settings
from town.config import Config, ConfigProblem
from warehouse.accounts import AccountRef
from warehouse.names import no_such


class NotConfigured(ConfigProblem):
    """A town has no such source or account, or none at all; another town of the same configuration may."""


@dataclass(frozen=True)
class ConfiguredAccount:
    """An account with its section of `kehila.toml`."""

    ref: AccountRef
    section: SourceSettings

    @property
    def place(self) -> str:
        """The section's heading, as errors name it."""
        return f"[source.{self.ref}]"


def accounts(config: Config, authority: str, only: str | None = None) -> list[ConfiguredAccount]:
    """The accounts of an authority, by source and name; `only` is SOURCE or SOURCE.ACCOUNT.

    Raises NotConfigured when `only` names none of them.
    """
    mine = [one for one in all_accounts(config) if one.section.authority in ("", authority)]
    chosen = [one for one in mine if only in (None, one.ref.source, str(one.ref))]
    if only is not None and not chosen:
        known = {name for one in mine for name in (one.ref.source, str(one.ref))}
        raise NotConfigured(no_such("source or account", only, known))
    return chosen


def configured_spaces(config: Config, authority: str) -> frozenset[str]:
    """The codes of the places that an authority's accounts and files speak of, registered in its workbook or not."""
    sections = [one.section for one in accounts(config, authority)]
    formats = (config.options(section) for section in format_settings())
    return frozenset().union(*(one.spaces() for one in (*sections, *filter(None, formats))))


def all_accounts(config: Config, sources: Iterable[str] | None = None) -> list[ConfiguredAccount]:
    """The accounts of all authorities (of these `sources` only, where some are named), by source and name."""
    wanted = config.source if sources is None else sources
    return [
        ConfiguredAccount(AccountRef(source, name), section)
        for source in sorted(wanted)
        for name, section in sorted(config.source.get(source, {}).items())
    ]


def authority_of(config: Config, account: ConfiguredAccount) -> str:
    """The code of the authority that an account says is its own, or of the only one. Raises ConfigProblem."""
    if not account.section.authority and len(config.authority) > 1:
        raise ConfigProblem(f"{account.place}: several authorities are configured; say whose it is with `authority`")
    return config.the_authority(account.section.authority or None).code
