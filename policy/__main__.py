"""Entry point of the policy pack. Only this module builds the pack, because building it also serves it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orphaned
import strictness
from catalogue import policies
from pulumi_policy import EnforcementLevel, PolicyPack

if TYPE_CHECKING:
    from datetime import date


def today() -> date:
    """Today's date in UTC, so that it is the same wherever the pack runs."""
    return datetime.now(UTC).date()


orphaned.end_with_engine(sys.argv[1:])
strictness.install(today)
PolicyPack(
    name="canary-rollback",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=policies(today),
    description="A canary on AWS that can always be rolled back",
    provider="aws",
)
