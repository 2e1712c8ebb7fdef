"""Physical names of one unit's parts, all made from its prefix.

The names are known before anything exists, so parts that refer to each other in a circle can be given names
where ids would not do: alarms act on the guard, and the guard turns off what those alarms monitor. A second
unit with another prefix can live in the same account and region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.unit.thresholds import Thresholds

ALIAS = "live"
"""Alias of every function; callers know nothing else of a function."""
RAMP, KILL = "ramp", "kill"
"""AppConfig environments: the ramp's, which alarms watch, and the kill switch's, which nothing watches."""
FLAG_PROFILE, KILL_PROFILE = "read-flags", "kill-switch"
LONGEST_PREFIX = 32
"""Longest prefix in characters. IAM allows 64 characters in a role's name, and our longest role adds 28."""
PREFIX = rf"(?=.{{1,{LONGEST_PREFIX}}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*"
"""Pattern of a prefix; a stack's setting also refuses those with which no SSM parameter may begin."""


@dataclass(frozen=True)
class Names:
    """Names that follow from the prefix. The beta's own prefix is ``huntaze``."""

    prefix: str

    @property
    def migration(self) -> str:
        """Name of the AppConfig application and of the CodeDeploy application."""
        return f"{self.prefix}-read-migration"

    @property
    def mock(self) -> str:
        """Name of the entry function."""
        return f"{self.prefix}-mock-read"

    @property
    def prisma(self) -> str:
        """Name of the function that canary users read from."""
        return f"{self.prefix}-prisma-read"

    @property
    def shadow(self) -> str:
        """Name of the Prisma function for shadow reads, which has the same bundle."""
        return f"{self.prefix}-prisma-read-shadow"

    @property
    def migrate(self) -> str:
        """Name of the function that applies migrations."""
        return f"{self.prefix}-prisma-migrate"

    @property
    def guard(self) -> str:
        """Name of the function that rolls back."""
        return f"{self.prefix}-rollback-guard"

    @property
    def check(self) -> str:
        """Name of the release check's function. CodeDeploy's managed policy requires the prefix."""
        return f"CodeDeployHook_{self.prefix}-release"

    @property
    def topic(self) -> str:
        """Name of the topic that alarms and the guard publish to."""
        return f"{self.prefix}-rollback"

    @property
    def group(self) -> str:
        """Name of the CodeDeploy deployment group of the entry function's alias."""
        return f"{self.mock}-{ALIAS}"

    @property
    def latch(self) -> str:
        """Name of the latch: no one may turn the canary on while the parameter exists. No stack makes it."""
        return f"/{self.prefix}/read-migration/rollback-latch"

    @property
    def dashboard(self) -> str:
        """Name of the dashboard, unless another one is configured."""
        return f"{self.prefix}-prisma-migration"

    @property
    def salt(self) -> str:
        """Salt of the buckets, by which two units choose different users. Not a secret."""
        return f"{self.prefix}/read-migration"

    def alarms(self, limits: Thresholds) -> dict[str, str]:
        """Return alarm names by role. A name contains the limit that is in force."""
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
    """Return the log group that Lambda writes a function's log to by default."""
    return f"/aws/lambda/{function}"


def role(function: str) -> str:
    """Return the name of a function's execution role."""
    return f"{function}-role"
