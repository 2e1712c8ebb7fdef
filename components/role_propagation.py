"""Roles that were just made, and services that do not know them yet.

IAM is eventually consistent, and whoever names a new role to a service may be refused for some seconds:
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency.
The provider itself tries again for functions, schedules and deployment groups, for two minutes and more; not
for AppConfig's environments (internal/service/appconfig/environment.go of hashicorp/terraform-provider-aws;
its issue 38206 reports the refusal for a configuration profile's role) nor for RDS proxies
(internal/service/rds/proxy.go).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EVERY_S = 2.0
"""Between two attempts."""
ATTEMPTS = 60
"""Two minutes of them, as long as the provider itself waits for a role; the engine allows 100."""
ABOUT_A_ROLE = re.compile(r"\brole\b", re.IGNORECASE)
"""No document says in which words a monitor's role is refused; whatever names a role is tried again."""


def awaiting_role(
    name: str, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> pulumi.ResourceHookBinding:
    """Have a resource's creation or update tried again while a service refuses its role.

    A role that is really wrong is refused to the end, and that refusal is what the update then shows.

    Args:
        name: Of the hook; unique in a program.
        sleep: Waits for some seconds.
    """

    async def again(failed: pulumi.ErrorHookArgs) -> bool:
        if len(failed.errors) >= ATTEMPTS or not ABOUT_A_ROLE.search(failed.errors[0]):
            return False
        await sleep(EVERY_S)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(name, again)])
