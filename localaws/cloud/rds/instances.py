"""RDS's DB instances: create, describe, modify and delete them, with the refusals of AWS.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html and related pages.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from localaws.cloud.rds.instance_changes import apply
from localaws.cloud.rds.instance_record import endpoint_of, record_of, version_of
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.rds.parameter_groups import ParameterGroups
    from localaws.cloud.rds.snapshots import Snapshots
    from localaws.cloud.rds.subnet_groups import SubnetGroups
    from localaws.cloud.rds.surroundings import Surroundings
    from localaws.cloud.rds.tags import Tags

TAKES_S = 60.0
"""Cloud seconds that a creation or a deletion takes. AWS takes five to fifteen minutes."""
_READY, _GONE = "_ready", "_gone"
"""Keys of a record: cloud seconds at which the instance becomes available, or is gone. RDS shows neither."""


class Instances:
    """Keeps the account's instances by identifier and implements the operations on them.

    Args:
        clock: The cloud's clock.
        around: Network, secrets and logs that RDS uses.
        tags: Tags of all RDS resources.
        groups: Parameter groups, subnet groups and snapshots.
    """

    def __init__(
        self,
        clock: Clock,
        around: Surroundings,
        tags: Tags,
        groups: tuple[ParameterGroups, SubnetGroups, Snapshots],
    ) -> None:
        self._clock, self._around, self._tags = clock, around, tags
        self._parameters, self._subnets, self._snapshots = groups
        self._records: dict[str, dict[str, Any]] = {}

    def create_db_instance(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDBInstance. Only PostgreSQL is implemented. The instance is available `TAKES_S` later."""
        identifier = params["DBInstanceIdentifier"].lower()
        if identifier in self._instances():
            raise ServiceError("DBInstanceAlreadyExists", "DB instance already exists")
        _refuse_what_does_not_run(params)
        subnets = self._subnets.group(params["DBSubnetGroupName"])
        record = record_of(params, subnets, f"db-{uuid.uuid4().hex[:26].upper()}")
        record["DBParameterGroups"] = [
            self._parameter_group(params, version_of(params.get("EngineVersion"))[0])
        ]
        self._refuse_groups_elsewhere(record, subnets["VpcId"])
        record["MasterUserSecret"] = self._secret(record, params)
        record[_READY] = self._clock.cloud_s() + TAKES_S
        record["InstanceCreateTime"] = self._clock.now()
        self._records[identifier] = record
        self._tags.put(record["DBInstanceArn"], params.get("Tags"))
        self._log(record, "database system is ready to accept connections")
        return {"DBInstance": self._shown(record)}

    def describe_db_instances(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBInstances, for one instance or for all of them in one page."""
        name = params.get("DBInstanceIdentifier")
        found = list(self._instances().values()) if name is None else [self._of(name)]
        return {"DBInstances": [self._shown(record) for record in found]}

    def modify_db_instance(self, params: dict[str, Any]) -> dict[str, Any]:
        """ModifyDBInstance. Changes that wait for the maintenance window are never applied."""
        record = self._available(params["DBInstanceIdentifier"])
        if (name := params.get("DBParameterGroupName")) is not None:
            major = version_of(record["EngineVersion"])[0]
            group = self._parameter_group({"DBParameterGroupName": name}, major)
            record["DBParameterGroups"] = [{**group, "ParameterApplyStatus": "pending-reboot"}]
        apply(record, params)
        self._refuse_groups_elsewhere(record, record["DBSubnetGroup"]["VpcId"])
        return {"DBInstance": self._shown(record)}

    def delete_db_instance(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDBInstance. The record, its secret and its place in the network go `TAKES_S` later."""
        record = self._available(params["DBInstanceIdentifier"])
        if record["DeletionProtection"]:
            raise ServiceError(
                "InvalidParameterCombination",
                "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            )
        self._last_snapshot(record, params)
        record[_GONE] = self._clock.cloud_s() + TAKES_S
        self._log(record, "database system is shut down")
        return {"DBInstance": self._shown(record)}

    def using_parameters(self, group: str) -> bool:
        """Return whether an instance uses the parameter group."""
        return any(
            one["DBParameterGroupName"] == group
            for record in self._instances().values()
            for one in record["DBParameterGroups"]
        )

    def using_subnets(self, group: str) -> list[str]:
        """Return the identifiers of the instances in the subnet group."""
        return [
            name
            for name, record in self._instances().items()
            if record["DBSubnetGroup"]["DBSubnetGroupName"] == group
        ]

    def uses_security_group(self, identifier: str) -> bool:
        """Return whether an instance is a member of the security group."""
        return any(
            one["VpcSecurityGroupId"] == identifier
            for record in self._instances().values()
            for one in record["VpcSecurityGroups"]
        )

    def of(self, identifier: str) -> dict[str, Any]:
        """Return an instance in the form that the API shows it.

        Raises:
            ServiceError: There is no instance of that identifier.
        """
        return self._shown(self._of(identifier))

    def _instances(self) -> dict[str, dict[str, Any]]:
        """Return the existing instances by identifier, after removing deleted ones and their secrets."""
        now = self._clock.cloud_s()
        gone = [name for name, record in self._records.items() if record.get(_GONE, now + 1) <= now]
        for name in gone:
            record = self._records.pop(name)
            self._tags.forget(record["DBInstanceArn"])
            if (secret := record.get("MasterUserSecret")) is not None:
                self._around.secrets.remove(secret["SecretArn"])
        return self._records

    def _of(self, identifier: str) -> dict[str, Any]:
        found = self._instances().get(identifier.lower())
        if found is None:
            raise ServiceError("DBInstanceNotFound", f"DBInstance {identifier} not found.", 404)
        return found

    def _available(self, identifier: str) -> dict[str, Any]:
        record = self._of(identifier)
        match self._status(record):
            case "available":
                return record
            case "deleting":
                raise ServiceError(
                    "InvalidDBInstanceState", f"Instance {identifier} is already being deleted."
                )
            case status:
                raise ServiceError(
                    "InvalidDBInstanceState",
                    f"Instance {identifier} is not in available state, but {status}.",
                )

    def _status(self, record: dict[str, Any]) -> str:
        if _GONE in record:
            return "deleting"
        return "available" if self._clock.cloud_s() >= record[_READY] else "creating"

    def _shown(self, record: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value for key, value in record.items() if key not in (_READY, _GONE)}
        shown |= {
            "DBInstanceStatus": self._status(record),
            "TagList": self._tags.listed(record["DBInstanceArn"]),
        }
        if shown["DBInstanceStatus"] != "creating":
            shown["Endpoint"] = endpoint_of(record["DBInstanceIdentifier"])
        return shown

    def _parameter_group(self, params: dict[str, Any], major: int) -> dict[str, str]:
        name = params.get("DBParameterGroupName", "").lower()
        if not name:
            return {"DBParameterGroupName": f"default.postgres{major}", "ParameterApplyStatus": "in-sync"}
        if (family := self._parameters.family_of(name)) != f"postgres{major}":
            raise ServiceError(
                "InvalidParameterCombination",
                f"The Parameter Group {name} with DBParameterGroupFamily {family} can't be used for this "
                f"instance. Please use a Parameter Group with DBParameterGroupFamily postgres{major}",
            )
        return {"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"}

    def _refuse_groups_elsewhere(self, record: dict[str, Any], vpc: str) -> None:
        for member in record["VpcSecurityGroups"]:
            group = member["VpcSecurityGroupId"]
            theirs = self._around.network.group_vpc(group)
            if theirs is None:
                raise ServiceError("InvalidParameterValue", f"Invalid security group, groupId= {group}.")
            if theirs != vpc:
                raise ServiceError(
                    "InvalidParameterCombination",
                    "The DB instance and EC2 security group are in different VPCs. The DB instance is in "
                    f"{vpc} and the EC2 security group is in {theirs}",
                )

    def _secret(self, record: dict[str, Any], params: dict[str, Any]) -> dict[str, str] | None:
        """Create the secret of the master user's password; ``None`` if RDS does not manage the password.

        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
        """
        if not params.get("ManageMasterUserPassword"):
            return None
        text = json.dumps({"username": record["MasterUsername"], "password": uuid.uuid4().hex})
        secret = self._around.secrets.make(f"rds!{record['DbiResourceId'].lower()}", text)
        key = params.get("MasterUserSecretKmsKeyId", "alias/aws/secretsmanager")
        return {"SecretArn": secret, "SecretStatus": "active", "KmsKeyId": key}

    def _last_snapshot(self, record: dict[str, Any], params: dict[str, Any]) -> None:
        name = params.get("FinalDBSnapshotIdentifier")
        if params.get("SkipFinalSnapshot", False) == (name is not None):
            raise ServiceError(
                "InvalidParameterCombination",
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
                if name is None
                else "FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.",
            )
        if name is not None:
            copied = self._tags.listed(record["DBInstanceArn"]) if record["CopyTagsToSnapshot"] else []
            self._snapshots.take(name, record, copied)

    def _log(self, record: dict[str, Any], line: str) -> None:
        """Write a line to the instance's exported logs. RDS creates the log groups but never removes them.

        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
        """
        name = record["DBInstanceIdentifier"]
        for kind in record["EnabledCloudwatchLogsExports"]:
            self._around.log(f"/aws/rds/instance/{name}/{kind}", f"{name}.0", f"LOG:  {line}")


def _refuse_what_does_not_run(params: dict[str, Any]) -> None:
    if params["Engine"] != "postgres":
        raise ServiceError(
            "InvalidParameterValue", f"{params['Engine']} does not run here, only postgres does"
        )
    given = [params.get("ManageMasterUserPassword", False), params.get("MasterUserPassword") is not None]
    if all(given):
        raise ServiceError(
            "InvalidParameterCombination",
            "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword enabled.",
        )
    if not any(given):
        raise ServiceError(
            "InvalidParameterValue",
            "The parameter MasterUserPassword must be provided and must not be blank.",
        )
    if params.get("MaxAllocatedStorage", params["AllocatedStorage"] + 1) <= params["AllocatedStorage"]:
        raise ServiceError(
            "InvalidParameterCombination", "Max storage size must be greater than storage size"
        )
