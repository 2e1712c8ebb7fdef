"""Flags that somebody deployed outside of this command, and monitors that somebody detached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary import stored
from canary.cli.drift.found import Drift
from canary.cli.latched import author
from canary.stored import Unreadable
from canary.unit.act.rollback_steps import MARK
from canary.unit.act.world import kill_environment, ramp_environment
from canary.unit.flags import documents
from canary.unit.flags.environment import SERVING
from canary.unit.latch.latch import Latches

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.environment import FlagEnvironment

OURS = (MARK, "resume by ", "Safe baseline")
"""How deployments of guard, `resume` and stack describe themselves; others keep a JSON trail."""
ANEW = {
    "ramp flag": "`canary enable` or `canary ramp` with what it is to be puts it into the trail.",
    "kill switch": "`canary resume --reason …` deploys it anew, off; `canary rollback --reason …`, on.",
}
"""What deploys a document anew, with who and why."""


def flags(clients: Clients, target: Target) -> list[Drift]:
    """Documents in force that nobody put into the trail, and a kill switch that does not fit the latch."""
    settings = target.settings()
    found = [
        *_outside("ramp flag", ramp_environment(settings, clients)),
        *_outside("kill switch", kill_environment(settings, clients)),
    ]
    latch = Latches(clients.ssm, target.latch_parameter).read()
    off = not documents.is_killed(kill_environment(settings, clients).served())
    if latch is not None and off and not latch.resuming:
        found.append(
            Drift(
                "kill switch",
                f"The kill switch is off although a rollback stands, made {author(latch)}.",
                "The guard turns it on again within a minute.",
                "`canary resume --reason …` ends a rollback.",
            )
        )
    return found


def _outside(name: str, environment: FlagEnvironment) -> list[Drift]:
    serving = next((one for one in environment.deployments() if one.state in SERVING), None)
    if serving is None:
        return [
            Drift(
                name,
                f"Of the {name} nothing was ever deployed.",
                "Taking its first deployment back would leave clients with what they have.",
                "`pulumi up` deploys a safe baseline.",
            )
        ]
    description = environment.description(serving.number)
    if is_ours(description):
        return []
    return [
        Drift(
            name,
            f"The {name} in force, deployment {serving.number}, was made outside of this command"
            + (f": {description!r}." if description else ", without a word why."),
            "Who changed it, and from what, is in no trail, and no verdict was asked.",
            ANEW[name],
        )
    ]


def is_ours(description: str) -> bool:
    """Whether a deployment was made by this command, the guard or the stack, by its description."""
    return description.startswith(OURS) or _is_trail(description)


def _is_trail(description: str) -> bool:
    value = stored.object_of(description)
    return not isinstance(value, Unreadable) and "verb" in value and "who" in value


def monitors(clients: Clients, target: Target) -> list[Drift]:
    """Alarms that do not monitor the ramp, and alarms that monitor the kill switch."""
    found = []
    watched = _monitors(clients, target, target.ramp_environment_id)
    missing = [name for name in target.settings().rollback_alarms if name not in watched]
    if missing:
        found.append(
            Drift(
                "monitors",
                f"{', '.join(missing)} does not monitor the ramp's environment any more.",
                "A bad flag value would bake without anybody taking it back.",
                "`pulumi up --refresh` attaches it again.",
            )
        )
    if blocked := _monitors(clients, target, target.kill_environment_id):
        found.append(
            Drift(
                "monitors",
                f"{', '.join(sorted(blocked))} monitors the kill switch's environment.",
                "A red alarm would take the kill switch back while it turns on.",
                "`pulumi up --refresh` detaches it.",
            )
        )
    return found


def _monitors(clients: Clients, target: Target, environment: str) -> set[str]:
    answer = clients.appconfig.get_environment(
        ApplicationId=target.appconfig_application_id, EnvironmentId=environment
    )
    return {monitor["AlarmArn"].rpartition(":alarm:")[2] for monitor in answer.get("Monitors") or []}
