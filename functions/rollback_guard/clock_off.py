"""Moves a run whose own clock is off to the clock of the service that it asks.

AWS signatures tolerate a clock that is off by minutes
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html). Most services refuse
more, but a proxy or a local AWS may not. Metrics and deployments carry AWS's time in any case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.unit.act.world import World

TOLERATED = timedelta(minutes=1)
"""Largest deviation that is ignored. It is less than a metric's period, so it changes no judgement."""


def on_services_clock(world: World, service: datetime | None, began: datetime) -> World:
    """Return the same world on AWS's clock, if its own clock is off by more than is tolerated.

    Args:
        world: The world of the run.
        service: AppConfig's clock; ``None`` if AppConfig did not say.
        began: When the step began, by AppConfig's clock. A step that has begun cannot lie in the future. If
            nothing else is known and it does, the step is taken to have just settled.
    """
    own = datetime.fromtimestamp(world.now(), UTC)
    if service is not None and service + TOLERATED < began:
        service = None  # Not AppConfig's clock, but that of something in between, which is off itself.
    if service is None and began - own > TOLERATED:
        service = began + timedelta(seconds=world.settings.settle_s) + TOLERATED
    if service is None or abs(service - own) <= TOLERATED:
        return world
    off = (service - own).total_seconds()
    world.log("CLOCK-OFF", seconds=-off)
    return replace(world, now=lambda: world.now() + off)
