"""The routes under ``/_rehearsal/``. They belong to no AWS service; rehearsals and tests use them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.cloud import request as aws

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.clock import Clock
    from localaws.cloud.events import Events
    from localaws.cloud.faults import Faults
    from localaws.cloud.logs.logs import LogSink

CONTROL = "/_rehearsal/"


@dataclass(frozen=True)
class Control:
    """Answers the rehearsal's routes: events, the clock, processes, faults and the calls of functions."""

    clock: Clock
    events: Events
    logs: LogSink
    pids: Callable[[], list[int]]
    faults: Faults

    def answer(self, request: aws.AwsRequest) -> aws.AwsResponse:
        """Answer a request to one of the routes. An unknown route is answered with 404."""
        try:
            result = self._result(request)
        except aws.ServiceError as error:
            return aws.error_response(error)
        if result is None:
            message = f"No route {request.method} {request.path}"
            return aws.AwsResponse(404, json.dumps({"message": message}).encode())
        return aws.json_response(result)

    def _result(self, request: aws.AwsRequest) -> dict[str, Any] | None:
        result: dict[str, Any] | None = None
        match request.method, request.path.removeprefix(CONTROL):
            case "GET", "events":
                result = {"events": self.events.since(int(request.first("since") or 0))}
            case "GET", "clock":
                clock = self.clock
                result = {"factor": clock.factor, "started": clock.started, "cloud_s": clock.cloud_s()}
            case "GET", "processes":
                result = {"pids": self.pids(), "invalid_emf": dict(self.logs.invalid_emf)}
            case "GET", "faults":
                result = self.faults.list()
            case "POST", "faults":
                result = self.faults.set(_read(request))
            case "DELETE", "faults":
                result = self.faults.clear()
            case "GET", "asked":
                result = self.faults.asked(request.first("function") or "")
            case "GET", "calls":
                result = self.faults.calls(request.first("function") or "")
        return result


def _read(request: aws.AwsRequest) -> dict[str, Any]:
    try:
        return request.json()
    except ValueError as error:
        raise aws.ServiceError("SerializationException", f"The body is not JSON: {error}") from error
