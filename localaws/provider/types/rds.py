"""RDS: instances and subnet groups. Parameter groups and proxies have modules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, InitError, Lifecycle, ProviderError, ResourceType, keys
from localaws.provider.types.shape import camel, pairs, request, response, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

WITHIN_S = 300.0
"""Timeout of a creation or deletion, in seconds of real time."""
_SAME = (
    "allocatedStorage autoMinorVersionUpgrade availabilityZone backupRetentionPeriod backupTarget "
    "copyTagsToSnapshot databaseInsightsMode dedicatedLogVolume deletionProtection engine "
    "engineLifecycleSupport iops kmsKeyId licenseModel maxAllocatedStorage monitoringInterval "
    "monitoringRoleArn multiAz networkType performanceInsightsEnabled performanceInsightsRetentionPeriod "
    "publiclyAccessible storageEncrypted storageThroughput storageType"
)
_RENAMED = {
    "DBInstanceIdentifier": "identifier",
    "DBInstanceClass": "instanceClass",
    "DBName": "dbName",
    "MasterUsername": "username",
    "PreferredBackupWindow": "backupWindow",
    "PreferredMaintenanceWindow": "maintenanceWindow",
    "CACertificateIdentifier": "caCertIdentifier",
    "MultiAZ": "multiAz",
}
_GIVEN = {
    **_RENAMED,
    "MasterUserPassword": "password",
    "DBSubnetGroupName": "dbSubnetGroupName",
    "DBParameterGroupName": "parameterGroupName",
    "VpcSecurityGroupIds": "vpcSecurityGroupIds",
    "EnableCloudwatchLogsExports": "enabledCloudwatchLogsExports",
    "EnableIAMDatabaseAuthentication": "iamDatabaseAuthenticationEnabled",
    "EnablePerformanceInsights": "performanceInsightsEnabled",
    "ManageMasterUserPassword": "manageMasterUserPassword",
    "MasterUserSecretKmsKeyId": "masterUserSecretKmsKeyId",
    "EngineVersion": "engineVersion",
}
_PLAIN = " ".join(name for name in _SAME.split() if name not in {"multiAz", "performanceInsightsEnabled"})
_NOT_THE_SERVICES = keys(
    "applyImmediately finalSnapshotIdentifier skipFinalSnapshot deleteAutomatedBackups tags tagsAll"
)


def retagged(cloud: Cloud, change: Change) -> None:
    """Bring a resource's tags up to date."""
    client, arn = cloud.client("rds"), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.add_tags_to_resource(ResourceName=arn, Tags=pairs(tags)),
        lambda gone: client.remove_tags_from_resource(ResourceName=arn, TagKeys=gone),
    )


def awaited(cloud: Cloud, identifier: str, status: Any, what: str) -> None:
    """Wait until `status` returns ``available``.

    Raises:
        InitError: The status was not reached in time. The resource exists nevertheless.
    """
    try:
        cloud.await_true(lambda: status() == "available", what, WITHIN_S)
    except ProviderError as error:
        raise InitError(identifier, str(error)) from error


def _instance(cloud: Cloud, identifier: str) -> dict[str, Any] | None:
    found = answer(cloud.client("rds").describe_db_instances, DBInstanceIdentifier=identifier)
    return found["DBInstances"][0] if found else None


