"""Parse references to functions: a name, ``name:qualifier`` or an ARN.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
"""

from __future__ import annotations

import re

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.request import ServiceError

_ARN = re.compile(r"^arn:aws:lambda:[^:]+:\d{12}:function:(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?$")
LATEST = "$LATEST"
"""The unpublished version. A reference without a qualifier means it too."""


def split_reference(reference: str) -> tuple[str, str | None]:
    """Split a reference into the function's name and the qualifier, which is ``None`` if missing."""
    if found := _ARN.match(reference):
        return found["name"], found["qualifier"]
    name, _, qualifier = reference.partition(":")
    return name, qualifier or None


def not_found(name: str, qualifier: str | None) -> ServiceError:
    """Build the error that Lambda answers for a function, version or alias that does not exist."""
    suffix = f":{qualifier}" if qualifier else ""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}{suffix}"
    return ServiceError("ResourceNotFoundException", f"Function not found: {arn}", 404)
