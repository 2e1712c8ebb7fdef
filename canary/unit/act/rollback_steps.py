"""The steps of the act, in the order in which they are taken. Each step looks before it acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.unit.act.replacing import Replacement
from canary.unit.act.telling import People
from canary.unit.act.world import kill_environment, ramp_environment
from canary.unit.alarm_states import red
from canary.unit.flags import documents
from canary.unit.release.take_back import take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.act.outcome import Outcome
    from canary.unit.act.world import World
    from canary.unit.latch.latch import Latch

MARK = "Rollback by"
"""Start of the description that the act gives its deployments."""


@dataclass(frozen=True)
class Step:
    """One step of the act.

    Attributes:
        name: Name of the step in the latch and in log lines.
        run: Takes the step.
        once: Whether a settled result stands, so that the step is not run again. A later release, for
            example, is not the one that was taken back.
    """

    name: str
    run: Callable[[World, Latch], Outcome]
    once: bool = False


def kill_switch(world: World, latch: Latch) -> Outcome:
    """Turn the kill switch on. No alarm watches its environment, so this step never waits for one."""
    return Replacement(
        kill_environment(world.settings, world.clients),
        "kill-on",
        world.settings.kill_strategy,
        f"{MARK} {latch.by}: {latch.reason}",
        documents.is_killed,
        lambda document: documents.kill(document, on=True),
        lambda: (),
        world.patience,
    ).run()


def ramp_flag(world: World, latch: Latch) -> Outcome:
    """Turn the ramp's flags off behind the kill switch, so that the kill switch can be turned off later."""
    return Replacement(
        ramp_environment(world.settings, world.clients),
        "all-off",
        world.settings.kill_strategy,
        f"{MARK} {latch.by}: {latch.reason}",
        documents.is_off,
        documents.off,
        lambda: red(world.clients.cloudwatch, world.settings.rollback_alarms),
        world.patience,
    ).run()


def release(world: World, _latch: Latch) -> Outcome:
    """Take back a release of the entry function, if the function itself is what fails."""
    return take_back(world.settings, world.clients, world.patience, world.now)


def people(world: World, latch: Latch) -> Outcome:
    """Tell people once, as soon as users are safe. The message says what is left to do."""
    settings = world.settings
    lines = [
        f"{settings.function_name}: rolled back by {latch.by} at {latch.when}.",
        f"Why: {latch.reason}",
        *(f"{name}: {step['status']} ({step['detail']})" for name, step in latch.steps.items()),
        "Nobody reads from Prisma. `canary status` shows the rest; `canary resume` ends it.",
    ]
    where = (settings.topic_arn, settings.told_parameter)
    topic = People(world.clients, *where, world.now, latch.identity, settings.tell_again_after_s)
    return topic.tell(f"{settings.function_name}: canary rolled back", *lines)


STEPS = (
    Step("kill-switch", kill_switch),
    Step("release", release, once=True),
    Step("ramp-flag", ramp_flag),
    Step("people", people, once=True),
)
