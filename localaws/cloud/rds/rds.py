"""RDS: records of PostgreSQL instances, of the resources they need, and of RDS Proxy. No database listens.

MiniStack keeps such records too. But it forgets the secret that RDS creates and the logs that RDS exports,
accepts any parameter group family and any change of a static parameter, and deletes resources that are in
use.

This package is written from https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html and
botocore's API model. An operation that is not implemented is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.api_model import ApiModel
from localaws.cloud.rds.instances import Instances
from localaws.cloud.rds.parameter_groups import ParameterGroups
from localaws.cloud.rds.proxies import Proxies
from localaws.cloud.rds.proxy_targets import ProxyTargets
from localaws.cloud.rds.snapshots import Snapshots
from localaws.cloud.rds.subnet_groups import SubnetGroups
from localaws.cloud.rds.tags import Tags
from localaws.cloud.request import AwsResponse, ServiceError
from localaws.cloud.wire import Call, Wire

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.rds.surroundings import Surroundings
    from localaws.cloud.request import AwsRequest


class Rds:
    """The RDS service: instances, snapshots, parameter groups, subnet groups and proxies.

    Args:
        clock: The cloud's clock. What takes minutes on AWS takes one cloud minute here.
        around: Network, secrets and logs that RDS uses.
    """

    def __init__(self, clock: Clock, around: Surroundings) -> None:
        self._model = ApiModel("rds", "InvalidParameterValue")
        self._wire = Wire(self._model, "application/x-amz-json-1.1")
        tags = Tags()
        parameters, subnets = ParameterGroups(tags), SubnetGroups(tags, around.network)
        snapshots = Snapshots(clock, tags)
        self._instances = Instances(clock, around, tags, (parameters, subnets, snapshots))
        parameters.in_use, subnets.in_use = self._instances.using_parameters, self._instances.using_subnets
        self._proxies = Proxies(clock, around.network, tags)
        targets = ProxyTargets(clock, self._proxies, self._instances)
        self._answers = self._model.answers(
            tags, parameters, subnets, snapshots, self._instances, self._proxies, targets
        )

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer a request, or return ``None`` if it is for another service.

        An operation that is not implemented is refused by name.
        """
        if request.service != "rds":
            return None
        call = self._wire.call(request) or Call("none", "query")
        try:
            return self._wire.answer(call, self._answered(call, request))
        except ServiceError as error:
            return self._wire.refuse(call, error)

    def _answered(self, call: Call, request: AwsRequest) -> dict[str, Any]:
        if call.operation not in self._answers:
            raise ServiceError("InvalidAction", f"RDS's {call.operation!r} does not run here")
        params = self._wire.params(call, request)
        self._model.check(call.operation, params)
        answered: dict[str, Any] = self._answers[call.operation](params)
        return answered

    def uses_security_group(self, identifier: str) -> bool:
        """Return whether an instance or a proxy is a member of the security group."""
        return self._instances.uses_security_group(identifier) or self._proxies.uses_security_group(
            identifier
        )
