"""Computes the inputs of a resource after a refresh. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.wire import DEFAULTS

if TYPE_CHECKING:
    from localaws.provider.model import ResourceType
    from localaws.provider.wire import Properties


def refreshed(inputs: Properties, state: Properties) -> Properties:
    """Return `inputs` with the values of `state`, limited to the inputs that the program gave.

    The Pulumi bridge does the same. Properties that the program never set are not added; they show up when
    the state is compared.
    https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfbridge/schema.go
    (``ExtractInputsFromOutputs``)
    """
    fresh: Properties = _extracted(inputs, state)
    return fresh


def _extracted(given: Any, now: Any) -> Any:
    match given, now:
        case list(), list():
            return [_extracted(one, other) for one, other in zip(given, now, strict=False)]
        case dict(), dict():
            return {
                key: [name for name in value if given.get(name) == now.get(name)]
                if key == DEFAULTS
                else _extracted(value, now[key])
                for key, value in given.items()
                if key == DEFAULTS or now.get(key) is not None
            }
        case _:
            return now


def imported(kind: ResourceType, live: Properties, names: frozenset[str]) -> Properties:
    """Return the inputs of a resource of which only the identifier is known.

    These are the properties in `names` that the service does not compute and that are neither empty nor a
    default.
    """
    return {
        key: value
        for key, value in live.items()
        if key in names
        and key not in kind.computed
        and value not in (None, "", [], {})
        and value != kind.defaults.get(key)
    }
