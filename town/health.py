"""`[check]`: from when on `kehila check` warns, and when it says that something fails."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

PER = "SOURCE, SOURCE.ACCOUNT or SOURCE.ACCOUNT.STREAM"


class CheckSettings(BaseModel):
    """Thresholds; those of `days` go before `service_days` and `file_days`, the most exact first."""

    model_config = ConfigDict(extra="forbid")
    service_days: float = Field(default=3, gt=0, description="a service not read well for so long fails")
    file_days: int = Field(default=45, gt=0, description="a source of files that reaches no further warns")
    inbox_minutes: float = Field(default=15, gt=0, description="webhooks that wait so long to be drained fail")
    push_days: float = Field(default=1, gt=0, description="a closed month that was not delivered for so long fails")
    disk_mb: int = Field(default=500, ge=0, description="free space below which it fails")
    days: dict[str, float] = Field(default_factory=dict, description=f"the same for one {PER}")

    def days_of(self, names: Sequence[str]) -> float:
        """After how many days without a good reading what bears these names, the most exact first, fails."""
        return next((self.days[name] for name in names if name in self.days), self.service_days)
