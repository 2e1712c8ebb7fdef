"""Apply the changes of ModifyDBInstance.

Without ApplyImmediately, settings that `PendingModifiedValues` can hold wait for the maintenance window,
which never comes here. All other settings, such as deletion protection, change at once:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html.
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.rds.instance_record import membership, version_of
from localaws.cloud.request import ServiceError

WAITING = frozenset(
    {
        "AllocatedStorage",
        "DBInstanceClass",
        "EngineVersion",
        "Iops",
        "MultiAZ",
        "StorageThroughput",
        "StorageType",
    }
)
AT_ONCE = frozenset(
    {
        "AutoMinorVersionUpgrade",
        "BackupRetentionPeriod",
        "CACertificateIdentifier",
        "CopyTagsToSnapshot",
        "DeletionProtection",
        "MaxAllocatedStorage",
        "MonitoringInterval",
        "PreferredBackupWindow",
        "PreferredMaintenanceWindow",
        "PubliclyAccessible",
    }
)
_ELSEWHERE = frozenset(
    {
        "AllowMajorVersionUpgrade",
        "ApplyImmediately",
        "CloudwatchLogsExportConfiguration",
        "DBInstanceIdentifier",
        "DBParameterGroupName",
        "VpcSecurityGroupIds",
    }
)


def apply(record: dict[str, Any], params: dict[str, Any]) -> None:
    """Change a record as a request says.

    Args:
        record: Record of the instance, changed in place.
        params: Parameters of ModifyDBInstance.

    Raises:
        ServiceError: The request changes a setting that is not implemented here, or asks for an engine
            version that RDS does not offer.
    """
    if unknown := params.keys() - WAITING - AT_ONCE - _ELSEWHERE:
        raise ServiceError(
            "InvalidParameterCombination", f"Changing {', '.join(sorted(unknown))} does not run here"
        )
    if "EngineVersion" in params:
        params = {**params, "EngineVersion": version_of(params["EngineVersion"])[1]}
    now = AT_ONCE | (WAITING if params.get("ApplyImmediately") else frozenset())
    record.update({name: value for name, value in params.items() if name in now})
    waits = {
        name: value for name, value in params.items() if name in WAITING - now and value != record.get(name)
    }
    record["PendingModifiedValues"] = {**record["PendingModifiedValues"], **waits}
    if record.get("MaxAllocatedStorage") == record["AllocatedStorage"]:
        # Equal values turn storage autoscaling off.
        del record["MaxAllocatedStorage"]
    if "VpcSecurityGroupIds" in params:
        record["VpcSecurityGroups"] = membership(params["VpcSecurityGroupIds"])
    logs = params.get("CloudwatchLogsExportConfiguration", {})
    exported = {*record["EnabledCloudwatchLogsExports"], *logs.get("EnableLogTypes", [])}
    record["EnabledCloudwatchLogsExports"] = sorted(exported - set(logs.get("DisableLogTypes", [])))
