"""The first flag documents, which the stack deploys: everything off.

These documents never change. A changed document would be a new version and its deployment a new deployment,
so `pulumi up` would switch off a live ramp. Put what a later release needs into a separate profile.

https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html
"""

from __future__ import annotations

import json
from typing import Any

from canary.read.flags import CANARY_FLAG, KILL_FLAG, SHADOW_FLAG


def ramp_baseline() -> str:
    """Return the ramp's document. AppConfig serves attributes only while their flag is on.

    AppConfig checks types and limits, so it also refuses a percentage of 101 that is typed into the console.
    """
    percentage = {"constraints": {"type": "number", "minimum": 0, "maximum": 100, "required": True}}
    users = {"constraints": {"type": "array", "elements": {"type": "string"}}}
    return _text(
        {
            CANARY_FLAG: {
                "name": CANARY_FLAG,
                "description": "Who reads from Prisma: percent of users, plus and minus lists of user ids",
                "attributes": {"percentage": percentage, "allow": users, "deny": users},
            },
            SHADOW_FLAG: {
                "name": SHADOW_FLAG,
                "description": "Which mock reads are repeated on Prisma after the response, percent of users",
                "attributes": {"percentage": percentage},
            },
        },
        {
            CANARY_FLAG: {"enabled": False, "percentage": 0, "allow": [], "deny": []},
            SHADOW_FLAG: {"enabled": False, "percentage": 0},
        },
    )


def kill_baseline() -> str:
    """Return the kill switch's document, with the kill switch off."""
    flag = {"name": KILL_FLAG, "description": "On: nobody reads from Prisma, whatever the ramp says"}
    return _text({KILL_FLAG: flag}, {KILL_FLAG: {"enabled": False}})


def _text(flags: dict[str, Any], values: dict[str, Any]) -> str:
    return json.dumps({"version": "1", "flags": flags, "values": values}, sort_keys=True)
