"""A claim: one thing that must happen, whether it did, and the evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """A sentence, whether it is true, and the evidence for it."""

    claim: str
    ok: bool
    evidence: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)
