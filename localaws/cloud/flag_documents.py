"""Feature flag documents as AppConfig stores and serves them. The functions are pure.

AppConfig adds timestamps to every flag and every value when it stores a document. A document that is read
back therefore always differs from the one that was sent. The properties:
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html. An
example of the difference: https://github.com/hashicorp/terraform-provider-aws/pull/44847.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

CREATED, UPDATED = "_createdAt", "_updatedAt"


def stamped(content: bytes, at: float) -> bytes:
    """Return a document as AppConfig stores it, with its timestamps.

    Args:
        content: The document as it was sent. It is returned unchanged if it is not a JSON object.
        at: Time of storing, in seconds since the epoch.
    """
    try:
        document = json.loads(content)
    except ValueError:
        return content
    if not isinstance(document, dict):
        return content
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for part in ("flags", "values"):
        found = document.get(part)
        for flag in found.values() if isinstance(found, dict) else ():
            if isinstance(flag, dict):
                flag |= {CREATED: flag.get(CREATED, moment), UPDATED: moment}
    return json.dumps(document).encode()


def served(content: bytes) -> bytes:
    """Return a stored document as the data API serves it: the values only, without timestamps.

    A disabled flag is served as ``{"enabled": false}`` and nothing else. AWS's documentation says that only
    the flag's value is served, and its samples show no timestamps:
    https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-agent-how-to-use-local-development-samples.html
    https://github.com/floci-io/floci/pull/3890
    """
    try:
        values = json.loads(content)["values"]
    except (ValueError, TypeError, KeyError):
        return content
    if not isinstance(values, dict):
        return content
    return json.dumps({name: _value(value) for name, value in values.items()}).encode()


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get("enabled") is False:
        return {"enabled": False}
    return {name: part for name, part in value.items() if name not in (CREATED, UPDATED)}
