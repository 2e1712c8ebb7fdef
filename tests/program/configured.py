"""Configuration as a test sets it, and what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from settings.reading import SettingsError, parse

if TYPE_CHECKING:
    from settings import Settings
from settings.kinds import PROJECT

SUBNETS = ["subnet-0be7a00000000000a", "subnet-0be7a00000000000b"]
NETWORK = {"vpcId": "vpc-0be7a00000000000a", "subnetIds": json.dumps(SUBNETS)}
EXISTING = {
    "existingDatabaseHost": "db.internal",
    "existingDatabaseName": "reads",
    "existingDatabaseUser": "reader",
    "existingDatabaseCredentialsArn": "arn:aws:secretsmanager:us-east-1:1:secret:db",
}


def texts(config: dict[str, Any]) -> dict[str, str]:
    """A stack file's values as Pulumi hands them over: by key, as texts, lists as JSON."""
    return {
        name.removeprefix(f"{PROJECT}:"): value if isinstance(value, str) else json.dumps(value)
        for name, value in config.items()
        if name.startswith(f"{PROJECT}:")
    }


def parsed(**changes: str) -> Settings:
    """A stack with a network, and what a test changes."""
    return parse("test", "us-east-1", {**NETWORK, **changes})


def faults(given: dict[str, str], region: str | None = "us-east-1") -> list[str]:
    """What is wrong with a configuration, a line a fault."""
    with pytest.raises(SettingsError) as caught:
        parse("test", region, given)
    first, *others = str(caught.value).splitlines()
    assert first == "Configuration of stack test cannot be used:"
    return [line.strip() for line in others]


def fault(given: dict[str, str], region: str | None = "us-east-1") -> str:
    """The only thing that is wrong with a configuration."""
    (found,) = faults(given, region)
    return found
