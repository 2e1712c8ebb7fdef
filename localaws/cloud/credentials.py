"""Credentials of a sandbox, as its role's session would have them, and who signed a request with them.

On AWS a sandbox finds the keys of a session of its function's role in its environment:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime.
Signature Version 4 sends key and token along:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html. Here the key id says
the function and the token says the sandbox, so that the cloud knows who calls. The secret follows from both,
so that nothing has to be kept; what a role allows is not asked.
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
"""How key ids of a session begin: IAM/latest/UserGuide/reference_identifiers.html."""

_KEY = re.compile(rf"Credential={TEMPORARY}(?P<function>[A-Z2-7]+)/")


@dataclass(frozen=True)
class Caller:
    """The sandbox that signed a request.

    Attributes:
        function: Its function's name.
        sandbox: Its log stream, which no other sandbox writes to.
    """

    function: str
    sandbox: str


def session_of(function: str, sandbox: str, keys: Keys) -> dict[str, str]:
    """The environment variables of a sandbox's credentials."""
    key = TEMPORARY + base64.b32encode(function.encode()).decode().rstrip("=")
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": session_secret(keys, key, sandbox),
        "AWS_SESSION_TOKEN": sandbox,
    }


def session_secret(keys: Keys, key: str, token: str) -> str:
    """The secret of a session, which only a cloud with these keys can tell."""
    return hmac.new(keys.secret_access_key.encode(), f"{key}/{token}".encode(), hashlib.sha256).hexdigest()


def caller_of(headers: Mapping[str, str]) -> Caller | None:
    """Who signed a request, ``None`` for anybody who is not a sandbox; header names in lower case."""
    found = _KEY.search(headers.get("authorization", ""))
    if found is None:
        return None
    encoded = found["function"]
    try:
        function = base64.b32decode(encoded + "=" * (-len(encoded) % 8)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Caller(function, headers.get("x-amz-security-token", ""))
