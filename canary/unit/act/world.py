"""Everything that the act touches, passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.unit.flags.environment import FlagEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.clients import Clients
    from canary.unit.patience import Patience
    from canary.unit.settings import Settings


@dataclass
class World:
    """Everything that the act touches.

    Attributes:
        settings: Names of the unit's parts, and its limits.
        clients: Clients of AWS.
        patience: How long this run may wait.
        now: Wall clock, in seconds.
        log: Writes one line: a word and fields.
    """

    settings: Settings
    clients: Clients
    patience: Patience
    now: Callable[[], float]
    log: Callable[..., None]


def kill_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """Return the flag environment of the kill switch."""
    return FlagEnvironment(clients, settings.application, settings.kill_environment, settings.kill_profile)


def ramp_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """Return the flag environment of the ramp."""
    return FlagEnvironment(clients, settings.application, settings.ramp_environment, settings.flag_profile)
