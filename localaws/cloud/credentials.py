"""Session credentials of a sandbox, and the sandbox that signed a request with them.

On AWS an execution environment finds the keys of a session of its function's role in its variables:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime.
Requests signed with Signature Version 4 carry the key id and the session token:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html.

Here the key id encodes the function and the token names the sandbox, so the cloud knows who calls. The secret
is derived from both, so nothing has to be stored. The role's permissions are not checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.keys import Keys

TEMPORARY = "ASIA"
"""Prefix of the key ids of a session: IAM/latest/UserGuide/reference_identifiers.html."""

_KEY = re.compile(rf"Credential={TEMPORARY}(?P<function>[A-Z2-7]+)/")


@dataclass(frozen=True)
class Caller:
    """The sandbox that signed a request.

    Attributes:
        function: Name of the sandbox's function.
        sandbox: Name of the sandbox's log stream, which no other sandbox writes to.
    """

    function: str
    sandbox: str


def session_of(function: str, sandbox: str, keys: Keys) -> dict[str, str]:
    """Return a sandbox's credentials as environment variables."""
    key = TEMPORARY + base64.b32encode(function.encode()).decode().rstrip("=")
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": session_secret(keys, key, sandbox),
        "AWS_SESSION_TOKEN": sandbox,
    }


def session_secret(keys: Keys, key: str, token: str) -> str:
    """Derive the secret of a session. Only a cloud that has these keys can compute it."""
    return hmac.new(keys.secret_access_key.encode(), f"{key}/{token}".encode(), hashlib.sha256).hexdigest()


def caller_of(headers: Mapping[str, str]) -> Caller | None:
    """Return the sandbox that signed a request, or ``None`` if no sandbox signed it.

    Args:
        headers: Headers of the request, with names in lower case.
    """
    found = _KEY.search(headers.get("authorization", ""))
    if found is None:
        return None
    encoded = found["function"]
    try:
        function = base64.b32decode(encoded + "=" * (-len(encoded) % 8)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Caller(function, headers.get("x-amz-security-token", ""))
