"""`logs`: lines of a function, as they were written or as they come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.errors import OpsError, WrongUsageError
from canary.unit.patience import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from canary.cli.target import Target

FUNCTIONS = {
    "mock": "mock_function",
    "prisma": "prisma_function",
    "shadow": "shadow_function",
    "guard": "guard_function",
    "migrate": "migrate_function",
}
TAB = "\t"
"""Stands between the parts of Lambda's own lines."""
EVERY_S = 2.0
"""FilterLogEvents allows 5 calls a second in small regions; one every two seconds leaves them to others."""
LATE = timedelta(seconds=30)
"""A line may become visible after younger ones: each look goes back this far and leaves out what was seen."""


@dataclass(frozen=True)
class Line:
    """One log event."""

    at: datetime
    stream: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; a line that is JSON itself is not quoted again."""
        try:
            message = json.loads(self.text)
        except ValueError:
            message = self.text
        return {"at": self.at.isoformat(timespec="milliseconds"), "stream": self.stream, "message": message}

    @property
    def metrics(self) -> bool:
        """Whether it is a metric record, which says nothing to a person."""
        return self.text.startswith('{"_aws"')

    def shown(self) -> str:
        """For a person."""
        return f"{self.at.isoformat(timespec='milliseconds')}  {self.text.rstrip().replace(TAB, '  ')}"


def group_of(target: Target, function: str) -> str:
    """A function's log group.

    Raises:
        WrongUsageError: There is no such function.
        OpsError: The stack does not have it.
    """
    if function not in FUNCTIONS:
        raise WrongUsageError(f"--function {function}: must be one of {', '.join(FUNCTIONS)}.")
    name = getattr(target, FUNCTIONS[function])
    if name is None:
        raise OpsError(f"The stack has no function {function}: `pulumi up` with this version makes it.")
    return target.log_group(name)


@dataclass
class Tail:
    """Reads a log group on and on.

    Attributes:
        logs: A boto3 client.
        group: Log group.
        pattern: CloudWatch Logs filter pattern, empty for every line:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """

    logs: Any
    group: str
    pattern: str = ""

    def read(self, since: datetime, until: datetime | None = None) -> list[Line]:
        """Lines of a period, oldest first.

        Raises:
            OpsError: There is no such group.
        """
        return [line for _, line in self._events(since, until)]

    def follow(
        self, since: datetime, wait: Callable[[], None], now: Callable[[], datetime]
    ) -> Iterator[Line]:
        """Lines from a moment on, and then those that come; it ends only with its reader.

        Args:
            since: Start.
            wait: Waits between two looks.
            now: Wall clock.
        """
        seen: dict[str, datetime] = {}
        start = since
        while True:
            for identifier, line in self._events(start, None):
                if identifier not in seen:
                    seen[identifier] = line.at
                    yield line
            start = max(since, now() - LATE)
            seen = {identifier: at for identifier, at in seen.items() if at >= start}
            wait()

    def _events(self, since: datetime, until: datetime | None) -> list[tuple[str, Line]]:
        asked: dict[str, Any] = {"logGroupName": self.group, "startTime": int(since.timestamp() * 1000)}
        if until is not None:
            asked["endTime"] = int(until.timestamp() * 1000)
        if self.pattern:
            asked["filterPattern"] = self.pattern
        try:
            pages = list(self.logs.get_paginator("filter_log_events").paginate(**asked))
        except ClientError as error:
            if code(error) == "ResourceNotFoundException":
                raise OpsError(
                    f"There is no log group {self.group}: the function has never run, or is not there."
                ) from error
            if code(error) == "InvalidParameterException":
                raise WrongUsageError(
                    f"--filter {self.pattern}: CloudWatch does not understand it: {error}"
                ) from error
            raise
        found = [
            (
                # An id is not promised; without one a line is told from others by all that it is.
                event.get("eventId") or f"{event['timestamp']} {event['logStreamName']} {event['message']}",
                Line(
                    datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                    event["logStreamName"],
                    event["message"],
                ),
            )
            for page in pages
            for event in page["events"]
        ]
        return sorted(found, key=lambda pair: pair[1].at)
