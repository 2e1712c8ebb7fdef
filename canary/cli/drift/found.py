"""One thing that has drifted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drift:
    """A finding.

    Attributes:
        thing: Alias, flag, alarm or monitor, by name.
        what: What is so.
        why: Why it matters.
        mend: What to do about it.
    """

    thing: str
    what: str
    why: str
    mend: str

    def line(self) -> str:
        """For a person."""
        return f"{self.what} {self.why} {self.mend}"
