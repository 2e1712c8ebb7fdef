"""Everything the act touches, handed in."""

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
    """Everything the act touches.

    Attributes:
        now: Wall clock in seconds.
        log: Told what happened, as a word and fields.
    """

    settings: Settings
    clients: Clients
    patience: Patience
    now: Callable[[], float]
    log: Callable[..., None]


def kill_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """The environment of the kill switch."""
    return FlagEnvironment(clients, settings.application, settings.kill_environment, settings.kill_profile)


def ramp_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """The environment of the ramp."""
    return FlagEnvironment(clients, settings.application, settings.ramp_environment, settings.flag_profile)
