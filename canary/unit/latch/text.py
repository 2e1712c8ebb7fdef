"""The content of a latch: how it is written, and how it is read back, whoever wrote it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from canary import stored
from canary.stored import Unreadable, encodable
from canary.unit.act.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 4096
"""Maximum length of a standard parameter in characters. The text is ASCII, so it has as many bytes."""
STEPS = 6
"""Maximum number of steps that are kept; the act has four."""
_SHORT, _REASON, _DETAIL, _SHOWN = 200, 800, 160, 300
LEFT_OUT = {"left out": "too long for the latch; the guard's log has it"}
KINDS: dict[type, str] = {bool: "true or false", str: "text", dict: "object"}
_STATUSES = frozenset(map(str, Status))


@dataclass(frozen=True)
class Latch:
    """Who rolled back, why, and how far the act has come.

    Attributes:
        when: When the act began, in UTC, ISO 8601; empty if the latch was made by hand.
        by: ``alarm NAME``, ``verdict``, ``guard``, or an operator.
        reason: Why, in words for people.
        evidence: What was known when the latch was claimed.
        steps: Each step's ``status`` and ``detail``, by the step's name.
        finished: Whether every step was settled and read back.
        resuming: Who is turning the kill switch off again; meanwhile the guard leaves it alone.
        unreadable: What is wrong with the stored text; empty if this version can read it. What an unreadable
            text says about progress is not believed: every step is looked at again.
    """

    when: str
    by: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finished: bool = False
    resuming: str = ""
    unreadable: str = ""

    @property
    def identity(self) -> str:
        """Identifies the rollback; the same however far the act has come."""
        said = json.dumps([self.when, self.by, self.reason])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def fitted(self) -> Latch:
        """Return the latch as it will be read back: cut to what a parameter holds."""
        return replace(
            self,
            when=_cut(self.when, _SHORT),
            by=_cut(self.by, _SHORT),
            reason=_cut(self.reason, _REASON),
            resuming=_cut(self.resuming, _SHORT),
        )

    def text(self) -> str:
        """Write JSON that fits a parameter. Evidence that does not fit is replaced by a note that says so."""
        value: dict[str, Any] = {**vars(self.fitted())}
        del value["unreadable"]
        value["steps"] = {
            _cut(name, _SHORT // 4): {"status": step["status"], "detail": _cut(step["detail"], _DETAIL)}
            for name, step in list(self.steps.items())[:STEPS]
        }
        value["evidence"] = LEFT_OUT
        without = json.dumps(value)
        value["evidence"] = self.evidence
        try:
            text = json.dumps(value, allow_nan=False)
        except (ValueError, TypeError, RecursionError):
            return without
        return text if len(text) <= LIMIT else without

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


def parsed(text: Any) -> Latch:
    """Parse the latch in a parameter's value. Never raises: any value is a latch."""
    if not isinstance(text, str):
        return _unreadable("its value is no text", "")
    if not text.lstrip().startswith(("{", "[", '"')):
        return Latch("", "unknown", _cut(text, _REASON))  # A person's own words, as in the playbook.
    value = stored.object_of(text)
    if isinstance(value, Unreadable):
        return _unreadable(value.why, text)
    said = {name: value.get(name) for name in ("when", "by", "reason")}
    if wrong := [name for name, part in said.items() if not isinstance(part, str)]:
        return _unreadable(f"{', '.join(wrong)} is missing or no text", text)
    latch = Latch(**said).fitted()
    if odd := _odd(value):
        return replace(latch, unreadable=odd, evidence=_kept(odd, text))
    return replace(
        latch,
        evidence=value.get("evidence", {}),
        steps=value.get("steps", {}),
        finished=value.get("finished", False),
        resuming=_cut(value.get("resuming", ""), _SHORT),
    )


def _odd(value: dict[str, Any]) -> str:
    """Describe which of the remaining members has a wrong type; empty if none has."""
    kinds: dict[str, tuple[type, Any]] = {
        "finished": (bool, False),
        "resuming": (str, ""),
        "evidence": (dict, {}),
        "steps": (dict, {}),
    }
    for name, (kind, absent) in kinds.items():
        if not isinstance(value.get(name, absent), kind):
            return f"{name} is no {KINDS[kind]}"
    for name, step in value.get("steps", {}).items():
        if not isinstance(step, dict) or not isinstance(step.get("detail"), str):
            return f"step {encodable(name[:40])!r} has no status and detail"
        if not isinstance(step.get("status"), str) or step["status"] not in _STATUSES:
            return f"step {encodable(name[:40])!r} has a status that this version does not know"
    return ""


def _unreadable(why: str, text: str) -> Latch:
    shown = f"The latch cannot be read ({why}): {text}" if text else f"The latch cannot be read ({why})."
    return Latch("", "unknown", _cut(shown, _REASON), evidence=_kept(why, text), unreadable=why)


def _kept(why: str, text: str) -> dict[str, Any]:
    """Return what is kept of an unreadable latch when it is written again in a readable form."""
    return {"unreadable": why, "text": _cut(text, _SHOWN)}


def _cut(text: str, longest: int) -> str:
    """Cut a text so that it takes at most so many characters as JSON in ASCII."""
    kept = encodable(text[:longest])
    while (over := len(json.dumps(kept)) - 2 - longest) > 0:
        kept = kept[: -max(1, over // 12)]
    return kept
