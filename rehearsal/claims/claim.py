"""One thing that must happen, whether it did, and how that is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """A sentence and what stands behind it."""

    claim: str
    ok: bool
    evidence: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)
