"""Alarms that are gone, disabled, muted, or act on nobody; and a deployment group that does not ask them.

An alarm whose actions are disabled, or that a mute rule silences, changes its state and wakes nobody:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.cli.drift.found import Drift
from canary.unit.settings import ROLLBACK_ALARMS

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target

ROLLED_BACK_ON = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
AGAIN = "`pulumi up --refresh` sets it again."


def alarms(clients: Clients, target: Target) -> list[Drift]:
    """Alarms that would not do what they are for."""
    answer = clients.cloudwatch.describe_alarms(
        AlarmNames=list(target.alarms.values()), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    known = {
        alarm["AlarmName"]: alarm
        for kind in ("MetricAlarms", "CompositeAlarms")
        for alarm in answer.get(kind, [])
    }
    found = []
    for role, name in target.alarms.items():
        found += _alarm(target, role, name, known.get(name))
        found += _muted(clients, name)
    return [*found, *_group(clients, target)]


def _alarm(target: Target, role: str, name: str, alarm: dict[str, Any] | None) -> list[Drift]:
    rolls_back = role in ROLLBACK_ALARMS
    why = "It rolls nothing back." if rolls_back else "Nobody would be told."
    if alarm is None:
        return [Drift(name, f"Alarm {name} does not exist.", why, AGAIN)]
    found = []
    if not alarm.get("ActionsEnabled", False):
        found.append(
            Drift(
                name,
                f"Alarm {name} is disabled (ActionsEnabled=false).",
                why,
                f"`aws cloudwatch enable-alarm-actions --alarm-names {name}`.",
            )
        )
    wanted = {target.topic_arn, *([target.guard_alias_arn] if rolls_back else [])}
    missing = sorted(wanted - set(alarm.get("AlarmActions", [])))
    if missing:
        found.append(Drift(name, f"Alarm {name} does not act on {', '.join(missing)}.", why, AGAIN))
    if target.topic_arn not in alarm.get("OKActions", []):
        what = f"Alarm {name} does not tell {target.topic_arn} when it is over (OKActions)."
        found.append(Drift(name, what, "Nobody would hear that it has ended.", AGAIN))
    return found


def _muted(clients: Clients, name: str) -> list[Drift]:
    pages = clients.cloudwatch.get_paginator("list_alarm_mute_rules").paginate(
        AlarmName=name, Statuses=["ACTIVE", "SCHEDULED"]
    )
    rules = [rule["AlarmMuteRuleArn"] for page in pages for rule in page.get("AlarmMuteRuleSummaries", [])]
    return [
        Drift(
            name,
            f"Alarm {name} is muted by {rule}.",
            "Its actions do not run while it is muted: it rolls nothing back and tells nobody.",
            "`aws cloudwatch delete-alarm-mute-rule`.",
        )
        for rule in rules
    ]


def _group(clients: Clients, target: Target) -> list[Drift]:
    group = clients.codedeploy.get_deployment_group(
        applicationName=target.codedeploy_application, deploymentGroupName=target.codedeploy_group
    )["deploymentGroupInfo"]
    asked, back = group.get("alarmConfiguration") or {}, group.get("autoRollbackConfiguration") or {}
    names = {alarm["name"] for alarm in asked.get("alarms", [])} if asked.get("enabled") else set()
    wrong = [f"asks no {name}" for name in target.settings().rollback_alarms if name not in names]
    events = set(back.get("events", [])) if back.get("enabled") else set()
    wrong += [f"does not roll back on {event}" for event in sorted(ROLLED_BACK_ON - events)]
    if not wrong:
        return []
    what = f"Deployment group {target.codedeploy_group} {', '.join(wrong)}."
    return [Drift(target.codedeploy_group, what, "A bad release would stay.", AGAIN)]
