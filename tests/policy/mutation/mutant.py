"""Defines a mutant, and the resource names that mutants use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.policy.mutation.changes import Change

UNIT = "huntaze-migration-"
MOCK, PRISMA, SHADOW, GUARD = (
    f"{UNIT}{name}" for name in ("mock-read", "prisma-read", "prisma-read-shadow", "guard")
)
FUNCTIONS = (MOCK, PRISMA, SHADOW, GUARD)
OVERALL, CANARY, P95 = (
    f"{UNIT}alarms-{name}" for name in ("overallErrorRate", "canaryErrorRate", "canaryP95")
)
ROLLBACK_ALARMS = (OVERALL, CANARY, P95)
FLAGS, RELEASE, TRIGGERS, ENTRY = (
    f"{UNIT}{name}" for name in ("read-flags", "release", "guard-triggers", "entrypoint")
)
RAMP_DOCUMENT, KILL_DOCUMENT = f"{FLAGS}-ramp-baseline", f"{FLAGS}-kill-baseline"
DATABASE, PROXY = "Instance/huntaze-database-instance", "Proxy/huntaze-database-proxy"
SCHEDULE = f"{TRIGGERS}-clock"
WIDE = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@dataclass(frozen=True)
class Mutant:
    """A single change, and the rule that must stop it."""

    rule: str
    title: str
    change: Change


def allowing(action: str, resource: str = "arn:aws:s3:::things", **more: object) -> str:
    """Build a policy document with one statement."""
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]})
