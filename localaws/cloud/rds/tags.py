"""ARNs and tags of RDS's resources.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.request import ServiceError


def arn(kind: str, name: str) -> str:
    """Return the ARN of a resource.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.html

    Args:
        kind: Resource type in the ARN, such as ``db``.
        name: Name of the resource.
    """
    return f"arn:aws:rds:{REGION}:{ACCOUNT}:{kind}:{name}"


class Tags:
    """Keeps tags by ARN. Every resource that exists has an entry."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}

    def put(self, resource: str, given: list[dict[str, str]] | None) -> None:
        """Store the tags that are given when a resource is created."""
        self._tags[resource] = _map(given)

    def forget(self, resource: str) -> None:
        """Remove the tags of a resource that was deleted."""
        self._tags.pop(resource, None)

    def listed(self, resource: str) -> list[dict[str, str]]:
        """Return the tags of a resource in the form that the API lists them.

        Raises:
            ServiceError: There is no such resource.
        """
        return [{"Key": key, "Value": value} for key, value in self._of(resource).items()]

    def add_tags_to_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """AddTagsToResource. Adds tags or replaces their values."""
        self._of(params["ResourceName"]).update(_map(params["Tags"]))
        return {}

    def remove_tags_from_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """RemoveTagsFromResource. Tags that the resource does not have are ignored."""
        tags = self._of(params["ResourceName"])
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListTagsForResource."""
        return {"TagList": self.listed(params["ResourceName"])}

    def _of(self, resource: str) -> dict[str, str]:
        if resource not in self._tags:
            raise ServiceError("InvalidParameterValue", f"There is no RDS resource {resource}")
        return self._tags[resource]


def _map(given: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in given or []}
