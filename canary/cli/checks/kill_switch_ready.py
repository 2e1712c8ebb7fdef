"""The kill switch is off, goes out at once, and nothing can roll it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok
from canary.cli.latched import author
from canary.read.flags import FlagError, killed
from canary.unit.act.act import kill_environment
from canary.unit.latch.latch import Latches

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _off(look: Look) -> Finding:
    latch = Latches(look.clients.ssm, look.target.latch_parameter).read()
    if latch is not None:
        return failed(
            f"rolled back {author(latch)}: {latch.reason}",
            "When mended: `canary resume --reason …`.",
        )
    try:
        on = killed(kill_environment(look.target.settings(), look.clients).served())
    except FlagError as error:
        return failed(
            f"not understood, so it counts as on: {error}", "`canary resume --reason …` deploys it anew, off."
        )
    return failed("it is on", "`canary resume --reason …` takes it off.") if on else ok("off, and no latch")


def _instant(look: Look) -> Finding:
    target, appconfig = look.target, look.clients.appconfig
    strategy = appconfig.get_deployment_strategy(DeploymentStrategyId=target.kill_strategy_id)
    minutes = (strategy["DeploymentDurationInMinutes"], strategy["FinalBakeTimeInMinutes"])
    environment = appconfig.get_environment(
        ApplicationId=target.appconfig_application_id, EnvironmentId=target.kill_environment_id
    )
    monitors = environment.get("Monitors") or []
    if minutes != (0, 0):
        return failed(
            f"its strategy takes {minutes[0]} minutes and bakes {minutes[1]}",
            "`pulumi up --refresh`: it must be 0 and 0.",
        )
    if monitors:
        return failed(
            f"{len(monitors)} alarms watch its environment, and would roll the rollback back",
            "`pulumi up --refresh` takes them off.",
        )
    return ok("0 minutes, 0 bake, no monitor")


CHECKS = (
    Check("the kill switch is off", 5, "the kill flag as functions are served it, and the latch", _off),
    Check(
        "the kill switch acts at once", 0, "its deployment strategy and its environment's monitors", _instant
    ),
)
