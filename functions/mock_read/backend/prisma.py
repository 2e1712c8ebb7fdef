"""Invokes an alias of the Prisma function and returns its answer, or the class of the error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from mock_read.deadline import OverrunError, within
from mock_read.observe import tracing

if TYPE_CHECKING:
    from canary.read.contract import Query

MAX_ANSWER = 1_000_000
"""Maximum size of an answer in bytes. It is the smallest limit of all entries, that of an ALB
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html)."""

MARKER = "countedByEntry"
"""Member of the payload, beside the query: the entry function counts this request as one of the canary's. IAM
decides who may invoke the Prisma function, so no one else can set it."""

ErrorClass = Literal[
    "throttled",
    "timeout",
    "unreachable",
    "refused",
    "function-error",
    "malformed",
    "oversized",
    "breaker-open",
    "no-time",
]

_THROTTLED = {"TooManyRequestsException", "ThrottlingException", "EC2ThrottledException"}


@dataclass(frozen=True)
class Candidate:
    """The result of asking Prisma.

    Attributes:
        body: The answer. ``None`` without an error means that Prisma does not know what was asked for.
        error: Class of the error; ``None`` for an answer.
        detail: More about the error for the log: a code, a type or a path, never a value.
    """

    body: Any = None
    error: ErrorClass | None = None
    detail: str = ""


class Prisma:
    """Invokes one alias of the Prisma function.

    Args:
        client: A Lambda client without retries, prepared by `tracing.carry`.
        function_arn: ARN of the alias.
        counted: Whether the caller counts each request, so that the Prisma function must count it too.
            Default no.
    """

    def __init__(self, client: Any, function_arn: str, *, counted: bool = False) -> None:
        self._client = client
        self._function_arn = function_arn
        self._marker = {MARKER: True} if counted else {}

    def uncounted(self) -> Prisma:
        """Return a copy whose requests are not counted."""
        return Prisma(self._client, self._function_arn)

    def ask(self, query: Query, trace_header: str | None, seconds: float) -> Candidate:
        """Invoke Prisma and wait at most ``seconds`` in all; never raises."""
        try:
            failed, content = within(seconds, lambda: self._invoke(query, trace_header))
        except (OverrunError, ReadTimeoutError, ConnectTimeoutError):
            return Candidate(error="timeout")
        except ClientError as error:
            code = str(error.response["Error"]["Code"])
            return Candidate(error="throttled" if code in _THROTTLED else "refused", detail=code)
        except BotoCoreError as error:
            return Candidate(error="unreachable", detail=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of the client must not reach the user
            return Candidate(error="refused", detail=type(error).__name__)
        return Candidate(error="function-error") if failed else parse(content)

    def _invoke(self, query: Query, trace_header: str | None) -> tuple[bool, bytes]:
        payload = json.dumps({**query.payload(), **self._marker}).encode()
        with tracing.sending(trace_header):
            answer = self._client.invoke(FunctionName=self._function_arn, Payload=payload)
        return "FunctionError" in answer, answer["Payload"].read(MAX_ANSWER + 1)


def parse(content: bytes) -> Candidate:
    """Extract the body from an answer's bytes. Whether it keeps the contract is checked elsewhere."""
    if len(content) > MAX_ANSWER:
        return Candidate(error="oversized")
    try:
        answer = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Candidate(error="malformed", detail="no JSON")
    if not isinstance(answer, dict) or answer.get("status") not in ("ok", "not-found"):
        return Candidate(error="malformed", detail="no status")
    if answer["status"] == "not-found":
        return Candidate()
    body = answer.get("body")
    return Candidate(body) if body is not None else Candidate(error="malformed", detail="no body")


def _no_constant(_name: str) -> None:
    """Refuse NaN and the infinities, which Python's parser accepts and JSON does not have."""
    raise ValueError
