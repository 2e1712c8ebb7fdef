"""Target groups of proxies, and the instances in them. Each proxy has one target group.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RegisterDBProxyTargets.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.rds.instance_record import PORT
from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.rds.instances import Instances
    from localaws.cloud.rds.proxies import Proxies, Proxy

DEFAULT = "default"
FOUND_AFTER_S = 60.0
"""Cloud seconds until a proxy has connected to a new target."""
BORROW_TIMEOUT_S, MAX_PERCENT = 120, 100


class ProxyTargets:
    """Implements the operations on target groups and targets.

    Args:
        clock: The cloud's clock.
        proxies: Proxies of the account.
        instances: Instances of the account.
    """

    def __init__(self, clock: Clock, proxies: Proxies, instances: Instances) -> None:
        self._clock, self._proxies, self._instances = clock, proxies, instances

    def describe_db_proxy_target_groups(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBProxyTargetGroups. A proxy has one target group, ``default``."""
        proxy = self._group(params)
        return {"TargetGroups": [_group(proxy)]}

    def modify_db_proxy_target_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """ModifyDBProxyTargetGroup. Changes the connection pool settings that are given."""
        proxy = self._group(params)
        proxy.pool |= params.get("ConnectionPoolConfig", {})
        return {"DBProxyTargetGroup": _group(proxy)}

    def register_db_proxy_targets(self, params: dict[str, Any]) -> dict[str, Any]:
        """RegisterDBProxyTargets. A proxy takes one instance at most."""
        proxy = self._group(params)
        wanted = [self._instances.of(name) for name in params.get("DBInstanceIdentifiers", [])]
        for instance in wanted:
            name, status = instance["DBInstanceIdentifier"], instance["DBInstanceStatus"]
            if status != "available":
                raise ServiceError("InvalidDBInstanceState", f"DB instance {name} is {status.upper()}.")
            if proxy.targets:
                raise ServiceError(
                    "DBProxyTargetAlreadyRegisteredFault",
                    f"{proxy.record['DBProxyName']} has a target already",
                )
            proxy.targets[name] = self._clock.cloud_s()
        return {"DBProxyTargets": self._targets(proxy)}

    def deregister_db_proxy_targets(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeregisterDBProxyTargets. An instance that is not a target is refused."""
        proxy = self._group(params)
        for name in params.get("DBInstanceIdentifiers", []):
            if proxy.targets.pop(name, None) is None:
                raise ServiceError("DBProxyTargetNotFoundFault", f"{name} is no target of this proxy.", 404)
        return {}

    def describe_db_proxy_targets(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBProxyTargets. A new target is REGISTERING for `FOUND_AFTER_S`, then AVAILABLE."""
        return {"Targets": self._targets(self._group(params))}

    def _group(self, params: dict[str, Any]) -> Proxy:
        proxy = self._proxies.of(params["DBProxyName"])
        if (name := params.get("TargetGroupName", DEFAULT)) != DEFAULT:
            raise ServiceError("DBProxyTargetGroupNotFoundFault", f"There is no target group {name}.", 404)
        return proxy

    def _targets(self, proxy: Proxy) -> list[dict[str, Any]]:
        shown = []
        for name, since in proxy.targets.items():
            found = self._clock.cloud_s() >= since + FOUND_AFTER_S
            health = {"State": "AVAILABLE"} if found else {"State": "REGISTERING"}
            shown.append(
                {
                    "RdsResourceId": name,
                    "Type": "RDS_INSTANCE",
                    "Port": PORT,
                    "Role": "READ_WRITE",
                    "Endpoint": self._endpoint(name),
                    "TargetHealth": health,
                }
            )
        return shown

    def _endpoint(self, name: str) -> str | None:
        """Return the host name of a target; ``None`` if the instance was deleted but is still registered."""
        try:
            return str(self._instances.of(name)["Endpoint"]["Address"])
        except ServiceError:
            return None


def _group(proxy: Proxy) -> dict[str, Any]:
    """Return the target group of a proxy. By default, half of its connections may be idle.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
    """
    most = proxy.pool.get("MaxConnectionsPercent", MAX_PERCENT)
    identifier = proxy.record["DBProxyArn"].rpartition(":prx-")[2]
    return {
        "DBProxyName": proxy.record["DBProxyName"],
        "TargetGroupName": DEFAULT,
        "TargetGroupArn": arn("target-group", f"prx-tg-{identifier}"),
        "IsDefault": True,
        "Status": "available",
        "ConnectionPoolConfig": {
            "ConnectionBorrowTimeout": BORROW_TIMEOUT_S,
            "MaxConnectionsPercent": most,
            "MaxIdleConnectionsPercent": most // 2,
            "SessionPinningFilters": [],
            **proxy.pool,
        },
    }
