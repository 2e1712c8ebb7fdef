"""Merges the values of names that an entry gives twice, in two spellings or in two places of the event.

API Gateway joins a repeated header with commas (payload 2.0) or lists it (REST, payload 1.0). A load balancer
lists it, or keeps only the last value if multi-value headers are off:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class DisagreeingError(ValueError):
    """Two places of an event give different values for the same name."""


def joined(plain: Any, multiple: Any, spelled: Callable[[str], str]) -> dict[str, str]:
    """Merge to one text per name: all values of a name, in any of its spellings, joined by commas.

    Args:
        plain: One value per name; on some entries only the last one.
        multiple: All values by name, or ``None``.
        spelled: Maps all spellings of a name to one.

    Raises:
        DisagreeingError: ``plain`` has a value that ``multiple`` does not have, or a value is not text.
    """
    singles: dict[str, list[str]] = {}
    for name, value in plain.items() if isinstance(plain, dict) else ():
        if value is None:
            continue
        if not isinstance(value, str):
            raise DisagreeingError
        singles.setdefault(spelled(name), []).append(value)
    lists: dict[str, list[str]] = {}
    for name, values in multiple.items() if isinstance(multiple, dict) else ():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise DisagreeingError
        lists.setdefault(spelled(name), []).extend(values)
    for name, values in lists.items():
        if not set(singles.get(name, ())) <= set(values):
            raise DisagreeingError
    return {name: ",".join(values) for name, values in {**singles, **lists}.items() if values}
