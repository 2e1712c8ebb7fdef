"""The header ``X-Amzn-Trace-Id``, which carries a trace from caller to callee.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class TraceHeader:
    """A parsed ``X-Amzn-Trace-Id`` header.

    Attributes:
        root: Id of the trace.
        parent: Id of the caller's segment, if any.
        sampled: Whether the trace is recorded; ``None`` if that is not decided yet.
    """

    root: str
    parent: str | None
    sampled: bool | None

    def __str__(self) -> str:
        """Format the header. A sampling decision that is still open is left out."""
        parts = [f"Root={self.root}"]
        if self.parent:
            parts.append(f"Parent={self.parent}")
        if self.sampled is not None:
            parts.append(f"Sampled={int(self.sampled)}")
        return ";".join(parts)


@dataclass(frozen=True)
class Served:
    """The function that served an invocation.

    Attributes:
        function: Name of the function.
        arn: ARN by which it was invoked.
        facade: Id of the function's facade segment, the parent of the handler's subsegments.
    """

    function: str
    arn: str
    facade: str


def parse_header(text: str | None) -> TraceHeader | None:
    """Parse a header. Returns ``None`` if there is no header or it has no root."""
    fields = dict(part.strip().split("=", 1) for part in (text or "").split(";") if "=" in part)
    if not fields.get("Root"):
        return None
    sampled = {"0": False, "1": True}.get(fields.get("Sampled", ""))
    return TraceHeader(fields["Root"], fields.get("Parent") or None, sampled)


def new_id() -> str:
    """Create a random segment id of 16 hexadecimal digits."""
    return secrets.token_hex(8)
