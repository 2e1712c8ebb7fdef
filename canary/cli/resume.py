"""`resume`: after a rollback, take the kill switch off and clear the latch. Turns nothing on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError
from canary.cli.operating import quiet, waiting, who
from canary.stored import UnreadableError, encodable
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.act.outcome import Status
from canary.unit.act.replacing import Replacement
from canary.unit.act.telling import People
from canary.unit.flags import documents
from canary.unit.latch.latch import Latch, Latches
from canary.unit.patience import FAULTS
from canary.unit.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.act.outcome import Outcome

WAIT_S = 120.0


@dataclass(frozen=True)
class Resumed:
    """What was cleared.

    Attributes:
        latch: The latch as it was, ``None`` when there was none.
        left: What was not done besides, one sentence each.
        ended: Whether there was a rollback to be ended; else nothing was changed.
    """

    who: str
    reason: str
    latch: dict[str, Any] | None
    kill_switch: str
    left: tuple[str, ...] = ()
    ended: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for a person."""
        if self.ended:
            return ["The rollback has ended; the ramp is off."]
        return [
            "No rollback stands: there is no latch, and the kill switch is off.",
            "Nothing was changed; `canary status` shows what is on.",
        ]


def nothing_to_end(clients: Clients, target: Target, reason: str) -> Resumed | None:
    """What is said where no rollback stands; ``None`` where there is a latch, or the kill switch is not off.

    Args:
        clients: Of the account.
        target: The unit.
        reason: Why it was to be ended.
    """
    if Latches(clients.ssm, target.latch_parameter).read() is not None:
        return None
    try:
        off = documents.is_not_killed(kill_environment(target.settings(), clients).served())
    except UnreadableError:
        off = False
    return Resumed(who(clients), reason, None, "off already", ended=False) if off else None


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
    try:
        off = documents.is_off(ramp_environment(settings, clients).served())
    except UnreadableError as error:
        raise OpsError(
            f"{error} Without the kill switch nobody knows who would be on Prisma. "
            "`canary rollback --reason …` deploys the ramp's flags again, off."
        ) from error
    if not off:
        raise OpsError(
            "The ramp flag is not off yet: without the kill switch users would be on Prisma again. "
            "`canary rollback --reason …` finishes that first."
        )
    caller, reason = who(clients), encodable(reason)
    latches = Latches(clients.ssm, target.latch_parameter)
    latch = latches.read()
    # Said in the latch first: while it stands unmarked, the guard turns the kill switch on again.
    when = datetime.now(UTC).isoformat(timespec="seconds")
    marked = replace(latch or Latch(when, caller, reason), resuming=f"{when} by {caller}").fitted()
    if latch is None:
        latches.claim(marked)
    else:
        latches.record(marked)
    outcome = _kill_off(clients, target, caller, reason, wait_s)
    standing = latches.read()
    if standing is not None and standing.resuming != marked.resuming:
        raise OpsError(
            f"Rolled back again meanwhile by {standing.by}: {standing.reason} Nothing was resumed."
        )
    if outcome.status is not Status.DONE:
        raise OpsError(f"The kill switch is not off: {outcome.detail}. The latch stands; run it again.")
    latches.clear()
    say("The kill switch is off and the latch is cleared.")
    told = People(clients, target.topic_arn, settings.told_parameter, lambda: 0.0)

    def tell() -> None:
        clients.sns.publish(
            TopicArn=target.topic_arn,
            Subject=f"{target.mock_function}: rollback ended"[:100],
            Message=visible(f"{caller} ended the rollback: {reason}")
            + "\nThe ramp is off; `canary enable` turns it on.",
        )

    harmless = f"{settings.told_parameter} is still there, which does no harm"
    left = _afterwards({"People were not told that it ended": tell, harmless: told.forget}, say)
    return Resumed(caller, reason, latch.as_dict() if latch else None, outcome.detail, left)


def _afterwards(left: dict[str, Callable[[], object]], say: Callable[[str], None]) -> tuple[str, ...]:
    """What is still to be done when the rollback has ended; a fault in it does not undo that."""
    found = []
    for otherwise, work in left.items():
        try:
            work()
        except FAULTS as error:
            found.append(f"{otherwise}: {error}")
            say(found[-1])
    return tuple(found)


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
