"""One value for each name, where an entry may give a name twice, in two spellings or in two places.

API Gateway joins a repeated header with commas (payload 2.0) or lists it (REST, payload 1.0); a load balancer
lists it, or keeps only the last one when multi-value headers are off:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class DisagreeingError(ValueError):
    """Two places of an event that say two things of one name."""


def joined(plain: Any, multiple: Any, spelled: Callable[[str], str]) -> dict[str, str]:
    """One text a name; all values of a name are joined by commas, whatever its spelling.

    Args:
        plain: One value a name; on some entries only the last of them.
        multiple: All values by name, or ``None``.
        spelled: Brings the spellings of a name together.

    Raises:
        DisagreeingError: ``plain`` has a value that ``multiple`` has not, or a value is no text.
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
