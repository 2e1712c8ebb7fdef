"""The Lambda service: from a function's name and qualifier to an answer out of a frozen sandbox.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, weighted aliases as in
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html. Everything about functions
that is not running them (create, publish, update, list) stays with MiniStack.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rehearsal.cloud.metrics import Datum
from rehearsal.cloud.pool import Pool
from rehearsal.cloud.request import AwsResponse, ServiceError
from rehearsal.cloud.sandbox import Answer, Invocation, Sandbox
from rehearsal.cloud.seams import ACCOUNT, REGION, dump
from rehearsal.cloud.xray import TraceHeader, new_id

if TYPE_CHECKING:
    import random

    from rehearsal.cloud.events import Events
    from rehearsal.cloud.logs import LogSink
    from rehearsal.cloud.metrics import MetricStore
    from rehearsal.cloud.programs import Programs
    from rehearsal.cloud.request import AwsRequest
    from rehearsal.cloud.seams import Seams
    from rehearsal.cloud.xray import XRay

_INVOKE = re.compile(r"^/2015-03-31/functions/(?P<name>[^/]+)/invocations$")
_ARN = re.compile(r"^arn:aws:lambda:[^:]+:\d{12}:function:(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?$")

PAYLOAD_LIMIT = 6 * 2**20
"""Bytes of a synchronous request or answer: dg/gettingstarted-limits.html."""

LATEST = "$LATEST"


@dataclass(frozen=True)
class InvokeResult:
    """What Invoke answers."""

    payload: bytes
    error: str | None
    version: str


def split_reference(reference: str) -> tuple[str, str | None]:
    """A name, ``name:qualifier`` or an ARN as name and qualifier."""
    if found := _ARN.match(reference):
        return found["name"], found["qualifier"]
    name, _, qualifier = reference.partition(":")
    return name, qualifier or None


class LambdaService:
    """Runs functions."""

    def __init__(
        self,
        seams: Seams,
        programs: Programs,
        xray: XRay,
        logs: LogSink,
        store: MetricStore,
        events: Events,
        draw: random.Random,
    ) -> None:
        self._seams = seams
        self._programs = programs
        self._xray = xray
        self._logs = logs
        self._store = store
        self._events = events
        self._draw = draw
        self._pools: dict[tuple[str, str, str], Pool] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()
        seams.run_functions(self._run_blocking, self.choose_version)

    @property
    def pids(self) -> list[int]:
        """Every sandbox's process."""
        return [pid for pool in self._pools.values() for pid in pool.pids]

    def choose_version(self, name: str, qualifier: str | None) -> str:
        """The version that a reference leads to this time.

        Raises:
            ServiceError: No such function, version or alias.
        """
        record = self._seams.function(name)
        if record is None:
            raise _not_found(name, qualifier)
        if qualifier in {None, LATEST}:
            return LATEST
        alias = self._seams.alias(name, str(qualifier))
        if alias is not None:
            point = self._draw.random()
            for version, weight in alias.weights.items():
                if point < weight:
                    return version
                point -= weight
            return alias.version
        if qualifier in record["versions"]:
            return str(qualifier)
        raise _not_found(name, qualifier)

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer Invoke; everything else is MiniStack's."""
        found = _INVOKE.match(request.path)
        if request.method != "POST" or not found:
            return None
        name, qualifier = split_reference(unquote(found["name"]))
        qualifier = request.first("Qualifier") or qualifier
        trace = request.headers.get("x-amzn-trace-id")
        match request.headers.get("x-amz-invocation-type", "RequestResponse"):
            case "DryRun":
                self.choose_version(name, qualifier)
                return AwsResponse(204)
            case "Event":
                version = self.choose_version(name, qualifier)
                self._spawn(self.invoke_event(name, qualifier, request.body, trace))
                return AwsResponse(202, headers={"X-Amz-Executed-Version": version})
        result = await self.invoke(name, qualifier, request.body, trace)
        headers = {"X-Amz-Executed-Version": result.version, "content-type": "application/json"}
        if result.error:
            headers["X-Amz-Function-Error"] = result.error
        return AwsResponse(200, result.payload, headers)

    async def invoke(
        self, name: str, qualifier: str | None, payload: bytes, trace: str | None = None
    ) -> InvokeResult:
        """Invoke and wait for the answer.

        Raises:
            ServiceError: ResourceNotFoundException, RequestTooLargeException.
        """
        if len(payload) > PAYLOAD_LIMIT:
            raise ServiceError("RequestTooLargeException", f"Request must be smaller than {PAYLOAD_LIMIT} bytes", 413)
        return await self._run(name, qualifier, self.choose_version(name, qualifier), payload, trace)

    async def invoke_event(self, name: str, qualifier: str | None, payload: bytes, trace: str | None = None) -> None:
        """Invoke asynchronously, with the retries that the function's event invoke config asks for."""
        for _ in range(1 + self._seams.retries(name, qualifier)):
            if not (await self.invoke(name, qualifier, payload, trace)).error:
                return

    async def invoke_arn(self, arn: str, event: dict[str, Any]) -> None:
        """Start an asynchronous invocation by ARN, as alarms and schedules do."""
        name, qualifier = split_reference(arn)
        self._spawn(self.invoke_event(name, qualifier, dump(event)))

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _run(
        self, name: str, qualifier: str | None, version: str, payload: bytes, trace: str | None
    ) -> InvokeResult:
        record = self._record(name, version)
        config = record["config"]
        active = (config.get("TracingConfig") or {}).get("Mode") == "Active"
        header = self._xray.enter(name, trace, active=active)
        facade = new_id()
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else "")
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            payload=payload or b"{}",
            arn=arn,
            trace_header=str(TraceHeader(header.root, facade, header.sampled)),
            deadline_ms=int((time.time() + float(config.get("Timeout", 3))) * 1000),
        )
        failed: list[bool] = []

        def finished(sandbox: Sandbox, begun: float, ended: float) -> None:
            self._report(name, qualifier, sandbox, invocation, begun, ended, failed=any(failed))
            self._xray.service_segments(header, name, arn, facade, (begun, ended), failed=any(failed))

        pool = self._pool(name, version, record)
        answer, _ = await pool.invoke(invocation, finished)
        failed.append(answer.error is not None)
        if len(answer.payload) > PAYLOAD_LIMIT:
            answer = Answer(
                json.dumps({"errorType": "Function.ResponseSizeTooLarge", "errorMessage": "Response too large"}).encode(),
                "Unhandled",
            )
        return InvokeResult(answer.payload, answer.error, version)

    def _record(self, name: str, version: str) -> dict[str, Any]:
        record = self._seams.function(name)
        if record is None:
            raise _not_found(name, version)
        return record if version == LATEST else record["versions"][version]  # type: ignore[no-any-return]

    def _pool(self, name: str, version: str, record: dict[str, Any]) -> Pool:
        identity = (name, version, str(record["config"].get("RevisionId")))
        if identity not in self._pools:
            self._pools[identity] = Pool(lambda: self._sandbox(record), self._overrun)
        return self._pools[identity]

    def _sandbox(self, record: dict[str, Any]) -> Sandbox:
        name, version = record["config"]["FunctionName"], record["config"].get("Version", LATEST)
        stream = f"{time.strftime('%Y/%m/%d')}/[{version}]{uuid.uuid4().hex}"
        program = self._programs.build(record, stream)
        return Sandbox(program, lambda text: self._logs.line(name, stream, text), stream=stream)

    def _overrun(self, sandbox: Sandbox, invocation: Invocation, why: str) -> None:
        function = sandbox.program.function
        detail = {"why": why, "request_id": invocation.request_id}
        self._events.record("sandbox", function, detail)
        self._logs.line(function, sandbox.stream, f"{invocation.request_id} sandbox killed: {why}")
        self._metric("Errors", function, None, 1.0)

    def _report(
        self,
        name: str,
        qualifier: str | None,
        sandbox: Sandbox,
        invocation: Invocation,
        begun: float,
        ended: float,
        *,
        failed: bool,
    ) -> None:
        ms = (ended - begun) * 1000
        self._logs.line(
            name,
            sandbox.stream,
            f"REPORT RequestId: {invocation.request_id}\tDuration: {ms:.2f} ms\tBilled Duration: {int(ms) + 1} ms",
        )
        self._metric("Invocations", name, qualifier, 1.0)
        self._metric("Errors", name, qualifier, float(failed))
        self._metric("Duration", name, qualifier, ms)

    def _metric(self, metric: str, name: str, qualifier: str | None, value: float) -> None:
        sets: list[tuple[tuple[str, str], ...]] = [(("FunctionName", name),)]
        if qualifier:
            sets.append((("FunctionName", name), ("Resource", f"{name}:{qualifier}")))
        for dimensions in sets:
            self._store.put(Datum("AWS/Lambda", metric, dimensions, value, time.time()))

    def _run_blocking(self, name: str, version: str, event: Any) -> dict[str, Any]:
        """For MiniStack's own callers, which run in threads of theirs."""
        work = self._run(name, None if version == LATEST else version, version, dump(event), None)
        result = asyncio.run_coroutine_threadsafe(work, self._loop).result()
        return {"body": json.loads(result.payload or b"null"), "error": bool(result.error)}

    async def end(self) -> None:
        """Kill every sandbox."""
        for pool in self._pools.values():
            await pool.end()


def _not_found(name: str, qualifier: str | None) -> ServiceError:
    suffix = f":{qualifier}" if qualifier else ""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}{suffix}"
    return ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)
