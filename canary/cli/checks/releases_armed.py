"""CodeDeploy takes a bad release back, and no release is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok
from canary.unit.release.take_back import read_alias

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look

EVENTS = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}


def _group(look: Look) -> Finding:
    target = look.target
    group = look.clients.codedeploy.get_deployment_group(
        applicationName=target.codedeploy_application, deploymentGroupName=target.codedeploy_group
    )["deploymentGroupInfo"]
    alarms, rollback = group.get("alarmConfiguration", {}), group.get("autoRollbackConfiguration", {})
    attached = {alarm["name"] for alarm in alarms.get("alarms", [])}
    wrong = [f"{name} is not attached" for name in target.settings().rollback_alarms if name not in attached]
    wrong += [f"{event} does not roll back" for event in sorted(EVENTS - set(rollback.get("events", [])))]
    if not alarms.get("enabled"):
        wrong.append("its alarms are disabled")
    if alarms.get("ignorePollAlarmFailure"):
        wrong.append("alarms that cannot be read are ignored")
    if not rollback.get("enabled"):
        wrong.append("automatic rollback is disabled")
    if wrong:
        return failed("; ".join(wrong), "`pulumi up --refresh` arms it again.")
    return ok(f"{len(attached)} alarms stop a release and take it back ({group['deploymentConfigName']})")


def _alias(look: Look) -> Finding:
    alias = read_alias(look.target.settings(), look.clients)
    if alias.weights:
        return failed(
            f"it is split: version {alias.version}, {alias.weights}",
            "A release is under way: wait for it. None is: `canary status` says who moved it.",
        )
    return ok(f"all traffic goes to version {alias.version}")


CHECKS = (
    Check("CodeDeploy is armed", 11, "alarms and automatic rollback of the deployment group", _group),
    Check("the alias leads to one version", 0, "the entry function's alias", _alias),
)
