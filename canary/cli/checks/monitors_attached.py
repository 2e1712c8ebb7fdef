"""Every alarm that rolls back monitors the ramp's environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _run(look: Look) -> Finding:
    environment = look.clients.appconfig.get_environment(
        ApplicationId=look.target.appconfig_application_id, EnvironmentId=look.target.ramp_environment_id
    )
    watched = {monitor["AlarmArn"].rpartition(":alarm:")[2] for monitor in environment.get("Monitors") or []}
    missing = [name for name in look.target.settings().rollback_alarms if name not in watched]
    if missing:
        return failed(
            f"{', '.join(missing)} does not monitor the ramp", "`pulumi up --refresh` attaches it again."
        )
    return ok(f"{len(watched)} alarms watch every ramp while it deploys and bakes")


CHECKS = (Check("the ramp is monitored", 4, "monitors of the ramp's AppConfig environment", _run),)
