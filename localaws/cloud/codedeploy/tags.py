"""Tags of CodeDeploy's applications and deployment groups.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.request import ServiceError


class Tags:
    """Keeps tags by ARN. Every application and deployment group has an entry."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}

    def put(self, resource: str, params: dict[str, Any]) -> None:
        """Store the tags that are given when a resource is created.

        Args:
            resource: Last part of the resource's ARN, such as ``application:NAME``.
            params: Parameters of the operation that creates the resource.
        """
        self._tags[_arn(resource)] = {tag["Key"]: tag["Value"] for tag in params.get("tags", [])}

    def forget(self, resource: str) -> None:
        """Remove the tags of a resource that was deleted."""
        self._tags.pop(_arn(resource), None)

    def tag_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """TagResource. Adds tags or replaces their values."""
        self._of(params).update({tag["Key"]: tag["Value"] for tag in params["Tags"]})
        return {}

    def untag_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """UntagResource. Tags that the resource does not have are ignored."""
        tags = self._of(params)
        for name in params["TagKeys"]:
            tags.pop(name, None)
        return {}

    def list_tags_for_resource(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListTagsForResource."""
        return {"Tags": [{"Key": name, "Value": value} for name, value in self._of(params).items()]}

    def _of(self, params: dict[str, Any]) -> dict[str, str]:
        arn = params["ResourceArn"]
        if arn not in self._tags:
            raise ServiceError("ArnNotSupportedException", f"{arn} is no application or deployment group")
        return self._tags[arn]


def _arn(resource: str) -> str:
    return f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:{resource}"
