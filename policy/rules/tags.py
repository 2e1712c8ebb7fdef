"""Tags that say whose a resource is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kinds
from graph import Outcome, Resource, Undecided
from pulumi_policy import Severity
from rule import ResourceRule, Settings, texts, well_architected
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

TAGGABLE = frozenset(
    {
        kinds.ALARM,
        kinds.CLUSTER,
        kinds.DATABASE,
        kinds.ENVIRONMENT,
        kinds.FLAG_APPLICATION,
        kinds.FUNCTION,
        kinds.GROUP,
        kinds.KEY,
        kinds.LOG_GROUP,
        kinds.POLICY,
        kinds.PROFILE,
        kinds.PROXY,
        kinds.RELEASE_APPLICATION,
        kinds.ROLE,
        kinds.SECURITY_GROUP,
        kinds.STRATEGY,
        kinds.TOPIC,
        "aws:apigateway/restApi:RestApi",
        "aws:apigatewayv2/api:Api",
        "aws:apigatewayv2/stage:Stage",
        "aws:dynamodb/table:Table",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queue:Queue",
    }
)
"""Types that cost money or hold data, and take tags."""


def _tagged(resource: Resource, settings: Settings) -> Iterable[Outcome]:
    """``tagsAll`` holds the provider's default tags too; in a program without them there is only ``tags``."""
    tags = resource.get("tagsAll")
    tags = resource.get("tags") if tags is None else tags
    if tags is UNKNOWN:
        yield Undecided(resource, "tags")
        return
    missing = [key for key in settings["tags"] if (tags or {}).get(key) in (None, "")]
    if missing:
        yield resource.must(
            f"have the tags {', '.join(missing)}",
            "Set them once, as default_tags of an aws.Provider that the program gives to its resources.",
        )


RULES = [
    ResourceRule(
        name="required-tags",
        description="Resources say by tags which project, stack and people they belong to.",
        why="What nobody owns nobody deletes, and nobody is called when it fails.",
        severity=Severity.LOW,
        framework=well_architected("Cost Optimization"),
        remediation="Give the aws.Provider default_tags.",
        url="https://www.pulumi.com/registry/packages/aws/api-docs/provider/#default_tags_python",
        settings=(texts("tags", "Keys of the tags.", ["Project", "Stack", "Owner"]),),
        types=TAGGABLE,
        check=_tagged,
    )
]
