"""`ramp`: the next percentage, if the verdict on the step in force allows it.

Deploying is `enable`'s; here is what comes before it: which step is next, what the verdict says of this one,
and who will be in.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.audience import Audience, audience
from canary.cli.enable import ramp_flags
from canary.cli.errors import OpsError, WrongUsageError
from canary.cli.latched import author
from canary.cli.verdict import Judged, judged, table
from canary.unit.act.act import ramp_environment
from canary.unit.current_step import current
from canary.unit.latch.latch import Latches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.documents import RampState
    from canary.unit.patience import Patience

ALL = 100.0
STEPS = (1.0, 5.0, 25.0, 100.0)
"""The beta sheet's: 1 % for an hour, 5 % on day 2, 25 % on day 4, 100 % on day 7."""
_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Plan:
    """A step that may be taken.

    Attributes:
        before: The ramp as it is served.
        percentage: Where the step leads.
        held_minutes: How long the step in force has been.
        judged: The verdict on it.
    """

    before: RampState
    percentage: float
    held_minutes: float
    judged: Judged
    audience: Audience

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "before": asdict(self.before),
            "percentage": self.percentage,
            "held_minutes": round(self.held_minutes, 1),
            "verdict": self.judged.as_dict(),
            "audience": self.audience.as_dict(),
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        return [
            (
                f"canary {self.before.percentage:g} -> {self.percentage:g} %, after "
                f"{self.held_minutes:.0f} minutes "
                f"at {self.before.percentage:g} % (shadow stays at {self.before.shadow:g} %)"
            ),
            *table(self.judged.verdict),
            "",
            *self.audience.lines(),
        ]


def steps_of(text: str) -> tuple[float, ...]:
    """Steps as they are typed: ``1,5,25,100``.

    Raises:
        WrongUsageError: Not numbers over 0 up to 100 that grow.
    """
    parts = [part.strip() for part in text.split(",")]
    # Python's own numbers are more than an operator types: other scripts' digits, 1_0, nan.
    steps = tuple(float(part) for part in parts) if all(map(_NUMBER.fullmatch, parts)) else ()
    if (
        not steps
        or not all(0 < step <= ALL for step in steps)
        or any(b <= a for a, b in itertools.pairwise(steps))
    ):
        raise WrongUsageError(
            f"--at {text}: must be percentages over 0 up to 100 that grow, such as 1,5,25,100."
        )
    return steps


def plan(
    clients: Clients,
    target: Target,
    steps: Sequence[float] = STEPS,
    users: Sequence[str] = (),
    counting: Patience | None = None,
) -> Plan:
    """What the next step is, and what speaks for or against it.

    Args:
        clients: Of the account.
        target: The unit.
        steps: Percentages, growing.
        users: Users to look at.
        counting: How long to wait for users to be counted; ``None`` judges requests alone.

    Raises:
        OpsError: Rolled back; nothing is on that could be judged; or the last step is in force.
    """
    latch = Latches(clients.ssm, target.latch_parameter).read()
    if latch is not None:
        raise OpsError(
            f"Rolled back {author(latch)}: {latch.reason} "
            "When that is mended: `canary resume --reason …`, then begin with the shadow again."
        )
    ramp = ramp_environment(target.settings(), clients)
    before = ramp_flags(ramp)
    served = ramp.served()
    step = current(target.settings(), clients, ramp)
    if step is None or before.off:
        raise OpsError(
            "Nothing is on, so there is nothing to judge by. Begin with the shadow, which no user sees: "
            "`canary enable --shadow 100 --reason …`."
        )
    percentage = next((each for each in steps if each > before.percentage), None)
    if percentage is None:
        raise OpsError(
            f"The canary is at {before.percentage:g} %, and no step of "
            f"{', '.join(f'{each:g}' for each in steps)} is "
            "above that. `canary finish` says what is left to do."
        )
    held = (datetime.now(UTC) - step.began).total_seconds() / 60
    return Plan(
        before,
        percentage,
        held,
        judged(clients, target, step=step, counting=counting),
        audience(target.bucket_salt, served, percentage, users),
    )


def allowed(wanted: Plan, *, accept_inconclusive: bool) -> None:
    """Refuse a step that the verdict does not allow.

    Raises:
        OpsError: Not GO. Too little data may be accepted by a person who says so; a fault never.
    """
    verdict = wanted.judged.verdict
    if verdict.decision == "GO" or (verdict.decision == "INCONCLUSIVE" and accept_inconclusive):
        return
    hint = {
        "NO-GO": "Take users off: `canary rollback --reason …`.",
        "INVESTIGATE": "Find out first: `canary verdict`, `canary traces --errors`, `canary queries list`.",
        "INCONCLUSIVE": "Wait, or say that you accept it: --accept-inconclusive, which is kept in the "
        "audit trail.",
    }[verdict.decision]
    raise OpsError(f"No step on this verdict. {verdict.summary} {hint}")
