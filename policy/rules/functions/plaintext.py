"""Secrets in a function's environment, where everybody who may read its configuration reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graph import Undecided
from kinds import FUNCTION
from pulumi_policy import Severity
from rule import ResourceRule, Settings, texts, well_architected
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph import Outcome, Resource

ALWAYS_SECRET = re.compile(r"(PASSWORD|PASSWD|PASSPHRASE|PRIVATE_KEY|SECRET_ACCESS_KEY)$", re.IGNORECASE)
"""Names of variables that hold no reference, whatever their value turns out to be."""
MOSTLY_SECRET = re.compile(r"(SECRET|TOKEN|API_?KEY|CREDENTIALS?|CONNECTION_STRING)$", re.IGNORECASE)
"""Names that hold a secret unless their value is a reference."""
REFERENCE = re.compile(r"^(arn:aws|/|\{\{resolve:|https?://[^@]*$)")
"""An ARN, a parameter's path, a dynamic reference, an address without a password."""
SECRET_VALUE = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^/\s:@]+:[^/\s@]+@|"
    r"\b(gh[pousr]_\w{36}|sk_live_\w{16,}|xox[baprs]-[\w-]{10,})|password=[^;\s]+",
    re.IGNORECASE,
)
"""Access keys, private keys, addresses with a password, tokens of well-known forms."""


def _no_secret(function: Resource, settings: Settings) -> Iterable[Outcome]:
    variables = function.get("environment", "variables")
    if variables is UNKNOWN:
        yield Undecided(function, "environment.variables")
        return
    for name, value in sorted((variables or {}).items()):
        if name in settings["notSecret"]:
            continue
        verdict = _is_secret(name, value)
        if verdict is UNKNOWN:
            yield Undecided(function, f"environment.variables.{name}")
        elif verdict:
            yield function.must(
                f"not hold a secret in environment variable {name}",
                "Put it into Secrets Manager, give the function its ARN and permission to read it.",
            )


def _is_secret(name: str, value: Any) -> Any:
    """`UNKNOWN` where only the value can tell."""
    if ALWAYS_SECRET.search(name):
        return not (isinstance(value, str) and REFERENCE.match(value))
    if value is UNKNOWN:
        return UNKNOWN if MOSTLY_SECRET.search(name) else False
    if not isinstance(value, str) or not value:
        return False
    return bool(SECRET_VALUE.search(value) or (MOSTLY_SECRET.search(name) and not REFERENCE.match(value)))


RULES = [
    ResourceRule(
        name="lambda-no-plaintext-secret",
        description="No function has a secret in its environment variables.",
        why="Variables stand in plain text in the console, in the state, and in every "
        "GetFunctionConfiguration.",
        severity=Severity.HIGH,
        framework=well_architected("Security", "SEC02-BP03"),
        remediation="Keep the secret in Secrets Manager and give the function its ARN.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html",
        settings=(texts("notSecret", "Variables that look like secrets and are none.", []),),
        types=frozenset({FUNCTION}),
        check=_no_secret,
    )
]
