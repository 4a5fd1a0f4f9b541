"""What the third-party transcription of Brevo's specification says, held against the collector; there are no samples."""

from typing import Any

import yaml

from collectors.brevo.source import BrevoCampaign, BrevoList
from tests.conftest import shared


def properties(name: str, schema: str) -> dict[str, Any]:
    spec = yaml.safe_load(shared("contracts", "brevo", name).read_text(encoding="utf-8"))
    found: dict[str, Any] = spec["components"]["schemas"][schema]["properties"]
    return found


def test_every_field_of_a_campaign_is_known() -> None:
    assert set(properties("brevo-email-campaigns-api-openapi.yml", "EmailCampaign")) <= BrevoCampaign.known


def test_every_field_of_a_list_is_known() -> None:
    assert set(properties("brevo-contact-lists-api-openapi.yml", "ContactListDetail")) <= BrevoList.known
