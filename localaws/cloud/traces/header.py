"""``X-Amzn-Trace-Id``, by which a trace goes from caller to callee.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class TraceHeader:
    """``X-Amzn-Trace-Id``: the trace, the caller's segment, and whether it is recorded."""

    root: str
    parent: str | None
    sampled: bool | None

    def __str__(self) -> str:
        """As it travels; a decision that is open is left out."""
        parts = [f"Root={self.root}"]
        if self.parent:
            parts.append(f"Parent={self.parent}")
        if self.sampled is not None:
            parts.append(f"Sampled={int(self.sampled)}")
        return ";".join(parts)


@dataclass(frozen=True)
class Served:
    """Which function served an invocation; its facade segment's id is what the handler's subsegments name."""

    function: str
    arn: str
    facade: str


def parse_header(text: str | None) -> TraceHeader | None:
    """Read a header; ``None`` for none or one without a root."""
    fields = dict(part.strip().split("=", 1) for part in (text or "").split(";") if "=" in part)
    if not fields.get("Root"):
        return None
    sampled = {"0": False, "1": True}.get(fields.get("Sampled", ""))
    return TraceHeader(fields["Root"], fields.get("Parent") or None, sampled)


def new_id() -> str:
    """A segment id: 16 hexadecimal digits."""
    return secrets.token_hex(8)
