"""What a release would move: from which version to which, how fast, under which alarms."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.cli import versions
from canary.cli.errors import OpsError, WrongUsageError
from canary.cli.release.behind import Behind, behind
from canary.unit import app_spec
from canary.unit.alarm_states import red
from canary.unit.release.take_back import read_alias

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target

TAKEN_BACK = {"Stopped", "Failed"}


@dataclass(frozen=True)
class Shift:
    """How CodeDeploy moves the traffic.

    Attributes:
        percent: Of a step.
        every_minutes: Between steps, or before the rest where there is one step only.
        minutes: Until all traffic is moved.
    """

    name: str
    kind: str
    percent: int
    every_minutes: int
    minutes: int

    def __str__(self) -> str:
        """For a person."""
        if self.kind == "AllAtOnce":
            return "all at once"
        if self.kind == "TimeBasedCanary":
            return f"{self.percent} % for {self.every_minutes} min, then all of it"
        return f"{self.percent} % every {self.every_minutes} min, {self.minutes} min in all"


@dataclass(frozen=True)
class Plan:
    """A release before it begins.

    Attributes:
        before: The version that the alias names.
        after: The newest version, or the one that was asked for.
        check: Function that has to say yes first.
        alarms: Names of the alarms that stop the release and take it back.
        red: Those of them in ALARM.
        running: A deployment that is in progress.
        taken_back: The release of this same version that was taken back before.
        behind: Aliases of the other functions that are not at their newest version.
    """

    function: str
    alias: str
    before: str
    after: str
    shift: Shift
    check: str
    alarms: tuple[str, ...]
    red: tuple[str, ...]
    running: str | None
    taken_back: str | None
    behind: tuple[Behind, ...]

    @property
    def nothing(self) -> bool:
        """Whether every alias is where it should be."""
        return self.before == self.after and not self.behind

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for a person."""
        shown = [f"{one.function}:{self.alias}  {one.before} -> {one.after}, at once" for one in self.behind]
        if self.before == self.after:
            return [*shown, f"{self.function}:{self.alias}  stays at version {self.before}, the newest"]
        shown += [
            f"{self.function}:{self.alias}  {self.before} -> {self.after}",
            f"  shift    {self.shift} ({self.shift.name})",
            f"  check    {self.check}, before any traffic",
            *(f"  alarm    {name}{' is in ALARM' if name in self.red else ''}" for name in self.alarms),
        ]
        if self.running:
            shown.append(f"  blocked  deployment {self.running} is in progress")
        if self.taken_back:
            shown.append(f"  blocked  version {self.after} was taken back by {self.taken_back}")
        return shown


def check_of(target: Target) -> str:
    """The function that checks a release; the stack makes it under this name."""
    return f"CodeDeployHook_{target.prefix}-release"


def plan(clients: Clients, target: Target, to: str | None = None) -> Plan:
    """Look what a release would move.

    Args:
        clients: Of the account.
        target: The unit.
        to: Version to go to; the newest without.

    Raises:
        OpsError: There is no such version, or the alias is split while nothing is deploying.
    """
    function = target.mock_function
    published = versions.versions(clients, function)
    after = to or (published[-1] if published else "")
    if after not in published:
        fault = WrongUsageError if to is not None and published else OpsError
        raise fault(
            f"{function} has no version {to or 'at all'}. It has {', '.join(published) or 'none'}: "
            "`pulumi up` publishes one."
        )
    infos = versions.deployments(clients, target)
    in_progress = versions.running(infos)
    alias = read_alias(target.settings(), clients)
    if alias.weights and in_progress is None:
        raise OpsError(
            f"{function}:{target.alias} is split, {alias.version} and {alias.weights}, while CodeDeploy "
            "does not deploy: somebody moved it by hand. `canary status` says how to mend it."
        )
    group = clients.codedeploy.get_deployment_group(
        applicationName=target.codedeploy_application, deploymentGroupName=target.codedeploy_group
    )["deploymentGroupInfo"]
    alarms = [alarm["name"] for alarm in (group.get("alarmConfiguration") or {}).get("alarms", [])]
    return Plan(
        function,
        target.alias,
        alias.version,
        after,
        _shift(clients, group["deploymentConfigName"]),
        check_of(target),
        tuple(alarms),
        red(clients.cloudwatch, alarms),
        in_progress["deploymentId"] if in_progress else None,
        _taken_back(clients, infos, after),
        behind(clients, target),
    )


def _shift(clients: Clients, name: str) -> Shift:
    config = clients.codedeploy.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
    routing = config.get("trafficRoutingConfig") or {"type": "AllAtOnce"}
    kind = routing["type"]
    if kind == "TimeBasedLinear":
        step = routing["timeBasedLinear"]
        percent, every = step["linearPercentage"], step["linearInterval"]
        return Shift(name, kind, percent, every, every * (-(-100 // percent) - 1))
    if kind == "TimeBasedCanary":
        step = routing["timeBasedCanary"]
        return Shift(name, kind, step["canaryPercentage"], step["canaryInterval"], step["canaryInterval"])
    return Shift(name, kind, 100, 0, 0)


def _taken_back(clients: Clients, infos: list[dict[str, Any]], after: str) -> str | None:
    """The newest release of a version, if it was taken back."""
    for info in versions.releases(infos):
        try:
            spec = app_spec.of_deployment(clients.codedeploy, info)
        except app_spec.UnreadableError:
            continue
        if spec.after == after:
            return str(info["deploymentId"]) if info["status"] in TAKEN_BACK else None
    return None
