"""`[check]`: from when on `kehila check` warns, and when it says that something fails."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

PER = "SOURCE, SOURCE.ACCOUNT or SOURCE.ACCOUNT.STREAM"


class CheckSettings(BaseModel):
    """From when on `kehila check` warns or fails. What `days` says of one goes first, the most exact before others."""

    model_config = ConfigDict(extra="forbid")
    service_days: float = Field(3, gt=0, description="A service not read well for so long fails")
    file_days: int = Field(45, gt=0, description="A source of files that reaches no further warns")
    inbox_minutes: float = Field(15, gt=0, description="Webhooks that wait so long to be drained fail")
    push_days: float = Field(1, gt=0, description="A closed month that was not delivered for so long fails")
    disk_mb: int = Field(500, ge=0, description="Free space below which it fails")
    days: dict[str, float] = Field({}, description=f"The days of one {PER}", examples=[{"mailchimp.main": 14}])

    def days_of(self, names: Sequence[str]) -> float:
        """After how many days without a good reading what bears these names, the most exact first, fails."""
        return next((self.days[name] for name in names if name in self.days), self.service_days)
