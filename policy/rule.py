"""What a rule is: a sentence about stacks, its paperwork, and a pure function that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph import Outcome, Resource, Stack, Undecided
from pulumi_policy import PolicyComplianceFramework, Severity
from values import UNKNOWN, shown

Settings = Mapping[str, Any]
"""A rule's numbers and lists, by name, complete."""


class NotApplicableError(Exception):
    """The stack has nothing that the rule is about; the message says what it lacks."""


@dataclass(frozen=True)
class Setting:
    """A number or list that a configuration may change.

    Attributes:
        name: Key in the rule's configuration.
        description: What it means, its unit included.
        default: Value where it is not given.
        schema: JSON schema of its value.
    """

    name: str
    description: str
    default: Any
    schema: Mapping[str, Any]

    def described(self) -> dict[str, Any]:
        """The whole schema, as the engine checks it before anything is previewed."""
        return {**self.schema, "description": self.description, "default": self.default}


def number(name: str, description: str, default: float, least: float, most: float) -> Setting:
    """A setting that is a number, within limits."""
    return Setting(name, description, default, {"type": "number", "minimum": least, "maximum": most})


def texts(name: str, description: str, default: Iterable[str]) -> Setting:
    """A setting that is a list of texts."""
    items = {"type": "string", "minLength": 1}
    return Setting(name, description, list(default), {"type": "array", "items": items})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule.

    Attributes:
        name: Says what must be true, in kebab case.
        description: One sentence, for reports.
        why: What goes wrong without it.
        remediation: How to mend a violation.
        url: The document behind it.
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
    """A rule about one resource at a time: an update refuses the resource before it is made.

    Attributes:
        types: Resource types that it is about; others are irrelevant.
    """

    types: frozenset[str]
    check: Callable[[Resource, Settings], Iterable[Outcome]] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about how resources are wired, decided once everything is known that a preview can know.

    Its check raises `NotApplicableError` where the stack has nothing that it is about.
    """

    check: Callable[[Stack, Settings], Iterable[Outcome]] = field(repr=False)


def expect(
    resource: Resource, path: tuple[str | int, ...], holds: Callable[[Any], bool], must: str, mend: str
) -> Iterable[Outcome]:
    """A finding when a property's value does not hold, and an open question when it is not known yet."""
    value = resource.get(*path)
    if value is UNKNOWN:
        return [Undecided(resource, ".".join(str(step) for step in path))]
    if holds(value):
        return []
    return [resource.must(f"{must}, not {shown(value)}", mend)]


def at_least(limit: float) -> Callable[[Any], bool]:
    """Whether a value is a number, and no less than the limit."""
    return lambda value: isinstance(value, int | float) and value >= limit


def well_architected(pillar: str, practice: str | None = None) -> PolicyComplianceFramework:
    """The AWS Well-Architected Framework, its pillar, and the best practice where one says just this."""
    return PolicyComplianceFramework(
        name="AWS Well-Architected Framework", reference=practice, specification=pillar
    )
