"""RDS's manual DB snapshots, which outlive their instance on purpose. They hold no data.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.rds.tags import Tags

_OF_THE_INSTANCE = (
    "AllocatedStorage AvailabilityZone DbiResourceId Engine EngineVersion KmsKeyId LicenseModel "
    "MasterUsername StorageType"
)


class Snapshots:
    """Keeps the account's manual snapshots by identifier and implements the operations on them.

    Args:
        clock: The cloud's clock.
        tags: Tags of all RDS resources.
    """

    def __init__(self, clock: Clock, tags: Tags) -> None:
        self._clock, self._tags = clock, tags
        self._snapshots: dict[str, dict[str, Any]] = {}

    def refuse_taken(self, identifier: str) -> None:
        """Check that no snapshot has an identifier yet.

        Raises:
            ServiceError: A snapshot has it.
        """
        if identifier in self._snapshots:
            raise ServiceError(
                "DBSnapshotAlreadyExists",
                f"Cannot create the snapshot because a snapshot with the identifier {identifier} already "
                "exists.",
            )

    def take(self, identifier: str, instance: dict[str, Any], tags: list[dict[str, str]]) -> dict[str, Any]:
        """Take a snapshot of an instance.

        Args:
            identifier: Identifier of the snapshot.
            instance: Record of the instance.
            tags: Tags of the snapshot.

        Returns:
            The snapshot in the form that the API shows it.

        Raises:
            ServiceError: A snapshot has the identifier already.
        """
        self.refuse_taken(identifier)
        snapshot = self._snapshots[identifier] = {
            **{name: instance[name] for name in _OF_THE_INSTANCE.split() if instance.get(name) is not None},
            "DBSnapshotIdentifier": identifier,
            "DBSnapshotArn": arn("snapshot", identifier),
            "DBInstanceIdentifier": instance["DBInstanceIdentifier"],
            "Encrypted": instance["StorageEncrypted"],
            "PercentProgress": 100,
            "SnapshotCreateTime": self._clock.now(),
            "SnapshotType": "manual",
            "Status": "available",
        }
        self._tags.put(snapshot["DBSnapshotArn"], tags)
        return snapshot

    def describe_db_snapshots(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBSnapshots, for one snapshot, for one instance or for all of them in one page."""
        if (name := params.get("DBSnapshotIdentifier")) is not None:
            return {"DBSnapshots": [self._of(name)]}
        of = params.get("DBInstanceIdentifier")
        found = [one for one in self._snapshots.values() if of in (None, one["DBInstanceIdentifier"])]
        return {"DBSnapshots": [] if params.get("SnapshotType", "manual") != "manual" else found}

    def delete_db_snapshot(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDBSnapshot. The snapshot is gone at once."""
        snapshot = self._of(params["DBSnapshotIdentifier"])
        del self._snapshots[snapshot["DBSnapshotIdentifier"]]
        self._tags.forget(snapshot["DBSnapshotArn"])
        return {"DBSnapshot": {**snapshot, "Status": "deleted"}}

    def _of(self, identifier: str) -> dict[str, Any]:
        if identifier not in self._snapshots:
            raise ServiceError("DBSnapshotNotFound", f"DBSnapshot not found: {identifier}", 404)
        return self._snapshots[identifier]
