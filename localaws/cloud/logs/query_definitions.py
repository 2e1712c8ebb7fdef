"""Saved Logs Insights queries, which MiniStack does not keep.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html,
API_DescribeQueryDefinitions and API_DeleteQueryDefinition. Only what a stack needs is implemented. Queries
do not run here.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from localaws.cloud.request import ServiceError, json_response

if TYPE_CHECKING:
    from localaws.cloud.request import AwsRequest, AwsResponse

LONGEST_QUERY = 10_000


class QueryDefinitions:
    """Keeps the account's saved queries by id."""

    def __init__(self) -> None:
        self._saved: dict[str, dict[str, Any]] = {}

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer the three operations on query definitions. Returns ``None`` for any other request."""
        if request.service != "logs":
            return None
        match request.operation:
            case "PutQueryDefinition":
                return json_response(self._put(request.json()))
            case "DescribeQueryDefinitions":
                return json_response(self._describe(request.json()))
            case "DeleteQueryDefinition":
                gone = self._saved.pop(request.json()["queryDefinitionId"], None)
                if gone is None:
                    raise ServiceError(
                        "ResourceNotFoundException", "The specified query definition does not exist."
                    )
                return json_response({"success": True})
        return None

    def _put(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = asked.get("queryString", "")
        if not asked.get("name") or not 0 < len(text) <= LONGEST_QUERY:
            raise ServiceError(
                "InvalidParameterException",
                f"name and queryString of 1 to {LONGEST_QUERY} characters are needed",
            )
        number = asked.get("queryDefinitionId") or str(uuid.uuid4())
        if "queryDefinitionId" in asked and number not in self._saved:
            raise ServiceError("ResourceNotFoundException", "The specified query definition does not exist.")
        self._saved[number] = {
            "queryDefinitionId": number,
            "name": asked["name"],
            "queryString": text,
            "logGroupNames": asked.get("logGroupNames", []),
            "lastModified": int(time.time() * 1000),
        }
        return {"queryDefinitionId": number}

    def _describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        prefix = asked.get("queryDefinitionNamePrefix", "")
        found = [one for one in self._saved.values() if one["name"].startswith(prefix)]
        return {"queryDefinitions": sorted(found, key=lambda one: str(one["name"]))}
