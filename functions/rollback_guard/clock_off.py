"""A run whose own clock is off goes by the clock of the service that it asks.

AWS's signatures allow for minutes
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html), so more is refused by
most services; a proxy or a local AWS may not. Metrics and deployments carry AWS's moments in any case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canary.unit.act.world import World

TOLERATED = timedelta(minutes=1)
"""Less than a metric's period: nothing is judged differently by it."""


def on_services_clock(world: World, service: datetime | None, began: datetime) -> World:
    """The same world on AWS's clock, where its own is off by more than is tolerated.

    Args:
        world: Of the run.
        service: AppConfig's clock; ``None`` where it did not say.
        began: When the step began, by AppConfig's clock. What has begun cannot lie ahead: where nothing else
            is known, it is taken to have just settled.
    """
    own = datetime.fromtimestamp(world.now(), UTC)
    if service is not None and service + TOLERATED < began:
        service = None  # The clock of something in between, which is off itself.
    if service is None and began - own > TOLERATED:
        service = began + timedelta(seconds=world.settings.settle_s) + TOLERATED
    if service is None or abs(service - own) <= TOLERATED:
        return world
    off = (service - own).total_seconds()
    world.log("CLOCK-OFF", seconds=-off)
    return replace(world, now=lambda: world.now() + off)
