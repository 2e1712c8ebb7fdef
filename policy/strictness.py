"""Refuses a configuration with a misspelt rule or setting at start, before anything is judged.

The SDK has no public hook for it: a policy sees only its own settings, and not before the first resource. So
the pack wraps the call with which the engine hands over the configuration. If an SDK lacks that call, the
pack does not start; that is louder than a configuration that no one reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from catalogue import catalogue
from configuration import faults
from google.protobuf import json_format
from ledger import Ledger
from pulumi_policy import policy as sdk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


def install(today: Callable[[], date]) -> None:
    """Check every configuration that this process receives."""
    servicer = sdk._PolicyAnalyzerServicer  # noqa: SLF001 - see the module's docstring
    configure: Any = servicer.Configure
    rules = catalogue(Ledger(), today)

    def checked(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        given = {
            name: json_format.MessageToDict(config.properties)
            for name, config in request.policyConfig.items()
        }
        if wrong := faults(given, rules):
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, f"The policy configuration is wrong: {' '.join(wrong)}"
            )
        return configure(self, request, context)

    servicer.Configure = checked  # type: ignore[method-assign]  # see the module's docstring
