"""The Lambda service: invokes functions in sandboxes that are frozen between invocations.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. MiniStack handles all other operations on
functions (create, publish, update, list).
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
from weakref import WeakValueDictionary

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.codedeploy.version_choice import Versions
from localaws.cloud.functions.asynchronous import Asynchronous
from localaws.cloud.functions.function_reference import LATEST, not_found, split_reference
from localaws.cloud.functions.pool import Pool
from localaws.cloud.functions.runtime_api import Invocation, failure
from localaws.cloud.functions.sandbox import Sandbox
from localaws.cloud.metrics.function_telemetry import Call
from localaws.cloud.request import AwsResponse, ServiceError
from localaws.cloud.seams.seams import dump
from localaws.cloud.traces.header import TraceHeader, new_id

if TYPE_CHECKING:
    import random

    from localaws.cloud.functions.pool import Finished
    from localaws.cloud.functions.programs import Programs
    from localaws.cloud.metrics.function_telemetry import Telemetry
    from localaws.cloud.request import AwsRequest
    from localaws.cloud.seams.seams import Seams

_INVOKE = re.compile(r"^/2015-03-31/functions/(?P<name>[^/]+)/invocations$")

PAYLOAD_LIMIT = 6 * 2**20
"""Most bytes in a synchronous request or answer, from dg/gettingstarted-limits.html."""


@dataclass(frozen=True)
class InvokeResult:
    """The result of an invocation.

    Attributes:
        payload: Answer of the function, as JSON.
        error: Value of ``X-Amz-Function-Error``, or ``None`` if the function succeeded.
        version: Version that ran.
    """

    payload: bytes
    error: str | None
    version: str


class LambdaService:
    """Invokes functions and keeps their pools of sandboxes.

    Args:
        seams: MiniStack, which keeps the functions.
        programs: Builds the processes of function versions.
        telemetry: Records each invocation.
        draw: Random numbers that distribute an alias's invocations by its weights.
    """

    def __init__(self, seams: Seams, programs: Programs, telemetry: Telemetry, draw: random.Random) -> None:
        self._seams = seams
        self._programs = programs
        self._telemetry = telemetry
        self._versions = Versions(seams, draw)
        self._pools: dict[tuple[str, str], tuple[str, Pool]] = {}
        self._sandboxes: WeakValueDictionary[str, Sandbox] = WeakValueDictionary()
        self._asynchronous = Asynchronous(self.invoke, seams.retries, programs.clock)
        seams.run_functions(self._run_for_service, self._versions.choose)

    @property
    def pids(self) -> list[int]:
        """Process ids of all sandboxes."""
        return [pid for _, pool in self._pools.values() for pid in pool.pids]

    async def kill(self, function: str, stream: str) -> bool:
        """Kill a function's sandbox.

        Args:
            function: Name of the function.
            stream: Log stream that the sandbox writes to.

        Returns:
            Whether there was such a sandbox.
        """
        sandbox = self._sandboxes.get(stream)
        if sandbox is None or sandbox.program.function != function:
            return False
        await sandbox.kill()
        return True

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer Invoke. Returns ``None`` for any other request, which MiniStack answers."""
        found = _INVOKE.match(request.path)
        if request.method != "POST" or not found:
            return None
        name, qualifier = split_reference(unquote(found["name"]))
        qualifier = request.first("Qualifier") or qualifier
        trace = request.headers.get("x-amzn-trace-id")
        match request.headers.get("x-amz-invocation-type", "RequestResponse"):
            case "DryRun":
                self._versions.choose(name, qualifier)
                return AwsResponse(204)
            case "Event":
                version = self._versions.choose(name, qualifier)
                self._asynchronous.start(name, qualifier, request.body, trace)
                return AwsResponse(202, headers={"X-Amz-Executed-Version": version})
        result = await self.invoke(name, qualifier, request.body, trace)
        headers = {"X-Amz-Executed-Version": result.version, "content-type": "application/json"}
        if result.error:
            headers["X-Amz-Function-Error"] = result.error
        return AwsResponse(200, result.payload, headers)

    async def invoke(
        self, name: str, qualifier: str | None, payload: bytes, trace: str | None = None
    ) -> InvokeResult:
        """Invoke a function and wait for the answer.

        Args:
            name: Name of the function.
            qualifier: Version or alias; ``None`` for ``$LATEST``.
            payload: Event, as JSON.
            trace: Value of the caller's ``X-Amzn-Trace-Id`` header, if any.

        Raises:
            ServiceError: ``ResourceNotFoundException``, ``RequestTooLargeException``, or
                ``TooManyRequestsException`` for a function whose reserved concurrency is 0.
        """
        if len(payload) > PAYLOAD_LIMIT:
            raise ServiceError(
                "RequestTooLargeException", f"Request must be smaller than {PAYLOAD_LIMIT} bytes", 413
            )
        return await self._run(name, qualifier, self._versions.choose(name, qualifier), payload, trace)

    async def invoke_arn(self, arn: str, event: dict[str, Any]) -> None:
        """Start an asynchronous invocation by ARN, the way alarms and schedules invoke functions."""
        name, qualifier = split_reference(arn)
        self._asynchronous.start(name, qualifier, dump(event))

    async def _run(
        self, name: str, qualifier: str | None, version: str, payload: bytes, trace: str | None
    ) -> InvokeResult:
        record = self._record(name, version)
        self._refuse_when_stopped(name)
        call = self._call(name, qualifier, record["config"], payload, trace)

        def finished(done: Finished) -> None:
            self._telemetry.report(call, done)

        answer = await self._pool(name, version, record).invoke(call.invocation, finished)
        if len(answer.payload) > PAYLOAD_LIMIT:
            answer = failure(
                "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed"
            )
        return InvokeResult(answer.payload, answer.error, version)

    def _refuse_when_stopped(self, name: str) -> None:
        """Refuse to invoke a function whose reserved concurrency is 0, which stops the function.

        Other values of reserved concurrency have no effect here. An asynchronous event for a stopped function
        is lost. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
        """
        if (self._seams.function(name) or {}).get("concurrency") == 0:
            raise ServiceError("TooManyRequestsException", "Rate Exceeded.", 429)

    def _call(
        self, name: str, qualifier: str | None, config: dict[str, Any], payload: bytes, trace: str | None
    ) -> Call:
        active = (config.get("TracingConfig") or {}).get("Mode") == "Active"
        header = self._telemetry.xray.enter(name, trace, active=active)
        facade = new_id()
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            payload=payload or b"{}",
            arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" + (f":{qualifier}" if qualifier else ""),
            trace_header=str(TraceHeader(header.root, facade, header.sampled)),
            deadline_ms=int((time.time() + float(config.get("Timeout", 3))) * 1000),
        )
        return Call(name, qualifier, invocation, header, facade)

    def _record(self, name: str, version: str) -> dict[str, Any]:
        record = self._seams.function(name)
        if record is None:
            raise not_found(name, version)
        return record if version == LATEST else record["versions"][version]

    def _pool(self, name: str, version: str, record: dict[str, Any]) -> Pool:
        revision = str(record["config"].get("RevisionId"))
        known, pool = self._pools.get((name, version), ("", None))
        if pool is None or known != revision:
            if pool is not None:
                self._asynchronous.spawn(pool.retire())
            pool = Pool(lambda: self._sandbox(record))
            self._pools[name, version] = (revision, pool)
        return pool

    def _sandbox(self, record: dict[str, Any]) -> Sandbox:
        name, version = record["config"]["FunctionName"], record["config"].get("Version", LATEST)
        stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{version}]{uuid.uuid4().hex}"
        program = self._programs.build(record, stream)
        sandbox = Sandbox(
            program,
            lambda text: self._telemetry.logs.line(name, stream, text),
            stream,
            self._programs.orphans,
        )
        self._sandboxes[stream] = sandbox
        return sandbox

    async def _run_for_service(
        self, name: str, qualifier: str | None, version: str, event: Any
    ) -> dict[str, Any]:
        """Run a function for one of MiniStack's services, such as API Gateway, and answer in its form."""
        result = await self._run(name, qualifier, version, dump(event), None)
        return {"body": json.loads(result.payload or b"null"), "error": bool(result.error)}

    async def end(self) -> None:
        """Kill every sandbox, then drop the asynchronous invocations that are still running or waiting."""
        await asyncio.gather(*(pool.end() for _, pool in self._pools.values()))
        self._asynchronous.cancel()
