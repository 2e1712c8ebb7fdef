"""The one rule for a URL that was typed: well-formed, so that no library raises over it later.

`urllib.parse.urlsplit` takes most texts, and `http.client`, the IDNA codec or AWS refuse them afterwards,
each with an error of its own. Settings and the command line both ask here first.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

LONGEST_HOST, LONGEST_LABEL = 253, 63
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""With the underscore, which RFC 952 forbids and local networks use."""
_PORT = re.compile(r"[0-9]{1,5}")


class MalformedError(ValueError):
    """A text that is no URL, or no host; says what is wrong with it."""


def checked(text: str, *schemes: str, user: bool = False) -> SplitResult:
    """The parts of an absolute URL with a host.

    Args:
        text: What was typed.
        schemes: Those that are allowed.
        user: Whether a name and a password may stand before the host.

    Raises:
        MalformedError: It is none.
    """
    if not text.isascii() or not text.isprintable() or " " in text:
        raise MalformedError(
            "it has a space, a control character or a letter outside ASCII (a host of such letters is "
            "written as xn--…, other parts are percent-encoded)"
        )
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise MalformedError("its square brackets hold no IPv6 address") from error
    if parts.scheme not in schemes:
        raise MalformedError(f"it does not begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    named, at, place = parts.netloc.rpartition("@")
    if at and not user:
        raise MalformedError(f"it has a user name ({named.partition(':')[0]}) before the host")
    _place(place)
    return parts


def _place(place: str) -> None:
    """A host, with a port or without one."""
    bracketed = re.fullmatch(r"\[([^\[\]]*)\](.*)", place)
    name, after = (bracketed[1], bracketed[2]) if bracketed else (place, "")
    if bracketed:
        ipv6(name)
    else:
        name, colon, port = place.partition(":")
        after = colon + port
        host(name)
    if after and not (after[0] == ":" and _PORT.fullmatch(after[1:]) and 0 < int(after[1:]) < 1 << 16):
        raise MalformedError(f"its port {after.removeprefix(':')!r} is no whole number from 1 to 65535")


def host(name: str) -> str:
    """A DNS name or an IPv4 address.

    Raises:
        MalformedError: It is none.
    """
    if not name:
        raise MalformedError("it has no host")
    labels = name.removesuffix(".").split(".")
    for label in labels:
        if not label:
            raise MalformedError(f"its host {name!r} has two dots in a row, or begins with one")
        if len(label) > LONGEST_LABEL:
            raise MalformedError(
                f"a part of its host between two dots has {len(label)} characters, and DNS allows "
                f"{LONGEST_LABEL}"
            )
        if not _LABEL.fullmatch(label):
            raise MalformedError(f"its host {name!r} has characters that no host name has")
    if len(name) > LONGEST_HOST:
        raise MalformedError(f"its host has {len(name)} characters, and DNS allows {LONGEST_HOST}")
    if re.fullmatch(r"[0-9]+", labels[-1]):
        _ipv4(name)
    return name


def _ipv4(name: str) -> None:
    """No top-level domain is a number, so a name that ends in one is an address, or a slip."""
    try:
        ipaddress.IPv4Address(name)
    except ValueError as error:
        raise MalformedError(f"its host {name!r} is no IPv4 address") from error


def ipv6(name: str) -> str:
    """An IPv6 address, without brackets.

    Raises:
        MalformedError: It is none.
    """
    try:
        ipaddress.IPv6Address(name)
    except ValueError as error:
        raise MalformedError(f"its host {name!r} is no IPv6 address") from error
    return name
