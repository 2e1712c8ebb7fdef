"""RDS Proxy: the records of proxies. No connections are pooled.

Target groups and targets are in `proxy_targets.py`.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.cloud.account import REGION
from localaws.cloud.rds.subnet_groups import in_one_vpc
from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.rds.surroundings import Network
    from localaws.cloud.rds.tags import Tags

TAKES_S = 60.0
"""Cloud seconds that a creation or a deletion takes. AWS takes minutes."""
IDLE_CLIENT_TIMEOUT_S = 1800
_NAME = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9]+)*")


@dataclass
class Proxy:
    """One proxy.

    Attributes:
        record: The proxy in the form that the API shows it, without the status.
        ready: Cloud seconds at which the proxy becomes available.
        gone: Cloud seconds at which the proxy is gone; ``None`` unless its deletion was requested.
        pool: Connection pool settings of the proxy's only target group.
        targets: Cloud seconds of the registration of each instance behind the proxy, by identifier.
    """

    record: dict[str, Any]
    ready: float
    gone: float | None = None
    pool: dict[str, Any] = field(default_factory=dict)
    targets: dict[str, float] = field(default_factory=dict)


class Proxies:
    """Keeps the account's proxies by name and implements the operations on them.

    Args:
        clock: The cloud's clock.
        network: Subnets and security groups.
        tags: Tags of all RDS resources.
    """

    def __init__(self, clock: Clock, network: Network, tags: Tags) -> None:
        self._clock, self._network, self._tags = clock, network, tags
        self._proxies: dict[str, Proxy] = {}

    def create_db_proxy(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDBProxy. The proxy becomes available `TAKES_S` later."""
        name = params["DBProxyName"]
        if not _NAME.fullmatch(name):
            raise ServiceError("InvalidParameterValue", f"{name} is not a valid proxy name")
        if name in self._there():
            raise ServiceError("DBProxyAlreadyExistsFault", f"DB Proxy {name} already exists")
        vpc, _ = in_one_vpc(self._network, params["VpcSubnetIds"])
        groups = params.get("VpcSecurityGroupIds", [])
        for group in groups:
            if self._network.group_vpc(group) != vpc:
                raise ServiceError("InvalidParameterValue", f"Invalid security group, groupId= {group}.")
        record = {
            "DBProxyName": name,
            "DBProxyArn": arn("db-proxy", f"prx-{uuid.uuid4().hex[:17]}"),
            "EngineFamily": params["EngineFamily"],
            "VpcId": vpc,
            "VpcSubnetIds": params["VpcSubnetIds"],
            "VpcSecurityGroupIds": groups,
            "Endpoint": f"{name}.proxy-c0local0000.{REGION}.rds.amazonaws.com",
            "EndpointNetworkType": "IPV4",
            "TargetConnectionNetworkType": "IPV4",
            "DefaultAuthScheme": "NONE",
            "CreatedDate": self._clock.now(),
            "DebugLogging": False,
            "RequireTLS": False,
            "IdleClientTimeout": IDLE_CLIENT_TIMEOUT_S,
            **_settings(params),
        }
        self._proxies[name] = made = Proxy(record, self._clock.cloud_s() + TAKES_S)
        self._tags.put(record["DBProxyArn"], params.get("Tags"))
        return {"DBProxy": self._shown(made)}

    def describe_db_proxies(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBProxies, for one proxy or for all of them in one page."""
        name = params.get("DBProxyName")
        found = list(self._there().values()) if name is None else [self.of(name)]
        return {"DBProxies": [self._shown(proxy) for proxy in found]}

    def modify_db_proxy(self, params: dict[str, Any]) -> dict[str, Any]:
        """ModifyDBProxy. Changes take effect at once. Renaming a proxy is refused."""
        proxy = self.available(params["DBProxyName"])
        if params.get("NewDBProxyName", params["DBProxyName"]) != params["DBProxyName"]:
            raise ServiceError("InvalidParameterValue", "Renaming a proxy does not run here")
        proxy.record.update(_settings(params))
        if "SecurityGroups" in params:
            proxy.record["VpcSecurityGroupIds"] = params["SecurityGroups"]
        return {"DBProxy": self._shown(proxy)}

    def delete_db_proxy(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDBProxy. The proxy is gone `TAKES_S` later and releases its targets then."""
        proxy = self.available(params["DBProxyName"])
        proxy.gone = self._clock.cloud_s() + TAKES_S
        return {"DBProxy": self._shown(proxy)}

    def uses_security_group(self, identifier: str) -> bool:
        """Return whether a proxy is a member of the security group."""
        return any(identifier in proxy.record["VpcSecurityGroupIds"] for proxy in self._there().values())

    def of(self, name: str) -> Proxy:
        """Return a proxy by name.

        Raises:
            ServiceError: There is no proxy of that name.
        """
        found = self._there().get(name)
        if found is None:
            raise ServiceError("DBProxyNotFoundFault", f"DB proxy {name} not found.", 404)
        return found

    def available(self, name: str) -> Proxy:
        """Return a proxy that is available.

        Raises:
            ServiceError: The proxy does not exist, or is being created or deleted.
        """
        proxy = self.of(name)
        if (status := self._status(proxy)) != "available":
            raise ServiceError("InvalidDBProxyStateFault", f"DB proxy {name} is {status}, not available.")
        return proxy

    def _there(self) -> dict[str, Proxy]:
        now = self._clock.cloud_s()
        for name, proxy in list(self._proxies.items()):
            if proxy.gone is not None and proxy.gone <= now:
                self._tags.forget(proxy.record["DBProxyArn"])
                del self._proxies[name]
        return self._proxies

    def _status(self, proxy: Proxy) -> str:
        if proxy.gone is not None:
            return "deleting"
        return "available" if self._clock.cloud_s() >= proxy.ready else "creating"

    def _shown(self, proxy: Proxy) -> dict[str, Any]:
        return {**proxy.record, "Status": self._status(proxy)}


def _settings(params: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a request may give or change.

    RDS shows the password scheme for clients with every authentication setting, so it is added.
    """
    names = ("DebugLogging", "DefaultAuthScheme", "IdleClientTimeout", "RequireTLS", "RoleArn")
    settings = {name: params[name] for name in names if params.get(name) is not None}
    if "Auth" in params:
        scheme = {"ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256"}
        settings["Auth"] = [{**scheme, **given} for given in params["Auth"]]
    return settings
