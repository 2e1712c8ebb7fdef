"""The policy pack; the only place that builds it, since building it serves it."""

import rollback
import tracing
from pulumi_policy import EnforcementLevel, PolicyPack

PolicyPack(
    name="canary-rollback",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[*tracing.RULES, *rollback.RULES],
)
