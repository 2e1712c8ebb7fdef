"""Traffic routing: when CodeDeploy shifts how much traffic to the new version of a function.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html: traffic is shifted
all at once, as a canary (one part, then the rest), or linearly (in equal parts). Each part is shifted at
the start of its interval.
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.request import ServiceError

MAX_MINUTES = 2_880
"""Longest time from the first to the last shift, from reference-limits.html."""

_MEMBERS = {
    "TimeBasedCanary": ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
    "TimeBasedLinear": ("timeBasedLinear", "linearPercentage", "linearInterval"),
}

PREDEFINED: dict[str, dict[str, Any]] = {
    "CodeDeployDefault.LambdaAllAtOnce": {"type": "AllAtOnce"},
    **{
        f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes": {
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": minutes},
        }
        for minutes in (5, 10, 15, 30)
    },
    **{
        f"CodeDeployDefault.LambdaLinear10PercentEvery{minutes}Minute{'s' if minutes > 1 else ''}": {
            "type": "TimeBasedLinear",
            "timeBasedLinear": {"linearPercentage": 10, "linearInterval": minutes},
        }
        for minutes in (1, 2, 3, 10)
    },
}
"""Traffic routing of the deployment configurations that exist in every account."""


def steps(routing: dict[str, Any]) -> list[tuple[int, int]]:
    """Return when which percentage of traffic goes to the target version.

    Args:
        routing: A valid traffic routing configuration.

    Returns:
        Steps of cloud seconds since the shift began and percent of traffic. The last step has 100 percent.
    """
    if routing["type"] == "AllAtOnce":
        return [(0, 100)]
    member, percentage, interval = _MEMBERS[routing["type"]]
    part, seconds = int(routing[member][percentage]), int(routing[member][interval]) * 60
    if routing["type"] == "TimeBasedCanary":
        return [(0, part), (seconds, 100)]
    percents = [*range(part, 100, part), 100]
    return [(index * seconds, percent) for index, percent in enumerate(percents)]


def check(routing: dict[str, Any]) -> None:
    """Check a traffic routing configuration the way CodeDeploy does.

    Raises:
        ServiceError: ``InvalidTrafficRoutingConfigurationException`` with a message that says what is wrong.
    """
    kind = routing.get("type")
    if kind == "AllAtOnce":
        return
    if kind not in _MEMBERS:
        raise _invalid(f"type must be AllAtOnce, TimeBasedCanary or TimeBasedLinear, not {kind}")
    member, percentage, interval = _MEMBERS[kind]
    part = routing.get(member) or {}
    if not 1 <= part.get(percentage, 0) <= 99:  # noqa: PLR2004 - 100 would be AllAtOnce
        raise _invalid(f"{percentage} must be from 1 to 99")
    if part.get(interval, 0) < 1 or steps(routing)[-1][0] > MAX_MINUTES * 60:
        raise _invalid(f"{interval} must be at least 1, and the whole shift at most {MAX_MINUTES} minutes")


def _invalid(why: str) -> ServiceError:
    return ServiceError("InvalidTrafficRoutingConfigurationException", why)
