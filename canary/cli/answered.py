"""Who answered last, and whether that was AWS: a proxy's login page and half an answer come with status 200.

botocore takes a body that is not JSON for a message and goes on (`BaseJSONParser._parse_body_as_json`), so a
page becomes an answer without members, and looks like an account in which nothing is there.
https://botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.parsers import ResponseParserError

_JSON = {"json", "rest-json"}
_FIRST_ERROR = 300
"""Statuses from here on are errors, of which botocore makes exceptions."""


class NotAwsError(ResponseParserError):
    """An answer that no service of AWS gives; says what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    """The last request.

    Attributes:
        endpoint: Scheme, host and port.
        operation: Such as ``StartConfigurationSession``.
        members: Names that its answer may hold.
    """

    endpoint: str
    operation: str
    members: frozenset[str] = frozenset()


class Answered:
    """Remembers who was asked last."""

    def __init__(self) -> None:
        self._last: Asked | None = None
        self._own = threading.local()

    def watch(self, events: Any) -> None:
        """Look at every request and answer of a session's clients.

        Args:
            events: The session's emitter.
        """
        events.register("before-send", self._asked)
        events.register("before-parse", self._check)

    @property
    def asked(self) -> bool:
        """Whether anything was asked of AWS yet."""
        return self._last is not None

    def lacks(self, member: object) -> bool:
        """Whether the last answer may hold such a member, so that its absence is the answer's fault."""
        return self._last is not None and member in self._last.members

    def sentence(self) -> str:
        """Says who answered, without a full stop."""
        if self._last is None:
            return "what answered is not AWS"
        return f"what answers at {self._last.endpoint} is not AWS (asked for {self._last.operation})"

    def _asked(self, request: Any, event_name: str, **_: Any) -> None:
        url = urlsplit(request.url)
        self._own.endpoint = f"{url.scheme}://{url.netloc}"
        self._last = Asked(self._own.endpoint, event_name.rpartition(".")[2])

    def _check(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        shape = operation_model.output_shape
        members = frozenset() if shape is None else frozenset(_names(shape, set()))
        self._last = Asked(
            getattr(self._own, "endpoint", "an unknown address"), operation_model.name, members
        )
        if operation_model.service_model.resolved_protocol not in _JSON or _is_payload(operation_model):
            return
        body = response_dict["body"]
        if response_dict["status_code"] < _FIRST_ERROR and body and not _is_object(body):
            raise NotAwsError(f"Its answer is no JSON object: {body[:60]!r}.")


ANSWERED = Answered()
"""Of this process: what is said of a fault is said once, at its end."""


def _names(shape: Any, seen: set[str]) -> set[str]:
    """Names of all members of a shape, however deep."""
    if shape.name in seen:
        return set()
    seen.add(shape.name)
    match shape.type_name:
        case "structure":
            below = [_names(each, seen) for each in shape.members.values()]
            return set(shape.members).union(*below)
        case "list":
            return _names(shape.member, seen)
        case "map":
            return _names(shape.value, seen)
    return set()


def _is_payload(operation: Any) -> bool:
    """Whether the body is the content itself, such as a flag document."""
    shape = operation.output_shape
    return operation.has_streaming_output or (shape is not None and "payload" in shape.serialization)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
