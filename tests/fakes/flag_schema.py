"""Which flag documents AppConfig accepts: its own schema, as far as the documents here can violate it.

https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html
"""

from __future__ import annotations

import json
import re
from typing import Any

_NAME = re.compile(r"[a-z][a-zA-Z\d_-]{0,63}")
_FLAG = {"name", "description", "_createdAt", "_updatedAt", "_deprecation", "attributes"}
_STAMPS = {"_createdAt", "_updatedAt", "_variants"}
MOST_ATTRIBUTES = 25


def refusal_of(content: bytes) -> str:
    """Say why a document is refused; empty if it is accepted."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(document, dict) or not document.keys() <= {"version", "flags", "values"}:
        return "not version, flags and values"
    if document.get("version") != "1":
        return "version"
    flags, values = document.get("flags", {}), document.get("values", {})
    if not isinstance(flags, dict) or not all(_is_flag(name, flag) for name, flag in flags.items()):
        return "flags"
    if not isinstance(values, dict) or not values.keys() <= flags.keys():
        return "values of flags that are not defined"
    return "" if all(map(_is_value, values.values())) else "values"


def _is_flag(name: str, flag: Any) -> bool:
    if not _NAME.fullmatch(name) or not isinstance(flag, dict) or not flag.keys() <= _FLAG:
        return False
    attributes = flag.get("attributes", {})
    texts = all(isinstance(flag.get(part, ""), str) for part in ("name", "description", "_createdAt"))
    return (
        texts
        and isinstance(attributes, dict)
        and len(attributes) <= MOST_ATTRIBUTES
        and all(_NAME.fullmatch(each) and isinstance(what, dict) for each, what in attributes.items())
    )


def _is_value(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("enabled", False), bool):
        return False
    attributes = {name: what for name, what in value.items() if name != "enabled" and name not in _STAMPS}
    return all(
        _NAME.fullmatch(name) and isinstance(what, str | int | float | bool | list)
        for name, what in attributes.items()
    )
