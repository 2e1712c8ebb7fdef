"""A configuration with a misspelt rule or setting is refused at start, before anything is judged.

The SDK has no public place for it: a policy sees its own settings only, and not before the first resource.
So the pack listens to the call by which the engine hands the configuration over. Without that call in the
SDK the pack does not start, which is louder than a configuration that nobody reads.
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
    """Check every configuration that this process is given."""
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
