"""What a rule consists of: a sentence about stacks, its description, and a pure function that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph import Outcome, Resource, Stack, Undecided
from pulumi_policy import PolicyComplianceFramework, Severity
from values import UNKNOWN, shown

Settings = Mapping[str, Any]
"""A rule's settings by name, with defaults filled in."""


class NotApplicableError(Exception):
    """The stack has nothing that the rule applies to; the message says what is missing."""


@dataclass(frozen=True)
class Setting:
    """A number or list that a configuration may change.

    Attributes:
        name: Key in the rule's configuration.
        description: Meaning, with the unit.
        default: Value if it is omitted.
        schema: JSON schema of the value.
    """

    name: str
    description: str
    default: Any
    schema: Mapping[str, Any]

    def described(self) -> dict[str, Any]:
        """Return the whole schema, which the engine checks before any preview."""
        return {**self.schema, "description": self.description, "default": self.default}


def number(name: str, description: str, default: float, least: float, most: float) -> Setting:
    """Create a setting that is a number within limits."""
    return Setting(name, description, default, {"type": "number", "minimum": least, "maximum": most})


def texts(name: str, description: str, default: Iterable[str]) -> Setting:
    """Create a setting that is a list of texts."""
    items = {"type": "string", "minLength": 1}
    return Setting(name, description, list(default), {"type": "array", "items": items})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule.

    Attributes:
        name: What must be true, in kebab case.
        description: One sentence, for reports.
        why: What goes wrong without the rule.
        remediation: How to fix a violation.
        url: Documentation behind the rule.
    """

    name: str
    description: str
    why: str
    severity: Severity
    framework: PolicyComplianceFramework
    remediation: str
    url: str
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule about one resource at a time. An update refuses the resource before creating it.

    Attributes:
        types: Resource types that the rule is about; all others are skipped.
    """

    types: frozenset[str]
    check: Callable[[Resource, Settings], Iterable[Outcome]] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about how resources are wired, decided once everything is known that a preview can know.

    The check raises `NotApplicableError` if the stack has nothing that the rule applies to.
    """

    check: Callable[[Stack, Settings], Iterable[Outcome]] = field(repr=False)


def expect(
    resource: Resource, path: tuple[str | int, ...], holds: Callable[[Any], bool], must: str, mend: str
) -> Iterable[Outcome]:
    """Return a finding if a property's value does not hold, and an open question if it is not known yet."""
    value = resource.get(*path)
    if value is UNKNOWN:
        return [Undecided(resource, ".".join(str(step) for step in path))]
    if holds(value):
        return []
    return [resource.must(f"{must}, not {shown(value)}", mend)]


def at_least(limit: float) -> Callable[[Any], bool]:
    """Return a test for whether a value is a number and not below the limit."""
    return lambda value: isinstance(value, int | float) and value >= limit


def well_architected(pillar: str, practice: str | None = None) -> PolicyComplianceFramework:
    """Return the Well-Architected pillar, with the best practice if there is one that says exactly this."""
    return PolicyComplianceFramework(
        name="AWS Well-Architected Framework", reference=practice, specification=pillar
    )
