"""The flag documents that the stack deploys first: everything off.

They never change. A changed document would be a new version, its deployment a new deployment, and
`pulumi up` would switch a live ramp off. What a later release needs goes into a profile of its own.

https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html
"""

from __future__ import annotations

import json
from typing import Any

from canary.read.flags import CANARY_FLAG, KILL_FLAG, SHADOW_FLAG


def ramp_baseline() -> str:
    """The ramp's document; attributes are served only while their flag is on.

    Types and limits are AppConfig's to check, so a percentage of 101 typed into the console is refused too.
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
    """The kill switch, off."""
    flag = {"name": KILL_FLAG, "description": "On: nobody reads from Prisma, whatever the ramp says"}
    return _text({KILL_FLAG: flag}, {KILL_FLAG: {"enabled": False}})


def _text(flags: dict[str, Any], values: dict[str, Any]) -> str:
    return json.dumps({"version": "1", "flags": flags, "values": values}, sort_keys=True)
