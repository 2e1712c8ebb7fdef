"""Regions, prefixes and addresses as they are typed or read: of the right form before they are used."""

from __future__ import annotations

import re

from canary import urls
from canary.cli.errors import OpsError
from canary.unit.names import LONGEST_PREFIX, PREFIX

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}")
"""``us-east-1``, ``ap-southeast-2``, ``us-gov-west-1``: the partitions' own pattern is
``^(us|eu|ap|…)\\-\\w+\\-\\d+$``, https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json."""
CONSOLE = "console.aws.amazon.com"
"""https://docs.aws.amazon.com/signin/latest/userguide/allowlist-domains.html"""


def region(text: str, where: str) -> str:
    """A region's name.

    Raises:
        OpsError: It is none.
    """
    if not _REGION.fullmatch(text):
        raise OpsError(f"{where} {text!r} is no region: give one such as us-east-1.")
    return text


def prefix(text: str, where: str) -> str:
    """The start of a unit's names, as the stack takes it.

    Raises:
        OpsError: It is none.
    """
    if not re.fullmatch(PREFIX, text):
        raise OpsError(
            f"{where} {text!r} is no unit's prefix: it has small letters, digits and single hyphens, a "
            f"letter first, at most {LONGEST_PREFIX} characters, such as huntaze."
        )
    return text


def address(text: str, where: str) -> str:
    """An http or https address with a host, and no name or password in it.

    Raises:
        OpsError: It is none.
    """
    try:
        urls.checked(text, "http", "https")
    except urls.MalformedError as error:
        raise OpsError(
            f"{where} {text!r} is no address: {error}. Give http:// or https:// and a host."
        ) from error
    return text


def console(url: str) -> str:
    """An address of the AWS console; a browser is sent to no other.

    Raises:
        OpsError: It is somewhere else.
    """
    parts = urls.checked(address(url, "The console's address"), "http", "https")
    host = parts.netloc.lower()
    if parts.scheme != "https" or not (host == CONSOLE or host.endswith(f".{CONSOLE}")):
        raise OpsError(f"{url!r} is no address of the AWS console, https://*.{CONSOLE}: not opened.")
    return url
