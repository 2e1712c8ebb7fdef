"""The provider's own configuration, as a program passes it to `aws.Provider`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi_aws

from localaws.provider.checks import Failure, failures
from localaws.provider.schema import Inputs, inputs_of
from localaws.provider.wire import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Configuration:
    """The part of the configuration that a stand-in needs.

    Credentials and endpoints are accepted but never used.

    Attributes:
        region: Region of resources that name none.
        default_tags: Tags for every resource that can be tagged.
    """

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)


def parsed(raw: Mapping[str, Any], region: str) -> Configuration:
    """Parse the configuration, in which nested values arrive as JSON strings.

    Args:
        raw: The configuration as the engine sent it.
        region: Region to use if the configuration has none, or none that is known yet.
    """
    values = _unpacked(raw)
    own = values.get("region")
    tags = values.get("defaultTags") or {}
    tags = tags.get("tags", {}) if isinstance(tags, dict) else {}
    return Configuration(own if isinstance(own, str) else region, tags if isinstance(tags, dict) else {})


def config_failures(raw: Mapping[str, Any]) -> list[Failure]:
    """Check the configuration against the SDK's own schema and return what is wrong."""
    schema = inputs_of(pulumi_aws.ProviderArgs)
    extra = {"version", "pluginDownloadURL"}
    known = Inputs(schema.kinds, frozenset())
    return list(failures(known, {key: value for key, value in _unpacked(raw).items() if key not in extra}))


def _unpacked(raw: Mapping[str, Any]) -> dict[str, Any]:
    schema = inputs_of(pulumi_aws.ProviderArgs)
    return {key: _value(value, getattr(schema.kinds.get(key), "name", "")) for key, value in raw.items()}


def _value(value: Any, scalar: str) -> Any:
    if value is UNKNOWN or not isinstance(value, str) or scalar == "str":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
