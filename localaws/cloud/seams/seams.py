"""Access to MiniStack's internals. No code outside this package knows how MiniStack works.

This module replaces three of MiniStack's functions: the one that executes an invocation, the one with which
API Gateway waits for it, and the one that turns a reference to a function into a version. Other modules of
this package correct AppConfig and other services. After an upgrade of MiniStack, this module fails at once
with a clear error.
"""

# ruff: noqa: SLF001 - a seam is the code that touches MiniStack's internals
from __future__ import annotations

import asyncio
import importlib.metadata
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ministack.app
from ministack.core import responses
from ministack.services import apigateway, cloudwatch_logs, lambda_svc, scheduler

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.logs.kept_events import KeptEvents
from localaws.cloud.seams import appconfig

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from localaws.cloud.clock import Clock

    Execute = Callable[[str, str | None, str, Any], Coroutine[Any, Any, dict[str, Any]]]

VERSION = "1.5.33"

asgi_app = ministack.app.app


_ASKED = "rehearsal_qualifier"
"""Key that is added to a function's record before it runs: the qualifier by which it was invoked."""


@dataclass(frozen=True)
class AliasState:
    """What an alias points to.

    Attributes:
        version: Main version of the alias.
        weights: Shares of other versions, from 0 to 1.
        revision_id: Revision id of the alias.
    """

    version: str
    weights: dict[str, float]
    revision_id: str


class Seams:
    """Reads and changes MiniStack's state, always in the only account and region of a rehearsal.

    Args:
        clock: The cloud's clock, on which AppConfig runs.

    Raises:
        RuntimeError: MiniStack is installed in another version than `VERSION`.
    """

    def __init__(self, clock: Clock) -> None:
        installed = importlib.metadata.version("ministack")
        if installed != VERSION:
            raise RuntimeError(f"MiniStack {installed} is installed, its seams are known for {VERSION} only")
        appconfig.as_on_aws(clock)
        # MiniStack answers this path under every host. On AWS it is an ordinary path of an API.
        ministack.app._HEALTH_PATHS = tuple(path for path in ministack.app._HEALTH_PATHS if path != "/health")

    def run_functions(self, execute: Execute, choose: Callable[[str, str | None], str]) -> None:
        """Route invocations from API Gateway, SNS and EventBridge to the local cloud's sandboxes.

        Args:
            execute: Runs ``(function, qualifier, version, event)``.
            choose: Chooses the version for a function and an optional qualifier, including weighted aliases.
        """
        resolve = lambda_svc._get_func_record_for_ref
        loop = asyncio.get_running_loop()
        in_thread = apigateway.run_reentrant

        def weighted(reference: str) -> tuple[Any, Any, str]:
            record, config, name = resolve(reference)
            if record is None:
                return record, config, name
            _, qualifier = lambda_svc._resolve_name_and_qualifier(reference)
            version = choose(name, qualifier)
            if version != "$LATEST":
                record = lambda_svc._functions[name]["versions"][version]
            return {**record, _ASKED: qualifier}, record["config"], name

        def run(func: dict[str, Any], event: Any) -> Coroutine[Any, Any, dict[str, Any]]:
            config = func.get("config") or func
            return execute(config["FunctionName"], func.get(_ASKED), config.get("Version", "$LATEST"), event)

        def run_blocking(func: dict[str, Any], event: Any) -> dict[str, Any]:
            return asyncio.run_coroutine_threadsafe(run(func, event), loop).result()

        async def run_directly(call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
            """Run an invocation on this loop. A thread for each request would only wait for the same loop."""
            if call is lambda_svc._execute_function_with_config_scope:
                return await run(*arguments)
            return await in_thread(call, *arguments, **options)

        lambda_svc._get_func_record_for_ref = weighted
        lambda_svc._execute_function = run_blocking
        apigateway.run_reentrant = run_directly

    def function(self, name: str) -> dict[str, Any] | None:
        """Return a function's record: ``config``, ``code_zip``, ``versions`` and ``aliases``.

        Returns ``None`` if the function does not exist.
        """
        record: dict[str, Any] | None = lambda_svc._functions.get_scoped(ACCOUNT, REGION, name)
        return record

    def retries(self, name: str, qualifier: str | None) -> int:
        """Return how often a failed asynchronous invocation is retried. Defaults to 2 if not configured."""
        config = lambda_svc._event_invoke_config(self.function(name), qualifier) or {}
        return int(config.get("MaximumRetryAttempts", 2))

    def alias(self, function: str, alias: str) -> AliasState | None:
        """Return what an alias points to now; ``None`` if there is no such alias."""
        record = (self.function(function) or {}).get("aliases", {}).get(alias)
        if record is None:
            return None
        weights = (record.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return AliasState(record["FunctionVersion"], dict(weights), record["RevisionId"])

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Point an alias to a version, with shares of other versions, as CodeDeploy does."""
        data = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": weights}}
        self.scoped(lambda_svc._update_alias, function, alias, data)

    def append_log(self, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
        """Append lines to a log stream, and create the group and the stream if missing, as Lambda does.

        Args:
            group: Log group.
            stream: Log stream.
            lines: Time in milliseconds since the epoch and text of each line.
        """
        self.scoped(_append_log, group, stream, lines)

    def log_line(self, group: str, stream: str, text: str) -> None:
        """Append one line with the current time to a log stream."""
        self.append_log(group, stream, [(int(time.time() * 1000), text)])

    def schedules(self) -> list[dict[str, Any]]:
        """Return all schedules of EventBridge Scheduler."""
        found: list[dict[str, Any]] = self.scoped(lambda: list(scheduler._schedules.values()))
        return found

    @staticmethod
    def scoped(call: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function of MiniStack in the only account and region of the rehearsal."""
        account = responses._request_account_id.set(ACCOUNT)
        region = responses._request_region.set(REGION)
        try:
            return call(*arguments)
        finally:
            responses._request_region.reset(region)
            responses._request_account_id.reset(account)


def _append_log(group: str, stream: str, lines: list[tuple[int, str]]) -> None:
    groups = cloudwatch_logs._log_groups
    if group not in groups:
        groups[group] = {
            "arn": cloudwatch_logs._make_group_arn(group),
            "creationTime": lines[0][0],
            "retentionInDays": None,
            "tags": {},
            "subscriptionFilters": {},
            "streams": {},
        }
    streams = groups[group]["streams"]
    record = streams.setdefault(
        stream,
        {
            "events": KeptEvents(),
            "uploadSequenceToken": "1",
            "creationTime": lines[0][0],
            "firstEventTimestamp": None,
            "lastEventTimestamp": None,
            "lastIngestionTime": None,
        },
    )
    events = [{"timestamp": at, "message": text, "ingestionTime": at} for at, text in lines]
    cloudwatch_logs._append_log_events(record, events)
    if not isinstance(record["events"], KeptEvents):
        # MiniStack merges late events into a new list.
        record["events"] = KeptEvents(record["events"])


def dump(event: Any) -> bytes:
    """Encode an event as the bytes that a runtime gets. Bytes are returned as they are."""
    return event if isinstance(event, bytes) else json.dumps(event).encode()
