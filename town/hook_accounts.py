"""Which accounts are pushed to us, from `kehila.toml`: secrets by reference, the replaced one until its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from collectors.hooks import Hook, HookAccount, Secret, hooks
from town.config import Config, ConfigProblem, SourceSection
from warehouse.keys import load_secret

SHORTEST_SECRET = 16


def receiving(config: Config) -> dict[Hook, list[HookAccount]]:
    """Every hook with the accounts that receive by it. ConfigProblem names what is wrong; KeyProblem a secret."""
    found: dict[Hook, list[HookAccount]] = {}
    for hook in hooks():
        accounts = [
            _account(config, hook, source, name, section)
            for source in hook.owner_setting
            for name, section in sorted(config.source.get(source, {}).items())
            if hook.secret_names[0] in section.secrets
        ]
        if accounts:
            found[hook] = accounts
    if not found:
        raise ConfigProblem(
            "no account receives webhooks; give one its secrets by reference: `[source.zoom.main] secrets.webhook = "
            '"file:keys/zoom.webhook"` (docs/receiving.md has them all)'
        )
    return found


def pushed_to(config: Config, authority: str) -> list[str]:
    """The accounts (`source.name`) of an authority that receive webhooks."""
    return sorted(
        f"{source}.{name}"
        for hook in hooks()
        for source in hook.owner_setting
        for name, section in config.source.get(source, {}).items()
        if hook.secret_names[0] in section.secrets and section.authority in ("", authority)
    )


def _account(config: Config, hook: Hook, source: str, name: str, section: SourceSection) -> HookAccount:
    place = f"[source.{source}.{name}]"
    if not section.authority and len(config.authority) > 1:
        raise ConfigProblem(f"{place}: several authorities are configured; say whose it is with `authority`")
    if lacking := [one for one in hook.secret_names if one not in section.secrets]:
        raise ConfigProblem(f"{place}: webhooks need secrets.{', secrets.'.join(lacking)} too, by reference")
    settings = section.settings()
    secrets = {
        one: _secrets(config, place, one, section, settings)
        for one in (*hook.secret_names, *hook.optional_secrets)
        if one in section.secrets
    }
    return HookAccount(config.the_authority(section.authority or None).code, source, name, secrets=secrets)


def owner_of(config: Config, hook: Hook, source: str, section: SourceSection) -> str:
    """How payloads name an account; empty when the configuration does not say."""
    setting = hook.owner_setting[source]
    owner = section.settings().get(setting, "")
    if not owner and setting in section.secrets:
        owner = load_secret(section.secrets[setting], config.base)
    return str(owner)


def _secrets(
    config: Config, place: str, name: str, section: SourceSection, settings: dict[str, Any]
) -> tuple[Secret, ...]:
    """The secret, and the one it replaced while that still counts."""
    found = [_secret(config, place, name, section.secrets[name], None)]
    if old := section.secrets.get(f"{name}_old"):
        until = settings.get(f"{name}_old_until")
        if isinstance(until, date) and not isinstance(until, datetime):
            until = datetime.combine(until, time(), UTC)
        if not isinstance(until, datetime):
            raise ConfigProblem(f"{place}: say until when {name}_old counts, {name}_old_until = 2026-12-01")
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        found.append(_secret(config, place, f"{name}_old", old, until.timestamp()))
    return tuple(found)


def _secret(config: Config, place: str, name: str, reference: str, until: float | None) -> Secret:
    value = load_secret(reference, config.base)
    if len(value) < SHORTEST_SECRET:
        raise ConfigProblem(f"{place}: secrets.{name} is shorter than {SHORTEST_SECRET} characters; use a longer one")
    return Secret(value.encode(), until)
