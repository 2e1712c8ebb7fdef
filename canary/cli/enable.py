"""`enable`: deploy a new version of the ramp's flags, or refuse and say why.

The document goes out at once and then bakes under its alarms: the percentage is the ramp, and growth by
time would flip users back and forth. Who, why and from what is kept in the deployment's description, which
AppConfig keeps for good.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.drift.flags import is_ours
from canary.cli.errors import OpsError, WrongUsageError
from canary.cli.latched import author
from canary.cli.note import note
from canary.cli.operating import quiet, waiting, who, world
from canary.read.flags import CANARY_FLAG, SHADOW_FLAG
from canary.stored import UnreadableError
from canary.unit.act.act import kill_environment, proceed, ramp_environment
from canary.unit.alarm_states import red
from canary.unit.flags import documents
from canary.unit.flags.documents import RampState
from canary.unit.flags.environment import IN_PROGRESS, SERVING
from canary.unit.latch.latch import Latches
from canary.unit.patience import code

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.environment import Deployment, FlagEnvironment
    from canary.unit.patience import Patience

WAIT_S = 1200.0
"""For a deployment that is still baking: the default bake is 10 minutes."""
NEW_STEP = "This begins a new step: its clock and its evidence start again from nothing."
"""Said before a deployment: what was counted until then does not count for the new step."""
AGAIN = "Nothing is changed on top of it. `canary rollback --reason …` deploys the ramp's flags again, off."


@dataclass(frozen=True)
class Enabled:
    """What was deployed.

    Attributes:
        deployment: AppConfig deployment number.
        before: The ramp as it was served.
        after: The ramp as it is served now.
        changed: Whether anything was deployed; else ``deployment`` is the one in force, which stays.
    """

    deployment: int
    who: str
    reason: str
    before: RampState
    after: RampState
    changed: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for a person."""
        if not self.changed:
            return [
                (
                    f"Nothing changes: canary {self.after.percentage:g} %, shadow {self.after.shadow:g} % are"
                    f" in force. The step goes on under deployment {self.deployment}, with all its evidence."
                )
            ]
        return [
            (
                f"Deployment {self.deployment} is served: canary {self.after.percentage:g} %, "
                f"shadow {self.after.shadow:g} %."
            )
        ]


def enable(  # noqa: PLR0913 - what is wanted is given by name
    clients: Clients,
    target: Target,
    *,
    percentage: float | None,
    shadow: float | None,
    reason: str,
    expect: RampState | None = None,
    wait_s: float = WAIT_S,
    say: Callable[[str], None] = quiet,
) -> Enabled:
    """Deploy the ramp's flags; where they are in force already, nothing is deployed and the step goes on.

    Args:
        clients: Of the account.
        target: The unit.
        percentage: Percent of users to read from Prisma, in steps of 0.01; ``None`` for none.
        shadow: Percent of requests to repeat on Prisma after the response; ``None`` for none.
        reason: Why, for the trail.
        expect: What the operator saw when they decided; ``None`` to overwrite whatever is served.
        wait_s: How long to wait for a deployment that is still going on, and to see the new one served.
        say: Told what is waited for.

    Raises:
        WrongUsageError: A percentage is out of range.
        OpsError: There is a latch, the kill switch is on, an alarm is red, someone else changed the ramp
            in the meantime, or the new flags were not served in time.
    """
    check(RampState(percentage or 0.0, shadow or 0.0))
    _refuse(clients, target)
    patience = waiting(wait_s)
    ramp = ramp_environment(target.settings(), clients)
    newest = _settled(ramp, patience, say)
    before = ramp_flags(ramp)
    if expect is not None and before != expect:
        raise OpsError(
            f"Somebody has changed the ramp meanwhile: canary {before.percentage:g} %, shadow "
            f"{before.shadow:g} %. "
            "Nothing was changed; look at `canary status` and decide anew."
        )
    serving = _serving(ramp.deployments())
    document = _wanted(ramp, serving, percentage, shadow)
    after = documents.ramp_state(document["values"])
    caller = who(clients)
    if serving is not None and _in_force(ramp, serving, document):
        return Enabled(serving.number, caller, reason, before, after, changed=False)
    trail = note("enable", caller, reason, asdict(before), asdict(after))
    number = _deploy(ramp, document, target.ramp_strategy_id, trail, newest.number if newest else 0)
    say(f"Deployment {number} is started; it goes on without this command.")
    _stand_by_the_latch(clients, target, patience, say)
    _served(ramp, after, patience, number)
    return Enabled(number, caller, reason, before, after)


def unchanged(clients: Clients, target: Target, wanted: RampState, reason: str) -> Enabled | None:
    """What is in force, where that is what is wanted; ``None`` where something has to be deployed.

    Args:
        clients: Of the account.
        target: The unit.
        wanted: The ramp's flags.
        reason: Why they are wanted.

    Raises:
        OpsError: They are deployed, and not in force: a latch, the kill switch or a red alarm is in the way.
    """
    ramp = ramp_environment(target.settings(), clients)
    deployments = ramp.deployments()
    serving = _serving(deployments)
    if serving is None or deployments[0].state in {"VALIDATING", "ROLLING_BACK"}:
        return None
    document = _wanted(ramp, serving, wanted.percentage or None, wanted.shadow or None)
    if not _in_force(ramp, serving, document):
        return None
    _refuse(clients, target)
    return Enabled(serving.number, who(clients), reason, wanted, wanted, changed=False)


