"""Physical names of one unit, all made from its prefix.

They are known before anything exists, so that parts which refer to each other in a circle can be told
names where ids would not do: alarms act on the guard, the guard turns off what those alarms monitor. A
second unit with another prefix can live in the same account and region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.unit.thresholds import Thresholds

ALIAS = "live"
"""Alias of every function; callers know nothing else."""
RAMP, KILL = "ramp", "kill"
"""AppConfig environments: the one that alarms watch, and the one that nothing watches."""
FLAG_PROFILE, KILL_PROFILE = "read-flags", "kill-switch"
LONGEST_PREFIX = 32
"""IAM allows 64 characters in a role's name, and the longest of ours adds 28."""


@dataclass(frozen=True)
class Names:
    """Names that follow from the prefix; the beta's own are those of ``huntaze``."""

    prefix: str

    @property
    def migration(self) -> str:
        """The AppConfig application and the CodeDeploy application."""
        return f"{self.prefix}-read-migration"

    @property
    def mock(self) -> str:
        """The entry function."""
        return f"{self.prefix}-mock-read"

    @property
    def prisma(self) -> str:
        """The function that canary users read from."""
        return f"{self.prefix}-prisma-read"

    @property
    def shadow(self) -> str:
        """The same bundle once more, for shadow reads."""
        return f"{self.prefix}-prisma-read-shadow"

    @property
    def migrate(self) -> str:
        """The function that applies migrations."""
        return f"{self.prefix}-prisma-migrate"

    @property
    def guard(self) -> str:
        """The function that rolls back."""
        return f"{self.prefix}-rollback-guard"

    @property
    def check(self) -> str:
        """The function that a release has to pass first; CodeDeploy's managed policy asks for the name."""
        return f"CodeDeployHook_{self.prefix}-release"

    @property
    def topic(self) -> str:
        """The topic that alarms and the guard speak on."""
        return f"{self.prefix}-rollback"

    @property
    def group(self) -> str:
        """The CodeDeploy deployment group of the entry function's alias."""
        return f"{self.mock}-{ALIAS}"

    @property
    def latch(self) -> str:
        """The parameter that exists while nobody may turn the canary on; no stack makes it."""
        return f"/{self.prefix}/read-migration/rollback-latch"

    @property
    def dashboard(self) -> str:
        """The dashboard, unless it is given another name."""
        return f"{self.prefix}-prisma-migration"

    @property
    def salt(self) -> str:
        """Salt of the buckets: two units choose different users. Not a secret."""
        return f"{self.prefix}/read-migration"

    def alarms(self, limits: Thresholds) -> dict[str, str]:
        """Alarm names by role; they say the limit that is in force."""
        rate, slow = f"{limits['error_rate_pct']:g}", f"{limits['p95_investigate_pct']:g}"
        return {
            "overallErrorRate": f"{self.prefix}-lambda-error-rate-gt-{rate}pct",
            "canaryErrorRate": f"{self.prefix}-canary-error-rate-gt-{rate}pct",
            "canaryP95": f"{self.prefix}-canary-p95-gt-{slow}pct",
            "shadowLoss": f"{self.prefix}-shadow-loss",
            "guardSilent": f"{self.prefix}-guard-silent",
            "guardCannotJudge": f"{self.prefix}-guard-cannot-judge",
        }


def log_group(function: str) -> str:
    """Where Lambda writes a function's log unless told otherwise."""
    return f"/aws/lambda/{function}"


def role(function: str) -> str:
    """A function's execution role."""
    return f"{function}-role"
