"""Reads the evidence back from the cloud before the stack is destroyed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from rehearsal import log_lines
from rehearsal.evidence import Deployment, Traces, Transition

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from rehearsal.log_lines import Lines

TRACES_LOOKED_AT = 5
"""Number of traces to inspect.

BatchGetTraces accepts five ids per call, and five joined traces are proof enough.
"""

TAKEN_BACK = {"ROLLBACK_COMPLETED", "REVERT_COMPLETED"}
"""Events of a deployment that was rolled back.

https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_DeploymentEvent.html
"""


def transitions(cloudwatch: Any, names: list[str]) -> list[Transition]:
    """Return the state changes of the alarms, oldest first."""
    found = []
    for name in names:
        pages = cloudwatch.get_paginator("describe_alarm_history").paginate(
            AlarmName=name, HistoryItemType="StateUpdate"
        )
        for page in pages:
            for item in page["AlarmHistoryItems"]:
                new = json.loads(item["HistoryData"])["newState"]
                found.append(
                    Transition(
                        name, item["Timestamp"].timestamp(), new["stateValue"], new.get("stateReason", "")
                    )
                )
    return sorted(found, key=lambda change: change.at)


def deployments(
    appconfig: Any, application: str, environment: str, profile: str, *, after: int = 0
) -> list[Deployment]:
    """Return the deployments of an environment with their content, oldest first.

    Args:
        appconfig: A boto3 client for AppConfig.
        application: Id of the application.
        environment: Id of the environment.
        profile: Id of the configuration profile.
        after: Only deployments with a higher number are returned. Default 0.
    """
    found = []
    listed = appconfig.list_deployments(ApplicationId=application, EnvironmentId=environment)["Items"]
    newer = [item for item in listed if int(item["DeploymentNumber"]) > after]
    for item in sorted(newer, key=lambda one: int(one["DeploymentNumber"])):
        version = appconfig.get_hosted_configuration_version(
            ApplicationId=application,
            ConfigurationProfileId=profile,
            VersionNumber=int(item["ConfigurationVersion"]),
        )
        log = appconfig.get_deployment(
            ApplicationId=application,
            EnvironmentId=environment,
            DeploymentNumber=int(item["DeploymentNumber"]),
        )["EventLog"]
        found.append(
            Deployment(
                int(item["DeploymentNumber"]),
                item["State"],
                item["StartedAt"].timestamp(),
                _ended(item, log),
                json.loads(version["Content"].read())["values"],
                tuple(sorted({str(event["TriggeredBy"]) for event in log if "TriggeredBy" in event})),
            )
        )
    return found


def _ended(item: dict[str, Any], log: list[dict[str, Any]]) -> float | None:
    """Return when a deployment was complete or had been rolled back; ``None`` while it goes on."""
    if completed := item.get("CompletedAt"):
        return float(completed.timestamp())
    back = [event["OccurredAt"] for event in log if event.get("EventType") in TAKEN_BACK]
    return float(max(back).timestamp()) if back else None


def releases(codedeploy: Any, target: Target) -> list[dict[str, Any]]:
    """Return the releases of the entry function, oldest first, with what the claims need."""
    pages = codedeploy.get_paginator("list_deployments").paginate(
        applicationName=target.codedeploy_application, deploymentGroupName=target.codedeploy_group
    )
    found = []
    for identifier in (one for page in pages for one in page["deployments"]):
        info = codedeploy.get_deployment(deploymentId=identifier)["deploymentInfo"]
        if info.get("creator") != "user":
            continue
        targets = codedeploy.list_deployment_targets(deploymentId=identifier)["targetIds"]
        shown = codedeploy.get_deployment_target(deploymentId=identifier, targetId=targets[0])
        events = shown["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
        found.append(
            {
                "deploymentId": identifier,
                "created": info["createTime"].timestamp(),
                "status": info["status"],
                "error": (info.get("errorInformation") or {}).get("message"),
                "rollback": (info.get("rollbackInfo") or {}).get("rollbackDeploymentId"),
                "lifecycle": {event["lifecycleEventName"]: event["status"] for event in events},
            }
        )
    return sorted(found, key=lambda one: float(one["created"]))


def traces(xray: Any, start: float, end: float) -> Traces:
    """Count traces by annotation, and look for segments of both functions in canary traces."""
    canary = _trace_ids(xray, start, end, 'annotation[path] = "prisma" AND annotation[canary] = true')
    failed = _trace_ids(xray, start, end, 'annotation[canaryError] != ""')
    answered = sorted(set(canary) - set(failed))[-TRACES_LOOKED_AT:]
    looked_at = xray.batch_get_traces(TraceIds=answered)["Traces"] if answered else []
    named = [_function_names(trace) for trace in looked_at]
    return Traces(
        mock=len(_trace_ids(xray, start, end, 'annotation[path] = "mock"')),
        prisma=len(canary),
        canary_errors=len(failed),
        joined=sum(len(names) > 1 for names in named),
        functions=tuple(sorted(set().union(*named))) if named else (),
    )


def _trace_ids(xray: Any, start: float, end: float, expression: str) -> list[str]:
    pages = xray.get_paginator("get_trace_summaries").paginate(
        StartTime=start, EndTime=end, FilterExpression=expression
    )
    return [summary["Id"] for page in pages for summary in page["TraceSummaries"]]


def _function_names(trace: dict[str, Any]) -> set[str]:
    """Return the functions whose own code reported into a trace, recognised by annotated segments."""
    names = set()
    for segment in trace["Segments"]:
        document = json.loads(segment["Document"])
        annotations = document.get("annotations") or {}
        if annotations.get("path"):
            names.add(str(document["name"]))
    return names


def lines(clients: Clients, target: Target) -> Lines:
    """Return the entry function's log, parsed."""
    return log_lines.parse(log_lines.fetch(clients.logs, f"/aws/lambda/{target.mock_function}"))


def decisions(clients: Clients, target: Target) -> list[float]:
    """Return the times at which the guard decided against the canary, from its own log."""
    group = f"/aws/lambda/{target.guard_function}"
    return sorted(log_lines.said(log_lines.fetch(clients.logs, group), "decision", "NO-GO"))


def sums(cloudwatch: Any, target: Target, start: float, names: tuple[str, ...]) -> dict[str, float]:
    """Return the sums over the run of those metrics of the entry function that have no path dimension."""
    queries = [
        {
            "Id": f"m{n}",
            "MetricStat": {
                "Metric": {
                    "Namespace": target.metrics_namespace,
                    "MetricName": name,
                    "Dimensions": [{"Name": "FunctionName", "Value": target.mock_function}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
        }
        for n, name in enumerate(names)
    ]
    total = dict.fromkeys(names, 0.0)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=time.time() + 1
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            total[names[int(result["Id"][1:])]] += sum(result["Values"])
    return total
