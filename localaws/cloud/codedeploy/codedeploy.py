"""CodeDeploy for Lambda: answers requests and runs the loop that carries out deployments.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/. The operations are in the other modules of this
package. `traffic_shift.py` has the steps of a deployment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.cloud.api_model import ApiModel
from localaws.cloud.codedeploy.configs import Configs
from localaws.cloud.codedeploy.deployments import Deployments
from localaws.cloud.codedeploy.groups import Groups
from localaws.cloud.codedeploy.revisions import Revisions
from localaws.cloud.codedeploy.tags import Tags
from localaws.cloud.codedeploy.traffic_shift import TrafficShift
from localaws.cloud.request import AwsResponse, ServiceError, error_response
from localaws.cloud.wire import Wire

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.events import Events
    from localaws.cloud.functions.deployed_functions import Functions
    from localaws.cloud.metrics.cloudwatch import CloudWatch
    from localaws.cloud.request import AwsRequest

LOOKED_AT_EVERY_S = 10.0
"""Cloud seconds between two checks of running deployments and their alarms. In an AWS account, an alarm that
goes off stops a deployment within some seconds."""


class CodeDeploy:
    """The CodeDeploy service: applications, deployment groups and deployments.

    Args:
        clock: The cloud's clock.
        events: Records every step of a deployment.
        functions: Aliases, versions and hooks of functions.
        cloudwatch: CloudWatch, whose alarms stop deployments.
    """

    def __init__(self, clock: Clock, events: Events, functions: Functions, cloudwatch: CloudWatch) -> None:
        self._clock = clock
        self._model = ApiModel("codedeploy", "InvalidInputException")
        self._wire = Wire(self._model, "application/x-amz-json-1.1")
        tags, configs = Tags(), Configs(clock.now)
        groups = Groups(clock.now, tags, configs)
        configs.in_use = groups.uses_config
        revisions = Revisions(clock.now, groups)
        self._deployments = Deployments(clock.now, groups, configs, revisions)
        self._shift = TrafficShift(clock, events, functions, cloudwatch.states, self._deployments.keep)
        self._answers = self._model.answers(groups, configs, revisions, tags, self._deployments)

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer a request, or return ``None`` if it is for another service.

        An operation that is not implemented is refused by name.
        """
        if request.service != "codedeploy":
            return None
        call = self._wire.call(request)
        if call is None or call.operation not in self._answers:
            message = f"CodeDeploy's {request.operation!r} does not run here"
            return error_response(ServiceError("UnsupportedOperation", message))
        try:
            params = self._wire.params(call, request)
            self._model.check(call.operation, params)
            return self._wire.answer(call, self._answers[call.operation](params))
        except ServiceError as error:
            return self._wire.refuse(call, error)

    async def run(self) -> None:
        """Carry out deployments until cancelled."""
        while True:
            await self.advance()
            await self._clock.sleep(LOOKED_AT_EVERY_S)

    async def advance(self) -> None:
        """Do what is due in every active deployment."""
        for deployment in self._deployments.active():
            await self._shift.advance(deployment)
            self._deployments.keep(deployment)
