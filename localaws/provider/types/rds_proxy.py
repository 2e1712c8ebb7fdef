"""RDS Proxy: proxies, their default target groups and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.rds import WITHIN_S, awaited, retagged
from localaws.provider.types.shape import only, request, response, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

INSTANCE = "RDS_INSTANCE"
_SETTINGS = "debugLogging defaultAuthScheme idleClientTimeout roleArn"
_POOL = (
    "connectionBorrowTimeout initQuery maxConnectionsPercent maxIdleConnectionsPercent sessionPinningFilters"
)


def _proxy(cloud: Cloud, name: str) -> dict[str, Any] | None:
    found = answer(cloud.client("rds").describe_db_proxies, DBProxyName=name)
    return found["DBProxies"][0] if found else None


def _settings(properties: Properties) -> dict[str, Any]:
    asked = request(properties, _SETTINGS, RequireTLS="requireTls")
    names = {"UserName": "username", "IAMAuth": "iamAuth"}
    auths = properties.get("auths") or []
    asked["Auth"] = [
        request(one, "authScheme clientPasswordAuthType description secretArn", **names) for one in auths
    ]
    return asked


def _create_proxy(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("rds").create_db_proxy(
        **request(
            properties,
            "engineFamily vpcSubnetIds vpcSecurityGroupIds endpointNetworkType targetConnectionNetworkType",
            DBProxyName="name",
        ),
        **_settings(properties),
        Tags=tag_list(properties),
    )
    name = str(made["DBProxy"]["DBProxyName"])
    awaited(cloud, name, lambda: (_proxy(cloud, name) or {}).get("Status"), f"proxy {name} to be available")
    return name


def _read_proxy(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    live = _proxy(cloud, identifier)
    if live is None:
        return None
    names = {"UserName": "username", "IAMAuth": "iamAuth"}
    return {
        **response(
            live,
            f"{_SETTINGS} endpoint engineFamily endpointNetworkType targetConnectionNetworkType "
            "vpcSubnetIds vpcSecurityGroupIds",
            DBProxyName="name",
            DBProxyArn="arn",
            RequireTLS="requireTls",
        ),
        "auths": [
            response(one, "authScheme clientPasswordAuthType description secretArn", **names)
            for one in live.get("Auth", [])
        ],
    }


def _update_proxy(cloud: Cloud, change: Change) -> None:
    if change.keys - keys("tags tagsAll"):
        asked = {
            "DebugLogging": False,
            "RequireTLS": False,
            **_settings(change.new),
            **request(change.new, "", SecurityGroups="vpcSecurityGroupIds"),
        }
        cloud.client("rds").modify_db_proxy(DBProxyName=change.identifier, **asked)
    retagged(cloud, change)


def _delete_proxy(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("rds").delete_db_proxy(DBProxyName=identifier)
    cloud.await_true(lambda: _proxy(cloud, identifier) is None, f"proxy {identifier} to be gone", WITHIN_S)


def _set_pool(cloud: Cloud, properties: Properties) -> str:
    name, asked = properties["dbProxyName"], {}
    if (pool := properties.get("connectionPoolConfig")) is not None:
        asked["ConnectionPoolConfig"] = request(pool, _POOL)
    cloud.client("rds").modify_db_proxy_target_group(DBProxyName=name, TargetGroupName="default", **asked)
    return str(name)


def _read_pool(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("rds").describe_db_proxy_target_groups, DBProxyName=identifier)
    if found is None:
        return None
    group = only(found["TargetGroups"], lambda item: item["IsDefault"])
    live = response(group["ConnectionPoolConfig"], _POOL)
    return {
        "arn": group["TargetGroupArn"],
        "dbProxyName": identifier,
        "name": group["TargetGroupName"],
        "connectionPoolConfig": live,
    }


def _update_pool(cloud: Cloud, change: Change) -> None:
    _set_pool(cloud, change.new)


def _leave_pool(_cloud: Cloud, _identifier: str, _state: Properties) -> None:
    """Do nothing: a target group is deleted with its proxy, and the real provider leaves it in place."""


def _register(cloud: Cloud, properties: Properties) -> str:
    proxy, group = properties["dbProxyName"], properties["targetGroupName"]
    instance = properties["dbInstanceIdentifier"]
    cloud.client("rds").register_db_proxy_targets(
        DBProxyName=proxy, TargetGroupName=group, DBInstanceIdentifiers=[instance]
    )
    return f"{proxy}/{group}/{INSTANCE}/{instance}"


def _read_target(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    proxy, group, kind, instance = identifier.split("/", 3)
    found = answer(cloud.client("rds").describe_db_proxy_targets, DBProxyName=proxy, TargetGroupName=group)
    live = found and only(
        found["Targets"], lambda item: (item["Type"], item["RdsResourceId"]) == (kind, instance)
    )
    if not live:
        return None
    return {
        "dbProxyName": proxy,
        "targetGroupName": group,
        "dbInstanceIdentifier": instance,
        **response(live, "endpoint port rdsResourceId targetArn trackedClusterId type"),
    }


def _deregister(cloud: Cloud, identifier: str, _state: Properties) -> None:
    proxy, group, _, instance = identifier.split("/", 3)
    cloud.client("rds").deregister_db_proxy_targets(
        DBProxyName=proxy, TargetGroupName=group, DBInstanceIdentifiers=[instance]
    )


TYPES = (
    ResourceType(
        "aws:rds/proxy:Proxy",
        Lifecycle(_create_proxy, _read_proxy, _delete_proxy, _update_proxy),
        replace=keys("engineFamily name vpcSubnetIds endpointNetworkType targetConnectionNetworkType"),
        computed=keys(
            "idleClientTimeout vpcSecurityGroupIds defaultAuthScheme endpointNetworkType "
            "targetConnectionNetworkType auths.clientPasswordAuthType"
        ),
        unordered=keys("auths vpcSecurityGroupIds vpcSubnetIds"),
        autoname="name",
    ),
    ResourceType(
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        Lifecycle(_set_pool, _read_pool, _leave_pool, _update_pool),
        replace=keys("dbProxyName"),
        defaults={
            "connectionPoolConfig.connectionBorrowTimeout": 120,
            "connectionPoolConfig.maxConnectionsPercent": 100,
            "connectionPoolConfig.maxIdleConnectionsPercent": 50,
        },
        unordered=keys("connectionPoolConfig.sessionPinningFilters"),
        computed=keys("connectionPoolConfig"),
    ),
    ResourceType(
        "aws:rds/proxyTarget:ProxyTarget",
        Lifecycle(_register, _read_target, _deregister),
        replace=keys("dbClusterIdentifier dbInstanceIdentifier dbProxyName targetGroupName"),
    ),
)
