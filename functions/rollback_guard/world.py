"""Everything the act touches, handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rollback_guard.flag_environment import FlagEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable

    from rollback_guard.clients import Clients
    from rollback_guard.patience import Patience
    from rollback_guard.settings import Settings


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
