"""Resolves names to ids: AppConfig starts deployments only by id, and a stack may know only names.

The stack knows only the name of the ramp environment. The alarms that monitor the environment act on the
guard, so the environment exists only after the guard.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.unit.clients import Clients
    from canary.unit.settings import Settings


class UnknownNameError(LookupError):
    """AppConfig has nothing with this id or name."""


def resolved(settings: Settings, clients: Clients) -> Settings:
    """Return the same settings with names replaced by ids.

    Raises:
        UnknownNameError: An environment or a profile does not exist.
    """
    where = {"ApplicationId": settings.application}
    environments = _items(clients, "list_environments", where)
    profiles = _items(clients, "list_configuration_profiles", where)
    return replace(
        settings,
        ramp_environment=_id(environments, settings.ramp_environment),
        kill_environment=_id(environments, settings.kill_environment),
        flag_profile=_id(profiles, settings.flag_profile),
        kill_profile=_id(profiles, settings.kill_profile),
    )


def _items(clients: Clients, operation: str, where: dict[str, str]) -> list[dict[str, Any]]:
    pages = clients.appconfig.get_paginator(operation).paginate(**where)
    return [item for page in pages for item in page["Items"]]


def _id(items: Iterable[dict[str, Any]], wanted: str) -> str:
    for item in items:
        if wanted in {item["Id"], item["Name"]}:
            return str(item["Id"])
    raise UnknownNameError(f"{wanted} is neither id nor name of anything in the application.")
