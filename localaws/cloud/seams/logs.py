"""Read the events of MiniStack's log groups, for queries that MiniStack would only partly run."""

# ruff: noqa: SLF001 - a seam is the code that touches MiniStack's internals
from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core import responses
from ministack.services import cloudwatch_logs

from localaws.cloud.account import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

Event = tuple[int, str, str]
"""A log event: milliseconds since the epoch, log stream, message."""


def log_events(group: str) -> list[Event] | None:
    """Return all events of a log group; ``None`` if there is no such group."""
    account = responses._request_account_id.set(ACCOUNT)
    region = responses._request_region.set(REGION)
    try:
        found = cloudwatch_logs._log_groups.get(group)
        return None if found is None else list(_events(found["streams"]))
    finally:
        responses._request_region.reset(region)
        responses._request_account_id.reset(account)


def _events(streams: dict[str, dict[str, list[dict[str, object]]]]) -> Iterator[Event]:
    for stream, kept in streams.items():
        for event in kept["events"]:
            yield int(str(event["timestamp"])), stream, str(event["message"])
