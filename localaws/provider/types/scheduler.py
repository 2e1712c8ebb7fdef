"""EventBridge Scheduler: schedules and schedule groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import camel, pairs, pascal, request, response, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

_SCHEDULE = "name groupName scheduleExpression scheduleExpressionTimezone state description kmsKeyArn"


def _schedule(properties: Properties) -> dict[str, Any]:
    return {
        **request(properties, f"{_SCHEDULE} actionAfterCompletion startDate endDate"),
        "FlexibleTimeWindow": pascal(properties["flexibleTimeWindow"]),
        "Target": pascal(properties["target"]),
    }


def _create_schedule(cloud: Cloud, properties: Properties) -> str:
    client, schedule = cloud.client("scheduler"), _schedule(properties)
    cloud.once_role_is_known("must allow AWS EventBridge", lambda: client.create_schedule(**schedule))
    return f"{properties.get('groupName', 'default')}/{properties['name']}"


def _of_schedule(identifier: str) -> dict[str, str]:
    group, name = identifier.split("/", 1)
    return {"GroupName": group, "Name": name}


def _read_schedule(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("scheduler").get_schedule, **_of_schedule(identifier))
    if found is None:
        return None
    return {
        **response(found, f"{_SCHEDULE} arn actionAfterCompletion"),
        "flexibleTimeWindow": camel(found["FlexibleTimeWindow"]),
        "target": {"retryPolicy": dict(_RETRIES), **camel(found["Target"])},
    }


_RETRIES = {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185}
"""Default retry policy: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html"""


def _update_schedule(cloud: Cloud, change: Change) -> None:
    """Send the whole schedule, because an update resets everything that it leaves out to its default.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
    """
    cloud.client("scheduler").update_schedule(**_schedule(change.new))


def _delete_schedule(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("scheduler").delete_schedule(**_of_schedule(identifier))


def _create_group(cloud: Cloud, properties: Properties) -> str:
    cloud.client("scheduler").create_schedule_group(Name=properties["name"], Tags=tag_list(properties))
    return str(properties["name"])


def _read_group(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("scheduler").get_schedule_group, Name=identifier)
    if found is None:
        return None
    dates = {
        name: str(found.get(name[:1].upper() + name[1:], ""))
        for name in ("creationDate", "lastModificationDate")
    }
    return {**response(found, "name arn state"), **dates}


def _update_group(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client("scheduler"), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceArn=arn, Tags=pairs(tags)),
        lambda gone: client.untag_resource(ResourceArn=arn, TagKeys=gone),
    )


def _delete_group(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("scheduler").delete_schedule_group(Name=identifier)


TYPES = (
    ResourceType(
        "aws:scheduler/schedule:Schedule",
        Lifecycle(_create_schedule, _read_schedule, _delete_schedule, _update_schedule),
        replace=keys("name namePrefix groupName"),
        defaults={
            "scheduleExpressionTimezone": "UTC",
            "state": "ENABLED",
            **{f"target.retryPolicy.{name}": value for name, value in _RETRIES.items()},
        },
        computed=keys("groupName actionAfterCompletion target.retryPolicy"),
        autoname="name",
    ),
    ResourceType(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        Lifecycle(_create_group, _read_group, _delete_group, _update_group),
        replace=keys("name namePrefix"),
        autoname="name",
    ),
)
