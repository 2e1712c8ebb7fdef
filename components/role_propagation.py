"""Retries for services that do not know a newly created role yet.

IAM is eventually consistent: a service may refuse a new role for some seconds.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency.
The provider itself retries for functions, schedules and deployment groups, for two minutes and more. It does
not retry for AppConfig's environments (internal/service/appconfig/environment.go of
hashicorp/terraform-provider-aws; its issue 38206 reports the refusal for a configuration profile's role) or
for RDS proxies (internal/service/rds/proxy.go).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EVERY_S = 2.0
"""Seconds between two attempts."""
ATTEMPTS = 60
"""Two minutes in total, as long as the provider itself waits for a role. The engine allows 100 attempts."""
ABOUT_A_ROLE = re.compile(r"\brole\b", re.IGNORECASE)
"""The wording of a refused monitor role is not documented, so any error that mentions a role is retried."""


def awaiting_role(
    name: str, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> pulumi.ResourceHookBinding:
    """Retry the creation or update of a resource while a service refuses its role.

    A role that is really wrong is refused on every attempt, and the update then shows that refusal.

    Args:
        name: Name of the hook; unique within a program.
        sleep: Waits for the given number of seconds.
    """

    async def again(failed: pulumi.ErrorHookArgs) -> bool:
        if len(failed.errors) >= ATTEMPTS or not ABOUT_A_ROLE.search(failed.errors[0]):
            return False
        await sleep(EVERY_S)
        return True

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(name, again)])
