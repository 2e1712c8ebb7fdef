"""The canary path: Prisma's answer within a deadline, or the class of error that a fallback will hide."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from mock_read import contract

if TYPE_CHECKING:
    from mock_read.breaker import Breaker
    from mock_read.contract import Query

MAX_ANSWER = 1_000_000
"""Bytes: the smallest limit of the entries, an ALB's."""

ErrorClass = Literal[
    "throttled", "timeout", "unreachable", "refused", "function-error", "malformed", "oversized", "breaker-open", "no-time"
]


@dataclass(frozen=True)
class Candidate:
    """What the Prisma side gave.

    Attributes:
        body: The answer; ``None`` with no error means that it does not know the creator either.
        error: Class of the error, ``None`` for a valid answer.
    """

    body: dict[str, Any] | None = None
    error: ErrorClass | None = None


class Prisma:
    """Invokes one alias of the Prisma function.

    Args:
        client: A Lambda client without retries, whose read time-out is the deadline.
        function_arn: The alias's ARN.
        breaker: ``None`` for shadow calls, which harm nobody.
    """

    def __init__(self, client: Any, function_arn: str, breaker: Breaker | None) -> None:
        self._client = client
        self._function_arn = function_arn
        self._breaker = breaker

    @property
    def breaker_open(self) -> bool:
        """Whether the breaker keeps requests away now."""
        return self._breaker is not None and self._breaker.open

    def read(self, query: Query) -> Candidate:
        """Ask Prisma; never raises."""
        if self.breaker_open:
            return Candidate(error="breaker-open")
        candidate = self._read(query)
        if self._breaker is not None:
            if candidate.error is None:
                self._breaker.succeeded()
            else:
                self._breaker.failed()
        return candidate

    def _read(self, query: Query) -> Candidate:
        payload = json.dumps(query.payload()).encode()
        try:
            answer = self._client.invoke(FunctionName=self._function_arn, Payload=payload)
            content = answer["Payload"].read(MAX_ANSWER + 1)
        except (ReadTimeoutError, ConnectTimeoutError):
            return Candidate(error="timeout")
        except ClientError as error:
            return Candidate(error="throttled" if _throttled(error) else "refused")
        except BotoCoreError:
            return Candidate(error="unreachable")
        if answer.get("FunctionError"):
            return Candidate(error="function-error")
        return judge(query, content)


def _throttled(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] in {"TooManyRequestsException", "ThrottlingException"})


def judge(query: Query, content: bytes) -> Candidate:
    """Hold an answer's bytes against the contract."""
    if len(content) > MAX_ANSWER:
        return Candidate(error="oversized")
    try:
        answer = json.loads(content)
    except ValueError:
        return Candidate(error="malformed")
    if not isinstance(answer, dict):
        return Candidate(error="malformed")
    if answer.get("status") == "not-found":
        return Candidate()
    body = answer.get("body")
    if answer.get("status") != "ok" or not isinstance(body, dict) or contract.fault(query, body) is not None:
        return Candidate(error="malformed")
    return Candidate(body)
