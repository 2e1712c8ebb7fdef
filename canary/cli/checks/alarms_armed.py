"""The alarms exist, are OK, act on the guard, and nobody has muted them.

A new alarm is INSUFFICIENT_DATA until it has been evaluated: AppConfig's pages do not agree on whether that
rolls a deployment back, so it is waited out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.cli.checks.finding import Check, failed, ok
from canary.unit.settings import ROLLBACK_ALARMS

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def described(look: Look) -> dict[str, dict[str, Any]]:
    """The unit's alarms that exist, by name."""
    answer = look.clients.cloudwatch.describe_alarms(
        AlarmNames=list(look.target.alarms.values()), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return {
        alarm["AlarmName"]: alarm
        for kind in ("MetricAlarms", "CompositeAlarms")
        for alarm in answer.get(kind, [])
    }


def _states(look: Look) -> Finding:
    found = described(look)
    states = {
        name: found[name]["StateValue"] if name in found else "MISSING"
        for name in look.target.alarms.values()
    }
    bad = [f"{name} is {state}" for name, state in states.items() if state != "OK"]
    if not bad:
        return ok(f"{len(states)} alarms are OK")
    return failed(
        ", ".join(bad),
        "MISSING: `pulumi up`. INSUFFICIENT_DATA: new; wait 5 minutes, or make traffic with `canary "
        "traffic`. "
        "ALARM: find out why before anybody is let in.",
    )


def _actions(look: Look) -> Finding:
    found, target = described(look), look.target
    wrong = []
    for role, name in target.alarms.items():
        alarm = found.get(name)
        if alarm is None:
            wrong.append(f"{name} does not exist")
            continue
        if not alarm.get("ActionsEnabled"):
            wrong.append(f"{name}: its actions are disabled")
        wanted = {target.topic_arn, *([target.guard_alias_arn] if role in ROLLBACK_ALARMS else [])}
        missing = wanted - set(alarm.get("AlarmActions", []))
        wrong += [f"{name} does not act on {arn}" for arn in sorted(missing)]
    if wrong:
        return failed(
            "; ".join(wrong),
            "`aws cloudwatch enable-alarm-actions` for disabled ones, else `pulumi up --refresh`.",
        )
    return ok("each acts on the topic, and those that roll back on the guard as well")


def _muted(look: Look) -> Finding:
    rules = look.clients.cloudwatch.get_paginator("list_alarm_mute_rules")
    muted = [
        f"{name} by {summary['AlarmMuteRuleArn']}"
        for name in look.target.alarms.values()
        for page in rules.paginate(AlarmName=name, Statuses=["ACTIVE", "SCHEDULED"])
        for summary in page.get("AlarmMuteRuleSummaries", [])
    ]
    if muted:
        return failed(
            "; ".join(muted), "A muted alarm rolls nothing back: `aws cloudwatch delete-alarm-mute-rule`."
        )
    return ok("no mute rule names them")


CHECKS = (
    Check("the alarms exist and are OK", 6, "states of the unit's alarms", _states),
    Check("the alarms act", 6, "their actions, and whether those are enabled", _actions),
    Check("the alarms are not muted", 0, "alarm mute rules, active and scheduled", _muted),
)
