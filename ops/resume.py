"""`resume`: after a rollback, take the kill switch off and clear the latch. Turns nothing on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rollback_guard import documents
from rollback_guard.act import kill_environment, ramp_environment
from rollback_guard.latch import Latch, Latches
from rollback_guard.outcome import Status
from rollback_guard.replacing import Replacement
from rollback_guard.telling import People
from rollback_guard.visible import visible

from ops.errors import OpsError
from ops.operating import quiet, waiting, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from rollback_guard.outcome import Outcome

    from ops.clients import Clients
    from ops.target import Target

WAIT_S = 120.0


@dataclass(frozen=True)
class Resumed:
    """What was cleared.

    Attributes:
        latch: The latch as it was, ``None`` when there was none.
    """

    who: str
    reason: str
    latch: dict[str, Any] | None
    kill_switch: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def resume(
    clients: Clients,
    target: Target,
    *,
    reason: str,
    wait_s: float = WAIT_S,
    say: Callable[[str], None] = quiet,
) -> Resumed:
    """End a rollback. Safe to repeat.

    Args:
        clients: Of the account.
        target: The unit.
        reason: Why it is safe again, for the trail.
        wait_s: How long to wait for the kill switch.
        say: Told what happens.

    Raises:
        OpsError: The ramp flag is still on, so that users would be on Prisma again; the kill switch did not
            go off in time; or it was rolled back again meanwhile. The latch stands then.
    """
    settings = target.settings()
    if not documents.is_off(ramp_environment(settings, clients).served()):
        raise OpsError(
            "The ramp flag is not off yet: without the kill switch users would be on Prisma again. "
            "`canary rollback --reason …` finishes that first."
        )
    caller = who(clients)
    latches = Latches(clients.ssm, target.latch_parameter)
    latch = latches.read()
    # Said in the latch first: while it stands unmarked, the guard turns the kill switch on again.
    mark = f"{caller} at {datetime.now(UTC).isoformat(timespec='seconds')}"
    if latch is None:
        latches.claim(Latch(mark, caller, reason, resuming=mark))
    else:
        latches.record(replace(latch, resuming=mark))
    outcome = _kill_off(clients, target, caller, reason, wait_s)
    standing = latches.read()
    if standing is not None and standing.resuming != mark:
        raise OpsError(
            f"Rolled back again meanwhile by {standing.by}: {standing.reason} Nothing was resumed."
        )
    if outcome.status is not Status.DONE:
        raise OpsError(f"The kill switch is not off: {outcome.detail}. The latch stands; run it again.")
    People(clients, target.topic_arn, settings.told_parameter, lambda: 0.0).forget()
    latches.clear()
    say("The kill switch is off and the latch is cleared.")
    clients.sns.publish(
        TopicArn=target.topic_arn,
        Subject=f"{target.mock_function}: rollback ended"[:100],
        Message=visible(f"{caller} ended the rollback: {reason}")
        + "\nThe ramp is off; `canary enable` turns it on.",
    )
    return Resumed(caller, reason, latch.as_dict() if latch else None, outcome.detail)


def _kill_off(clients: Clients, target: Target, caller: str, reason: str, wait_s: float) -> Outcome:
    return Replacement(
        kill_environment(target.settings(), clients),
        "kill-off",
        target.kill_strategy_id,
        f"resume by {caller}: {reason}",
        documents.is_not_killed,
        lambda document: documents.kill(document, on=False),
        lambda: (),
        waiting(wait_s),
    ).run()
