"""Fakes of what operators look at and never change: logs, traces, IAM's answers, the API."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from tests.fakes.aws import Script, Service, refusal
from tests.fakes.target import REGION


class More(Service):
    """Operations added to those of an existing fake."""

    def __init__(self, script: Script, inner: Any = None) -> None:
        super().__init__(script)
        self._inner = inner

    def __getattr__(self, operation: str) -> Any:
        try:
            return super().__getattr__(operation)
        except AttributeError:
            if self._inner is None:
                raise
            return getattr(self._inner, operation)


class Logs(More):
    """Log groups with streams of events. A filter pattern is one word that a line must contain."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.groups: dict[str, list[dict[str, Any]]] = {}
        self.streams: set[tuple[str, str]] = set()
        self.asked: list[str] = []
        self.queries = [f"huntaze/{number}-query" for number in range(1, 9)]

    def add(self, group: str, message: str, at: datetime, stream: str = "s") -> None:
        events = self.groups.setdefault(group, [])
        event = {"timestamp": int(at.timestamp() * 1000), "message": message, "logStreamName": stream}
        events.append({**event, "eventId": f"{group}-{len(events)}"})

    def op_create_log_group(self, *, logGroupName: str) -> None:
        if logGroupName in self.groups:
            raise refusal("ResourceAlreadyExistsException")
        self.groups[logGroupName] = []

    def op_create_log_stream(self, *, logGroupName: str, logStreamName: str) -> None:
        if (logGroupName, logStreamName) in self.streams:
            raise refusal("ResourceAlreadyExistsException")
        self.streams.add((logGroupName, logStreamName))

    def op_put_log_events(self, *, logGroupName: str, logStreamName: str, logEvents: list[Any]) -> None:
        for event in logEvents:
            self.add(
                logGroupName,
                event["message"],
                datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                logStreamName,
            )

    def op_filter_log_events(
        self, *, logGroupName: str, startTime: int, endTime: int = 2**62, filterPattern: str = ""
    ) -> dict[str, Any]:
        if logGroupName not in self.groups:
            raise refusal("ResourceNotFoundException")
        word = filterPattern.strip('"')
        events = [
            event
            for event in self.groups[logGroupName]
            if startTime <= event["timestamp"] <= endTime and word in event["message"]
        ]
        return {"events": events}

    def op_describe_query_definitions(self, *, queryDefinitionNamePrefix: str) -> dict[str, Any]:
        found = [name for name in self.queries if name.startswith(queryDefinitionNamePrefix)]
        texts = {"huntaze/6-query": 'filter userId = "PSEUDONYM"'}
        return {
            "queryDefinitions": [
                {"name": name, "queryString": texts.get(name, "stats count(*)"), "logGroupNames": ["g"]}
                for name in found
            ]
        }

    def op_start_query(self, *, queryString: str, **_: Any) -> dict[str, str]:
        self.asked.append(queryString)
        return {"queryId": "q"}

    def op_get_query_results(self, *, queryId: str) -> dict[str, Any]:
        if "count_distinct" in self.asked[-1]:
            value = "3" if "prisma" in self.asked[-1] else "50"
            return {"status": "Complete", "results": [[{"field": "users", "value": value}]]}
        row = [{"field": "requests", "value": "3000"}, {"field": "@ptr", "value": "x"}]
        return {"status": "Complete", "results": [row], "statistics": {"recordsScanned": 3000.0}}


class XRay(More):
    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.annotations = ["canary", "path", "userId"]
        self.expressions: list[str] = []

    def op_get_trace_summaries(self, *, FilterExpression: str = "", **_: Any) -> dict[str, Any]:
        self.expressions.append(FilterExpression)
        annotations: dict[str, list[Any]] = {name: [] for name in self.annotations}
        return {
            "TraceSummaries": [{"Id": f"1-{int(time.time()):x}-0", "Annotations": annotations}]
            if annotations
            else []
        }


class Iam(More):
    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.refused: set[str] = set()

    def op_simulate_principal_policy(self, *, ActionNames: list[str], **_: Any) -> dict[str, Any]:
        decisions = ["implicitDeny" if name in self.refused else "allowed" for name in ActionNames]
        return {"EvaluationResults": [{"EvalDecision": decision} for decision in decisions]}


class Api(More):
    def op_get_apis(self) -> dict[str, Any]:
        endpoint = f"https://a1.execute-api.{REGION}.amazonaws.com"
        return {"Items": [{"Name": "huntaze-read", "ApiId": "a1", "ApiEndpoint": endpoint}]}
