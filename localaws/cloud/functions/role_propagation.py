"""IAM's eventual consistency: other services do not know a role in the first seconds after its creation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
gives no duration. Users report from seconds to tens of seconds.

The error of each service is known from reports and from the errors on which the real provider waits:
functions and schedules from hashicorp/terraform-provider-aws, internal/service/lambda/function.go and
internal/service/scheduler/schedule.go; deployment groups from aws/aws-sdk-ruby issue 772; AppConfig's
configuration profiles from hashicorp/terraform-provider-aws issue 38206. Whether AppConfig checks the role
of a monitor when an environment is created is not documented. Here it does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from localaws.cloud import asked_operation
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.events import Events
    from localaws.cloud.request import AwsRequest

UNKNOWN_FOR_S = 15.0
"""Cloud seconds after its creation in which a role is refused."""
_ROLE = re.compile(rb"arn:aws:iam::\d{12}:role/(?:[\w+=,.@-]+/)*(?P<name>[\w+=,.@-]+)")
_APPCONFIG = ("BadRequestException", "Error trying to assume role {arn}")
REFUSALS = {
    "AppConfig.CreateEnvironment": _APPCONFIG,
    "AppConfig.UpdateEnvironment": _APPCONFIG,
    "Lambda.CreateFunction": (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    "Scheduler.CreateSchedule": (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
    "CodeDeploy.CreateDeploymentGroup": ("InvalidRoleException", "Cannot assume role provided."),
}
"""Code and message of the error that a new role causes, by operation."""


class RolePropagation:
    """Refuses requests that name a role that is too new. Other services answer all other requests.

    Args:
        clock: The cloud's clock.
        events: Records each refusal.
    """

    def __init__(self, clock: Clock, events: Events) -> None:
        self._clock, self._events = clock, events
        self._made: dict[str, float] = {}

    async def handle(self, request: AwsRequest) -> None:
        """Check a request and remember new roles. Never returns an answer.

        Raises:
            ServiceError: The request names a role that the service does not know yet.
        """
        if request.service == "iam":
            self._remember(request)
        elif found := _ROLE.search(request.body):
            self._refuse(asked_operation.asked(request), found[0].decode(), found["name"].decode())

    def _refuse(self, operation: str, arn: str, name: str) -> None:
        made = self._made.get(name)
        if operation in REFUSALS and made is not None and self._clock.cloud_s() - made < UNKNOWN_FOR_S:
            self._events.record("role-unknown", name, {"operation": operation})
            code, message = REFUSALS[operation]
            raise ServiceError(code, message.format(arn=arn))

    def _remember(self, request: AwsRequest) -> None:
        form = parse_qs(request.body.decode("utf-8", "replace"))
        action, name = form.get("Action", [""])[0], form.get("RoleName", [""])[0]
        if action == "CreateRole":
            self._made.setdefault(name, self._clock.cloud_s())
        elif action == "DeleteRole":
            self._made.pop(name, None)
