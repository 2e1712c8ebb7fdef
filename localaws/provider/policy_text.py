"""JSON policies in the form that services return, and when the provider considers two of them equal. Pure.

A service returns a policy in its own form: a one-element list as the element itself, lists and statements in
another order, and an account number as the ARN of the account's root. As long as both say the same, the
provider keeps the text it was given:
https://github.com/hashicorp/awspolicyequivalence/blob/main/aws_policy_equivalence.go,
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/verify/json.go.
"""

from __future__ import annotations

import json
import re
from typing import Any

_ACCOUNT = re.compile(r"\d{12}")
_SETS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")
_KNOWN = frozenset({"Sid", "Effect", "Condition", *_SETS, *_PRINCIPALS})


def equivalent(one: str, other: str) -> bool:
    """Whether the provider considers two texts the same policy.

    Texts that are not policies are compared verbatim.
    """
    first, second = _canonical(one), _canonical(other)
    return one == other if first is None or second is None else first == second


def kept(known: Any, live: str) -> str:
    """Return the given text if the service's text is an equivalent policy, otherwise the service's text."""
    return known if isinstance(known, str) and equivalent(known, live) else live


def given_back(text: str) -> str:
    """Return a policy in a form in which a service may return it; other texts are returned unchanged."""
    document = _parsed(text)
    if document is None:
        return text
    statements = [_turned(one) for one in reversed(_statements(document))]
    return json.dumps({**document, "Statement": statements}, separators=(",", ":"))


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), dict | list):
        return None
    return document if all(isinstance(one, dict) for one in _statements(document)) else None


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["Statement"]
    return [found] if isinstance(found, dict) else found


def _turned(statement: dict[str, Any]) -> dict[str, Any]:
    turned = dict(statement)
    for key in _SETS:
        if key in statement:
            turned[key] = _few(statement[key])
    for key in _PRINCIPALS:
        if isinstance(statement.get(key), dict):
            turned[key] = {kind: _few(_rooted(kind, who)) for kind, who in statement[key].items()}
    if isinstance(statement.get("Condition"), dict):
        turned["Condition"] = {
            test: {name: _few(values) for name, values in of.items()} if isinstance(of, dict) else of
            for test, of in statement["Condition"].items()
        }
    return turned


def _few(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    return values[0] if len(values) == 1 else list(reversed(values))


def _rooted(kind: str, who: Any) -> Any:
    if kind != "AWS":
        return who
    return [_root(one) for one in who] if isinstance(who, list) else _root(who)


def _root(who: Any) -> Any:
    return f"arn:aws:iam::{who}:root" if isinstance(who, str) and _ACCOUNT.fullmatch(who) else who


def _canonical(text: str) -> Any:
    document = _parsed(text)
    if document is None:
        return None
    statements = {json.dumps(_of(one), sort_keys=True) for one in _statements(document)}
    return document.get("Version"), document.get("Id"), len(_statements(document)), statements


def _of(statement: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a statement that the provider compares. It ignores keys that it does not know."""
    seen = {key: value for key, value in statement.items() if key in _KNOWN}
    for key in _SETS:
        seen[key] = _set(statement.get(key, []))
    for key in _PRINCIPALS:
        who = statement.get(key)
        seen[key] = (
            {kind: _set(_rooted(kind, of)) for kind, of in who.items()} if isinstance(who, dict) else who
        )
    seen["Effect"] = str(statement.get("Effect", "")).lower()
    conditions = statement.get("Condition") or {}
    seen["Condition"] = {
        test: {name: _set(values) for name, values in of.items()} if isinstance(of, dict) else of
        for test, of in conditions.items()
    }
    return seen


def _set(values: Any) -> list[str]:
    return sorted(json.dumps(one) for one in (values if isinstance(values, list) else [values]))
