"""Configuration of the right form that no real account can use: example names, made-up ids, a silent issuer.

The stacks' own files ship with such values, so that anyone can preview them. Where a real account would be
changed they are refused in the preview, by name, before anything is created.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from canary.spelling import camel
from settings.kinds import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settings import Settings

EXAMPLE_ACCOUNTS = frozenset({"123456789012", "000000000000"})
"""Accounts of AWS's documentation and of emulators: nothing real is changed there."""
RESERVED = re.compile(r"(^|\.)(example|invalid|test|local|localhost|example\.(com|net|org))$", re.IGNORECASE)
"""Names that resolve nowhere, or only on one machine: RFC 2606, RFC 6761 and RFC 6762."""
MADE_UP = re.compile(r"0{8}|0123456789abcdef")
"""Runs that ids of AWS's do not have, those of this project's files and of AWS's documentation do."""
DISCOVERY = "/.well-known/openid-configuration"
WITHIN_S = 5.0
LONGEST = 1024 * 1024
"""Bytes of a discovery document; those of real issuers have some thousands."""


class UnknownIssuerError(Exception):
    """An issuer without a discovery document; says what was found instead."""


def faults(settings: Settings, account: str, fetch: Callable[[str], bytes]) -> Iterator[str]:
    """What a real account would be changed with and cannot use; nothing for an account of examples.

    Args:
        settings: The stack's.
        account: The account that the provider speaks to.
        fetch: Reads a URL; raises `UnknownIssuerError` where there is nothing to read, and OSError where
            it could not be asked.
    """
    if account in EXAMPLE_ACCOUNTS:
        return
    for name, host in _hosts(settings):
        if RESERVED.search(host):
            yield _fault(name, str(getattr(settings, name)), f"{host} is a name for examples")
    for name, ids in (("vpc_id", (settings.vpc_id,)), ("subnet_ids", settings.subnet_ids)):
        for one in ids:
            if one is not None and MADE_UP.search(one):
                yield _fault(name, one, "it is made up")
    issuer = settings.jwt_issuer
    if issuer is not None and not RESERVED.search(urlsplit(issuer).hostname or ""):
        yield from _issuer(issuer, fetch)


def _hosts(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in ("jwt_issuer", "notify_url"):
        if (url := getattr(settings, name)) is not None:
            yield name, urlsplit(url).hostname or ""
    if settings.notify_email is not None:
        yield "notify_email", settings.notify_email.rpartition("@")[2]


def _issuer(issuer: str, fetch: Callable[[str], bytes]) -> Iterator[str]:
    """API Gateway reads the same document when it makes the authorizer, and refuses it otherwise.

    "Issuer must have a valid discovery endpoint", it says: haandol/cognito-kakao-example issue 1,
    aws-solutions-library-samples/guidance-for-claude-code-with-amazon-bedrock issue 115.
    """
    where = issuer.rstrip("/") + DISCOVERY
    try:
        document = fetch(where)
    except UnknownIssuerError as error:
        yield _fault("jwt_issuer", issuer, f"{where} cannot be read: {error}")
        return
    try:
        said = json.loads(document)
    except (ValueError, RecursionError):
        yield _fault("jwt_issuer", issuer, f"{where} is no JSON")
    else:
        named = said.get("issuer") if isinstance(said, dict) else None
        if named != issuer:
            yield _fault("jwt_issuer", issuer, f"{where} is of the issuer {named!r}")


def _fault(name: str, value: str, why: str) -> str:
    return (
        f"{PROJECT}:{camel(name)} = {value!r}: {why}, and this stack would go to a real account. "
        f"Set yours: `pulumi config set {PROJECT}:{camel(name)} …`."
    )


def for_account(settings: Settings, account: str) -> str:
    """The account, if the settings are for it; an issuer that cannot be asked is only warned of.

    Raises:
        pulumi.RunError: They are not; every fault at once.
    """
    import pulumi  # noqa: PLC0415 - everything else is pure and needs no engine

    found: list[str] = []
    try:
        # One by one: what was found before the issuer was asked counts, whatever comes of asking.
        for fault in faults(settings, account, fetched):
            found.append(fault)  # noqa: PERF402 - as above
    except OSError as error:
        pulumi.log.warn(f"{PROJECT}:jwtIssuer: its discovery document could not be asked for: {error}")
    if found:
        raise pulumi.RunError("\n  ".join([f"Configuration for account {account} is not filled in:", *found]))
    return account


def fetched(url: str) -> bytes:
    """What an https URL serves.

    Raises:
        UnknownIssuerError: The name does not resolve, or nothing is served there.
        OSError: It could not be asked.
    """
    try:
        with urllib.request.urlopen(url, timeout=WITHIN_S) as answer:  # noqa: S310 - settings allow https only
            return bytes(answer.read(LONGEST))
    except urllib.error.HTTPError as error:
        raise UnknownIssuerError(f"HTTP {error.code}") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, socket.gaierror):
            raise UnknownIssuerError("its name does not resolve") from error
        raise
    except (http.client.InvalidURL, ValueError) as error:
        # The issuer's own URL is well-formed, so this is one that a redirect named.
        raise UnknownIssuerError("it leads to what is no URL") from error
    except http.client.HTTPException as error:
        raise UnknownIssuerError(f"what answers does not speak HTTP ({type(error).__name__})") from error
