"""The Prisma functions: one bundle deployed twice, for the canary and the shadow, each with its own role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.database.access import environment, statements
from components.functions.versioned_function import VersionedFunction

if TYPE_CHECKING:
    import pulumi

    from components.unit_args import Unit

TIMEOUT_S = 10
"""Seconds. Longer than a connection and a query together, so that their own timeouts say what was slow."""


def prisma_function(name: str, unit: Unit, kind: str, opts: pulumi.ResourceOptions) -> VersionedFunction:
    """Create one of the unit's two Prisma functions.

    Args:
        name: Name of the resource.
        unit: Unit that the function belongs to.
        kind: ``canary`` or ``shadow``; the function's traces carry it. Only the shadow's concurrency may be
            bounded, so that shadow reads can never starve the canary.
        opts: Options of the resource.
    """
    canary = kind == "canary"
    return VersionedFunction(
        name,
        {
            "function_name": unit.names.prisma if canary else unit.names.shadow,
            "handler": "index.handler",
            "runtime": "nodejs24.x",
            "code": unit.zip_of("prisma_read"),
            "environment": {
                **environment(unit.database),
                "ROLE": kind,
                "METRICS_NAMESPACE": unit.namespace,
            },
            "statements": statements(unit.database),
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "reserved_concurrency": None if canary else unit.shadow_reserved_concurrency,
            "vpc": unit.database.get("vpc"),
            "retain": unit.protect,
        },
        opts,
    )
