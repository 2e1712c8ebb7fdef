"""A stack as a graph, so that wiring can be judged while values are still unknown.

In a preview of a stack that does not exist yet, ARNs and ids are unknown. What is known is which resource
each property was made from: its property dependencies. Rules follow those dependencies, and read only values
that the program itself writes. A literal ARN in a program is compared with the ARNs of the stack's own
resources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kinds import ALARM, LOG_GROUP
from values import inside, plain, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_policy import PolicyResource, ResourceValidationArgs

STEP = re.compile(r"[^.\[\]\"']+")
"""One step of a property path: ``a.b``, ``a["b"]`` and ``a[0]`` have two.

https://www.pulumi.com/docs/iac/concepts/resources/options/ignorechanges/
"""
ANY = "*"
"""A step that stands for every property."""
IDENTITY = ("arn", "invokeArn", "id")
"""Outputs by which other resources refer to a resource."""
BY_NAME = frozenset({ALARM, LOG_GROUP})
"""Types that other resources refer to by name."""


@dataclass(frozen=True)
class Finding:
    """Something that a rule does not allow.

    Attributes:
        resource: Resource that violates the rule; None means the stack as a whole.
        message: Names the resource, and says what must hold and how to fix it.
    """

    resource: Resource | None
    message: str


@dataclass(frozen=True)
class Undecided:
    """Something that a rule cannot decide yet.

    Attributes:
        property: Property that would have to be known.
    """

    resource: Resource
    property: str


Outcome = Finding | Undecided


@dataclass(eq=False)
class Resource:
    """One resource, with its properties as plain data.

    Attributes:
        type: Pulumi's name of the type.
        name: Name in the program.
        ignored: Property paths whose changes Pulumi ignores. Each is a tuple of steps in lower case without
            underscores: ``("functionversion",)``.
        protected: Whether Pulumi refuses to delete it.
    """

    type: str
    name: str
    urn: str
    raw: Any = field(repr=False)
    ignored: frozenset[tuple[str, ...]] = frozenset()
    protected: bool = False
    made_from: dict[str, list[Resource]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, given: ResourceValidationArgs | PolicyResource) -> Resource:
        """Build a resource, without its dependencies, from what the SDK passes."""
        opts = given.opts
        ignored = frozenset(
            tuple(step.replace("_", "").lower() for step in STEP.findall(path))
            for path in opts.ignore_changes
        )
        return cls(
            given.resource_type, given.name, given.urn, given.props, ignored, protected=bool(opts.protect)
        )

    @cached_property
    def props(self) -> dict[str, Any]:
        """All properties."""
        found: dict[str, Any] = plain(self.raw)
        return found

    def get(self, *path: str | int) -> Any:
        """Return a property's value; see `values.inside`."""
        return inside(self.props, *path)

    def ignores(self, prop: str, *only: str) -> bool:
        """Return whether Pulumi ignores every change of a property.

        Args:
            prop: Name of the property, as the schema spells it.
            only: Path below it, if the property contains nothing but what is at that path.
        """
        steps = [step.lower() for step in (prop, *only)]
        return any(
            0 < len(path) <= len(steps)
            and all(given in (step, ANY) for given, step in zip(path, steps, strict=False))
            for path in self.ignored
        )

    def sources(self, prop: str, *types: str) -> list[Resource]:
        """Return the resources of these types that a property was made from."""
        return [source for source in self.made_from.get(prop, []) if source.type in types]

    def must(self, what: str, mend: str) -> Finding:
        """Build a finding about this resource: what must hold, and a sentence that says how to fix it."""
        return Finding(self, f"{self.type.rsplit(':', 1)[-1]} '{self.name}' must {what}. {mend}")

    def called(self) -> str:
        """Return the physical name if it is known, otherwise the name in the program."""
        name = self.get("name")
        return name if isinstance(name, str) else self.name


class Stack:
    """All resources of a stack, and what each of their properties was made from."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._place: dict[str, int] = {}
        self._by_type: dict[str, list[Resource]] = {}
        self._by_name: dict[str, dict[str, list[Resource]]] = {}
        for number, resource in enumerate(resources):
            self._place[resource.urn] = number
            self._by_type.setdefault(resource.type, []).append(resource)

    @classmethod
    def of(cls, given: Iterable[PolicyResource]) -> Stack:
        """Build the graph from the resources that the engine passes."""
        pairs = [(policy_resource, Resource.of(policy_resource)) for policy_resource in given]
        by_urn = {resource.urn: resource for _, resource in pairs}
        for policy_resource, resource in pairs:
            resource.made_from = {
                prop: [by_urn[source.urn] for source in sources if source.urn in by_urn]
                for prop, sources in policy_resource.property_dependencies.items()
            }
        return cls(by_urn.values())

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of these types."""
        return [resource for token in types for resource in self._by_type.get(token, [])]

    def linked(self, resource: Resource, prop: str, *types: str) -> list[Resource]:
        """Return the resources of these types that a property was made from, or that its value names."""
        found = resource.sources(prop, *types)
        names = set(strings(resource.get(prop)))
        others = {
            other.urn: other
            for token in types
            for name in names & self._named(token).keys()
            for other in self._named(token)[name]
            if other not in found
        }
        return found + sorted(others.values(), key=lambda one: (types.index(one.type), self._place[one.urn]))

    def _named(self, token: str) -> dict[str, list[Resource]]:
        """Resources of a type by each text that names one: comparing all pairs takes seconds."""
        if token not in self._by_name:
            named: dict[str, list[Resource]] = {}
            for resource in self._by_type.get(token, []):
                for name in _identity(resource):
                    named.setdefault(name, []).append(resource)
            self._by_name[token] = named
        return self._by_name[token]


def _identity(resource: Resource) -> set[str]:
    names = [*IDENTITY, "name"] if resource.type in BY_NAME else IDENTITY
    values: Mapping[str, Any] = resource.props
    return {values[name] for name in names if isinstance(values.get(name), str)}
