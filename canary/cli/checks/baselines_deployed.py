"""Both environments have a complete deployment: rolling back the first one ever would serve nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok, warning
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.flags.environment import IN_PROGRESS

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _run(look: Look) -> Finding:
    settings = look.target.settings()
    shown = []
    for name, environment in (
        ("ramp", ramp_environment(settings, look.clients)),
        ("kill", kill_environment(settings, look.clients)),
    ):
        deployments = environment.deployments()
        if not any(found.state == "COMPLETE" for found in deployments):
            return failed(
                f"{name}: no deployment is complete",
                "`pulumi up` deploys the safe baselines; the ramp's bakes, 10 minutes by default.",
            )
        if deployments[0].state in IN_PROGRESS:
            return warning(
                f"{name}: deployment {deployments[0].number} is {deployments[0].state}",
                "Wait until it is COMPLETE.",
            )
        shown.append(f"{name}: deployment {deployments[0].number} is {deployments[0].state}")
    return ok(", ".join(shown))


CHECKS = (Check("safe baselines are deployed", 4, "deployments of both AppConfig environments", _run),)
