"""Feature flag documents as AppConfig stores and serves them. Pure.

AppConfig stamps every flag and every value of a document as it stores it, so what is read back is never
quite what was sent:
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html (the
properties), https://github.com/hashicorp/terraform-provider-aws/pull/44847 (what it looks like).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

CREATED, UPDATED = "_createdAt", "_updatedAt"


def stamped(content: bytes, at: float) -> bytes:
    """A document as it is stored.

    Args:
        content: As it was sent; stays as it is when it is no document of feature flags.
        at: Seconds since the epoch.
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
    """What the data API answers: the values alone, of a disabled flag nothing but that it is disabled.

    The documents say that only the flag's value is served, and show no stamps in it:
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
