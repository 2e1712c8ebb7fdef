"""Every contact with MiniStack's inside. Nothing else in this project knows how MiniStack works.

Three functions are replaced (how an invocation is executed, how API Gateway waits for one, how a reference
to a function becomes a version), and AppConfig is corrected in a module beside. An upgrade of MiniStack fails
here, loudly.
"""

# ruff: noqa: SLF001 - a seam is where another program's inside is touched
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
"""Key in a function's record on its way to be run: the qualifier it was asked for by."""


@dataclass(frozen=True)
class AliasState:
    """Where an alias points: a version, and shares of other versions."""

    version: str
    weights: dict[str, float]
    revision_id: str


class Seams:
    """Reads and changes MiniStack's state, always in the one account and region of a rehearsal."""

    def __init__(self, clock: Clock) -> None:
        installed = importlib.metadata.version("ministack")
        if installed != VERSION:
            raise RuntimeError(f"MiniStack {installed} is installed, its seams are known for {VERSION} only")
        appconfig.as_on_aws(clock)
        # MiniStack answers this path under every host; on AWS it is an API's like any other.
        ministack.app._HEALTH_PATHS = tuple(path for path in ministack.app._HEALTH_PATHS if path != "/health")

    def run_functions(self, execute: Execute, choose: Callable[[str, str | None], str]) -> None:
        """Let invocations from API Gateway, SNS and EventBridge end in our sandboxes.

        Args:
            execute: Runs ``(function, qualifier, version, event)``.
            choose: Picks the version a reference with an optional qualifier leads to, weights included.
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
            """A thread for each request of an API would only wait for this same loop."""
            if call is lambda_svc._execute_function_with_config_scope:
                return await run(*arguments)
            return await in_thread(call, *arguments, **options)

        lambda_svc._get_func_record_for_ref = weighted
        lambda_svc._execute_function = run_blocking
        apigateway.run_reentrant = run_directly

    def function(self, name: str) -> dict[str, Any] | None:
        """A function's record: ``config``, ``code_zip``, ``versions`` and ``aliases``."""
        record: dict[str, Any] | None = lambda_svc._functions.get_scoped(ACCOUNT, REGION, name)
        return record

    def retries(self, name: str, qualifier: str | None) -> int:
        """How often an asynchronous invocation that failed is tried again; 2 unless configured."""
        config = lambda_svc._event_invoke_config(self.function(name), qualifier) or {}
        return int(config.get("MaximumRetryAttempts", 2))

    def alias(self, function: str, alias: str) -> AliasState | None:
        """Where an alias points now."""
        record = (self.function(function) or {}).get("aliases", {}).get(alias)
        if record is None:
            return None
        weights = (record.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return AliasState(record["FunctionVersion"], dict(weights), record["RevisionId"])

    def set_alias(self, function: str, alias: str, version: str, weights: dict[str, float]) -> None:
        """Move an alias, as CodeDeploy does."""
        data = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": weights}}
        self.scoped(lambda_svc._update_alias, function, alias, data)

    def append_log(self, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
        """Append lines to a log stream, making group and stream when they are missing, as Lambda does."""
        self.scoped(_append_log, group, stream, lines)

    def log_line(self, group: str, stream: str, text: str) -> None:
        """Append a line now."""
        self.append_log(group, stream, [(int(time.time() * 1000), text)])

    def schedules(self) -> list[dict[str, Any]]:
        """All EventBridge schedules."""
        found: list[dict[str, Any]] = self.scoped(lambda: list(scheduler._schedules.values()))
        return found

    @staticmethod
    def scoped(call: Callable[..., Any], *arguments: Any) -> Any:
        """Call something of MiniStack's as the one account and region see it."""
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
        # Events that came late were merged into a list.
        record["events"] = KeptEvents(record["events"])


def dump(event: Any) -> bytes:
    """An event as the bytes a runtime gets."""
    return event if isinstance(event, bytes) else json.dumps(event).encode()
