"""A new DB instance as DescribeDBInstances shows it: what was asked for, and what RDS fills in. Pure.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html has the defaults;
gp3's baseline of 3,000 IOPS and 125 MiB/s below 400 GiB:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage.
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.rds.families import MINOR
from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

PORT = 5432
ZONE_OF_ENDPOINTS = "Z2R2ITUGPM61AM"
"""Hosted zone of RDS's host names in us-east-1."""
GP3_IOPS, GP3_THROUGHPUT, GP3_BASELINE_BELOW_GIB = 3000, 125, 400
_DEFAULTS: dict[str, Any] = {
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 1,
    "BackupTarget": "region",
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "CopyTagsToSnapshot": False,
    "DatabaseInsightsMode": "standard",
    "DedicatedLogVolume": False,
    "DeletionProtection": False,
    "EngineLifecycleSupport": "open-source-rds-extended-support",
    "LicenseModel": "postgresql-license",
    "MonitoringInterval": 0,
    "MultiAZ": False,
    "NetworkType": "IPV4",
    "PreferredBackupWindow": "05:11-05:41",
    "PreferredMaintenanceWindow": "sun:07:23-sun:07:53",
    "PubliclyAccessible": False,
    "StorageEncrypted": False,
    "StorageType": "gp2",
}
_ASKED = (
    "DBInstanceIdentifier DBInstanceClass Engine MasterUsername DBName AllocatedStorage MaxAllocatedStorage "
    "Iops StorageThroughput MonitoringRoleArn PerformanceInsightsRetentionPeriod KmsKeyId"
)


def version_of(asked: str | None) -> tuple[int, str]:
    """Major and full engine version; a major one alone leads to its newest minor one.

    Raises:
        ServiceError: RDS does not offer it.
    """
    text = asked or "17"
    major, _, minor = text.partition(".")
    if not major.isdecimal() or int(major) not in MINOR or (minor and not minor.isdecimal()):
        raise ServiceError("InvalidParameterCombination", f"Cannot find version {text} for postgres")
    return int(major), text if minor else f"{major}.{MINOR[int(major)]}"


def endpoint_of(identifier: str) -> dict[str, Any]:
    """Where an instance would listen."""
    host = f"{identifier}.c0local0000.{REGION}.rds.amazonaws.com"
    return {"Address": host, "Port": PORT, "HostedZoneId": ZONE_OF_ENDPOINTS}


def record_of(params: dict[str, Any], subnets: dict[str, Any], resource: str) -> dict[str, Any]:
    """The instance.

    Args:
        params: CreateDBInstance's, checked.
        subnets: Its subnet group.
        resource: RDS's own name of the instance, ``db-...``.
    """
    major, version = version_of(params.get("EngineVersion"))
    identifier = params["DBInstanceIdentifier"].lower()
    zones = sorted({one["SubnetAvailabilityZone"]["Name"] for one in subnets["Subnets"]})
    record = {
        **_DEFAULTS,
        **{name: params[name] for name in (*_DEFAULTS, *_ASKED.split()) if params.get(name) is not None},
        "DBInstanceIdentifier": identifier,
        "DBInstanceArn": arn("db", identifier),
        "DbiResourceId": resource,
        "DBSubnetGroup": subnets,
        "AvailabilityZone": params.get("AvailabilityZone") or zones[0],
        "EngineVersion": version,
        "IAMDatabaseAuthenticationEnabled": params.get("EnableIAMDatabaseAuthentication", False),
        "PerformanceInsightsEnabled": params.get("EnablePerformanceInsights", False),
        "EnabledCloudwatchLogsExports": sorted(params.get("EnableCloudwatchLogsExports", [])),
        "VpcSecurityGroups": membership(params.get("VpcSecurityGroupIds", [])),
        "OptionGroupMemberships": [
            {"OptionGroupName": f"default:postgres-{major}", "Status": "in-sync"},
        ],
        "PendingModifiedValues": {},
    }
    for window in ("PreferredBackupWindow", "PreferredMaintenanceWindow"):
        record[window] = record[window].lower()
    if record["MultiAZ"]:
        record["SecondaryAvailabilityZone"] = zones[1]
    if record["StorageEncrypted"]:
        record.setdefault("KmsKeyId", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/aws-rds-default")
    if record["StorageType"] == "gp3" and record["AllocatedStorage"] < GP3_BASELINE_BELOW_GIB:
        record.setdefault("Iops", GP3_IOPS)
        record.setdefault("StorageThroughput", GP3_THROUGHPUT)
    return record


def membership(groups: list[str]) -> list[dict[str, str]]:
    """Security groups as an instance shows them."""
    return [{"VpcSecurityGroupId": group, "Status": "active"} for group in groups]
