"""Which accounts are pushed to us, from `kehila.toml`: secrets by reference, the replaced one until its day."""

from __future__ import annotations

from datetime import datetime

from collectors.hooks import Hook, HookAccount, Secret, hooks
from collectors.settings import SourceSettings
from town.accounts import ConfiguredAccount, accounts, all_accounts, authority_of
from town.config import Config, ConfigProblem
from warehouse.accounts import AccountRef
from warehouse.keys import load_secret

SHORTEST_SECRET = 16


def receiving(config: Config) -> dict[Hook, list[HookAccount]]:
    """Every hook with the accounts that receive by it. ConfigProblem names what is wrong; KeyProblem a secret."""
    found: dict[Hook, list[HookAccount]] = {}
    for hook in hooks():
        mine = [
            _receiving(config, hook, one)
            for one in all_accounts(config, hook.owner_setting)
            if hook.secret_names[0] in one.section.secrets
        ]
        if mine:
            found[hook] = mine
    if not found:
        raise ConfigProblem(
            "no account receives webhooks; give one its secrets by reference: `[source.zoom.main] secrets.webhook = "
            '"file:keys/zoom.webhook"` (docs/receiving.md has them all)'
        )
    return found


def pushed_to(config: Config, authority: str) -> list[AccountRef]:
    """The accounts of an authority that receive webhooks."""
    return sorted(
        one.ref
        for hook in hooks()
        for one in accounts(config, authority)
        if one.ref.source in hook.owner_setting and hook.secret_names[0] in one.section.secrets
    )


def ref_of(account: HookAccount) -> AccountRef:
    """The account a hook knows, as everybody else refers to it."""
    return AccountRef(account.source, account.name)


def _receiving(config: Config, hook: Hook, account: ConfiguredAccount) -> HookAccount:
    authority, section = authority_of(config, account), account.section
    if lacking := [one for one in hook.secret_names if one not in section.secrets]:
        raise ConfigProblem(f"{account.place}: webhooks need secrets.{', secrets.'.join(lacking)} too, by reference")
    secrets = {
        one: _secrets(config, account.place, one, section)
        for one in (*hook.secret_names, *hook.optional_secrets)
        if one in section.secrets
    }
    return HookAccount(authority, account.ref.source, account.ref.name, secrets=secrets)


def owner_of(config: Config, hook: Hook, account: ConfiguredAccount) -> str:
    """How payloads name an account; empty when the configuration does not say."""
    setting, section = hook.owner_setting[account.ref.source], account.section
    owner: str = getattr(section, setting)
    if not owner and setting in section.secrets:
        owner = load_secret(section.secrets[setting], config.base)
    return owner


def _secrets(config: Config, place: str, name: str, section: SourceSettings) -> tuple[Secret, ...]:
    """The secret, and the one it replaced while that still counts."""
    found = [_secret(config, place, name, section.secrets[name], None)]
    if old := section.secrets.get(f"{name}_old"):
        until: datetime | None = getattr(section, f"{name}_old_until")
        if until is None:
            raise ConfigProblem(f"{place}: say until when {name}_old counts, {name}_old_until = 2026-12-01")
        found.append(_secret(config, place, f"{name}_old", old, until.timestamp()))
    return tuple(found)


def _secret(config: Config, place: str, name: str, reference: str, until: float | None) -> Secret:
    value = load_secret(reference, config.base)
    if len(value) < SHORTEST_SECRET:
        raise ConfigProblem(f"{place}: secrets.{name} is shorter than {SHORTEST_SECRET} characters; use a longer one")
    return Secret(value.encode(), until)