def _wanted(
    ramp: FlagEnvironment, serving: Deployment | None, percentage: float | None, shadow: float | None
) -> dict[str, Any]:
    """The document to deploy, which continues the one in force."""
    kept = None if serving is None else _declared(ramp, _continued(ramp, serving.version))
    return documents.ramp(kept, percentage=percentage, shadow=shadow)


def _in_force(ramp: FlagEnvironment, serving: Deployment, document: dict[str, Any]) -> bool:
    """Whether a document is served already, by a deployment that says who made it and why."""
    kept = _continued(ramp, serving.version)
    return (
        all(kept[part] == document[part] for part in ("flags", "values"))
        and ramp_flags(ramp) == documents.ramp_state(document["values"])
        and is_ours(ramp.description(serving.number))
    )


def _declared(ramp: FlagEnvironment, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the description and limits of its flags; one that was written by hand has none.

    They are those of the newest deployment that has them, at last the stack's own baseline.
    """
    bare = [
        flag for flag in (CANARY_FLAG, SHADOW_FLAG) if not document["flags"].get(flag, {}).get("attributes")
    ]
    if not bare:
        return document
    for version in dict.fromkeys(found.version for found in ramp.deployments() if found.state in SERVING):
        try:
            flags = ramp.document(version)["flags"]
        except (ClientError, UnreadableError):
            continue
        if all(flags.get(flag, {}).get("attributes") for flag in bare):
            return {**document, "flags": {**document["flags"], **{flag: flags[flag] for flag in bare}}}
    return document


def ramp_flags(ramp: FlagEnvironment) -> RampState:
    """The ramp's flags as served, for a change that goes on from them.

    Raises:
        OpsError: They cannot be read.
    """
    try:
        return documents.ramp_state(ramp.served())
    except UnreadableError as error:
        raise OpsError(f"{error} {AGAIN}") from error


def _continued(ramp: FlagEnvironment, version: str) -> dict[str, Any]:
    try:
        return ramp.document(version)
    except UnreadableError as error:
        raise OpsError(f"{error} {AGAIN}") from error


def _deploy(ramp: FlagEnvironment, document: dict[str, Any], strategy: str, trail: str, latest: int) -> int:
    try:
        return ramp.deploy(ramp.version_of(document, "ramp"), strategy, trail, latest)
    except ClientError as error:
        if code(error) == "ConflictException":
            raise OpsError(
                f"Somebody else is deploying: {error}. Look at `canary status`, then try again."
            ) from error
        raise


def check(wanted: RampState) -> None:
    """Refuse percentages that no bucket stands for.

    Raises:
        WrongUsageError: Out of range, or finer than 0.01.
    """
    for name, percent in asdict(wanted).items():
        if not 0 <= percent <= 100 or round(percent * 100) != round(percent * 100, 6):  # noqa: PLR2004 - percent
            raise WrongUsageError(f"--{name} {percent:g}: must be from 0 to 100 in steps of 0.01.")


def _refuse(clients: Clients, target: Target) -> None:
    latch = Latches(clients.ssm, target.latch_parameter).read()
    if latch is not None:
        raise OpsError(
            f"Rolled back {author(latch)}: {latch.reason} "
            "When that is mended: `canary resume --reason …`, then enable again."
        )
    try:
        off = documents.is_not_killed(kill_environment(target.settings(), clients).served())
    except UnreadableError:
        off = False
    if not off:
        raise OpsError(
            "The kill switch is on, or cannot be read. Take it off with `canary resume --reason …`."
        )
    bad = red(clients.cloudwatch, target.settings().rollback_alarms)
    if bad:
        raise OpsError(f"{', '.join(bad)} is red and would roll the deployment back. Wait until it is OK.")


def _settled(ramp: FlagEnvironment, patience: Patience, say: Callable[[str], None]) -> Deployment | None:
    """The newest deployment once nothing is in progress."""
    pauses = patience.pauses()
    told = False
    while True:
        newest = next(iter(ramp.deployments()), None)
        if newest is None or newest.state not in IN_PROGRESS:
            return newest
        if not told:
            say(f"Waiting: deployment {newest.number} is {newest.state}.")
            told = True
        if not pauses.take():
            raise OpsError(
                f"Deployment {newest.number} is still {newest.state}. Try again when it is complete."
            )


def _serving(deployments: list[Deployment]) -> Deployment | None:
    """The deployment to continue from: never one that alarms have taken back, which may hold anything."""
    return next((found for found in deployments if found.state in SERVING), None)


def _stand_by_the_latch(
    clients: Clients, target: Target, patience: Patience, say: Callable[[str], None]
) -> None:
    """A rollback that began between the check and the deployment wins: its act is gone on with."""
    latch = Latches(clients.ssm, target.latch_parameter).read()
    if latch is None:
        return
    say("A rollback began meanwhile: taking this deployment back.")
    proceed(world(clients, target, patience, say), latch)
    raise OpsError(f"Rolled back meanwhile by {latch.by}: {latch.reason} Nothing was enabled.")


def _served(ramp: FlagEnvironment, wanted: RampState, patience: Patience, number: int) -> None:
    pauses = patience.pauses()
    while ramp_flags(ramp) != wanted:
        newest = ramp.deployments()[0]
        if newest.number == number and newest.state in {"ROLLED_BACK", "ROLLING_BACK"}:
            raise OpsError(f"Deployment {number} was rolled back by its alarms. See `canary status`.")
        if not pauses.take():
            raise OpsError(f"Deployment {number} is {newest.state}, but not served yet. See `canary status`.")
