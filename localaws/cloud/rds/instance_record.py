"""Build the record of a new DB instance: what was requested, and what RDS fills in. The functions are pure.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html has the defaults.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage has the baseline of gp3
below 400 GiB: 3,000 IOPS and 125 MiB/s.
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
    """Return the major version and the full engine version.

    Args:
        asked: Requested version. A major version alone selects its newest minor version. ``None`` selects 17.

    Raises:
        ServiceError: RDS does not offer the version.
    """
    text = asked or "17"
    major, _, minor = text.partition(".")
    if not major.isdecimal() or int(major) not in MINOR or (minor and not minor.isdecimal()):
        raise ServiceError("InvalidParameterCombination", f"Cannot find version {text} for postgres")
    return int(major), text if minor else f"{major}.{MINOR[int(major)]}"


def endpoint_of(identifier: str) -> dict[str, Any]:
    """Return the endpoint at which an instance would listen."""
    host = f"{identifier}.c0local0000.{REGION}.rds.amazonaws.com"
    return {"Address": host, "Port": PORT, "HostedZoneId": ZONE_OF_ENDPOINTS}


def record_of(params: dict[str, Any], subnets: dict[str, Any], resource: str) -> dict[str, Any]:
    """Build the record of an instance, in the form that DescribeDBInstances shows.

    Args:
        params: Parameters of CreateDBInstance, already checked.
        subnets: Subnet group of the instance.
        resource: RDS's own id of the instance, ``db-...``.

    Raises:
        ServiceError: RDS does not offer the engine version.
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
    """Return security groups in the form that an instance shows them."""
    return [{"VpcSecurityGroupId": group, "Status": "active"} for group in groups]
