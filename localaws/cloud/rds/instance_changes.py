"""What ModifyDBInstance changes, and when.

Without ApplyImmediately, what `PendingModifiedValues` has a place for waits for the maintenance window, which
never comes here; everything else changes at once, deletion protection among it:
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
    """Change `record` as the request says.

    Raises:
        ServiceError: It asks for something that does not run here.
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
        # Equal means: no autoscaling.
        del record["MaxAllocatedStorage"]
    if "VpcSecurityGroupIds" in params:
        record["VpcSecurityGroups"] = membership(params["VpcSecurityGroupIds"])
    logs = params.get("CloudwatchLogsExportConfiguration", {})
    exported = {*record["EnabledCloudwatchLogsExports"], *logs.get("EnableLogTypes", [])}
    record["EnabledCloudwatchLogsExports"] = sorted(exported - set(logs.get("DisableLogTypes", [])))
