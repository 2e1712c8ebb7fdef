"""`release`: shift the entry function's alias to its newest version by CodeDeploy, and follow that.

`pulumi up` publishes versions and moves no alias; this does. The other functions' aliases follow first, at
once. CodeDeploy checks the new version, shifts the traffic under the alarms, and takes it back by itself.
https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.cli.errors import ATTENTION, OK, REFUSED, OpsError
from canary.cli.operating import quiet, waiting
from canary.cli.release import behind
from canary.cli.release.follow import follow
from canary.cli.release.plan import plan
from canary.cli.release.start import Override, Request, refuse, start
from canary.unit.release.take_back import read_alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.release.plan import Plan
    from canary.cli.target import Target

__all__ = ["Override", "Released", "release"]

WAIT_S = 3 * 3600.0
"""For an hour's check and two hours' shift; a longer shift is followed again by running the verb again."""


@dataclass(frozen=True)
class Released:
    """What came of it.

    Attributes:
        outcome: ``nothing to do``, ``dry run``, ``released``, ``rolled back`` or ``still going on``.
        deployment: CodeDeploy's; ``None`` where none was started.
        alias: The version that the alias names now.
        why: Why it was rolled back, in CodeDeploy's words.
        overridden: Alarms that were left out.
    """

    outcome: str
    plan: Plan
    deployment: str | None
    alias: str
    why: str = ""
    overridden: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 when it was rolled back, 3 when it has not ended in time."""
        return {"rolled back": REFUSED, "still going on": ATTENTION}.get(self.outcome, OK)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "exit_code": self.exit_code}

    def lines(self) -> list[str]:
        """The same for a person."""
        if self.outcome == "dry run":
            return [*self.plan.lines(), "Nothing was changed."]
        where = f"{self.plan.function}:{self.plan.alias} is at version {self.alias}"
        if self.outcome == "rolled back":
            return [f"Rolled back. {where}.", f"Why: {self.why}"]
        if self.outcome == "still going on":
            return [f"Deployment {self.deployment} is still going on; `canary release` follows it again."]
        return [f"{self.outcome.capitalize()}. {where}."]


def release(  # noqa: PLR0913 - what is wanted is given by name
    clients: Clients,
    target: Target,
    *,
    reason: str,
    to: str | None = None,
    dry_run: bool = False,
    override: Override | None = None,
    again: bool = False,
    unchecked: bool = False,
    wait_s: float = WAIT_S,
    say: Callable[[str], None] = quiet,
) -> Released:
    """Release the newest version, or follow the release that is in progress.

    Args:
        clients: Of the account.
        target: The unit.
        reason: Why, for the deployment's description.
        to: Another version than the newest.
        dry_run: Only look.
        override: Leave red alarms out of this one deployment.
        again: Release a version that was taken back before.
        unchecked: Leave the release check out: for a fix while what it asks is down.
        wait_s: How long to follow it.
        say: Told of progress.

    Raises:
        OpsError: An alarm is red, the version was taken back before, or another function's version is bad.
    """
    planned = plan(clients, target, to)
    if dry_run or planned.nothing:
        return Released("dry run" if dry_run else "nothing to do", planned, None, planned.before)
    if planned.running:
        say(f"{planned.running} is in progress already; following it.")
        return _followed(clients, target, planned, planned.running, wait_s, say)
    refuse(planned, override, again=again)
    for one in planned.behind:
        behind.follow(clients, target, one, say)
    if planned.before == planned.after:
        return Released("released", planned, None, planned.before)
    overridden = planned.red if override else ()
    identifier = start(clients, target, planned, Request(reason, override, unchecked))
    say(f"{identifier}: version {planned.before} -> {planned.after}, {planned.shift}.")
    done = _followed(clients, target, planned, identifier, _limit(override, wait_s), say, overridden)
    if done.outcome == "still going on" and override:
        say(f"The override of {', '.join(overridden)} has run out: taking the release back.")
        clients.codedeploy.stop_deployment(deploymentId=identifier, autoRollbackEnabled=True)
        return _followed(clients, target, planned, identifier, wait_s, say, overridden)
    return done


def _limit(override: Override | None, wait_s: float) -> float:
    return wait_s if override is None else min(wait_s, override.minutes * 60.0)


def _followed(  # noqa: PLR0913, PLR0917 - what is followed, for how long, and who is told
    clients: Clients,
    target: Target,
    planned: Plan,
    identifier: str,
    wait_s: float,
    say: Callable[[str], None],
    overridden: tuple[str, ...] = (),
) -> Released:
    ended = follow(clients, identifier, waiting(wait_s), say)
    alias = read_alias(target.settings(), clients)
    if ended.running:
        return Released("still going on", planned, identifier, alias.version, ended.why, overridden)
    outcome = "released" if ended.status == "Succeeded" else "rolled back"
    if alias.weights:
        raise OpsError(
            f"Deployment {identifier} is {ended.status}, and the alias is still split: {alias.version} and "
            f"{alias.weights}. `canary status` says how to mend it."
        )
    return Released(outcome, planned, identifier, alias.version, ended.why, overridden)