def _create_instance(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("rds").create_db_instance(
        **request(properties, _PLAIN, **_GIVEN), Tags=tag_list(properties)
    )
    identifier = str(made["DBInstance"]["DBInstanceIdentifier"])
    awaited(
        cloud,
        identifier,
        lambda: (_instance(cloud, identifier) or {}).get("DBInstanceStatus"),
        f"instance {identifier} to be available",
    )
    return identifier


def _read_instance(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    live = _instance(cloud, identifier)
    if live is None:
        return None
    endpoint, secret = live.get("Endpoint", {}), live.get("MasterUserSecret")
    return {
        **response(live, _PLAIN, **_RENAMED),
        "iamDatabaseAuthenticationEnabled": live["IAMDatabaseAuthenticationEnabled"],
        "arn": live["DBInstanceArn"],
        "address": endpoint.get("Address"),
        "port": endpoint.get("Port"),
        "endpoint": f"{endpoint.get('Address')}:{endpoint.get('Port')}",
        "hostedZoneId": endpoint.get("HostedZoneId"),
        "engineVersion": _version(known.get("engineVersion"), live["EngineVersion"]),
        "engineVersionActual": live["EngineVersion"],
        "dbSubnetGroupName": live["DBSubnetGroup"]["DBSubnetGroupName"],
        "parameterGroupName": live["DBParameterGroups"][0]["DBParameterGroupName"],
        "optionGroupName": live["OptionGroupMemberships"][0]["OptionGroupName"],
        "vpcSecurityGroupIds": [one["VpcSecurityGroupId"] for one in live["VpcSecurityGroups"]],
        "enabledCloudwatchLogsExports": live.get("EnabledCloudwatchLogsExports", []),
        "masterUserSecrets": [camel(secret)] if secret else [],
        "manageMasterUserPassword": True if secret else None,
        "resourceId": live["DbiResourceId"],
        "status": live["DBInstanceStatus"],
        "listenerEndpoints": [],
        "replicas": [],
    }


def _version(asked: str | None, actual: str) -> str:
    """Return the requested version as long as the running version matches it, otherwise the running version.

    The provider keeps a prefix such as ``17``, so that a minor upgrade by RDS is not a difference
    (`compareActualEngineVersion`):
    https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/rds
    """
    return asked if asked and f"{actual}.".startswith(f"{asked}.") else actual


def _update_instance(cloud: Cloud, change: Change) -> None:
    """Update the instance.

    Without applyImmediately some changes wait for the maintenance window, as on AWS.
    """
    client, new = cloud.client("rds"), change.new
    if changed := change.keys - _NOT_THE_SERVICES:
        asked = request({name: new.get(name) for name in changed}, _PLAIN, **_GIVEN)
        if "enabledCloudwatchLogsExports" in changed:
            asked.pop("EnableCloudwatchLogsExports", None)
            before, after = (
                set(side.get("enabledCloudwatchLogsExports") or []) for side in (change.state, new)
            )
            asked["CloudwatchLogsExportConfiguration"] = {
                "EnableLogTypes": sorted(after - before),
                "DisableLogTypes": sorted(before - after),
            }
        if "maxAllocatedStorage" in changed and not new.get("maxAllocatedStorage"):
            asked["MaxAllocatedStorage"] = new["allocatedStorage"]
        if "deletionProtection" in changed:
            asked["DeletionProtection"] = bool(new.get("deletionProtection"))
        client.modify_db_instance(
            DBInstanceIdentifier=change.identifier,
            ApplyImmediately=bool(new.get("applyImmediately")),
            **asked,
        )
    retagged(cloud, change)


def _delete_instance(cloud: Cloud, identifier: str, state: Properties) -> None:
    final: dict[str, Any] = {"SkipFinalSnapshot": bool(state.get("skipFinalSnapshot"))}
    if not final["SkipFinalSnapshot"]:
        if not state.get("finalSnapshotIdentifier"):
            raise ProviderError("final_snapshot_identifier is required when skip_final_snapshot is false")
        final["FinalDBSnapshotIdentifier"] = state["finalSnapshotIdentifier"]
    cloud.client("rds").delete_db_instance(
        DBInstanceIdentifier=identifier,
        DeleteAutomatedBackups=bool(state.get("deleteAutomatedBackups", True)),
        **final,
    )
    cloud.await_true(
        lambda: _instance(cloud, identifier) is None, f"instance {identifier} to be gone", WITHIN_S
    )


def _create_subnets(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("rds").create_db_subnet_group(
        **request(properties, "subnetIds", DBSubnetGroupName="name", DBSubnetGroupDescription="description"),
        Tags=tag_list(properties),
    )
    return str(made["DBSubnetGroup"]["DBSubnetGroupName"])


def _read_subnets(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("rds").describe_db_subnet_groups, DBSubnetGroupName=identifier)
    if found is None:
        return None
    group = found["DBSubnetGroups"][0]
    return {
        "name": group["DBSubnetGroupName"],
        "arn": group["DBSubnetGroupArn"],
        "description": group["DBSubnetGroupDescription"],
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
        "supportedNetworkTypes": group["SupportedNetworkTypes"],
        "vpcId": group["VpcId"],
    }


def _update_subnets(cloud: Cloud, change: Change) -> None:
    if change.keys & keys("description subnetIds"):
        cloud.client("rds").modify_db_subnet_group(
            DBSubnetGroupName=change.identifier,
            **request(change.new, "subnetIds", DBSubnetGroupDescription="description"),
        )
    retagged(cloud, change)


def _delete_subnets(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("rds").delete_db_subnet_group(DBSubnetGroupName=identifier)


TYPES = (
    ResourceType(
        "aws:rds/subnetGroup:SubnetGroup",
        Lifecycle(_create_subnets, _read_subnets, _delete_subnets, _update_subnets),
        replace=keys("name namePrefix"),
        defaults={"description": "Managed by Pulumi"},
        unordered=keys("subnetIds"),
        autoname="name",
    ),
    ResourceType(
        "aws:rds/instance:Instance",
        Lifecycle(_create_instance, _read_instance, _delete_instance, _update_instance),
        replace=keys(
            "availabilityZone backupTarget characterSetName dbName engine kmsKeyId ncharCharacterSetName "
            "snapshotIdentifier storageEncrypted timezone username identifierPrefix "
            "customIamInstanceProfile"
        ),
        defaults={
            "applyImmediately": False,
            "autoMinorVersionUpgrade": True,
            "copyTagsToSnapshot": False,
            "dedicatedLogVolume": False,
            "deleteAutomatedBackups": True,
            "monitoringInterval": 0,
            "performanceInsightsEnabled": False,
            "publiclyAccessible": False,
            "skipFinalSnapshot": False,
        },
        computed=keys(
            "allocatedStorage availabilityZone backupRetentionPeriod backupTarget backupWindow "
            "caCertIdentifier characterSetName databaseInsightsMode dbName dbSubnetGroupName engine "
            "engineLifecycleSupport engineVersion kmsKeyId licenseModel maintenanceWindow "
            "masterUserSecretKmsKeyId monitoringRoleArn multiAz networkType optionGroupName "
            "parameterGroupName performanceInsightsKmsKeyId performanceInsightsRetentionPeriod port "
            "replicaMode snapshotIdentifier storageType username vpcSecurityGroupIds iops storageThroughput"
        ),
        unordered=keys("domainDnsIps enabledCloudwatchLogsExports vpcSecurityGroupIds"),
        autoname="identifier",
    ),
)
